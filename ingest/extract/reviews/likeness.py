"""How alike two sentences are: cosine of their word stems, weighed by how rare a stem is (Spärck Jones 1972).

Words that reviews are full of (``lexicons/threads.toml``) do not count. A pure function of the texts given.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

_LEAST_RARITY = 0.25  # among a few sentences every word is frequent
_WORD = re.compile(r"[^\W\d_][\w-]{2,}")
_ENDINGS = (
    "ations",
    "ation",
    "ments",
    "ment",
    "ness",
    "ingly",
    "ings",
    "ing",
    "edly",
    "ies",
    "ied",
    "ally",
    "ly",
    "es",
    "ed",
    "s",
    "e",
)


def rarity(texts: Iterable[str]) -> dict[str, float]:
    """Return how rare each stem is among *texts*."""
    count: Counter[str] = Counter()
    total = 0
    for text in texts:
        count.update(set(stems(text)))
        total += 1
    return {stem: _LEAST_RARITY + math.log((total + 1) / (1 + number)) for stem, number in count.items()}


class Weigher:
    """Gives a text its telling stems, scaled to length one; remembers what it has seen."""

    def __init__(self, rarity: Mapping[str, float]) -> None:
        self._rarity = rarity
        self._known: dict[str, dict[str, float]] = {}

    def of(self, text: str) -> dict[str, float]:
        """Return stem → weight."""
        if (known := self._known.get(text)) is not None:
            return known
        weights = {stem: self._rarity.get(stem, 0.0) for stem in dict.fromkeys(stems(text))}
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        scaled = {stem: weight / length for stem, weight in weights.items()} if length else {}
        self._known[text] = scaled
        return scaled


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return how alike two texts are, 0 to 1."""
    if len(other) < len(one):
        one, other = other, one
    return sum(weight * other.get(stem, 0.0) for stem, weight in one.items())


@cache
def _plain_words() -> frozenset[str]:
    raw = tomllib.loads((files("ingest.extract") / "lexicons" / "threads.toml").read_text(encoding="utf-8"))
    return frozenset(raw["plain"])


def stems(text: str) -> list[str]:
    """Return the stems of the telling words of *text*, in order."""
    plain = _plain_words()
    return [_stem(word) for word in _WORD.findall(text.lower()) if word not in plain]


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
