"""The phrase rule: where a name begins and ends, without a tagger.

A blank pipeline has no noun chunks. The rule used instead: **a phrase is the longest run of words, inside one sentence
and without punctuation, none of which is closed class** (preposition, conjunction, pronoun, auxiliary, wh-word, adverb
in -ly, or a finite verb from a list), after leading determiners and praise ("a novel, simple …") and before trailing
participles. The word classes are in `lexicons/words.toml`. A phrase of more than seven words, one made only of words
that say nothing ("the proposed method"), and one without two letters in a row is no name: `Refused` says which.

The kind of a phrase is the kind of its last word (`heads`): "… classification" is a task, "… corpus" a dataset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from graph.vocabulary.extraction import NameType
from ingest.extract.lexicon import word_set, word_table
from ingest.extract.reading import Reading

LONGEST = 7  # words; longer runs are clauses that the word classes did not cut
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_NAME_LIKE = re.compile(
    r"[A-Z][\w.+*-]*[A-Z0-9][\w.+*-]*|[a-z]+[A-Z][\w.+*-]*|[A-Za-z]+[0-9]+[\w.+*-]*|[A-Z]{2,}[\w.+*-]*"
)
_WORD = re.compile(r"[A-Za-z][\w.'+*-]*|\d+[A-Za-z][\w-]*|@\d+")
_NOT_NAMES = word_set("not_names")
_CLASSES_OF_THINGS = word_set("classes_of_things")
_OPENERS = frozenset({"(", "[", '"', "'"})


class Phrase(NamedTuple):
    """Words *first* to *last* (exclusive) of a reading."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class WordClasses:
    """The word classes of the phrase rule."""

    determiners: frozenset[str]
    fillers: frozenset[str]
    closed: frozenset[str]
    generic: frozenset[str]
    heads: dict[str, NameType]


@cache
def word_classes() -> WordClasses:
    """Return the word classes, read once per process."""
    nouns_too = word_set("nouns_too")
    forms = {form for verb in word_set("verbs") for form in _forms(verb)} - nouns_too
    by_kind = word_table("heads")
    heads: dict[str, NameType] = {}
    for kind in (NameType.METRIC, NameType.METHOD, NameType.TASK, NameType.DATASET):
        heads.update(dict.fromkeys(sorted(by_kind[kind.value]), kind))
    return WordClasses(
        determiners=word_set("determiners"),
        fillers=word_set("fillers"),
        closed=word_set("closed") | forms,
        generic=word_set("generic"),
        heads=heads,
    )


def _forms(verb: str) -> tuple[str, ...]:
    stem = verb.removesuffix("e")
    third = f"{verb}es" if verb.endswith(("s", "x", "ch", "sh")) else f"{verb}s"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb, f"{verb[:-1]}ies", f"{verb[:-1]}ied", f"{verb}ing"
    return verb, third, f"{stem}ed", f"{stem}ing"


def is_nominal(lower: str) -> bool:
    """Say whether a word may stand in a phrase."""
    classes = word_classes()
    if not _WORD.match(lower) or lower in classes.closed or lower in classes.determiners or _VERB_ENDING.search(lower):
        return False
    return not (lower.endswith("ly") and len(lower) > 4 and lower not in _LY_NOUNS)


# Verbs by their ending, where no list can be complete: "eliminates", "regularizes"; nouns with these endings are named.
_VERB_ENDING = re.compile(
    r"(?<!estim)(?<!candid)(?<!upd)(?<!templ)(?<!coordin)(?<!\bg)(?<!\br)(?<!\bst)(?<!aggreg)(?<!surrog)(?<!duplic)(?<!covari)"
    r"(?<!certific)(?<!intermedi)(?<!replic)(?<!substr)(?<!particul)(?<!deleg)(?<!predic)ates$|[a-z]{3}(?:iz|ys)es$|[a-z]{2}ifies$"
)
_LY_NOUNS = frozenset(["anomaly", "family", "assembly", "only", "early", "polly", "supply", "reply"])


