"""What one sentence of a review does: its polarity, or none, and what it is about."""

from __future__ import annotations

from dataclasses import dataclass

from graph.vocabulary.extraction import Aspect, Polarity

OBJECTING = frozenset({Polarity.NEGATIVE, Polarity.SUGGESTION, Polarity.QUESTION})


@dataclass(frozen=True, slots=True)
class SentenceLabel:
    """One sentence as read; `polarity` is None where it argues nothing. Confidences are 0 to 1, of each alone."""

    polarity: Polarity | None
    aspect: Aspect
    polarity_confidence: float
    aspect_confidence: float

    @property
    def confidence(self) -> float:
        """How sure both are together."""
        return self.polarity_confidence * self.aspect_confidence


@dataclass(frozen=True, slots=True)
class SentenceInReview:
    """A sentence with its neighbours in the same review ('' at its ends)."""

    text: str
    before: str = ""
    after: str = ""
