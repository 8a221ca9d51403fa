"""Whether sentences are found again on their pages by their boxes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from graph.vocabulary.document import Box
from ingest.parse import UnreadableDocument, parse_file
from ingest.parse.text_normalisation import clean_pdf_word, letters_and_digits

SAMPLE = 2000
_SLACK = 0.05  # points: boxes are rounded to a hundredth


class Quote(NamedTuple):
    """A sentence and where it says that it stands."""

    text: str
    role: str
    boxes: tuple[Box, ...]


class Found(NamedTuple):
    """Of *tries* sentences: found by words whose middle is in the boxes, with nothing else in them, and by clipping."""

    tries: int
    found: int
    exact: int
    clipped: int
    missed: tuple[str, ...]  # file, page and role of each that was not found


def sentences_in_boxes(files: Sequence[Path], *, sample: int = SAMPLE, seed: int = 1) -> Found:
    """Parse *files*, draw *sample* sentences from all of them, and look for each in its boxes.

    Text is compared as letters and digits; hyphens at line ends do not count. A sentence is found when it stands whole
    among the words in its boxes, box by box and from left to right.
    """
    quotes: list[tuple[Path, Quote]] = []
    for path in files:
        try:
            document = parse_file(path.read_bytes(), name=path.name)[0]
        except UnreadableDocument:
            continue
        quotes += [
            (path, Quote(document.quote(s), str(document.sections[s.section].role), s.boxes))
            for s in document.sentences
        ]
    drawn = random.Random(seed).sample(quotes, min(sample, len(quotes)))
    by_file: defaultdict[Path, list[Quote]] = defaultdict(list)
    for path, quote in drawn:
        by_file[path].append(quote)
    found = exact = clipped = 0
    missed: list[str] = []
    for path in sorted(by_file):
        for quote, inside, clip in _look(path, by_file[path]):
            wanted = letters_and_digits(quote.text)
            found += wanted in inside
            exact += wanted == inside
            clipped += wanted in clip
            if wanted not in inside:
                missed.append(f"{path.name} page {quote.boxes[0].page if quote.boxes else '?'}: {quote.role}")
    return Found(len(drawn), found, exact, clipped, tuple(missed))


def _look(path: Path, quotes: list[Quote]) -> list[tuple[Quote, str, str]]:
    """Return each quote with the words whose middle lies in its boxes, and with PyMuPDF's clipping to them."""
    import pymupdf

    looked = []
    words: dict[int, list[tuple[float, float, float, float, str]]] = {}
    with pymupdf.open(path) as file:
        for quote in quotes:
            inside, clip = [], []
            for box in quote.boxes:
                page = file[box.page - 1]
                if box.page not in words:
                    page.set_rotation(0)
                    words[box.page] = [word[:5] for word in page.get_text("words")]
                own = [w for w in words[box.page] if _middle_in(w, box)]
                inside += [w[4] for w in sorted(own)]
                clip += [w[4] for w in page.get_text("words", clip=(box.x0, box.y0, box.x1, box.y1))]
            looked.append((quote, _normal(inside), _normal(clip)))
    return looked


def _middle_in(word: tuple[float, float, float, float, str], box: Box) -> bool:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return box.x0 - _SLACK <= x <= box.x1 + _SLACK and box.y0 - _SLACK <= y <= box.y1 + _SLACK


def _normal(words: list[str]) -> str:
    return letters_and_digits(" ".join(clean_pdf_word(word) for word in words))
