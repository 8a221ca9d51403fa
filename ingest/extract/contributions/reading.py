"""The one door to contribution triples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.extract.contributions.build import build_triples
from ingest.extract.contributions.model import open_triples
from ingest.extract.contributions.rules import NAME, build_triples_by_rules
from ingest.extract.contributions.sentences import ContributionSentence, ContributionTriple


@dataclass(frozen=True)
class TriplesRead:
    """Triples of one document, and who read them: 'triples/1' or 'rules/1'."""

    triples: tuple[ContributionTriple, ...]
    read_by: str


def read_triples(sentences: Sequence[ContributionSentence]) -> TriplesRead:
    """Return the triples of one document's contribution *sentences*, given in reading order.

    Raises:
        DamagedWeights: weights are installed and differ from their manifest.
    """
    model = open_triples()
    if model is None:
        return TriplesRead(build_triples_by_rules(sentences), NAME)
    return TriplesRead(build_triples(sentences, model), model.name)
