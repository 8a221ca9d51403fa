"""Tokens of a sentence: the model's pieces, the words they belong to, and how each word is printed.

The model is uncased; what capitals and digits say of a name reaches the tag heads as one of `SHAPES`. Words are what
the tokenizer splits before it looks for pieces (spaces and punctuation), so that "label-smoothing" in a paper and
"label - smoothing" in an annotated set are the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

SHAPES = (
    "none",
    "lower",
    "capital",
    "upper",
    "upper plural",
    "mixed",
    "letter",
    "number",
    "letters and digits",
    "upper and digits",
    "bracket",
    "punctuation",
    "symbol",
)
_TESTS = (
    ("number", re.compile(r"[\d.,%]*\d[\d.,%]*")),
    ("letter", re.compile(r"[A-Z]")),
    ("upper", re.compile(r"[A-Z]{2,}")),
    ("upper plural", re.compile(r"[A-Z]{2,}s")),
    ("capital", re.compile(r"[A-Z][^\WA-Z\d_]+")),
    ("lower", re.compile(r"[^\WA-Z\d_]+")),
    ("upper and digits", re.compile(r"(?=.*\d)[A-Z\d]+")),
    ("letters and digits", re.compile(r"(?=.*\d)\w+")),
    ("mixed", re.compile(r"\w+")),
    ("bracket", re.compile(r"[()\[\]{}]")),
    ("punctuation", re.compile(r"[-.,;:!?'\"/–—‘’“”`]+")),
)


def shape(word: str) -> int:
    """Return the index in `SHAPES` of how *word* is printed."""
    return next((SHAPES.index(name) for name, test in _TESTS if test.fullmatch(word)), SHAPES.index("symbol"))


@dataclass(frozen=True, slots=True)
class Tokens:
    """The pieces of a sentence. `word_of` gives for each piece the index of its word in `words` (character ranges)."""

    ids: tuple[int, ...]
    ranges: tuple[tuple[int, int], ...]
    word_of: tuple[int, ...]
    words: tuple[tuple[int, int], ...]
    shapes: tuple[int, ...]  # of each word

    def __len__(self) -> int:
        return len(self.ids)


def tokenise(tokenizer: Tokenizer, texts: Sequence[str], *, most: int) -> list[Tokens]:
    """Return the first *most* pieces of each text, whole words only; what follows is not read."""
    encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
    return [_tokens(text, encoding, most) for text, encoding in zip(texts, encodings, strict=True)]


def _tokens(text: str, encoding: Encoding, most: int) -> Tokens:
    pieces, offsets, word_ids = encoding.ids, encoding.offsets, encoding.word_ids
    size = min(most, len(pieces))
    while 0 < size < len(pieces) and word_ids[size] == word_ids[size - 1]:
        size -= 1
    words: list[tuple[int, int]] = []
    word_of: list[int] = []
    previous: int | None = None
    for number in range(size):
        start, end = offsets[number]
        if words and word_ids[number] == previous:
            words[-1] = (words[-1][0], end)
        else:
            words.append((start, end))
        previous = word_ids[number]
        word_of.append(len(words) - 1)
    return Tokens(
        ids=tuple(pieces[:size]),
        ranges=tuple((start, end) for start, end in offsets[:size]),
        word_of=tuple(word_of),
        words=tuple(words),
        shapes=tuple(shape(text[start:end]) for start, end in words),
    )


def first_pieces(tokens: Tokens) -> list[int]:
    """Return the index of the first piece of each word: the one that carries its tag."""
    return [at for at, word in enumerate(tokens.word_of) if at == 0 or tokens.word_of[at - 1] != word]
