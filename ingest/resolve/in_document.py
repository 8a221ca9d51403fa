"""Within one paper: which of the names of what it reports on mean one thing there.

A paper on visual question answering calls its task "VQA", "the VQA task" and "answering visual questions", and no
reader takes these for three. Across papers that would be a wrong merge, so nothing of this enters the graph's merges:
here the paper is the context. Average-linkage clustering (Sokal and Michener 1958) over one likeness of two names: how
much of the shorter one is in the longer one, by words, short forms that the paper defines written out, or by 3-grams.

Only for names of what the paper is about, its results, claims and proposals: these are few and mostly far apart, so
that likeness tells. Given every name of a paper, alike names of different things run together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from pydantic import Field

from graph.keys import name_key, normal_name
from graph.name_core import core
from graph.names import abbreviates, grams
from graph.schema import Label
from graph.vocabulary.document import Frozen
from graph.vocabulary.extraction import Extraction, MethodRole, NameType
from ingest.resolve.grouping import decisions
from ingest.resolve.name import Name

# Within the plateau (.10 to .30) of F1 on tuning papers of SciREX, `benchmarks/resolve.py --split tune`.
LEAST_LIKENESS = 0.2
# 3-grams of endings, which say nothing: segmentation is no translation.
_ENDINGS = frozenset({"ati", "tio", "ion", "ing", "zat", "iza", "ive", "tiv", "men", "ent", "ity"})

Definitions = Sequence[tuple[str, str]]


class ReportedEntity(Frozen):
    """One thing that a paper reports on, under all the names it has there."""

    type: NameType
    name: str = Field(description="the one that is mentioned most; of equals the shortest, then the first by letters")
    names: tuple[str, ...]
    mentions: int


def one_in_document(label: Label, counts: Mapping[str, int], defined: Definitions) -> list[list[str]]:
    """Return the groups of the names in *counts* (name to mentions), of one kind, that mean one thing in their paper.

    *defined* are the short forms that the paper defines, as (short, long). The order of neither plays a part.
    """
    written: dict[str, list[str]] = defaultdict(list)
    for text in sorted(counts):
        if normal_name(text):
            written[name_key(text)].append(text)
    keys = sorted(written)
    if len(keys) < 2:
        return [written[key] for key in keys]
    names = {key: _name(label, key, written[key], counts, defined) for key in keys}
    joined = decisions(names)
    words = [_words(names[key], defined) for key in keys]
    pieces = [(found := grams(names[key].squash)) - _ENDINGS or found for key in keys]
    far = [
        0.0 if (keys[i], keys[j]) in joined else 1 - max(_share(words[i], words[j]), _share(pieces[i], pieces[j]))
        for i in range(len(keys))
        for j in range(i + 1, len(keys))
    ]
    groups: dict[int, list[str]] = defaultdict(list)
    for key, number in zip(keys, _clustered(far), strict=True):
        groups[number] += written[key]
    return sorted(sorted(group) for group in groups.values())


def reported(extraction: Extraction) -> tuple[ReportedEntity, ...]:
    """Return what a paper reports on: the names of its results, claims and proposals, grouped, most mentioned first."""
    counts: dict[NameType, Counter[str]] = {type: Counter() for type in NameType}
    for type, name in _names_reported(extraction):
        counts[type][name] = 0
    for mention in extraction.mentions:
        if mention.name in counts[mention.type]:
            counts[mention.type][mention.name] += 1
    defined = [(each.short, each.long) for each in extraction.acronyms]
    found = [
        ReportedEntity(
            type=type,
            name=min(group, key=lambda name: (-counts[type][name], len(name), name)),
            names=tuple(group),
            mentions=sum(counts[type][name] for name in group),
        )
        for type in NameType
        for group in one_in_document(Label(type.value), counts[type], defined)
    ]
    order = list(NameType)
    return tuple(sorted(found, key=lambda each: (order.index(each.type), -each.mentions, each.name)))


def _names_reported(extraction: Extraction) -> list[tuple[NameType, str]]:
    found: list[tuple[NameType, str | None]] = []
    for mention in extraction.mentions:
        if mention.role is MethodRole.PROPOSED:
            found.append((mention.type, mention.name))
    for claim in extraction.claims:
        found += [(NameType.METHOD, claim.intervention), (NameType.METHOD, claim.comparator)]
        found += [(NameType.METRIC, claim.outcome), (NameType.DATASET, claim.dataset), (NameType.TASK, claim.task)]
    for result in extraction.results:
        found += [(NameType.METHOD, result.method), (NameType.METRIC, result.metric)]
        found += [(NameType.DATASET, result.dataset), (NameType.TASK, result.task)]
    return [(type, name) for type, name in found if name]


def _name(label: Label, key: str, texts: Sequence[str], counts: Mapping[str, int], defined: Definitions) -> Name:
    normal = normal_name(texts[0])
    longs = (normal_name(long) for short, long in defined if _key_of(short) == key)
    meanings = Counter(long for long in longs if long != normal and abbreviates(normal, long))
    return Name(key, normal, {text: max(1, counts[text]) for text in texts}, meanings, label)


def _key_of(text: str) -> str:
    return name_key(text) if normal_name(text) else ""


def _words(name: Name, defined: Definitions) -> frozenset[str]:
    """Return the words of the core, each short form replaced by the words that the paper says it stands for."""
    meaning = {normal_name(short): core(name.label, long).words for short, long in defined if abbreviates(short, long)}
    return frozenset(part for word in name.core.words for part in meaning.get(word, (word,)))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other))


def _clustered(distances: Sequence[float]) -> list[int]:
    from scipy.cluster.hierarchy import fcluster, linkage

    tree = linkage(np.array(distances), "average")
    return [int(number) for number in fcluster(tree, 1 - LEAST_LIKENESS, "distance")]
