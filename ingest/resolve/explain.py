"""Explain a name: which names it is one with, by which decision, who writes them, and what near it is not.

Reads only, and only what is around the name. Counts what is live as `graph.live` does, from the quotes themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from graph.live import is_live_document
from graph.names import BANDS, squash
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import Direction, Edge, GraphStore, Node
from graph.write.resolved import tally_epoch
from ingest.resolve.cluster import Pair, pair_of
from ingest.resolve.explanation import (
    Decided,
    Explanation,
    Explanations,
    Meaning,
    Member,
    NamingPaper,
    Nearby,
    Relative,
)
from ingest.resolve.lookup import names_called
from ingest.resolve.name import Name
from ingest.resolve.reach import TIES, name_of
from ingest.resolve.why_not import why_not

_ALL = 1_000_000
_PAPERS_NAMED = 5
_NEARBY = 12
_FOUND = 25  # by one form


def explain(store: GraphStore, text: str, label: Label | None = None) -> Explanations:
    """Return what there is to say about the names called *text*, of *label* or of each kind.

    Raises:
        UnknownName: there is none.
    """
    found = names_called(store, text, label)
    return Explanations(asked=text, names=tuple(_Around(store, node).explanation() for node in found))


class _Around:
    """A name and what lies around it."""

    def __init__(self, store: GraphStore, node: Node) -> None:
        self._store, self._node, self._label = store, node, node.ref.label
        self._epoch = tally_epoch(store)
        self._nodes: dict[str, Node] = {node.key: node}
        self._merged: dict[str, Edge] = {}
        self._by_hand: dict[Pair, Edge] = {}
        self._read_group()

    def explanation(self) -> Explanation:
        """Return all of it."""
        target = self._nodes[self._canonical]
        name = self._name(self._node.key)
        return Explanation(
            label=self._label.value,
            key=self._node.key,
            name=_shown(self._node),
            canonical=target.key,
            shown_as=_shown(target),
            members=tuple(self._member(key) for key in self._group),
            stands_for=tuple(
                Meaning(long=long, quotes=count)
                for long, count in sorted(name.long.items(), key=lambda item: (-item[1], item[0]))
            ),
            decided=tuple(self._decided()),
            variant_of=tuple(self._relatives("out")),
            variants=tuple(self._relatives("in")),
            nearby=tuple(self._nearby(name)),
        )

    def _name(self, key: str) -> Name:
        return name_of(self._nodes[key], self._epoch)

    def _read_group(self) -> None:
        """Read the target and its members, and what people decided about any of them."""
        border = [self._node.key]
        group: set[str] = set()
        while border:
            group |= set(border)
            found = self._store.neighbours([Ref(self._label, key) for key in border], TIES, "both", limit_per_ref=_ALL)
            reached: set[str] = set()
            for pairs in found.values():
                for edge, node in pairs:
                    self._nodes.setdefault(node.key, node)
                    if edge.type is EdgeType.MERGED_INTO:
                        self._merged[edge.src.key] = edge
                        reached.add(node.key)
                    else:
                        self._by_hand[pair_of(edge.src.key, edge.dst.key)] = edge
            border = sorted(reached - group)
        self._group = sorted(group)
        self._canonical = self._group[0]

    def _member(self, key: str) -> Member:
        papers = _papers(self._store, Ref(self._label, key))
        said = self._merged[key].properties if key in self._merged else {}
        ranked = sorted(papers, key=lambda paper: (-paper.quotes, paper.key))
        return Member(
            key=key,
            name=_shown(self._nodes[key]),
            rule=said.get("rule"),
            score=said.get("score"),
            by=said.get("by"),
            via=said.get("via"),
            quotes=sum(paper.quotes for paper in papers),
            papers=len(papers),
            named_in=tuple(ranked[:_PAPERS_NAMED]),
        )

    def _decided(self) -> list[Decided]:
        found = []
        for pair in sorted(self._by_hand):
            if self._node.key in pair:
                other = pair[0] if pair[1] == self._node.key else pair[1]
                edge = self._by_hand[pair]
                found.append(
                    Decided(
                        decision="apart" if edge.type is EdgeType.KEPT_APART else "together",
                        key=other,
                        name=_shown(self._nodes[other]),
                        by=str(edge.properties["by"]),
                        reason=str(edge.properties["rule"]),
                        at=str(edge.properties.get("at") or ""),
                    )
                )
        return found

    def _relatives(self, direction: Direction) -> list[Relative]:
        """Return what the group's names are variants of, or what are variants of them, that somebody still names."""
        refs = [Ref(self._label, key) for key in self._group]
        around = self._store.neighbours(refs, [EdgeType.VARIANT_OF], direction, limit_per_ref=_ALL)
        found: dict[str, Relative] = {}
        for pairs in around.values():
            for edge, node in pairs:
                if node.key not in self._group and name_of(node, self._epoch).is_live:
                    added = str(edge.properties.get("added") or "")
                    found[node.key] = Relative(key=node.key, name=_shown(node), added=added)
        return [found[key] for key in sorted(found)]

    def _nearby(self, name: Name) -> list[Nearby]:
        group = [self._name(key) for key in self._group]
        others = [name_of(node, self._epoch) for node in self._alike(name)]
        others = [other for other in others if other.is_live or pair_of(name.key, other.key) in self._by_hand]
        ranked = sorted(others, key=lambda other: (-_likeness(name, other), -sum(other.surfaces.values()), other.key))
        return [
            Nearby(
                key=other.key,
                name=_shown(self._nodes[other.key]),
                quotes=sum(other.surfaces.values()),
                why=why_not(name, other, group, self._by_hand),
            )
            for other in ranked[:_NEARBY]
        ]

    def _alike(self, name: Name) -> list[Node]:
        wanted: list[Mapping[str, object]] = [{"core": name.core.form}, {"squash": (name.squash, name.core.form)}]
        family = name.variant.family or name.squash
        wanted += [{"parent": family}, {"family": family}, {"squash": family}]
        wanted += [{f"grams{band}": value} for band, value in zip(range(BANDS), name.bands, strict=False)]
        for node in self._forms_of_definitions(name):
            self._nodes.setdefault(node.key, node)
        for where in wanted:
            for node in self._store.find_nodes(self._label, where, limit=_FOUND):
                self._nodes.setdefault(node.key, node)
        hits = self._store.search_text(self._label, name.normal, k=_FOUND)
        for node in self._store.get_nodes(self._label, [hit.ref.key for hit in hits]).values():
            self._nodes.setdefault(node.key, node)
        return [self._nodes[key] for key in sorted(self._nodes.keys() - set(self._group))]

    def _forms_of_definitions(self, name: Name) -> Sequence[Node]:
        longs = tuple(sorted({squash(long) for long in name.long}))
        return self._store.find_nodes(self._label, {"squash": longs}, limit=_FOUND) if longs else []


