"""Which Method nodes a unit stands for: through names, acronyms, containment and recorded merges.

A unit and a Method meet when, in order of certainty,

* ``name``: their spelling-free forms are equal (`graph.names.squash`: hyphens, plurals, British and American forms);
* ``containment``: the Method's name is the unit's with words around it that name no other method ("standard dropout
  regularization");
* ``acronym``: the Method is called by the unit's acronym, and no paper of the graph defines it as something else.

Each link then takes in the whole group of the Method (MERGED_INTO, either way): the group's root, its smallest key,
stands for all. Nothing is compared with embeddings: what a unit does is code, and likeness is not identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.names import squash, squashed_words
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, Node
from runtime.units.registry import UNITS
from runtime.units.unit import Unit

_SCORES = {"name": 1.0, "containment": 0.8, "acronym": 0.7}
# Words that qualify a method without making it another.
_AROUND_WORDS = """
    a an approach augmentation basic classical conventional criterion default layer loss mechanism method naive of
    optimizer original plain procedure regime regularization regularizer schedule scheduler scheme simple standard
    strategy technique the training trick using usual vanilla with
"""
_AROUND = frozenset(squash(word) for word in _AROUND_WORDS.split())
_CANDIDATES = 50
_GROUP = 1000


@dataclass(frozen=True)
class Link:
    """One Method of a unit. *method* is the root of its group, *name* the name that matched."""

    unit: str
    method: str
    name: str
    rule: str
    score: float


@dataclass(frozen=True)
class Links:
    """All links of a store, and the groups of its Methods as far as they were asked for."""

    links: tuple[Link, ...]
    roots: Mapping[str, str]

    def methods(self) -> dict[str, tuple[str, ...]]:
        """Return the roots of each unit's Methods, units without any left out: what the writers take."""
        found: dict[str, list[str]] = {}
        for link in self.links:
            found.setdefault(link.unit, []).append(link.method)
        return {unit: tuple(sorted(set(keys))) for unit, keys in sorted(found.items())}

    def of_unit(self, unit: str) -> tuple[Link, ...]:
        """Return the links of *unit*, surest first."""
        return tuple(link for link in self.links if link.unit == unit)

    def of_method(self, method: str) -> tuple[Link, ...]:
        """Return the links to *method* or to the group it belongs to, surest first."""
        root = self.roots.get(method, method)
        return tuple(link for link in self.links if link.method == root)

    def root(self, method: str) -> str:
        """Return the root of *method*'s group, as far as a link reached it."""
        return self.roots.get(method, method)

    def members(self, root: str) -> tuple[str, ...]:
        """Return the Methods of the group of *root*, itself included."""
        return tuple(sorted({root, *(member for member, its in self.roots.items() if its == root)}))


def link_units(store: GraphStore, units: Mapping[str, Unit] = UNITS) -> Links:
    """Find the Methods of all *units* in *store*."""
    direct: list[tuple[str, Node, str]] = []
    for id, unit in sorted(units.items()):
        direct += [(id, node, rule) for node, rule in _matches(store, unit)]
    roots = method_roots(store, sorted({node.key for _, node, _ in direct}))
    best: dict[tuple[str, str], Link] = {}
    for id, node, rule in direct:
        root = roots[node.key]
        link = Link(id, root, str(node.properties.get("name", node.key)), rule, _SCORES[rule])
        held = best.get((id, root))
        if held is None or (-link.score, link.name) < (-held.score, held.name):
            best[id, root] = link
    links = sorted(best.values(), key=lambda link: (link.unit, -link.score, link.method))
    return Links(tuple(links), roots)


def method_roots(store: GraphStore, methods: Iterable[str]) -> dict[str, str]:
    """Return the root of the merge group of each of *methods*, and of all members met on the way."""
    roots: dict[str, str] = {}
    for method in methods:
        if method not in roots:
            group = _group(store, method)
            roots.update(dict.fromkeys(group, min(group)))
    return roots


def _group(store: GraphStore, method: str) -> list[str]:
    """Return the Methods joined to *method* by merges, in either direction and over any number of steps."""
    seen = {method}
    frontier = [Ref(Label.METHOD, method)]
    while frontier:
        found = store.neighbours(frontier, [EdgeType.MERGED_INTO], "both", limit_per_ref=_GROUP)
        new = sorted({node.ref for hops in found.values() for _, node in hops if node.key not in seen})
        seen.update(ref.key for ref in new)
        frontier = new
    return sorted(seen)


def _matches(store: GraphStore, unit: Unit) -> list[tuple[Node, str]]:
    names = (unit.name, *unit.aliases)
    squashed = tuple(dict.fromkeys(squash(name) for name in names))
    found: dict[str, tuple[Node, str]] = {}
    for node in store.find_nodes(Label.METHOD, {"squash": squashed}, limit=_GROUP):
        found.setdefault(node.key, (node, "name"))
    hits = {hit.ref.key for name in names for hit in store.search_text(Label.METHOD, name, k=_CANDIDATES)}
    for key, node in sorted(store.get_nodes(Label.METHOD, sorted(hits - set(found))).items()):
        name = str(node.properties.get("name", ""))
        if squash(name) in squashed:
            found[key] = (node, "name")
        elif _contains(name, squashed):
            found[key] = (node, "containment")
    acronyms = tuple(squash(acronym) for acronym in unit.acronyms)
    for node in store.find_nodes(Label.METHOD, {"squash": acronyms}, limit=_GROUP) if acronyms else ():
        if _means(node.properties, squashed):
            found.setdefault(node.key, (node, "acronym"))
    return [found[key] for key in sorted(found)]


def _contains(name: str, squashed: Sequence[str]) -> bool:
    """Say whether *name* without the words around it is one of the unit's."""
    words = list(squashed_words(name))
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            around = words[:start] + words[end:]
            if around and all(word in _AROUND for word in around) and squash(" ".join(words[start:end])) in squashed:
                return True
    return False


def _means(properties: Mapping[str, Any], squashed: Sequence[str]) -> bool:
    """Say whether what papers define an acronym as, if any does, is mostly the unit."""
    long = dict((properties.get("tally") or {}).get("long") or {})
    if not long:
        return True
    ours: int = sum(quotes for key, quotes in long.items() if squash(str(key).partition("~")[0]) in squashed)
    return bool(2 * ours > sum(long.values()))
