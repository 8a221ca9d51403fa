"""Which of the names that were found are names: what a claim, a result and the graph may stand on.

In terminology extraction *unithood* asks whether words form one term and *termhood* whether the term means something
in its field (Kageura and Umino, "Methods of automatic term recognition", Terminology 3(2), 1996). The annotated sets
mark both the names of things and descriptions of them ("the latent representation"), and a trained reader marks what
they mark; cues of the rules announce descriptions, too. A node that papers share must be a name. Here, over a whole
document: ends are put right (`name_ends`), a name is of one kind (`name_kinds`), and what is no name is refused with
the reason: common words for a sort of thing, a phrase without capitals that the document hardly uses, a symbol of a
formula, the surname of an author.

What the shipped lists know, what the title names, and what has a short form in the document are names. Guarantees: a
function of the document alone. Not done: a judgement across papers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import NameType
from ingest.extract.lexicon import pieces, word_set
from ingest.extract.name_ends import with_ends
from ingest.extract.name_kinds import with_kinds
from ingest.extract.names import Names
from ingest.extract.phrases import kind, name_like, word_classes
from ingest.extract.reading import Hit, Reading
from ingest.extract.refusals import Refusals
from ingest.extract.sections import Part

_OFTEN = 3  # sentences that use a phrase of common words as a term
_OFTEN_IN_FRONT = 2  # the same, where title or abstract is one of them
_MODIFIERS, _CLASSES = word_set("general_modifiers"), word_set("class_nouns")
_NO_TASKS, _FIELDS, _MAKES = word_set("no_tasks"), word_set("fields"), word_set("makes")
_SETTINGS, _BEFORE_SETTINGS = word_set("run_settings"), word_set("before_run_settings")
_SOFTWARE, _ORGANISATIONS = word_set("software"), word_set("organisations")
_FIELD_NAMES = frozenset(name.replace("_", " ") for name in word_set("field_names"))
_DESCRIBES = word_set("no_suffix")
_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]")
_FOOTNOTE = re.compile(r"([a-z]{4,})\.?\d")


def keep_names(document: Document, readings: Sequence[Reading], names: Names, refusals: Refusals) -> None:
    """Leave those hits of *readings* that are names, each with its ends and its kind put right."""
    with_ends(readings, names)
    with_kinds(readings, names)
    seen = _Seen.of(document, readings)
    for reading in readings:
        for hit in [each for each in reading.hits if each.source != "lexicon" and each.entry is None]:
            if reason := _no_name(reading, hit, seen, names):
                refusals.add(hit.name, reason, reading.index)
                reading.hits.remove(hit)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a document says of its words: where each name stands, which words it prints, whom it cites."""

    places: dict[str, frozenset[int]]
    front: frozenset[str]
    printed: frozenset[str]
    surnames: frozenset[str]

    @classmethod
    def of(cls, document: Document, readings: Sequence[Reading]) -> _Seen:
        """Return what *readings* of *document* say."""
        places: defaultdict[str, set[int]] = defaultdict(set)
        front: set[str] = set()
        for reading in readings:
            for hit in reading.hits:
                places[hit.name.lower()].add(reading.index)
                if reading.part in (Part.TITLE, Part.ABSTRACT):
                    front.add(hit.name.lower())
        return cls(
            places={name: frozenset(its) for name, its in places.items()},
            front=frozenset(front),
            printed=frozenset(word.text for reading in readings for word in reading.words),
            surnames=frozenset(
                name.split()[-1] for each in document.references for name in each.authors if name.split()
            ),
        )

    def often(self, name: str) -> bool:
        """Say whether enough sentences use *name* to make it a term of the document."""
        return len(self.places[name.lower()]) >= (_OFTEN_IN_FRONT if name.lower() in self.front else _OFTEN)

    def printed_as_name(self, reading: Reading, hit: Hit) -> bool:
        """Say whether *hit* is printed as a name: inner capitals or digits in a word, or a capital at each.

        One capital makes the name of a data set ("the Foo corpus"), not that of others ("a Gaussian distribution"). It
        says nothing at the start of a sentence, nor in a word that the document also prints without.
        """
        words = reading.words[hit.first : hit.last]
        if any(name_like(word.text) and word.text not in _FIELDS for word in words):
            return True
        inside = hit.first > 0 or reading.part is Part.TITLE
        if len(words) == 1 or hit.type is NameType.DATASET:
            proper = words if inside else words[1:]
            return any(word.text[0].isupper() and word.text.lower() not in self.printed for word in proper)
        return inside and all(word.text[0].isupper() or word.text[0].isdigit() for word in words)


