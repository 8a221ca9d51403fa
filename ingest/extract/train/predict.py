"""Scores of documents by the network in training: what measuring on tuning papers reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from ingest.extract.encoder.scores import DocumentScores
from ingest.extract.encoder.sentences import Vector
from ingest.extract.encoder.tags import Scores
from ingest.extract.encoder.tokens import first_pieces
from ingest.extract.train.batches import batch, whole
from ingest.extract.train.encoded import HEADS, Encoded
from ingest.extract.train.model import TAGS, WIDTH, Network, TagHead


def predict(network: Network, documents: Sequence[Encoded], *, heads: Sequence[str] = HEADS) -> list[DocumentScores]:
    """Return the scores of each document, as the network would give them at run time."""
    network.eval()
    with torch.inference_mode():
        return [_document(network, document, heads) for document in documents]


def _document(network: Network, document: Encoded, heads: Sequence[str]) -> DocumentScores:
    count = len(document.tokens)
    states: list[Vector] = [np.zeros((0, WIDTH), dtype=np.float32)] * count
    tags: dict[str, list[Scores]] = {head: [np.zeros((0, TAGS[head]), dtype=np.float32)] * count for head in heads}
    vectors = np.zeros((count, WIDTH), dtype=np.float32)
    for stretch in whole(document):
        order = [sentence for doc, number in stretch.parts for sentence, _, _ in doc.windows[number].sentences]
        for padded in batch(stretch).padded:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = network.states(padded.ids, padded.mask)
            found = found.float()
            for place, row, first, last in padded.places:
                sentence = order[place]
                own = found[row, first:last]
                states[sentence] = own.numpy()
                vectors[sentence] = states[sentence].mean(axis=0)
                at = first_pieces(document.tokens[sentence])
                shapes = padded.shapes[row, first:last][at]
                for head in heads:
                    tagger = network.heads[head]
                    assert isinstance(tagger, TagHead)
                    tags[head][sentence] = tagger(own[at], shapes).numpy()
    sentences = network.document(torch.from_numpy(vectors), torch.from_numpy(document.features)).numpy()
    return DocumentScores(
        tags={head: tuple(each) for head, each in tags.items()},
        sentences=sentences,
        vectors=vectors,
        states=tuple(states),
    )
