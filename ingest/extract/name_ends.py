"""Where a name begins and ends: what a phrase carries beside the name is cut off.

"The reasoning model o4-mini" is o4-mini, "a second-best FooNet" and "FooNet prompts" are FooNet, "FooNet (Smith" stops
at the bracket, and "the network G" at the letter that stands for it. Cut is what leaves something printed as a name,
and what says how hard a task is. Names of the shipped lists are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.vocabulary.extraction import NameType
from ingest.extract.lexicon import is_known, lookup, word_set
from ingest.extract.names import Names, clean
from ingest.extract.phrases import kind, name_like, word_classes
from ingest.extract.reading import Hit, Reading

_HEADS, _DATA_WORDS = word_set("heads_of_names"), word_set("data_words")
_CLASSES, _MODIFIERS = word_set("class_nouns"), word_set("general_modifiers")
_TASK_QUALITIES = word_set("task_qualities")
_SUFFIXES = word_set("suffix_words")
_BRACKETS = frozenset("()[]{}")
_SORTS = frozenset(
    {"sota", "base", "baseline", "anchor", "pretrained", "trained", "released", "initializing", "scaling"}
)
_NEVER_FIRST = word_set("determiners") | {"baseline", "proposed", "novel", "new", "existing"}
_DOING = re.compile(r"(?:ing|tion|ment|sis)$")  # "FooNet refinement" is what is done, and a name of its own


def with_ends(readings: Sequence[Reading], names: Names) -> None:
    """Replace hits of *readings* by what is the name in them."""
    alone = _alone(readings)
    for reading in readings:
        for number, hit in enumerate(reading.hits):
            if hit.source == "lexicon" or hit.entry is not None:
                continue
            first, last = _cut(reading, hit, alone)
            if first < last and (first, last) != (hit.first, hit.last):
                reading.hits[number] = _renamed(reading, hit, first, last, names)


def named_before(reading: Reading, last: int) -> bool:
    """Say whether the last word before *last* is a class word behind a name: "FooNet Model", "Foo Bar dataset".

    In "Sock Folding Module" all of it is the name.
    """
    word, head = reading.words[last - 2].text, reading.words[last - 1].text
    return name_like(word) or (len(word) > 1 and word[0].isupper() and head.islower())


def _alone(readings: Sequence[Reading]) -> frozenset[str]:
    """Return the names that the document prints as names, with nothing beside them."""
    found: set[str] = set()
    for reading in readings:
        for hit in reading.hits:
            if _printed(reading, hit.first, hit.last) or hit.source == "lexicon":
                found.update((hit.name.lower(), reading.surface(hit.first, hit.last).lower()))
    return frozenset(found)


def _renamed(reading: Reading, hit: Hit, first: int, last: int, names: Names) -> Hit:
    surface = clean(reading.surface(first, last))
    known = lookup(hit.type, names.named(surface)) or lookup(hit.type, surface)
    if (sure := reading.sure.pop((hit.first, hit.last), None)) is not None:
        reading.sure[first, last] = sure
    if (doubt := reading.doubts.pop((hit.first, hit.last), None)) is not None:
        reading.doubts[first, last] = doubt
    if (announced := names.confidence.get(hit.name)) is not None and surface not in names.confidence:
        names.vote(surface, hit.type, announced)
    if (proposed := names.proposed.get(hit.name)) is not None:
        names.proposed.setdefault(surface, proposed)
    return Hit(first, last, hit.type, known.name if known else names.named(surface), hit.source, known)


def _cut(reading: Reading, hit: Hit, alone: frozenset[str]) -> tuple[int, int]:
    first, last = _without_letters(reading, *_before_bracket(reading, hit.first, hit.last))
    first = _behind_class(reading, first, last)
    first = _behind_sort(reading, hit.type, first, last)
    if hit.source != "encoder":  # which learnt where names end; the phrase rule runs on to the next closed word
        last = _before_tail(reading, hit.type, first, last, alone)
    return first, without_class(reading, hit.type, first, last)


def _before_bracket(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """Return the words before a citation that a text glues to them: "FooNet [3]", "FooNet Smith et al."."""
    for at in range(first + 1, last):
        if reading.words[at].text in _BRACKETS:
            return first, at
        if reading.lowers[at + 1 : at + 3] == ("et", "al"):
            return first, at
    return first, last


def _without_letters(reading: Reading, first: int, last: int) -> tuple[int, int]:
    """Return the words without symbols of a formula at their end: "the generator network G"."""
    words = reading.words
    while last - first > 1 and len(words[last - 1].text) == 1 and words[last - 1].gap == " ":
        last -= 1
    return first, last


def _behind_class(reading: Reading, first: int, last: int) -> int:
    """Return where the name begins behind a class word: "the reasoning model o4-mini"."""
    for at in range(last - 2, first - 1, -1):
        word = reading.words[at].text
        is_class = word in _HEADS | _DATA_WORDS or word in _CLASSES or word.removesuffix("s") in _CLASSES
        apart = reading.words[at + 1].gap == " " or word.endswith("s")  # "models-FooNet": a dash
        if is_class and apart and _printed(reading, at + 1, last):
            return at + 1
    return first


def _behind_sort(reading: Reading, type: NameType, first: int, last: int) -> int:
    """Return where the name begins behind words for its sort or quality: "the second-best FooNet", "tuning FooNet"."""
    if type is NameType.TASK:
        while last - first > 1 and reading.lowers[first] in _TASK_QUALITIES and reading.words[first + 1].gap == " ":
            first += 1
        return first
    at = first
    while at < last - 1 and _says_sort(reading.words[at].text):
        at += 1
        if reading.words[at].gap == " " and _printed(reading, at, last):
            return at
    while last - first > 2 and reading.words[first].text in _NEVER_FIRST and reading.words[first + 1].gap == " ":
        first += 1
    return first


def _says_sort(word: str) -> bool:
    if word.lower() != "sota" and word != word.lower():
        return False
    classes = word_classes()
    sorts = classes.fillers | classes.determiners | classes.closed | _MODIFIERS | _SORTS
    return word.lower() in sorts or (len(word) > 4 and word.endswith("est"))


def _before_tail(reading: Reading, type: NameType, first: int, last: int, alone: frozenset[str]) -> int:
    """Return where the name ends before common words that say nothing of its kind: "FooNet prompts"."""
    end = last
    while end > first and not _printed(reading, end - 1, end):
        end -= 1
    if end in (first, last) or not _printed(reading, first, end) or reading.words[end].gap != " ":
        return last
    tail, final = kind(reading.lowers[end:last]), reading.lowers[last - 1]
    if tail is not None and (tail is type or type is not NameType.DATASET):
        return last
    if final in _SUFFIXES or final in _CLASSES or _DOING.search(final):
        return last
    name = clean(reading.surface(first, end))
    return end if name.lower() in alone or is_known(name) else last


def without_class(reading: Reading, type: NameType, first: int, last: int) -> int:
    """Return where the name ends before its class word: "the FooNet model", "the sock folding task"."""
    if type is NameType.TASK:
        named = last - first > 1 and reading.lowers[last - 1] in ("task", "tasks")
        return last - 1 if named and kind(reading.lowers[first : last - 1]) is NameType.TASK else last
    if type is NameType.DATASET and kind(reading.lowers[first : last - 1]) is NameType.TASK:
        return last  # "the Foo Question Answering dataset"
    classes = _DATA_WORDS if type is NameType.DATASET else _HEADS if type is NameType.METHOD else frozenset()
    while last - first > 1 and reading.lowers[last - 1] in classes and named_before(reading, last):
        last -= 1
    return last


def _printed(reading: Reading, first: int, last: int) -> bool:
    """Say whether each of the words is printed as a part of a name."""
    words = reading.words[first:last]
    return bool(words) and all(
        name_like(word.text)
        or (len(word.text) > 1 and word.text[0].isupper())
        or word.text[0].isdigit()
        or (number > 0 and word.gap == "-")
        or (word.text.isupper() and number + 1 < len(words) and words[number + 1].gap == "-")
        for number, word in enumerate(words)
    )