def forward(reading: Reading, start: int) -> Phrase | None:
    """Return the phrase that begins at word *start* or after the determiners and praise that stand there."""
    words, lowers = reading.words, reading.lowers
    classes = word_classes()
    at = start
    while at < len(words) and (
        (lowers[at] in classes.determiners and not (at + 1 < len(words) and words[at + 1].gap == "-"))
        or (lowers[at] in classes.fillers and _more(reading, at) and words[at + 1].gap != "-")
        or words[at].text in _OPENERS
    ):
        at += 1
    end = at
    while end < len(words) and (
        is_nominal(lowers[end]) or (end > at and words[end].gap in ("-", "/") and lowers[end][0].isdigit())
    ):
        end += 1
    return _trimmed(reading, at, end)


def backward(reading: Reading, end: int) -> Phrase | None:
    """Return the phrase whose last word is *end* - 1; adverbs before *end* are passed over."""
    lowers = reading.lowers
    classes = word_classes()
    while end > 0 and (lowers[end - 1].endswith("ly") or lowers[end - 1] in {"also", "both", "all", "even", "still"}):
        end -= 1
    at = end
    while at > 0 and is_nominal(lowers[at - 1]) and lowers[at - 1] not in classes.determiners:
        at -= 1
    while at < end and lowers[at] in classes.fillers and _more(reading, at) and reading.words[at + 1].gap != "-":
        at += 1
    return _trimmed(reading, at, end)


def _more(reading: Reading, at: int) -> bool:
    """Say whether a nominal word follows *at*: praise is passed over only where a name remains."""
    return at + 1 < len(reading.words) and (
        is_nominal(reading.lowers[at + 1]) or reading.words[at + 1].text in {*_OPENERS, ","}
    )


_ING_NOUNS = re.compile(
    r"(?:learn|train|model|smooth|clipp|tun|prun|pool|weight|mask|prompt|decod|embedd|averag|boost|bagg|sampl|rank|pars"
    r"|cluster|process|match|mapp|plann|reason|track|anneal|answer|tagg|caption|forecast|label|fus|gat|mix|encod|hash"
    r"|schedul|forc|rout|cach|stack|engineer|render|denois|inpaint|understand|link|edit|sens|imag|cod|simplify)l*ing"
)


def _trimmed(reading: Reading, first: int, last: int) -> Phrase | None:
    lowers = reading.lowers
    while last > first:
        final = lowers[last - 1]
        participle = final.endswith("ed") and len(final) > 4 and not reading.words[last - 1].text[0].isupper()
        gerund = final.endswith("ing") and not _ING_NOUNS.search(final)
        if not (participle or gerund or final in word_classes().determiners):
            break
        last -= 1
    return Phrase(first, last) if last > first else None


def refused(reading: Reading, phrase: Phrase) -> str | None:
    """Return why *phrase* is no name, or None if it may be one."""
    words = reading.lowers[phrase.first : phrase.last]
    classes = word_classes()
    if len(words) > LONGEST:
        return f"phrase of more than {LONGEST} words"
    if not _TWO_LETTERS.search(reading.surface(*phrase)):
        return "phrase without a word"
    if not _NOT_NAMES.isdisjoint(words):
        return "hardware or a person of the process, no method"
    if words[-1] in _CLASSES_OF_THINGS:
        return "a class of things, not one"
    if all(word in classes.generic or word in classes.fillers or word.isdigit() or len(word) == 1 for word in words):
        return "phrase says nothing by itself"
    return None


def kind(lowers: Sequence[str]) -> NameType | None:
    """Return the kind of a phrase by its last word, or None where that tells nothing."""
    return word_classes().heads.get(lowers[-1]) if lowers else None


def name_like(text: str) -> bool:
    """Say whether *text* looks like a name of the field: inner or all capitals, or letters with digits."""
    return _NAME_LIKE.fullmatch(text) is not None
