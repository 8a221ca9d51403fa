"""The reader that ships, fitted to the teacher's soft labels and to the hand labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from ingest.extract.reviews.features import BUCKETS, features
from ingest.extract.reviews.labels import SentenceInReview
from ingest.extract.reviews.model import ASPECTS, EMBEDDING, HIDDEN, PLACES, POLARITIES, WIDTH, Floats, Weights
from ingest.extract.reviews.training.sentences import LabelledSentence

_BATCH = 256
Bag = tuple[Tensor, Tensor, Tensor]


class _Reader(nn.Module):
    """As `model.ReviewModel` computes it."""

    def __init__(self) -> None:
        super().__init__()
        tables = [nn.EmbeddingBag(BUCKETS, WIDTH, mode="sum") for _ in PLACES]
        for table in tables:
            nn.init.zeros_(table.weight)
        self.tables = nn.ModuleList(tables)
        self.embedding = nn.EmbeddingBag(BUCKETS, EMBEDDING, mode="sum")
        nn.init.normal_(self.embedding.weight, 0, 0.05)
        self.inner = nn.Linear(len(PLACES) * EMBEDDING, HIDDEN)
        self.outer = nn.Linear(HIDDEN, WIDTH)
        self.drop = nn.Dropout(0.3)

    def forward(self, bags: Sequence[Bag]) -> Tensor:
        linear = sum(
            table(ids, starts, per_sample_weights=weights)
            for table, (ids, starts, weights) in zip(self.tables, bags, strict=True)
        )
        seen = torch.cat([self.embedding(ids, at, per_sample_weights=weights) for ids, at, weights in bags], 1)
        total: Tensor = linear + self.outer(self.drop(torch.tanh(self.inner(self.drop(seen)))))
        return total

    def weights(self) -> Weights:
        """Return what was learnt, as the reader takes it."""

        def numbers(tensor: Tensor) -> Floats:
            return tensor.detach().numpy().astype("float32")

        return Weights(
            tuple(numbers(table.get_parameter("weight")) for table in self.tables),
            numbers(self.embedding.weight),
            numbers(self.inner.weight.T),
            numbers(self.inner.bias),
            numbers(self.outer.weight.T),
            numbers(self.outer.bias),
            np.zeros(1, dtype=np.float32),
        )


def hand_targets(labelled: Sequence[LabelledSentence]) -> npt.NDArray[np.float32]:
    """Return one row a sentence: 1 for its polarity and for its aspect; no aspect where it argues nothing."""
    rows = np.zeros((len(labelled), WIDTH), dtype=np.float32)
    for row, each in zip(rows, labelled, strict=True):
        row[POLARITIES.index(each.polarity)] = 1
        if each.aspect is not None:
            row[len(POLARITIES) + ASPECTS.index(each.aspect)] = 1
    return rows


def soft_targets(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return soft labels in which an aspect counts as far as the sentence argues at all."""
    none = rows[:, POLARITIES.index(None), None]
    split = len(POLARITIES)
    return np.concatenate([rows[:, :split], rows[:, split:] * (1 - none)], axis=1).astype(np.float32)


def fit_student(
    sentences: Sequence[SentenceInReview],
    targets: npt.NDArray[np.float32],
    weights: npt.NDArray[np.float32],
    *,
    epochs: int,
    rate: float,
    seed: int,
    log: Callable[[str], None],
) -> Weights:
    """Return the weights that fit *targets* best, each sentence counted by its weight."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    rows = [[features(text) for text in (each.text, each.before, each.after)] for each in sentences]
    model = _Reader()
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    wanted, worth = torch.from_numpy(targets), torch.from_numpy(weights)
    split, steps, step = len(POLARITIES), epochs * -(-len(rows) // _BATCH), 0
    for epoch in range(1, epochs + 1):
        order = rng.permutation(len(rows))
        total = 0.0
        for start in range(0, len(order), _BATCH):
            chosen = order[start : start + _BATCH]
            step += 1
            for group in optimiser.param_groups:
                group["lr"] = rate * (1 - (step - 1) / steps)
            scores = model([_bag([rows[number][place] for number in chosen]) for place in range(len(PLACES))])
            target = wanted[torch.from_numpy(chosen)]
            losses = -(target[:, :split] * functional.log_softmax(scores[:, :split], 1)).sum(1)
            losses = losses - (target[:, split:] * functional.log_softmax(scores[:, split:], 1)).sum(1)
            loss = (losses * worth[torch.from_numpy(chosen)]).mean()
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            optimiser.step()
            total += float(loss.detach())
        log(f"reader: epoch {epoch} of {epochs}, loss {total / -(-len(rows) // _BATCH):.3f}")
    return model.weights()


def _bag(found: Sequence[npt.NDArray[np.int64]]) -> Bag:
    starts = np.cumsum([0, *(len(each) for each in found[:-1])])
    scale = [np.full(len(each), 1 / max(1, len(each)) ** 0.5, dtype=np.float32) for each in found]
    return torch.from_numpy(np.concatenate(found)), torch.from_numpy(starts), torch.from_numpy(np.concatenate(scale))
