"""Which metrics and datasets the labels of a table name: the fullest spelling in a label counts.

Names come from the list that the caller gives and, so that a column of another metric or dataset is known for one, from
the shipped lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from graph.vocabulary.extraction import NameType
from ingest.extract.leaderboard.evidence import Name
from ingest.extract.leaderboard.spelling import capitals, spellings, tokens
from ingest.extract.lexicon import entries

Form = tuple[str, ...]


class Labels:
    """Finds the spellings of metrics and datasets in labels."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._forms: dict[NameType, dict[str, set[Form]]] = {type: {} for type in NameType}
        for type in (NameType.METRIC, NameType.DATASET):
            for form in _shipped(type):
                self._forms[type].setdefault(form[0], set()).add(form)
        for name in names:
            for form in name.spellings:
                self._forms[name.known.type].setdefault(form[0], set()).add(form)
        self._found: dict[tuple[NameType, str], frozenset[Form]] = {}

    def forms(self, type: NameType, label: str) -> frozenset[Form]:
        """Return the spellings of names of *type* in *label*, without those inside a fuller one."""
        key = (type, label)
        if key not in self._found:
            self._found[key] = self._find(type, label)
        return self._found[key]

    def says(self, name: Name, labels: Sequence[str]) -> tuple[float, float, float]:
        """Return whether *labels* name exactly *name*, name it among others, and name another of its kind instead."""
        exact = within = other = 0.0
        own = set(name.spellings)
        for label in labels:
            found = self.forms(name.known.type, label)
            if not found:
                continue
            if found & own:
                within = 1.0
                if tokens(label) in own or len(found) == 1:
                    exact = 1.0
            else:
                other = 1.0
        return exact, within, other

    def _find(self, type: NameType, label: str) -> frozenset[Form]:
        words = tokens(label)
        spans: list[tuple[int, int, Form]] = []
        for at, word in enumerate(words):
            for form in self._forms[type].get(word, ()):
                if words[at : at + len(form)] == form:
                    spans.append((at, at + len(form), form))
        kept = {
            form
            for start, end, form in spans
            if not any(a <= start and end <= b and (a, b) != (start, end) for a, b, _ in spans)
        }
        kept.update((word,) for word in capitals(label) if (word,) in self._forms[type].get(word, ()))
        return frozenset(kept)


@cache
def _shipped(type: NameType) -> tuple[Form, ...]:
    found: dict[Form, None] = {}
    for entry in entries(type):
        if not (entry.quality or entry.weak or entry.in_context):
            found.update(dict.fromkeys(spellings(type, entry.name, entry.spellings)))
    return tuple(found)
