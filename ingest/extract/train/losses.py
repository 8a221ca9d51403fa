"""Losses of one batch: each set teaches the heads it has labels for."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from ingest.extract.encoder.sentences import UNITS
from ingest.extract.train.batches import Batch, Padded
from ingest.extract.train.encoded import HEADS, IGNORED
from ingest.extract.train.model import Network, TagHead
from ingest.extract.train.settings import TrainingSettings


def batch_loss(network: Network, batch: Batch, settings: TrainingSettings) -> Tensor:
    """Return the weighted sum of the losses of *batch*."""
    total = torch.zeros(())
    vectors = torch.zeros((batch.sentences, network.document.sentence.in_features))
    counts = {head: max(1, sum(int((each.tags[head] != IGNORED).sum()) for each in batch.padded)) for head in HEADS}
    for padded in batch.padded:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = network.states(padded.ids, padded.mask)
        states = states.float()
        vectors = _pool(vectors, states, padded)
        for head in HEADS:
            known = padded.tags[head] != IGNORED
            if not bool(known.any()):
                continue
            weight = settings.phrase_weight if head == "phrases" else settings.mention_weight
            smoothing = settings.smoothing if head == "scirex" else 0.0
            tagger = network.heads[head]
            assert isinstance(tagger, TagHead)
            if settings.crf:
                loss = _crf(tagger, states, padded, head) / counts[head]
            else:
                scores = tagger(states[known], padded.shapes[known])
                loss = (
                    cross_entropy(scores, padded.tags[head][known], reduction="sum", label_smoothing=smoothing)
                    / counts[head]
                )
            total = total + weight * loss
    if batch.source != "tdmsci" and bool((~batch.contribution.isnan()).any() or (batch.roles != IGNORED).any()):
        scores = network.document(vectors, batch.features)
        total = total + sentence_losses(scores, batch.contribution, batch.units, batch.roles, settings)
    return total


def _pool(vectors: Tensor, states: Tensor, padded: Padded) -> Tensor:
    """Return *vectors* with the mean state of each sentence of *padded* in its row."""
    pooling = torch.zeros((vectors.shape[0], states.shape[0] * states.shape[1]))
    for sentence, row, first, last in padded.places:
        pooling[sentence, row * states.shape[1] + first : row * states.shape[1] + last] = 1 / (last - first)
    return vectors + pooling @ states.flatten(0, 1)


def sentence_losses(
    scores: Tensor, contribution: Tensor, units: Tensor, roles: Tensor, settings: TrainingSettings
) -> Tensor:
    """Return the weighted losses of the document layer's *scores* against what is known of each sentence."""
    total = torch.zeros(())
    known = ~contribution.isnan()
    if bool(known.any()):
        total = total + settings.contribution_weight * binary_cross_entropy_with_logits(
            scores[known, 0], contribution[known], pos_weight=torch.tensor(settings.positive_weight)
        )
    rows = ~units[:, 0].isnan()
    if bool(rows.any()):
        unit_scores = scores[rows, 1 : 1 + len(UNITS)]
        total = total + 3 * settings.unit_weight * binary_cross_entropy_with_logits(unit_scores, units[rows])
    with_role = roles != IGNORED
    if bool(with_role.any()):
        role_scores = scores[:, 1 + len(UNITS) :]
        wanted = torch.zeros_like(role_scores)
        positive = with_role & (roles >= 0)
        wanted[positive, roles[positive]] = 1
        total = total + 3 * settings.role_weight * binary_cross_entropy_with_logits(
            role_scores[with_role], wanted[with_role]
        )
    return total


def _crf(tagger: TagHead, states: Tensor, padded: Padded, head: str) -> Tensor:
    """Return the summed negative log-likelihood of the tag sequences, each sentence a chain of its words.

    Lafferty, McCallum and Pereira, "Conditional random fields", ICML 2001; the partition function by the forward
    algorithm in log space.
    """
    chains: list[Tensor] = []
    for _, row, first, last in padded.places:
        at = (padded.tags[head][row, first:last] != IGNORED).nonzero().squeeze(-1)
        if len(at):
            chains.append(row * states.shape[1] + first + at)
    if not chains:
        return torch.zeros(())
    flat = torch.cat(chains)
    scores = tagger(states.flatten(0, 1)[flat], padded.shapes.flatten()[flat])
    tags = padded.tags[head].flatten()[flat]
    sizes = [len(chain) for chain in chains]
    padded_scores = nn.utils.rnn.pad_sequence(list(torch.split(scores, sizes)), batch_first=True)
    padded_tags = nn.utils.rnn.pad_sequence(list(torch.split(tags, sizes)), batch_first=True)
    lengths = torch.tensor(sizes)
    transitions = tagger.transitions + tagger.allowed
    begin = transitions[0]
    steps = padded_scores.shape[1]
    live = torch.arange(steps)[None, :] < lengths[:, None]
    gold = padded_scores.gather(2, padded_tags.unsqueeze(-1)).squeeze(-1)
    gold = (gold * live).sum()
    gold = gold + begin[padded_tags[:, 0]].sum()
    pairs = transitions[padded_tags[:, :-1], padded_tags[:, 1:]] * live[:, 1:]
    gold = gold + pairs.sum()
    forward = padded_scores[:, 0] + begin
    for step in range(1, steps):
        following = torch.logsumexp(forward.unsqueeze(2) + transitions, dim=1) + padded_scores[:, step]
        forward = torch.where(live[:, step, None], following, forward)
    return torch.logsumexp(forward, dim=1).sum() - gold
