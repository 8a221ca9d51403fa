"""A name is of one kind in its document: where its mentions disagree, the surest kind counts.

Each mention speaks for its kind with its confidence, and so does the encoder where it sees another kind. A short form
is what its long form is, where that is written out: "the MC datasets" make no data set of machine comprehension. Names
of the shipped lists have theirs; in a list ("on FooBench, MNIST and BarBench") what a list of ours knows speaks for its
neighbours, since such lists are of one kind. A name whose last word is a thing that does something (a tagger, a
network), or ends in the size of a model ("FooLM-7B"), is a method; "FooBench" is a data set.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from graph.vocabulary.extraction import NameType
from ingest.extract.confidence import REPEATED
from ingest.extract.lexicon import pieces
from ingest.extract.names import Names
from ingest.extract.phrases import name_like
from ingest.extract.reading import Hit, Reading

Votes = defaultdict[NameType, float]

_BETWEEN = re.compile(r"(?:\s*(?:,|and|or|&|/|\([^)]*\)|\[[^\]]*\]))+\s*")
_LISTED = 1.0  # what a neighbour in a list says: as much as a sure mention
_DOES = re.compile(
    r"(?:taggers?|parsers?|classifiers?|encoders?|decoders?|estimators?|optimi[sz]ers?|generators?|networks?"
    r"|transformers?|models?|algorithms?|readers?|solvers?|learners?|agents?|\d+(?:\.\d+)?[bm])"
)
_HOLDS = re.compile(r"(?:bench|benchmark|corpus|treebank|dataset)$")


def with_kinds(readings: Sequence[Reading], names: Names) -> None:
    """Give every hit the kind that its name has in the document."""
    votes = _votes(readings, names)
    kinds = {name: _surest(its) for name, its in votes.items()}
    for reading in readings:
        for number, hit in enumerate(reading.hits):
            if hit.entry is None and hit.source != "lexicon" and hit.type is not kinds[_key(hit)]:
                reading.hits[number] = hit._replace(type=kinds[_key(hit)])


def _surest(votes: Votes) -> NameType:
    order = list(NameType)
    return min(votes, key=lambda each: (-round(votes[each], 6), order.index(each)))


def _key(hit: Hit) -> str:
    return hit.name.lower()


def _votes(readings: Sequence[Reading], names: Names) -> dict[str, Votes]:
    votes: defaultdict[str, Votes] = defaultdict(lambda: defaultdict(float))
    of_short_forms: defaultdict[str, Votes] = defaultdict(lambda: defaultdict(float))
    for reading in readings:
        for hit in reading.hits:
            surface = reading.surface(hit.first, hit.last)
            said = of_short_forms if names.named(surface) == hit.name != surface else votes
            sure = reading.sure.get((hit.first, hit.last), names.confidence.get(surface, REPEATED))
            said[_key(hit)][_kind(hit)] += sure
            if doubt := reading.doubts.get((hit.first, hit.last)):
                said[_key(hit)][doubt[0]] += doubt[1]
        for hit, type in _neighbours(reading):
            votes[_key(hit)][type] += _LISTED
    return {**of_short_forms, **votes}


def _kind(hit: Hit) -> NameType:
    """Return the kind of *hit*, where the last word of its name does not tell another."""
    last = pieces(hit.name.lower())[-1]
    if _HOLDS.search(last):
        return NameType.DATASET
    return NameType.METHOD if hit.type is not NameType.METHOD and _DOES.fullmatch(last) else hit.type


def _neighbours(reading: Reading) -> Iterator[tuple[Hit, NameType]]:
    """Yield the names that no list of ours knows, with the kind of the known ones in the same enumeration."""
    for group in _lists(reading):
        kinds = Counter(hit.type for hit in group if hit.entry is not None)
        if len(kinds) == 1:
            (type,) = kinds
            for hit in group:
                if hit.entry is None and name_like(reading.words[hit.first].text):
                    yield hit, type


def _lists(reading: Reading) -> Iterator[list[Hit]]:
    group: list[Hit] = []
    for hit in sorted(reading.hits, key=lambda each: each.first):
        if group:
            start, end = reading.words[group[-1].last - 1].end, reading.words[hit.first].start
            if not _BETWEEN.fullmatch(reading.text[start:end]):
                yield group
                group = []
        group.append(hit)
    if group:
        yield group
