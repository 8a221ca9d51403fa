"""Where a sentence stands and what it looks like: the numbers that the document layer gets beside its vector.

A function of the document's sentences alone; each number lies between 0 and 1.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ingest.extract.encoder.sentences import SentenceIn, Vector
from ingest.extract.sections import Part

_OURS = re.compile(r"\b(?:we|our|ours|us|this (?:paper|work|article)|in this (?:paper|work))\b", re.IGNORECASE)
_PROPOSES = re.compile(r"\b(?:propos\w+|introduc\w+|present\w*|contribution\w*|novel|new)\b", re.IGNORECASE)
_RESULT = re.compile(
    r"\b(?:outperform\w*|achiev\w+|improv\w+|better|best|state[ -]+of|significant\w*|result\w*|compared)\b",
    re.IGNORECASE,
)
_CITATION = re.compile(r"\b(?:19|20)\d\d\b|\bet al\b|\[ ?\d+")
_FLOAT = re.compile(r"(?:fig(?:ure)?\.?|table|tab\.)\s*\d", re.IGNORECASE)
_PARTS = tuple(part for part in Part if part is not Part.UNREAD)
FEATURES = 20 + len(_PARTS)


def features(sentences: Sequence[SentenceIn]) -> Vector:
    """Return one row of `FEATURES` numbers a sentence, for the sentences of one document in reading order."""
    rows = np.zeros((len(sentences), FEATURES), dtype=np.float32)
    sections = _sections(sentences)
    count = len(sections)
    for ordinal, (first, last) in enumerate(sections):
        for number in range(first, last):
            sentence = sentences[number]
            words = sentence.text.split()
            inside, size = number - first, last - first
            rows[number, :20] = (
                number / max(1, len(sentences) - 1),
                min(number, 40) / 40,
                min(len(sentences) - 1 - number, 40) / 40,
                ordinal / max(1, count - 1),
                min(ordinal, 8) / 8,
                inside / max(1, size - 1),
                min(inside, 10) / 10,
                min(size, 40) / 40,
                inside == 0,
                min(len(words), 60) / 60,
                sentence.text.strip() == sentence.heading.strip() != "",
                _OURS.search(sentence.text) is not None,
                _PROPOSES.search(sentence.text) is not None,
                _RESULT.search(sentence.text) is not None,
                _CITATION.search(sentence.text) is not None,
                _FLOAT.search(sentence.text) is not None,
                min(sum(any(c.isdigit() for c in word) for word in words), 8) / 8,
                sum(len(word) == 1 and not word.isalnum() for word in words) / max(1, len(words)),
                sentence.text.rstrip().endswith((".", "?", "!")),
                len(sentences) == 1,
            )
            if sentence.part in _PARTS:
                rows[number, 20 + _PARTS.index(sentence.part)] = 1
    return rows


def _sections(sentences: Sequence[SentenceIn]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    start = 0
    for number in range(1, len(sentences) + 1):
        if number == len(sentences) or sentences[number].heading != sentences[start].heading:
            found.append((start, number))
            start = number
    return found
