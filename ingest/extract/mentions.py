"""The names in a document: methods, tasks, datasets and metrics, each with the words it stands on.

A name enters in four ways: it is in the shipped lists; the document defines its acronym; a cue announces it ("we
propose …", "compared with …", "on the … dataset"); or it was announced elsewhere in the same document. A phrase that a
cue announces is kept where its last word or its form says what kind of thing it is; the others are refused with the
reason. No other paper is consulted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.vocabulary.extraction import MethodRole, NameType
from ingest.extract.acronyms import Definition, mend
from ingest.extract.announcements import Announced, announcements
from ingest.extract.confidence import CUED_NAME, CUED_PHRASE, NAMED, PROPOSED, TITLE_NAME
from ingest.extract.cues import CALLED, OURS, PROPOSE, Cue
from ingest.extract.lexicon import Entry, lookup, word_set, word_table
from ingest.extract.names import Finder, Names, clean, extended
from ingest.extract.phrases import Phrase, kind, name_like, refused, word_classes
from ingest.extract.reading import Hit, Reading, longest, matchers
from ingest.extract.refusals import Refusals
from ingest.extract.sections import Part

_DATA_WORDS = word_set("data_words")
_IN_LIST = frozenset([",", "and", "or", "the", "both", "&", "to"])
# Words that turn a metric's name into something else.
_NOT_AFTER, _NOT_BEFORE = word_table("not_after"), word_table("not_before")
_TITLE_NAME = re.compile(r"^\s*([A-Z0-9][^:]{1,40}?)\s*[:–]\s+(\S.*)$")
_IN_CLAUSES = word_set("closed") - {"and", "of", "for", "to", "in"}  # "Put Socks on Lines: …" is no name
_HEADS = word_set("heads_of_names")
_DATASET_WORDS = frozenset({"dataset", "datasets", "corpus", "corpora", "benchmark", "benchmarks"})
_DATA_TITLE = re.compile(r"\b(?:benchmark|data ?set|corpus|test ?bed|suite)\b", re.IGNORECASE)


def find_names(readings: Sequence[Reading], definitions: Sequence[Definition], refusals: Refusals) -> Names:
    """Fill `Reading.hits` of each reading and return what the document announces."""
    names = Names()
    for reading in readings:
        reading.hits.extend(_list_hits(reading))
    _learn_acronyms(definitions, names)
    announced = [each for reading in readings for each in announcements(reading)]
    for each in announced:
        _learn(each, names, refusals)
    _learn_title(readings, names)
    finder = Finder(names)
    for reading in readings:
        reading.hits.extend(finder.hits(reading))
        reading.hits[:] = [extended(reading, hit, names) for hit in longest(reading.hits)]
    return names


def _list_hits(reading: Reading) -> list[Hit]:
    found: list[Hit] = []
    for first, last, entry in matchers().hits(reading.words):
        if entry.quality or not _stands(reading, first, last, entry):
            continue
        found.append(Hit(first, last, entry.type, entry.name, "lexicon", entry))
    return found


def _stands(reading: Reading, first: int, last: int, entry: Entry) -> bool:
    """Say whether a list entry means itself here."""
    lowers = reading.lowers
    after = lowers[last] if last < len(lowers) else ""
    before = lowers[first - 1] if first else ""
    if entry.in_context:
        return after in _DATA_WORDS or _in_data_position(reading, first)
    final = lowers[last - 1].removesuffix("s")
    if after in _NOT_AFTER.get(final, ()) or before in _NOT_BEFORE.get(final, ()):
        return False
    if before == "non" and reading.words[first].gap == "-":
        return False
    return not (final == "recall" and last - first == 1 and first == 0)


def _in_data_position(reading: Reading, first: int) -> bool:
    at = first - 1
    steps = 0
    while (
        at >= 0
        and steps < 14
        and reading.lowers[at] in _IN_LIST | {"wine", "digits", "breast", "cancer", "iris", "data"}
    ):
        at, steps = at - 1, steps + 1
    if at < 0:
        return False
    if reading.lowers[at] in {"on", "across", "over"}:
        return True
    return reading.words[at].text in {"(", ":"} and at > 0 and reading.lowers[at - 1] in _DATA_WORDS


def _learn_acronyms(definitions: Sequence[Definition], names: Names) -> None:
    for definition in definitions:
        known = next((entry for type in NameType if (entry := lookup(type, definition.long))), None)
        name = known.name if known else clean(mend(definition.long))
        names.meaning[definition.short] = name
        names.meaning[definition.long] = name
        type = known.type if known else kind(definition.long.lower().split())
        if type is not None and len(definition.short) > 1:
            names.vote(definition.short, type, CUED_NAME)
            if not known:
                names.vote(definition.long, type, CUED_NAME)


def _learn(each: Announced, names: Names, refusals: Refusals) -> None:
    reading, phrase, cue = each.reading, each.phrase, each.cue
    text = reading.surface(*phrase)
    if cue is CALLED and not _speaks_of_own(reading):
        return
    if cue.type is NameType.DATASET and cue.backward:
        phrase = _name_before(reading, phrase)
        text = reading.surface(*phrase)
    elif (
        cue.type is NameType.DATASET
        and reading.lowers[phrase.last - 1] in _DATA_WORDS
        and phrase.last - phrase.first > 1
    ):
        phrase = _name_before(reading, Phrase(phrase.first, phrase.last - 1))
        text = reading.surface(*phrase)
    phrase = _without_head(reading, phrase)
    text = reading.surface(*phrase)
    if cue is PROPOSE and reading.lower[max(0, reading.words[phrase.first].start - 4) :].startswith("the "):
        return
    if any(hit.first <= phrase.first and phrase.last <= hit.last for hit in reading.hits):
        return
    is_name = any(name_like(word.text) for word in reading.words[phrase.first : phrase.last]) or _title_case(
        reading, phrase
    )
    type = _type_of(reading, phrase, cue, is_name=is_name)
    if type is None or (cue.named and not is_name):
        return
    if reason := refused(reading, phrase):
        refusals.add(text, reason, reading.index)
        return
    name = clean(text)
    if len(name) < 2 or name.lower() in word_classes().closed:
        return
    proposes = cue in (PROPOSE, CALLED, OURS) and type is NameType.METHOD
    if proposes:
        confidence = NAMED if is_name else PROPOSED
        names.proposed[name] = max(confidence, names.proposed.get(name, 0.0))
    else:
        confidence = CUED_NAME if is_name else CUED_PHRASE
    names.vote(name, type, confidence)


def _without_head(reading: Reading, phrase: Phrase) -> Phrase:
    """Return *phrase* without a general last word behind a name: "the FooNet model" is FooNet."""
    last = phrase.last
    while (
        last - phrase.first > 1 and reading.words[last - 1].text in _HEADS and name_like(reading.words[last - 2].text)
    ):
        last -= 1
    return Phrase(phrase.first, last)


def _speaks_of_own(reading: Reading) -> bool:
    return re.search(r"\b(?:we|our|this (?:paper|work)|novel)\b", reading.lower) is not None


def _title_case(reading: Reading, phrase: Phrase) -> bool:
    """Say whether each word of two or more starts with a capital, away from the start of the sentence."""
    words = reading.words[phrase.first : phrase.last]
    return phrase.first > 0 and len(words) > 1 and all(word.text[0].isupper() for word in words)


def _name_before(reading: Reading, phrase: Phrase) -> Phrase:
    """Return the capitalised end of *phrase*: "the large ScanFoo" before 'dataset' is ScanFoo."""
    first = phrase.last
    while first > phrase.first and (
        reading.words[first - 1].text[0].isupper() or reading.words[first - 1].text[0].isdigit()
    ):
        first -= 1
    return Phrase(first, phrase.last) if first < phrase.last else phrase


def _type_of(reading: Reading, phrase: Phrase, cue: Cue, *, is_name: bool) -> NameType | None:
    """Return the kind of thing *cue* announces with *phrase*, or None where nothing tells."""
    lowers = reading.lowers[phrase.first : phrase.last]
    by_head = kind(lowers)
    if by_head is NameType.TASK and len(lowers) == 1:
        return None
    if cue.type is NameType.DATASET:
        return _type_after_data_cue(reading, phrase, cue, by_head, is_name=is_name)
    if cue.type is NameType.TASK or by_head is NameType.TASK:
        announces = cue.type is NameType.TASK or cue.type is None
        return NameType.TASK if by_head is NameType.TASK and announces else None
    after = reading.lowers[phrase.last] if phrase.last < len(reading.lowers) else ""
    if after in _DATASET_WORDS:
        by_head = NameType.DATASET
    if by_head in (NameType.DATASET, NameType.METRIC):
        return by_head if is_name else None
    if is_name and (cue.type is NameType.METHOD or cue.role is not None):
        return NameType.METHOD
    return by_head if cue.role is not MethodRole.MENTIONED else None


def _type_after_data_cue(
    reading: Reading, phrase: Phrase, cue: Cue, by_head: NameType | None, *, is_name: bool
) -> NameType | None:
    """Return DATASET for a name ("on FooBench", "the FooBench corpus"), TASK for what a task's head word tells."""
    if cue.backward:
        return NameType.DATASET if is_name else None
    if by_head in (NameType.TASK, NameType.METRIC, NameType.METHOD):
        return by_head if by_head is NameType.TASK else None
    last = reading.words[phrase.last - 1].text
    named = last != last.lower() or last[0].isdigit()
    return NameType.DATASET if is_name and named and phrase.first > 0 else None


def _learn_title(readings: Sequence[Reading], names: Names) -> None:
    title = next((reading for reading in readings if reading.part is Part.TITLE), None)
    if title is None or not (match := _TITLE_NAME.match(title.text)):
        return
    name = match.group(1).strip()
    words = name.split()
    if len(words) > 4 or not _IN_CLAUSES.isdisjoint(words):
        return
    if any(hit.last <= len(words) for hit in title.hits if hit.source == "lexicon"):
        return
    used = sum(name in reading.text for reading in readings if reading is not title)
    # In a title in capitals every word looks like a name.
    printed = not title.text.isupper() and any(name_like(word) for word in words)
    if not (printed or (len(words) == 1 and used >= 2)):
        return
    if _DATA_TITLE.search(match.group(2)):
        names.vote(name, NameType.DATASET, TITLE_NAME)
        return
    names.votes.pop(name, None)
    names.vote(name, NameType.METHOD, TITLE_NAME)
    names.proposed[name] = TITLE_NAME
