"""Labels for the sentences of a review document: by the trained reader, by word rules where none is installed.

Who read is returned with the labels, so that an extraction says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import Aspect, Polarity
from ingest.extract.confidence import POINT, POINT_GUESSED, POINT_PROSE
from ingest.extract.reviews.labels import SentenceInReview, SentenceLabel
from ingest.extract.reviews.model import ReviewModel
from ingest.extract.reviews.pieces import Piece
from ingest.extract.reviews.word_rules import RULES, asks, aspect_of, polarity_of


@dataclass(frozen=True)
class Labelled:
    """A label for each sentence that was read, by its index, and who gave it.

    No sentence opens an argument with a polarity that is less sure than `least_sure`.
    """

    labels: dict[int, SentenceLabel]
    reader: str
    least_sure: float = 0.0


def read_labels(document: Document, found: Sequence[Piece], model: ReviewModel | None) -> Labelled:
    """Return the labels of the sentences of *found*."""
    if model is None:
        return Labelled({index: label for piece in found for index, label in _by_words(document, piece)}, RULES)
    wanted = [index for piece in found for index in piece.sentences]
    given = model.read(in_context(document, wanted))
    return Labelled(dict(zip(wanted, given, strict=True)), model.name, model.least_sure)


def in_context(document: Document, wanted: Iterable[int]) -> list[SentenceInReview]:
    """Return sentences with their neighbours of the same review; a section's end is no border."""
    order: dict[int | None, list[int]] = {}
    for index, sentence in enumerate(document.sentences):
        order.setdefault(document.sections[sentence.section].review, []).append(index)
    neighbours: dict[int, tuple[int | None, int | None]] = {}
    for indexes in order.values():
        for before, index, after in zip([None, *indexes], indexes, [*indexes[1:], None], strict=False):
            neighbours[index] = before, after

    def text(index: int | None) -> str:
        return "" if index is None else document.quote(document.sentences[index])

    return [SentenceInReview(text(index), *(text(each) for each in neighbours[index])) for index in wanted]


def _by_words(document: Document, piece: Piece) -> Iterable[tuple[int, SentenceLabel]]:
    """Polarity by the place, elsewhere by words; the sure polarity of a bullet is that of its first sentence."""
    for index in piece.sentences:
        text = document.quote(document.sentences[index])
        said, aspect = polarity_of(text), aspect_of(text)
        polarity, confidence = piece.polarity, POINT if piece.bullet else POINT_PROSE
        if piece.polarity is Polarity.QUESTION and said is not Polarity.QUESTION and not asks(text):
            polarity = Polarity.NEGATIVE if said is Polarity.NEGATIVE else None
            confidence = POINT_PROSE
        if piece.polarity is None:
            polarity, confidence = said, POINT_GUESSED
        first = index == piece.sentences[0]
        if said is None and aspect is Aspect.OTHER and not (first and piece.bullet):
            polarity = None  # neither what it is about nor how it stands to it
        yield index, SentenceLabel(polarity, aspect, confidence, 1.0)
