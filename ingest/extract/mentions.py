"""The names in a document: methods, tasks, datasets and metrics, each with the words it stands on.

A name enters in four ways: it is in the shipped lists; the document defines its acronym; a cue announces it ("we
propose …", "compared with …", "on the … dataset"); or it was announced elsewhere in the same document. A phrase that a
cue announces is kept where its last word or its form says what kind of thing it is; the others are refused with the
reason. No other paper is consulted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from graph.vocabulary.extraction import MethodRole, NameType
from ingest.extract.acronyms import Definition, mend
from ingest.extract.confidence import CUED_NAME, CUED_PHRASE, NAMED, PROPOSED, TITLE_NAME
from ingest.extract.cues import ANY, BACKWARD, CALLED, FORWARD, OURS, PROPOSE, Cue
from ingest.extract.lexicon import Entry, lookup
from ingest.extract.phrases import Phrase, backward, forward, kind, name_like, refused, word_classes
from ingest.extract.reading import Hit, Reading, longest, matchers
from ingest.extract.refusals import Refusals
from ingest.extract.sections import Part

_DATA_WORDS = frozenset(
    ["data", "dataset", "datasets", "set", "sets", "benchmark", "benchmarks", "task", "tasks", "corpus", "problem", "problems"]
)
_IN_LIST = frozenset([",", "and", "or", "the", "both", "&", "to"])
# Words that turn a metric's name into something else.
_NOT_AFTER = {
    "error": frozenset(["bar", "bars", "analysis", "analyses", "propagation", "correction", "correcting", "term", "terms", "signal", "signals", "message", "messages", "handling", "accumulation", "function", "backpropagation", "bound", "bounds", "feedback", "detection"]),
    "precision": frozenset(["training", "matrix", "medicine", "arithmetic", "floating", "weights", "agriculture"]),
    "recall": frozenset(["that", "the", "how", "from"]),
    "sensitivity": frozenset(["to", "analysis", "analyses", "of"]),
    "accuracy": frozenset(),
    "momentum": frozenset(["space", "equation", "conservation", "transfer", "operator"]),
    "f1": frozenset(),
}  # fmt: skip
_NOT_BEFORE = {
    "error": frozenset(["standard", "approximation", "quantization", "rounding", "estimation", "human"]),
    "precision": frozenset(["mixed", "half", "full", "single", "double", "bit", "high", "low", "numerical", "reduced"]),
    "regression": frozenset(["logistic", "linear"]),
}
_SUFFIX_WORDS = frozenset(
    ["base", "large", "small", "tiny", "mini", "xl", "xxl", "medium", "huge", "giant", "nano", "lite", "cased", "uncased", "base-uncased", "s", "m", "l", "b", "h"]
)
_NO_SUFFIX = frozenset(
    ["based", "style", "like", "trained", "type", "free", "specific", "aware", "level", "only", "pretrained", "tuned", "augmented", "enhanced", "driven", "inspired", "guided", "generated", "agnostic", "compatible", "equipped", "friendly", "related", "wise", "dependent", "induced", "powered", "to", "and", "or"]
)
_SIZE = re.compile(r"\d[\w.]*|v\d[\w.]*", re.IGNORECASE)
_TITLE_NAME = re.compile(r"^\s*([A-Z0-9][^:]{1,40}?)\s*[:–]\s+(\S.*)$")
_DATA_TITLE = re.compile(r"\b(?:benchmark|data ?set|corpus|test ?bed|suite)\b", re.IGNORECASE)
_LIST_LENGTH = 12


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
        return min(votes, key=lambda type: (-votes[type], order.index(type)))

    def named(self, surface: str) -> str:
        """Return what *surface* means: the long form where the document defines it, the list's name where it has one."""
        return self.meaning.get(surface, surface)


@dataclass(frozen=True, slots=True)
class Announced:
    """A cue in a sentence, the phrase it announces, and what it says of it."""

    reading: Reading
    phrase: Phrase
    cue: Cue


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
    finder = _Finder(names)
    for reading in readings:
        reading.hits.extend(finder.hits(reading))
        reading.hits[:] = [_extended(reading, hit, names) for hit in longest(reading.hits)]
    return names


