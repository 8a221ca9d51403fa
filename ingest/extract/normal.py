"""A sentence as rules want to see it: one kind of space, dash and quote, ligatures and line-break hyphens undone.

Guarantees: every character of the normalised text knows which character of the document it came from, so a range found
here is a verbatim range of the document. Not done here: any change of words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.extract.lexicon import word_set

# One character to another: typographic forms that mean the same.
_SAME = str.maketrans({
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "−": "-", "—": "-",
    "‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "„": '"',
    "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2002": " ", "\u2003": " ", "\t": " ", "\n": " ", "\r": " ",
})  # fmt: skip
_LIGATURES = {"ﬁ": "fi", "ﬂ": "fl", "ﬀ": "ff", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": "", "\u200b": "", "\ufeff": ""}
# Markdown emphasis, code ticks and escapes are typography too; a lone asterisk stays.
_EMPHASIS = re.compile(r"\*\*|__|`|\\(?=[%_&#*$])|(?<![\w*])\*(?=\w)|(?<=\w)\*(?![\w*])")
_UNUSUAL = re.compile(r"[ﬁﬂﬀﬃﬄ\u00ad\u200b\ufeff]|\s\s|\*|__|`|\\[%_&#*$]|\w-\s")
# A hyphen at the end of a line joins two halves of a word, unless the first half is a word that takes a hyphen.
_BROKEN = re.compile(r"(?<=[a-z])-\s*\n\s*(?=[a-z])|(?<=[a-z]{2})- (?=[a-z]{2})")
_KEEPS_HYPHEN = word_set("keeps_hyphen")
_SUSPENDED = re.compile(r"(and|or|to|as|nor|but)\b")


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` and, for each of its characters and its end, the offset in the document."""

    text: str
    offsets: tuple[int, ...] | None
    base: int
    length: int

    def start(self, position: int) -> int:
        """Return the document offset of the character at *position*."""
        if self.offsets is None:
            return self.base + position
        return self.base + (self.offsets[position] if position < len(self.offsets) else self.length)

    def end(self, position: int) -> int:
        """Return the document offset just after the character before *position*."""
        return self.start(position - 1) + 1 if position else self.base


def normalise(text: str, base: int) -> Normalised:
    """Return *text*, which stands at *base* in the document, in its normal form."""
    if not _UNUSUAL.search(text):
        return Normalised(text.translate(_SAME), None, base, len(text))
    skipped = {at for match in _EMPHASIS.finditer(text) for at in range(match.start(), match.end())}
    for match in _BROKEN.finditer(text):
        if _SUSPENDED.match(text, match.end()):
            continue
        half = re.search(r"[a-z]+$", text[: match.start()])
        keeps = half is not None and half.group() in _KEEPS_HYPHEN
        skipped.update(range(match.start() + keeps, match.end()))
    characters: list[str] = []
    offsets: list[int] = []
    for at, character in enumerate(text):
        if at in skipped:
            continue
        for each in _LIGATURES.get(character, character.translate(_SAME)):
            if each == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(each)
            offsets.append(at)
    return Normalised("".join(characters), tuple(offsets), base, len(text))