def _likeness(one: Name, other: Name) -> float:
    first, second = set(one.core.words), set(other.core.words)
    return len(first & second) / len(first | second)


def _shown(node: Node) -> str:
    return str(node.properties.get("name") or node.key)


def _papers(store: GraphStore, ref: Ref) -> list[NamingPaper]:
    """Return the papers with live quotes that write this name."""
    quotes: Counter[tuple[str, str]] = Counter()
    for edge, _ in store.neighbours([ref], [EdgeType.EVIDENCED_BY], "out", limit_per_ref=_ALL)[ref]:
        quotes[str(edge.properties.get("document")), str(edge.properties.get("extraction"))] += 1
    documents = store.get_nodes(Label.DOCUMENT, sorted({document for document, _ in quotes}))
    live = Counter[str]()
    for (key, extraction), count in quotes.items():
        node = documents.get(key)
        if node is not None and is_live_document(node.properties) and node.properties.get("extraction") == extraction:
            live[key] += count
    around = store.neighbours([Ref(Label.DOCUMENT, key) for key in sorted(live)], [EdgeType.OF_PAPER], "out")
    found: dict[str, NamingPaper] = {}
    for document, pairs in around.items():
        for _, paper in pairs:
            known = found[paper.key].quotes if paper.key in found else 0
            title = str(paper.properties.get("title") or paper.key)
            found[paper.key] = NamingPaper(key=paper.key, title=title, quotes=known + live[document.key])
    return [found[key] for key in sorted(found)]