def announcements(reading: Reading) -> list[Announced]:
    """Return the phrases that cues of *reading* announce, in the order of the cues."""
    if not ANY.search(reading.lower):
        return []
    found: list[Announced] = []
    for cue in FORWARD:
        for match in cue.pattern.finditer(reading.lower):
            start = reading.word_at(match.end())
            phrases = _listed(reading, start) if cue.listed else [forward(reading, start)]
            found.extend(Announced(reading, phrase, cue) for phrase in phrases if phrase)
    for cue in BACKWARD:
        for match in cue.pattern.finditer(reading.lower):
            if phrase := backward(reading, reading.word_at(match.start())):
                found.append(Announced(reading, phrase, cue))
    return found


def _listed(reading: Reading, start: int) -> list[Phrase]:
    """Return the phrases of the list that starts at word *start*: items between commas, 'and', 'or'; citations skipped."""
    found: list[Phrase] = []
    at = start
    while at < len(reading.words) and len(found) < _LIST_LENGTH:
        phrase = forward(reading, at)
        if phrase is None:
            break
        found.append(phrase)
        at = _after_brackets(reading, phrase.last)
        joined = False
        while at < len(reading.words) and reading.lowers[at] in {",", "and", "or", "&", ";", "as", "well"}:
            at, joined = at + 1, True
        if not joined:
            break
    return found


def _after_brackets(reading: Reading, at: int) -> int:
    closing = {"(": ")", "[": "]"}
    while at < len(reading.words) and (end := closing.get(reading.words[at].text)):
        stop = next((k for k in range(at, len(reading.words)) if reading.words[k].text == end), None)
        if stop is None:
            break
        at = stop + 1
    return at


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
    lowers = reading.lowers[phrase.first : phrase.last]
    by_head = kind(lowers)
    after = reading.lowers[phrase.last] if phrase.last < len(reading.lowers) else ""
    if cue.type is NameType.DATASET:
        if cue.backward:
            return NameType.DATASET if is_name else None
        if by_head in (NameType.TASK, NameType.METRIC, NameType.METHOD):
            return by_head if by_head is NameType.TASK else None
        last = reading.words[phrase.last - 1].text
        return (
            NameType.DATASET if is_name and phrase.first > 0 and (last != last.lower() or last[0].isdigit()) else None
        )
    if by_head is NameType.TASK and len(lowers) == 1:
        return None
    if cue.type is NameType.TASK:
        return NameType.TASK if by_head is NameType.TASK else None
    if by_head in (NameType.DATASET, NameType.METRIC):
        return by_head if is_name else None
    if after in {"dataset", "datasets", "corpus", "benchmark", "benchmarks", "corpora"}:
        return NameType.DATASET if is_name else None
    if by_head is NameType.TASK:
        return NameType.TASK if cue.type is None else None
    if is_name and (cue.type is NameType.METHOD or cue.role is not None):
        return NameType.METHOD
    return by_head if by_head is NameType.METHOD and cue.role is not MethodRole.MENTIONED else None


def _learn_title(readings: Sequence[Reading], names: Names) -> None:
    title = next((reading for reading in readings if reading.part is Part.TITLE), None)
    if title is None or not (match := _TITLE_NAME.match(title.text)):
        return
    name = match.group(1).strip()
    words = name.split()
    if len(words) > 4 or any(hit.last <= len(words) for hit in title.hits if hit.source == "lexicon"):
        return
    used = sum(name in reading.text for reading in readings if reading is not title)
    if not (any(name_like(word) for word in words) or (len(words) == 1 and used >= 2)):
        return
    if _DATA_TITLE.search(match.group(2)):
        names.vote(name, NameType.DATASET, TITLE_NAME)
        return
    names.votes.pop(name, None)
    names.vote(name, NameType.METHOD, TITLE_NAME)
    names.proposed[name] = TITLE_NAME


def clean(text: str) -> str:
    """Return *text* as a name: one kind of space, no quotes or punctuation at its ends."""
    return re.sub(r"\s+", " ", text).strip(" .,;:'\"()[]*-")


class _Finder:
    """Finds the announced names in every sentence: exact where they have capitals, in any case otherwise."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for name in names.votes:
            words = tuple(word.text for word in matchers().words(name))
            if words:
                self._by_first.setdefault(words[0].lower(), []).append((words, name))

    def hits(self, reading: Reading) -> list[Hit]:
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


def _extended(reading: Reading, hit: Hit, names: Names) -> Hit:
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
