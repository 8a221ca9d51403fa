"""A name as the rules see it: its forms, how live quotes write it, and what they define it to stand for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from graph.name_core import Core, core
from graph.name_variants import Variant, variant
from graph.names import gram_bands, squash, squashed_words
from graph.schema import Label

_NUMBERS = re.compile(r"\d+(?:\.\d+)*")
# One definition in twenty may be a slip of the extractor or of an author; with fewer than twenty none is overlooked.
_SURE_SHARE, _SURE_COUNT = 0.95, 20


@dataclass(frozen=True)
class Name:
    """A name. `surfaces` counts how live quotes write it, `long` the normal forms they define it to stand for.

    A name without live quotes is dead: no rule applies to it.
    """

    key: str
    normal: str
    surfaces: Mapping[str, int]
    long: Mapping[str, int]
    label: Label = Label.METHOD

    @cached_property
    def squash(self) -> str:
        """The spelling-free form."""
        return squash(self.normal)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words of the spelling-free form."""
        return squashed_words(self.normal)

    @cached_property
    def bands(self) -> tuple[str, ...]:
        """The bands under which near names meet."""
        return gram_bands(self.normal)

    @cached_property
    def core(self) -> Core:
        """Its words without what people put around them."""
        return core(self.label, self.normal)

    @cached_property
    def variant(self) -> Variant:
        """What it adds to which other name."""
        return variant(self.label, self.normal)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in it."""
        return frozenset(_NUMBERS.findall(self.normal))

    @property
    def is_live(self) -> bool:
        """Whether a live quote writes it."""
        return bool(self.surfaces)

    @cached_property
    def stands_for(self) -> frozenset[str]:
        """The squashed long forms that all defining quotes agree on but for wording; empty where they disagree."""
        senses: Counter[str] = Counter()
        for long, count in self.long.items():
            senses[core(self.label, long).form] += count
        if not senses:
            return frozenset()
        sense, count = min(senses.items(), key=lambda item: (-item[1], item[0]))
        total = senses.total()
        if count < total and (total < _SURE_COUNT or count < _SURE_SHARE * total):
            return frozenset()
        return frozenset(squash(long) for long in self.long if core(self.label, long).form == sense)

    @cached_property
    def is_proper(self) -> bool:
        """Whether most quotes write it as a proper name: with capitals inside a word, or digits."""
        return 2 * sum(count for text, count in self.surfaces.items() if _has_form(text)) > sum(self.surfaces.values())


def _has_form(text: str) -> bool:
    return any(
        any(c.isdigit() for c in word) or sum(c.isupper() for c in word) > 1 or any(c.isupper() for c in word[1:])
        for word in text.split()
        if any(c.isalpha() for c in word)
    )
