"""One sentence's phrases with what stands between them: the ground that all features are taken from."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.extract.contributions.sentences import ContributionSentence, words_of

_CLASSES = (
    ("of",),
    ("in", "within", "inside"),
    ("on", "upon"),
    ("for",),
    ("with", "without"),
    ("by", "via", "through"),
    ("to", "into", "towards", "toward"),
    ("from",),
    ("as",),
    ("at",),
    ("than", "over", "above", "below", "under"),
    ("between", "among", "across", "during", "per"),
    ("using", "use", "uses", "used", "employ", "apply", "adopt", "utilize"),
    ("is", "are", "was", "were", "be", "been", "has", "have", "had"),
    ("propose", "present", "introduce", "proposed", "introduces", "presents", "develop", "proposes"),
    ("outperforms", "outperform", "achieves", "achieve", "obtains", "improves", "improve", "outperformed", "achieved"),
    ("set", "trained", "train", "initialize", "initialized", "optimize", "optimized", "tune", "tuned"),
    ("observe", "find", "see", "show", "shows", "found", "demonstrate", "note", "observed"),
    ("and", "or", "but", "also"),
    ("we", "our", "this", "it", "they", "their", "its"),
    ("that", "which", "where", "when", "while", "if"),
    ("a", "an", "the"),
)
_CLASS_OF = {word: number for number, words in enumerate(_CLASSES, start=1) for word in words}
_ING, _ED, _S, _LY, _NUMBER, _MARK, _OTHER = range(len(_CLASSES) + 1, len(_CLASSES) + 8)


def word_class(word: str) -> int:
    """Return a small number for what kind of word *word* (case-folded) is; 0 for no word."""
    if not word:
        return 0
    if word in _CLASS_OF:
        return _CLASS_OF[word]
    if any(c.isdigit() for c in word):
        return _NUMBER
    if not word[0].isalpha():
        return _MARK
    if word.endswith("ing"):
        return _ING
    if word.endswith("ed"):
        return _ED
    if word.endswith("ly"):
        return _LY
    return _S if word.endswith("s") else _OTHER


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a sentence: its range, text, words, and what surrounds it up to its neighbours."""

    start: int
    end: int
    text: str
    words: tuple[str, ...]
    gap_before: tuple[str, ...]
    gap_after: tuple[str, ...]

    @property
    def first(self) -> str:
        """The first word, case-folded."""
        return self.words[0] if self.words else ""

    @property
    def last(self) -> str:
        """The last word, case-folded."""
        return self.words[-1] if self.words else ""

    @property
    def is_number(self) -> bool:
        """Whether the phrase is a value: it begins with a digit, or most of its words have one."""
        return self.text[:1].isdigit() or sum(c.isdigit() for c in self.text) * 2 > len(self.text)


def phrases_of(sentence: ContributionSentence) -> tuple[Phrase, ...]:
    """Return the phrases of *sentence* in order."""
    ranges = sentence.phrases
    found = []
    for number, (start, end) in enumerate(ranges):
        before = ranges[number - 1][1] if number else 0
        after = ranges[number + 1][0] if number + 1 < len(ranges) else len(sentence.text)
        text = sentence.text[start:end]
        found.append(
            Phrase(
                start,
                end,
                text,
                tuple(words_of(text)),
                tuple(words_of(sentence.text[before:start])),
                tuple(words_of(sentence.text[end:after])),
            )
        )
    return tuple(found)
