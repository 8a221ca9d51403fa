"""The network: MiniLM over windows, tag heads on its token states, a recurrent layer over the sentences of a document.

Input embeddings are frozen: they hold half of the parameters, and what they know of rare names would be forgotten on a
few hundred papers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from graph.vocabulary.extraction import SentenceRole
from ingest.extract.encoder.features import FEATURES
from ingest.extract.encoder.sentences import UNITS
from ingest.extract.encoder.tags import SCIREX_TYPES, TDMSCI_TYPES, allowed, tag_count
from ingest.extract.encoder.tokens import SHAPES

TAGS = {"scirex": tag_count(len(SCIREX_TYPES)), "tdmsci": tag_count(len(TDMSCI_TYPES)), "phrases": tag_count(1)}
ROLES = len(SentenceRole)
WIDTH = 384


@dataclass(frozen=True)
class Sizes:
    """Sizes of what is put on the encoder."""

    shape: int = 16
    tag_hidden: int = 192
    sentence: int = 128
    recurrent: int = 96
    dropout: float = 0.1


class TagHead(nn.Module):
    """Token states and printed shapes to tag scores, with a learnt score for each pair of neighbouring tags."""

    allowed: Tensor

    def __init__(self, tags: int, types: int, sizes: Sizes) -> None:
        super().__init__()
        self.shape = nn.Embedding(len(SHAPES), sizes.shape)
        self.hidden = nn.Linear(WIDTH + sizes.shape, sizes.tag_hidden)
        self.out = nn.Linear(sizes.tag_hidden, tags)
        self.drop = nn.Dropout(sizes.dropout)
        self.transitions = nn.Parameter(torch.zeros(tags, tags))
        self.register_buffer("allowed", torch.from_numpy(allowed(types)), persistent=False)

    def forward(self, states: Tensor, shapes: Tensor) -> Tensor:
        """Return scores [..., tags] for states [..., width] and shapes [...]."""
        joined = torch.cat([self.drop(states), self.shape(shapes)], -1)
        scores: Tensor = self.out(self.drop(nn.functional.gelu(self.hidden(joined))))
        return scores


class DocumentLayer(nn.Module):
    """Sentence vectors and features of one document, in reading order, to scores of contribution, units and roles."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.sentence = nn.Linear(WIDTH, sizes.sentence)
        self.drop = nn.Dropout(2 * sizes.dropout)
        width = sizes.sentence + FEATURES
        self.recurrent = nn.GRU(width, sizes.recurrent, bidirectional=True, batch_first=True)
        self.out = nn.Linear(2 * sizes.recurrent + width, 1 + len(UNITS) + ROLES)

    def forward(self, vectors: Tensor, features: Tensor) -> Tensor:
        """Return scores [sentences, 1 + units + roles] for vectors [sentences, width] and features."""
        local = torch.cat([self.drop(nn.functional.gelu(self.sentence(vectors))), features], -1)
        around, _ = self.recurrent(local.unsqueeze(0))
        scores: Tensor = self.out(torch.cat([self.drop(around.squeeze(0)), local], -1))
        return scores


class Network(nn.Module):
    """The encoder with its heads."""

    def __init__(self, encoder: nn.Module, sizes: Sizes) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = nn.ModuleDict(
            {
                "scirex": TagHead(TAGS["scirex"], len(SCIREX_TYPES), sizes),
                "tdmsci": TagHead(TAGS["tdmsci"], len(TDMSCI_TYPES), sizes),
                "phrases": TagHead(TAGS["phrases"], 1, sizes),
            }
        )
        self.document = DocumentLayer(sizes)

    def states(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return token states [windows, length, width]."""
        found: Tensor = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return found


def load_base(folder: Path, *, hidden_dropout: float) -> nn.Module:
    """Return the pretrained encoder in *folder*, embeddings frozen.

    Attention dropout stays off: drawing it takes as long on a CPU as the attention. Plain attention, since the fused
    one is 15 % slower at these lengths and has no ONNX form.
    """
    from transformers import AutoModel
    from transformers.utils import logging

    silence: Any = logging.disable_progress_bar
    silence()
    model: nn.Module = AutoModel.from_pretrained(
        str(folder),
        hidden_dropout_prob=hidden_dropout,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
        add_pooling_layer=False,
    )
    embeddings: Any = model.embeddings
    for parameter in embeddings.parameters():
        parameter.requires_grad = False
    return model
