"""Batches: a stretch of one document at a time, so that the recurrent layer sees sentences in their order.

Deterministic: the order of an epoch is a function of (seed, epoch) alone, so that a resumed training sees what an
uninterrupted one would have seen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ingest.extract.encoder.windows import PAD, Window
from ingest.extract.train.encoded import HEADS, IGNORED, Encoded

SINGLE_SENTENCES = 40  # sentences of TDMSci in a batch: they have no document


@dataclass(frozen=True)
class Stretch:
    """Consecutive windows of a document, or single sentences: what one step learns from."""

    source: str
    parts: tuple[tuple[Encoded, int], ...]  # (document, window)


@dataclass(frozen=True)
class Padded:
    """Windows of similar length as one array, with the tags of every head and where each sentence lies."""

    ids: Tensor
    mask: Tensor
    shapes: Tensor
    tags: dict[str, Tensor]
    places: tuple[tuple[int, int, int, int], ...]  # sentence of the stretch, row, first, last


@dataclass(frozen=True)
class Batch:
    """A stretch as tensors. `features`, `contribution`, `units`, `roles` have one row a sentence of the stretch."""

    source: str
    padded: tuple[Padded, ...]
    sentences: int
    features: Tensor
    contribution: Tensor
    units: Tensor
    roles: Tensor


def stretches(documents: Sequence[Encoded], seed: int, epoch: int, *, pieces: int) -> list[Stretch]:
    """Return the stretches of one set in the order of *epoch*: about *pieces* pieces each, cut at other places each."""
    draw = random.Random(f"{seed}/{epoch}/{documents[0].document.source}" if documents else "")
    found: list[Stretch] = []
    singles: list[tuple[Encoded, int]] = []
    for document in documents:
        if len(document.document.sentences) == 1:
            singles.extend((document, number) for number in range(len(document.windows)))
            continue
        room = draw.randint(pieces // 2, pieces)  # the first stretch is shorter, so that the cuts move
        part: list[tuple[Encoded, int]] = []
        filled = 0
        for number, window in enumerate(document.windows):
            if part and filled + len(window) > room:
                found.append(Stretch(document.document.source, tuple(part)))
                part, filled, room = [], 0, pieces
            part.append((document, number))
            filled += len(window)
        if part:
            found.append(Stretch(document.document.source, tuple(part)))
    draw.shuffle(singles)
    singles.sort(key=lambda each: len(each[0].windows[each[1]]) + draw.random() * 20)
    for start in range(0, len(singles), SINGLE_SENTENCES):
        part = singles[start : start + SINGLE_SENTENCES]
        found.append(Stretch(part[0][0].document.source, tuple(part)))
    draw.shuffle(found)
    return found


def interleaved(sets: Sequence[Sequence[Stretch]], seed: int, epoch: int) -> list[Stretch]:
    """Return the stretches of several sets mixed evenly."""
    draw = random.Random(f"{seed}/{epoch}/mix")
    keyed = [
        ((number + draw.random()) / len(each), index, number, stretch)
        for index, each in enumerate(sets)
        for number, stretch in enumerate(each)
    ]
    return [stretch for *_, stretch in sorted(keyed, key=lambda item: item[:3])]


def batch(stretch: Stretch) -> Batch:
    """Return *stretch* as tensors, its windows padded in groups of similar length."""
    rows: list[tuple[Encoded, int]] = []
    index: dict[tuple[int, int], int] = {}
    for document, number in stretch.parts:
        for sentence, _, _ in document.windows[number].sentences:
            index[id(document), sentence] = len(rows)
            rows.append((document, sentence))
    order = sorted(range(len(stretch.parts)), key=lambda each: (-len(_window(stretch, each)), each))
    padded: list[Padded] = []
    group: list[int] = []
    for each in order:
        longest = len(_window(stretch, group[0])) if group else 0
        if group and len(_window(stretch, each)) < 0.75 * longest:
            padded.append(_padded(stretch, group, index))
            group = []
        group.append(each)
    padded.append(_padded(stretch, group, index))
    return Batch(
        source=stretch.source,
        padded=tuple(padded),
        sentences=len(rows),
        features=torch.from_numpy(np.stack([document.features[sentence] for document, sentence in rows])),
        contribution=torch.tensor([float(document.contribution[sentence]) for document, sentence in rows]),
        units=torch.from_numpy(np.stack([document.units[sentence] for document, sentence in rows])),
        roles=torch.tensor([int(document.roles[sentence]) for document, sentence in rows]),
    )


def _window(stretch: Stretch, number: int) -> Window:
    document, window = stretch.parts[number]
    return document.windows[window]


def _padded(stretch: Stretch, group: Sequence[int], index: dict[tuple[int, int], int]) -> Padded:
    length = max(len(_window(stretch, each)) for each in group)
    ids = torch.full((len(group), length), PAD)
    shapes = torch.zeros((len(group), length), dtype=torch.long)
    mask = torch.zeros((len(group), length), dtype=torch.long)
    tags = {head: torch.full((len(group), length), IGNORED) for head in HEADS}
    places: list[tuple[int, int, int, int]] = []
    for row, each in enumerate(group):
        document, number = stretch.parts[each]
        window = document.windows[number]
        size = len(window)
        ids[row, :size] = torch.tensor(window.ids)
        shapes[row, :size] = torch.tensor(window.shapes)
        mask[row, :size] = 1
        for head in HEADS:
            tags[head][row, :size] = torch.tensor(document.tags[head][number])
        places.extend((index[id(document), sentence], row, first, last) for sentence, first, last in window.sentences)
    return Padded(ids, mask, shapes, tags, tuple(places))


def whole(document: Encoded) -> Iterator[Stretch]:
    """Yield the one stretch that is all of *document*; nothing where it has no window."""
    if document.windows:
        yield Stretch(document.document.source, tuple((document, number) for number in range(len(document.windows))))