def _no_name(reading: Reading, hit: Hit, seen: _Seen, names: Names) -> str | None:
    """Return why *hit* is no name, or None."""
    if reason := _shard(reading, hit, seen):
        return reason
    if any(long == hit.name and name_like(short) for short, long in names.meaning.items()):
        long = pieces(hit.name.lower())
        return "common words for a sort of thing" if kind(long) is None and _common(long) else None
    lowers = reading.lowers[hit.first : hit.last]
    if _described(reading, hit):
        return "a description by what it is based on"
    if seen.printed_as_name(reading, hit):
        return None
    if _general(lowers) or _common(lowers):
        return "common words for a sort of thing"
    if hit.type is NameType.TASK and lowers[-1] in _NO_TASKS:
        return "a setting or a problem, no task"
    if hit.type is NameType.METRIC and lowers[-1] in _SETTINGS and not _BEFORE_SETTINGS.isdisjoint(lowers):
        return "a setting of a run, which measures nothing"
    return _unused(hit, lowers, seen, names)


def _unused(hit: Hit, lowers: Sequence[str], seen: _Seen, names: Names) -> str | None:
    """Return why a phrase without capitals is no term of its document, or None."""
    is_task = hit.type is NameType.TASK and kind(lowers) is NameType.TASK
    if len(lowers) == 1:
        return None if is_task and seen.often(hit.name) else "a general word, no name"
    few = len(seen.places[hit.name.lower()]) == 1 and hit.name.lower() not in seen.front
    if hit.name in names.proposed or seen.often(hit.name) or (is_task and not few):
        return None
    return "a phrase that one sentence uses" if few else "a phrase that few sentences use"


def _shard(reading: Reading, hit: Hit, seen: _Seen) -> str | None:
    """Return why *hit* is a piece of something else, or the name of something else, or None."""
    words = reading.words[hit.first : hit.last]
    text = reading.surface(hit.first, hit.last)
    starts_alone = len(words) > 1 and len(words[0].text) == 1 and words[0].text.isalpha() and words[1].gap[:1] == " "
    if _GREEK.search(text) or starts_alone or len(text) < 2 or not any(each.isalpha() for each in text):
        return "part of a formula"
    if len(words) > 1 and text.isupper() and text.replace(" ", "") in seen.printed:
        return "a name that the text breaks"
    if (mark := _FOOTNOTE.fullmatch(words[-1].text)) and mark.group(1) in word_classes().generic | _CLASSES:
        return "a word with the mark of a footnote"
    after = reading.lowers[hit.last] if hit.last < len(reading.lowers) else ""
    if any(word.text.lower() in _MAKES for word in words) or after in _SOFTWARE or words[-1].text in _SOFTWARE:
        return "hardware or software, no method"
    if any(word.text in _ORGANISATIONS for word in words):
        return "a place of work"
    if text in _FIELDS or hit.name.lower() in _FIELD_NAMES:
        return "a field or a kind of data"
    if len(words) == 1 and text in seen.surnames and not name_like(text):
        return "the name of an author"
    return None


def _general(lowers: Sequence[str]) -> bool:
    """Say whether the words are a class noun and what says of what sort it is: "a latent representation"."""
    if lowers[-1] not in _CLASSES and lowers[-1].removesuffix("s") not in _CLASSES:
        return False
    classes = word_classes()
    common = _MODIFIERS | _CLASSES | classes.generic | classes.fillers | classes.closed
    return all(word in common or len(word) == 1 for word in lowers[:-1])


def _common(lowers: Sequence[str]) -> bool:
    """Say whether no word of several says anything by itself: "out of distribution"."""
    classes = word_classes()
    return all(word in classes.generic | classes.fillers | classes.closed for word in lowers)


def _described(reading: Reading, hit: Hit) -> bool:
    """Say whether *hit* is a "FooNet-based framework": a sort of thing, by what it is made of."""
    words = reading.words[hit.first : hit.last]
    last = words[-1].text
    if len(words) < 3 or (last not in word_classes().generic and last.removesuffix("s") not in _CLASSES):
        return False
    return any(word.text in _DESCRIBES and word.gap == "-" for word in words[1:-1])
