"""Contribution triples: (unit, subject, predicate, object) from contribution sentences and their phrases.

`read_triples(sentences)` reads with the trained component where its weights are installed, else by rules, and says
which. After NLPContributionGraph (D'Souza and Auer, 2020). numpy only; training is in `training`.
"""

from ingest.extract.contributions.reading import TriplesRead, read_triples
from ingest.extract.contributions.sentences import ContributionSentence, ContributionTriple

__all__ = ["ContributionSentence", "ContributionTriple", "TriplesRead", "read_triples"]
