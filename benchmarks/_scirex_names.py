"""SciREX documents as resolution sees them: distinct mention strings by type, definitions, gold clusters. Sibling file.

Scored are the distinct strings of the mentions of non-empty `coref` clusters, each of the type that most of its
mentions have. Definitions are those that the extractor's own acronym reader finds in the text of the document; nothing
of the gold but the strings and their types is given.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from _rule_documents import sectioned_document

from graph.keys import name_key, normal_name
from graph.names import abbreviates
from graph.schema import Label
from ingest.extract.acronyms import definitions
from ingest.extract.extractor import readings_of
from ingest.extract.gold import Paper, SciRexDocument
from ingest.extract.refusals import Refusals
from ingest.resolve.grouping import decisions, grouped
from ingest.resolve.in_document import one_in_document
from ingest.resolve.name import Name

LABELS = {"Method": Label.METHOD, "Task": Label.TASK, "Metric": Label.METRIC, "Material": Label.DATASET}
_UNTYPED = Label.PROBLEM


@dataclass(frozen=True)
class NamedDocument:
    """A document: how often each string is mentioned, its type, what the text defines, and the gold clusters."""

    paper: Paper
    counts: Mapping[str, int]
    types: Mapping[str, Label]
    defined: Sequence[tuple[str, str]]
    gold: Sequence[Sequence[str]]

    def names(self, label: Label) -> tuple[dict[str, Name], dict[str, list[str]]]:
        """Return the names of one type, by key, and the strings that write each."""
        written: dict[str, list[str]] = defaultdict(list)
        for string in sorted(self.types):
            if self.types[string] is label and normal_name(string):
                written[name_key(string)].append(string)
        names = {}
        for key, strings in written.items():
            normal = normal_name(strings[0])
            surfaces = {string: self.counts[string] for string in strings}
            names[key] = Name(key, normal, surfaces, self._meanings(key, normal), label)
        return names, written

    def _meanings(self, key: str, normal: str) -> Mapping[str, int]:
        longs = (normal_name(long) for short, long in self.defined if name_key(short) == key)
        return Counter(long for long in longs if long != normal and abbreviates(normal, long))


def named(document: SciRexDocument) -> NamedDocument:
    """Return *document* with its strings written as prose writes them."""
    whole, prose = sectioned_document(document.words, document.sentences, document.sections)

    def string(start: int, end: int) -> str:
        return " ".join(whole.text[prose.starts[start] : prose.ends[end - 1]].split())

    types = {(each.start, each.end): LABELS[each.type] for each in document.mentions if each.type in LABELS}
    counts: Counter[str] = Counter(string(*span) for span in types)
    votes: dict[str, Counter[Label]] = defaultdict(Counter)
    gold: list[list[str]] = []
    for ranges in document.coref.values():
        if ranges:
            gold.append(sorted({string(*span) for span in ranges}))
        for span in ranges:
            votes[string(*span)][types.get(span, _UNTYPED)] += 1
            counts.setdefault(string(*span), 1)
    kinds = {text: min(found, key=lambda label: (-found[label], label)) for text, found in votes.items()}
    defined = [(each.short, each.long) for each in definitions(readings_of(whole, Refusals()))]
    return NamedDocument(document.paper, counts, kinds, defined, gold)


def by_form(document: NamedDocument, form: Callable[[str], str]) -> list[list[str]]:
    """Return the groups of strings that have one type and one form."""
    groups: dict[tuple[Label, str], list[str]] = defaultdict(list)
    for string, label in document.types.items():
        groups[label, form(string)].append(string)
    return list(groups.values())


def in_document(document: NamedDocument) -> list[list[str]]:
    """Return the groups of strings that mean one thing in their document."""
    groups: list[list[str]] = []
    for label in sorted(set(document.types.values())):
        counts = {text: document.counts[text] for text, kind in document.types.items() if kind is label}
        groups += one_in_document(label, counts, document.defined)
    return groups


def merged(document: NamedDocument, without: str | None = None) -> list[list[str]]:
    """Return the groups that resolve makes of them in a graph of this one document; *without* a rule."""
    groups: list[list[str]] = []
    for label in sorted(set(document.types.values())):
        names, written = document.names(label)
        pairs = {pair: each for pair, each in decisions(names).items() if each.rule != without}
        groups += [[text for key in group for text in written[key]] for group in grouped(names, pairs, ())]
    return groups
