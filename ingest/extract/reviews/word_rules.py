"""Aspect and polarity by words alone: what reads a review where no trained weights are installed.

The words stand in ``lexicons/aspects.toml``. No section is looked at here; `pieces` knows what a section says.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graph.vocabulary.extraction import Aspect, Polarity

RULES = "review-rules/2"
"""Name and version, as `Extraction.read_by` says who read the reviews."""

_ASKS = re.compile(r"\b(?:could|can|would|please|how|why|what|which|whether|is it|did|do you)\b")


@dataclass(frozen=True, slots=True)
class _Words:
    aspects: tuple[tuple[Aspect, tuple[re.Pattern[str], ...]], ...]
    positive: tuple[re.Pattern[str], ...]
    negative: tuple[re.Pattern[str], ...]


@cache
def _words() -> _Words:
    raw = tomllib.loads((files("ingest.extract") / "lexicons" / "aspects.toml").read_text(encoding="utf-8"))

    def compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(rf"\b(?:{pattern})") for pattern in patterns)

    return _Words(
        aspects=tuple((Aspect(name), compiled(patterns)) for name, patterns in raw["aspects"].items()),
        positive=compiled(raw["polarity"]["positive"]),
        negative=compiled(raw["polarity"]["negative"]),
    )


def aspect_of(text: str) -> Aspect:
    """Return what an argument is about: the aspect with most of its words in *text*; OTHER where there is none."""
    lower = text.lower()
    best, most = Aspect.OTHER, 0
    for aspect, patterns in _words().aspects:
        count = sum(pattern.search(lower) is not None for pattern in patterns)
        if count > most:
            best, most = aspect, count
    return best


@cache
def _any_word() -> tuple[tuple[int, re.Pattern[str]], ...]:
    order = list(Aspect)
    return tuple(
        (order.index(aspect), re.compile("|".join(pattern.pattern for pattern in patterns)))
        for aspect, patterns in _words().aspects
    )


MOST_WORDS = 2


def aspect_words(text: str) -> list[int]:
    """Return how many words of each aspect stand in *text*, in the order of `Aspect`, `MOST_WORDS` at most."""
    lower = text.lower()
    counts = [0] * len(Aspect)
    for place, pattern in _any_word():
        for _ in pattern.finditer(lower):
            counts[place] += 1
            if counts[place] == MOST_WORDS:
                break
    return counts


def polarity_of(text: str) -> Polarity | None:
    """Return what the words of *text* say: a question, an objection, praise; None where they say neither."""
    lower = text.lower()
    if lower.rstrip(" )*\"'").endswith("?"):
        return Polarity.QUESTION
    negative = sum(pattern.search(lower) is not None for pattern in _words().negative)
    positive = sum(pattern.search(lower) is not None for pattern in _words().positive)
    if negative == positive == 0:
        return None
    return Polarity.NEGATIVE if negative >= positive else Polarity.POSITIVE


def asks(text: str) -> bool:
    """Say whether *text* asks for something, with or without a question mark."""
    return "?" in text or _ASKS.search(text.lower()) is not None
