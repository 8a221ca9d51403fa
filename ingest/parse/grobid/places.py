"""Where sentences stand that GROBID gave no coordinates for: in the rules' parse of the same PDF.

A sentence is found by its letters and digits, which is how two readers agree on one; one that stands there twice, or is
cut otherwise there, stays without a place.
"""

from __future__ import annotations

from collections.abc import Sequence

from graph.vocabulary.document import Box, Document, Sentence
from ingest.parse.text_normalisation import letters_and_digits

_MIN_LENGTH = 12  # letters: shorter ones are found by chance


def find_places(text: str, sentences: Sequence[Sentence], rules: Document) -> tuple[tuple[Sentence, ...], int]:
    """Return *sentences* of *text*, those without boxes with those that *rules* has for them, and how many got some."""
    known: dict[str, tuple[Box, ...]] = {}
    for sentence in rules.sentences:
        words = letters_and_digits(rules.quote(sentence))
        known[words] = () if words in known else sentence.boxes
    found = []
    placed = 0
    for sentence in sentences:
        words = "" if sentence.boxes else letters_and_digits(text[sentence.char_start : sentence.char_end])
        boxes = known.get(words, ()) if len(words) >= _MIN_LENGTH else ()
        placed += bool(boxes)
        found.append(sentence.model_copy(update={"boxes": boxes}) if boxes else sentence)
    return tuple(found), placed
