"""What a document announces, and where it stands: the names learnt from cues, found again in every sentence."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from graph.vocabulary.extraction import NameType
from ingest.extract.lexicon import Entry, lookup, word_set
from ingest.extract.reading import Hit, Reading, matchers

_SUFFIX_WORDS = word_set("suffix_words")
_NO_SUFFIX = word_set("no_suffix")
_SIZE = re.compile(r"\d[\w.]*|v\d[\w.]*", re.IGNORECASE)


@dataclass(slots=True)
class Names:
    """What the document announces: votes for the kind of each name, and the names it proposes."""

    votes: dict[str, Counter[NameType]] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    meaning: dict[str, str] = field(default_factory=dict)  # short form → name
    proposed: dict[str, float] = field(default_factory=dict)

    def vote(self, name: str, type: NameType, confidence: float) -> None:
        """Count one announcement of *name* as a *type*."""
        self.votes.setdefault(name, Counter())[type] += 1
        self.confidence[name] = max(confidence, self.confidence.get(name, 0.0))

    def type_of(self, name: str) -> NameType | None:
        """Return the kind most announcements give *name*; ties go to the first of method, task, dataset, metric."""
        if not (votes := self.votes.get(name)):
            return None
        order = list(NameType)
        return min(votes, key=lambda each: (-votes[each], order.index(each)))

    def named(self, surface: str) -> str:
        """Return what *surface* means: the document's long form, the list's name where it has one."""
        return self.meaning.get(surface, surface)


def clean(text: str) -> str:
    """Return *text* as a name: one kind of space, no quotes or punctuation at its ends."""
    return re.sub(r"\s+", " ", text).strip(" .,;:'\"()[]*-")


class Finder:
    """Finds the announced names in every sentence: exact where they have capitals, in any case otherwise."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names.votes:
            words = tuple(word.text for word in matchers().words(name))
            if words:
                self._by_first.setdefault(words[0].lower(), []).append((words, name))

    def hits(self, reading: Reading) -> list[Hit]:
        """Return the announced names that stand in *reading*, overlaps included."""
        found: list[Hit] = []
        for at, lower in enumerate(reading.lowers):
            for words, name in self._by_first.get(lower, ()):
                last = at + len(words)
                here = tuple(word.text for word in reading.words[at:last])
                exact = name != name.lower() and len(words) == 1
                same = (
                    here == words if exact else tuple(each.lower() for each in here) == tuple(w.lower() for w in words)
                )
                if exact and not same and len(here) == 1 and here[0] == f"{words[0]}s":
                    same = True
                type = self._names.type_of(name)
                if same and type is not None:
                    known = self._known(name, type)
                    type = known.type if known else type
                    meaning = known.name if known else self._names.named(name)
                    source = "acronym" if name in self._names.meaning else "document"
                    found.append(Hit(at, last, type, meaning, source, known))
        return found

    def _known(self, name: str, type: NameType) -> Entry | None:
        """Return the list entry that *name* means: of the announced kind, else of any kind."""
        meaning = self._names.named(name)
        return lookup(type, meaning) or next((entry for each in NameType if (entry := lookup(each, meaning))), None)


def extended(reading: Reading, hit: Hit, names: Names) -> Hit:
    """Return *hit* with the size or version glued to it ("BERT-large", "ResNet-50"), which is another name."""
    if hit.source != "lexicon" or hit.type not in (NameType.METHOD, NameType.DATASET):
        return hit
    first, last = hit.first, hit.last
    words = reading.words
    named = any(character.isupper() for character in reading.surface(first, last))
    while named and last < len(words) and words[last].gap == "-" and _is_suffix(words[last].text):
        last += 1
    while named and first > 0 and words[first].gap == "-" and words[first - 1].text[0].isupper():
        first -= 1
    if (first, last) == (hit.first, hit.last):
        return hit
    name = clean(reading.surface(first, last))
    known = lookup(hit.type, name)
    return Hit(first, last, hit.type, names.named(known.name if known else name), "lexicon", known or hit.entry)


def _is_suffix(text: str) -> bool:
    lower = text.lower()
    if lower in _NO_SUFFIX:
        return False
    return bool(_SIZE.fullmatch(text)) or lower in _SUFFIX_WORDS or text[0].isupper()
