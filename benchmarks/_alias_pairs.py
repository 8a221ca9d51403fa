"""The alias list: labelled pairs of bare names, scored as the rules decide about them. Sibling file.

A pair is of the half that was developed on, or of the half that was only measured, by the hash of its type and names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from graph.keys import name_key, normal_name
from graph.names import squash
from graph.schema import Label
from ingest.resolve.cluster import components
from ingest.resolve.grouping import decisions, grouped
from ingest.resolve.name import Name
from ingest.resolve.rules import decide

ALIASES = Path(__file__).parent / "labels" / "aliases.tsv"


@dataclass(frozen=True)
class AliasPair:
    """Two names of one type and what they are to each other: same, variant (the first of the second) or different."""

    label: Label
    relation: str
    one: str
    other: str

    @property
    def is_developed_on(self) -> bool:
        """Whether rules may be written with it in sight."""
        text = "\t".join([self.label.value, *sorted((self.one, self.other))])
        return sha256(text.encode()).digest()[0] % 2 == 0

    @property
    def names(self) -> tuple[Name, Name]:
        """The two as the rules see them, each written once and defined nowhere."""
        return bare(self.label, self.one), bare(self.label, self.other)


def bare(label: Label, text: str) -> Name:
    """Return a name about which nothing is known but how it is written."""
    return Name(name_key(text), normal_name(text), {text: 1}, {}, label)


def read_pairs(path: Path = ALIASES) -> list[AliasPair]:
    """Read the list, in file order."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return [AliasPair(Label(label), relation, one, other) for label, relation, one, other in rows]


def is_same(pair: AliasPair) -> bool:
    """Say whether the rules make one of two names."""
    one, other = pair.names
    return one.key == other.key or decide(one, other) is not None


def is_same_by_spelling(pair: AliasPair) -> bool:
    """Say whether the two have one spelling-free form."""
    return squash(pair.one) == squash(pair.other)


def is_variant(pair: AliasPair) -> bool:
    """Say whether the first adds something to the second."""
    one, other = pair.names
    return other.squash in (one.variant.parent, one.variant.family)


def f1(found: Sequence[bool], true: Sequence[bool]) -> tuple[float, float, float]:
    """Return precision, recall and F1 of yes-or-no answers."""
    right = sum(a and b for a, b in zip(found, true, strict=True))
    precision = right / sum(found) if sum(found) else 1.0
    recall = right / sum(true) if sum(true) else 1.0
    return precision, recall, 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def clusterings(pairs: Sequence[AliasPair]) -> tuple[list[list[str]], list[list[str]]]:
    """Return the groups that the rules make of all names of a list, and those that its `same` pairs make."""
    found: list[list[str]] = []
    gold: list[list[str]] = []
    for label in sorted({pair.label for pair in pairs}):
        mine = [pair for pair in pairs if pair.label is label]
        names: dict[str, Name] = {}
        written: dict[str, set[str]] = defaultdict(set)
        for pair in mine:
            for text, name in zip((pair.one, pair.other), pair.names, strict=True):
                names.setdefault(name.key, name)
                written[name.key].add(text)
        for group in grouped(names, decisions(names), ()):
            found.append([f"{label}/{text}" for key in group for text in sorted(written[key])])
        strings = [text for texts in written.values() for text in texts]
        same = [(pair.one, pair.other) for pair in mine if pair.relation == "same"]
        gold += [[f"{label}/{text}" for text in group] for group in components(strings, same)]
    return found, gold


def related(pairs: Sequence[AliasPair]) -> list[list[str]]:
    """Return the names that labels of any kind connect."""
    edges = [(f"{pair.label}/{pair.one}", f"{pair.label}/{pair.other}") for pair in pairs]
    return components([text for edge in edges for text in edge], edges)
