"""What goes into the reading of triples and what comes out.

A contribution sentence comes with the phrases found in it (terms and predicates alike, as NLPContributionGraph marks
them). Offsets are characters of the sentence's text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]+|\S")

Range = tuple[int, int]

RESEARCH_PROBLEM, CODE = "research-problem", "code"

ROOTS = {
    "approach": "Approach",
    "model": "Model",
    "dataset": "Dataset",
    "experimental-setup": "Experimental setup",
    "hyperparameters": "Hyperparameters",
    "baselines": "Baselines",
    "results": "Results",
    "tasks": "Tasks",
    "experiments": "Experiments",
    "ablation-analysis": "Ablation analysis",
}
"""The name that stands for a unit in its triples; research problems and code hang on the contribution itself."""

CONTRIBUTION, HAS, NAME = "Contribution", "has", "name"


@dataclass(frozen=True, slots=True)
class ContributionSentence:
    """A contribution sentence with its phrases.

    `number` orders the sentences of a document and comes back with each triple; `place` is how far into the document
    it stands, 0 to 1; `phrases` are ranges in order, without overlaps; `units` are probabilities in the order of
    `ingest.extract.encoder.UNITS`, or empty where nobody has any. `probability` is how sure it is a contribution,
    `phrase_confidences` how sure each phrase is: both are part of a triple's confidence.
    """

    number: int
    text: str
    heading: str
    place: float
    phrases: tuple[Range, ...]
    units: tuple[float, ...] = ()
    probability: float = 1.0
    phrase_confidences: tuple[float, ...] = ()

    def phrase_confidence(self, at: int) -> float:
        """Return how sure phrase *at* is; 1 where nobody said."""
        return self.phrase_confidences[at] if self.phrase_confidences else 1.0


@dataclass(frozen=True, slots=True)
class ContributionTriple:
    """A statement of a contribution.

    `sentence` is the number of the sentence it was read from, -1 for a unit's own ``Contribution has …``.
    """

    unit: str
    subject: str
    predicate: str
    object: str
    sentence: int
    confidence: float


def words_of(text: str) -> list[str]:
    """Return the words and marks of *text*, case-folded."""
    return WORD.findall(text.casefold())


def with_roots(triples: Sequence[ContributionTriple]) -> tuple[ContributionTriple, ...]:
    """Put ``Contribution has <unit>`` before the first triple of each unit."""
    best: dict[str, float] = {}
    for triple in triples:
        best[triple.unit] = max(best.get(triple.unit, 0.0), triple.confidence)
    heads = {
        unit: ContributionTriple(unit, CONTRIBUTION, HAS, ROOTS[unit], -1, confidence)
        for unit, confidence in best.items()
        if unit in ROOTS
    }
    found: list[ContributionTriple] = []
    for triple in triples:
        if triple.unit in heads:
            found.append(heads.pop(triple.unit))
        found.append(triple)
    return tuple(found)
