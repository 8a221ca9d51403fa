"""The second stage: the document layer learns from whole papers, on the vectors of the exported encoder.

While the encoder trains, the layer sees stretches of some sixty sentences; at run time it sees papers. Which sentences
state the contribution is a question about the paper: learning it from whole papers raises the F1 of contribution
sentences on tuning papers by some five points and costs minutes, since the encoder stands still.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ingest.extract.encoder.runtime import Encoder
from ingest.extract.encoder.sentences import Vector
from ingest.extract.train.encoded import Encoded
from ingest.extract.train.losses import sentence_losses
from ingest.extract.train.model import DocumentLayer
from ingest.extract.train.settings import TrainingSettings

Log = Callable[[str], None]


def vectors_of(encoder: Encoder, documents: Sequence[Encoded], log: Log) -> list[Vector]:
    """Return the sentence vectors of each document as *encoder* gives them at run time."""
    found: list[Vector] = []
    for number, document in enumerate(documents, start=1):
        found.append(encoder.scores(document.document.sentences)[1].vectors)
        if number % 50 == 0:
            log(f"vectors of {number} of {len(documents)} documents")
    return found


def refine(
    layer: DocumentLayer, documents: Sequence[Encoded], vectors: Sequence[Vector], settings: TrainingSettings, log: Log
) -> None:
    """Train *layer* on whole documents, in place. Deterministic: order and dropout are functions of the seed.

    On one thread: the steps of a recurrent layer are too small to share.
    """
    torch.set_num_threads(1)
    torch.manual_seed(settings.seed)
    optimizer = torch.optim.AdamW(layer.parameters(), lr=settings.document_rate, weight_decay=settings.weight_decay)
    steps = settings.document_epochs * len(documents)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / max(1, steps))
    layer.train()
    for epoch in range(settings.document_epochs):
        order = list(range(len(documents)))
        random.Random(f"{settings.seed}/{epoch}/documents").shuffle(order)
        total = 0.0
        for number in order:
            loss = _loss(layer, documents[number], vectors[number], settings)
            if loss is None:
                continue
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(layer.parameters(), 1.0)
            optimizer.step()
            scheduler.step()
            total += float(loss.detach())
        mean = total / max(1, len(documents))
        log(f"document layer, epoch {epoch + 1} of {settings.document_epochs}: loss {mean:.4f}")
    layer.eval()


def _loss(layer: DocumentLayer, document: Encoded, vectors: Vector, settings: TrainingSettings) -> Tensor | None:
    scores = layer(torch.from_numpy(vectors), torch.from_numpy(document.features))
    loss = sentence_losses(
        scores,
        torch.from_numpy(document.contribution),
        torch.from_numpy(document.units),
        torch.from_numpy(document.roles),
        settings,
    )
    return loss if loss.requires_grad else None
