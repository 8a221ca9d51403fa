"""Count how live quotes write each name: what a Document adds to the tallies, or takes away when it is superseded.

Reads a Document's quotes and what they evidence, of every extraction it ever had, so that also the names that only a
superseded extraction mentions are looked at again. Costs what the Document holds, whatever the graph holds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.keys import normal_name
from graph.live import is_live_document
from graph.names import abbreviates, squash
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import Edge, GraphStore, Guard, Node
from graph.write.resolved import tally_epoch, write_tallies

NAMES = (Label.METHOD, Label.TASK, Label.DATASET, Label.METRIC, Label.PROBLEM)
_ALL = 1_000_000
_DOCUMENTS = 20  # counted in one transaction
_QUOTES = 500  # read at once


@dataclass
class Tally:
    """Live quotes of one name by how they write it, and by the long form they define it to stand for."""

    surfaces: Counter[str] = field(default_factory=Counter)
    long: Counter[str] = field(default_factory=Counter)

    @classmethod
    def read(cls, properties: Mapping[str, Any], epoch: int) -> Tally:
        """Return the tally of a name node; one of an older epoch is empty."""
        stored = properties.get("tally") or {}
        if stored.get("epoch") != epoch:
            return cls()
        return cls(Counter(stored["surfaces"]), Counter(stored["long"]))

    def stored(self, epoch: int) -> dict[str, Any] | None:
        """Return the property, or None where no live quote is left."""
        surfaces, long = +self.surfaces, +self.long
        return {"epoch": epoch, "surfaces": dict(surfaces), "long": dict(long)} if surfaces else None


def count(store: GraphStore, documents: Sequence[Node], *, fence: Guard) -> tuple[set[Ref], int]:
    """Bring the tallies up to date with *documents*; return the names they ever mentioned, and rows written."""
    epoch, touched, written = tally_epoch(store), set[Ref](), 0
    for start in range(0, len(documents), _DOCUMENTS):
        names, rows = _count_some(store, documents[start : start + _DOCUMENTS], epoch, fence)
        touched |= names
        written += rows
    return touched, written


def _count_some(store: GraphStore, documents: Sequence[Node], epoch: int, fence: Guard) -> tuple[set[Ref], int]:
    touched: set[Ref] = set()
    changes: list[tuple[int, Edge]] = []
    counted: dict[str, str | None] = {}
    for document in documents:
        before, after = _counted(document, epoch), _standing(document)
        if before != after:
            counted[document.key] = None if after is None else f"{epoch}/{after}"
        for edge in _evidencing(store, document):
            touched.add(edge.src)
            extraction = edge.properties.get("extraction")
            if before != after and extraction in (before, after):
                changes.append((1 if extraction == after else -1, edge))
    if not counted:
        return touched, 0
    tallies = _changed(store, changes, epoch)
    report = write_tallies(store, {ref: tally.stored(epoch) for ref, tally in tallies.items()}, counted, fence=fence)
    return touched, report.written


def _changed(store: GraphStore, changes: Sequence[tuple[int, Edge]], epoch: int) -> dict[Ref, Tally]:
    keys: dict[Label, set[str]] = defaultdict(set)
    for _, edge in changes:
        keys[edge.src.label].add(edge.src.key)
    nodes = {node.ref: node for label in sorted(keys) for node in store.get_nodes(label, sorted(keys[label])).values()}
    tallies = {ref: Tally.read(node.properties, epoch) for ref, node in nodes.items()}
    for sign, edge in changes:
        tally = tallies[edge.src]
        normal = str(nodes[edge.src].properties.get("normal") or "")
        tally.surfaces[_written(edge.properties, normal)] += sign
        if long := _defines(edge.properties, normal):
            tally.long[long] += sign
    return tallies


def _counted(document: Node, epoch: int) -> str | None:
    stored = str(document.properties.get("counted_extraction") or "")
    prefix = f"{epoch}/"
    return stored.removeprefix(prefix) if stored.startswith(prefix) else None


def _standing(document: Node) -> str | None:
    return document.properties.get("extraction") if is_live_document(document.properties) else None


def _evidencing(store: GraphStore, document: Node) -> Iterator[Edge]:
    """Iterate over the edges from names to the quotes of *document*, of all its extractions."""
    found = store.neighbours([document.ref], [EdgeType.QUOTED_FROM], "in", limit_per_ref=_ALL)
    quotes = [node.ref for _, node in found[document.ref]]
    for start in range(0, len(quotes), _QUOTES):
        chunk = quotes[start : start + _QUOTES]
        for pairs in store.neighbours(chunk, [EdgeType.EVIDENCED_BY], "in", limit_per_ref=_ALL).values():
            yield from (edge for edge, node in pairs if node.ref.label in NAMES)


def _defines(properties: Mapping[str, Any], normal: str) -> str | None:
    """Return the normal form of what an edge defines its name to stand for, or None."""
    long = normal_name(properties.get("acronym_of") or "")
    return long if long and long != normal and abbreviates(normal, long) else None


def _written(properties: Mapping[str, Any], normal: str) -> str:
    """Return how a quote writes the name; a short form or a turn of phrase counts as the name it means."""
    for text in (properties.get("surface"), properties.get("acronym_of")):
        words = " ".join(str(text or "").split())
        if words and squash(words) == squash(normal):
            return words
    return normal
