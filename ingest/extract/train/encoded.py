"""Labelled documents as arrays: windows of pieces, tags of words, features and labels of sentences.

Only the first piece of a word carries its tag; the others, and whatever a set says nothing about, are `IGNORED`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from graph.vocabulary.extraction import NameType
from ingest.extract.encoder.features import features
from ingest.extract.encoder.sentences import UNITS
from ingest.extract.encoder.tags import SCIREX_TYPES, TDMSCI_TYPES, tags_of
from ingest.extract.encoder.tokens import Tokens, tokenise
from ingest.extract.encoder.windows import HEADING, LONGEST, Window, windows
from ingest.extract.train.corpora import CharSpan, Labelled, Labels, TypedCharSpan

IGNORED = -100
HEADS = ("scirex", "tdmsci", "phrases")


@dataclass(frozen=True, slots=True)
class Encoded:
    """A document ready to learn from. `tags` holds for each head and window one tag a piece."""

    document: Labelled
    tokens: tuple[Tokens, ...]
    windows: tuple[Window, ...]
    features: npt.NDArray[np.float32]
    tags: dict[str, tuple[tuple[int, ...], ...]] = field(repr=False)
    contribution: npt.NDArray[np.float32] = field(repr=False)  # 1, 0, or NaN where unknown
    units: npt.NDArray[np.float32] = field(repr=False)  # rows of NaN where unknown
    roles: npt.NDArray[np.int64] = field(repr=False)  # IGNORED where unknown

    @property
    def pieces(self) -> int:
        """How many pieces the windows hold."""
        return sum(len(window) for window in self.windows)


def encode(tokenizer: Tokenizer, document: Labelled) -> Encoded:
    """Return *document* as arrays."""
    sentences = document.sentences
    tokens = tokenise(tokenizer, [sentence.text for sentence in sentences], most=LONGEST)
    distinct = sorted({sentence.heading for sentence in sentences})
    pieces = dict(zip(distinct, tokenise(tokenizer, distinct, most=HEADING), strict=True))
    found = windows(tokens, [pieces[sentence.heading].ids for sentence in sentences])
    units = np.full((len(sentences), len(UNITS)), np.nan, dtype=np.float32)
    for row, labels in enumerate(document.labels):
        if labels.contribution and labels.units:
            units[row] = [unit in labels.units for unit in UNITS]
    known = [np.nan if labels.contribution is None else float(labels.contribution) for labels in document.labels]
    return Encoded(
        document=document,
        tokens=tuple(tokens),
        windows=tuple(found),
        features=features(sentences),
        tags={head: _tags(head, document.labels, tokens, found) for head in HEADS},
        contribution=np.array(known, dtype=np.float32),
        units=units,
        roles=np.array([IGNORED if each.role is None else each.role for each in document.labels], dtype=np.int64),
    )


def _tags(
    head: str, labels: Sequence[Labels], tokens: Sequence[Tokens], found: Sequence[Window]
) -> tuple[tuple[int, ...], ...]:
    rows: list[tuple[int, ...]] = []
    for window in found:
        tags = [IGNORED] * len(window)
        for number, first, _ in window.sentences:
            spans = _spans(head, labels[number])
            if spans is None:
                continue
            words = tags_of(word_spans(tokens[number], spans), len(tokens[number].words))
            previous = -1
            for offset, word in enumerate(tokens[number].word_of):
                if word != previous:
                    tags[first + offset] = words[word]
                previous = word
        rows.append(tuple(tags))
    return tuple(rows)


def _spans(head: str, labels: Labels) -> list[tuple[int, int, int]] | None:
    if head == "phrases":
        given: tuple[CharSpan, ...] | None = labels.phrases
        return None if given is None else [(start, end, 0) for start, end in given]
    typed: tuple[TypedCharSpan, ...] | None = labels.scirex if head == "scirex" else labels.tdmsci
    if typed is None:
        return None
    types: tuple[NameType, ...] = SCIREX_TYPES if head == "scirex" else TDMSCI_TYPES
    return [(start, end, types.index(type_)) for start, end, type_ in typed]


def word_spans(tokens: Tokens, spans: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return character spans as word ranges: every word that a span touches."""
    found: list[tuple[int, int, int]] = []
    for start, end, kind in spans:
        inside = [number for number, (first, last) in enumerate(tokens.words) if first < end and last > start]
        if inside:
            found.append((inside[0], inside[-1] + 1, kind))
    return found
