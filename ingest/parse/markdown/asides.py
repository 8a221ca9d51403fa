"""What a converter leaves between the paragraphs of a text: footnotes, running heads and feet, labels of figures.

Told by the words alone, since a converter keeps no places: a footnote by its mark, numbers of footnotes by their
sequence, a running head by being there again and again, a label by its length beside a figure or another label.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from ingest.parse.markdown_blocks import Block, BlockKind
from ingest.parse.text_normalisation import without_numbers


class Aside(StrEnum):
    """What a paragraph is, if it is none of the running text."""

    FOOTNOTE = "footnote"
    FURNITURE = "furniture"  # running heads and feet, page and line numbers
    LABEL = "label"  # words inside a figure


_SYMBOL = re.compile(r"\\?[∗*†‡§¶]{1,2}\s?(?=[\w:{(])")
_NUMBERED = re.compile(r"(?P<number>\d{1,2})\s+(?=https?:|[A-Z‘“'\"(])")
_VENUE = re.compile(
    r"\d{1,3}(?:st|nd|rd|th) (?:annual |international )?(?:conference|meeting|workshop)\b"
    r"|(?:published as a|under review (?:as|at|for)|accepted (?:at|to|as)|preprint\b|work in progress|submitted to|"
    r"proceedings of the)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_ENDS = re.compile(r"[.?!:;,][\"'”’)\]]*$")
_MAX_LABEL_WORDS = 6
_MAX_FOOTNOTE_WORDS = 90
_MAX_HEAD_WORDS = 14
_REPEATED = 3


def find_asides(text: str, blocks: Sequence[Block]) -> dict[int, Aside]:
    """Return the asides among *blocks* by the place of their first character."""
    found: dict[int, Aside] = {}
    paragraphs = [b for b in blocks if b.kind is BlockKind.PARAGRAPH]
    heads = _running_heads(text, paragraphs)
    last = 0
    for block in paragraphs:
        words = text[block.start : block.end].split()
        line = " ".join(words)
        if not _WORD.search(line) and len(words) <= _MAX_LABEL_WORDS:
            found[block.start] = Aside.FURNITURE if line.strip("()").isdigit() else Aside.LABEL
        elif without_numbers(line) in heads or (_VENUE.match(line) and len(words) <= _MAX_HEAD_WORDS):
            found[block.start] = Aside.FURNITURE
        elif _SYMBOL.match(line) and len(words) <= _MAX_FOOTNOTE_WORDS and not line.startswith("**"):
            found[block.start] = Aside.FOOTNOTE
        elif (match := _NUMBERED.match(line)) and len(words) <= _MAX_FOOTNOTE_WORDS:
            number = int(match.group("number"))
            if last < number <= last + 2:  # one may be lost
                found[block.start] = Aside.FOOTNOTE
                last = number
    return found | _labels(text, blocks, found)


def _running_heads(text: str, paragraphs: Sequence[Block]) -> frozenset[str]:
    lines = [" ".join(text[b.start : b.end].split()) for b in paragraphs]
    counts = Counter(without_numbers(line) for line in lines if len(line.split()) <= _MAX_HEAD_WORDS)
    return frozenset(line for line, count in counts.items() if count >= _REPEATED and len(line) >= 8)


def _labels(text: str, blocks: Sequence[Block], known: dict[int, Aside]) -> dict[int, Aside]:
    """Return the short paragraphs that touch a figure, a label or a lone number, from either side."""
    marked: dict[int, Aside] = {}
    for order in (blocks, list(reversed(blocks))):
        beside = False
        for block in order:
            is_image = block.kind is BlockKind.COMMENT and "image" in text[block.start : block.end]
            if is_image or known.get(block.start) is Aside.LABEL:
                beside = True
            elif block.kind is not BlockKind.PARAGRAPH or block.start in known:
                beside = beside and known.get(block.start) is Aside.FURNITURE
            else:
                line = " ".join(text[block.start : block.end].split())
                short = len(line.split()) <= _MAX_LABEL_WORDS and not _ENDS.search(line)
                beside = beside and short
                if beside:
                    marked[block.start] = Aside.LABEL
    return marked
