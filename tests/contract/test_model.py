"""The reading operations against a brute-force model on random graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import Direction, GraphStore, Step, UpsertEdges, UpsertNodes

DIRECTIONS: tuple[Direction, ...] = ("out", "in", "both")
JOINS = (
    (EdgeType.KEPT_APART, Label.METHOD, Label.METHOD),
    (EdgeType.MERGED_INTO, Label.METHOD, Label.METHOD),
    (EdgeType.EVIDENCED_BY, Label.METHOD, Label.EVIDENCE),
    (EdgeType.QUOTED_FROM, Label.EVIDENCE, Label.DOCUMENT),
    (EdgeType.PROPOSES, Label.DOCUMENT, Label.METHOD),
    (EdgeType.USES, Label.DOCUMENT, Label.METHOD),
)
TYPES = tuple(type for type, _, _ in JOINS)
LABELS = (Label.METHOD, Label.EVIDENCE, Label.DOCUMENT)

EdgeId = tuple[EdgeType, Ref, Ref]
Hop = tuple[Ref, EdgeId]


@dataclass(frozen=True)
class Model:
    """A graph as dictionaries: properties of documents by ref, and edges."""

    nodes: dict[Ref, dict[str, Any]]
    edges: frozenset[EdgeId]

    def hops(self, ref: Ref, types: tuple[EdgeType, ...], direction: Direction) -> Iterator[tuple[bool, Hop]]:
        """Yield (inwards, other end and edge) of every edge at *ref*; a loop once."""
        for edge in self.edges:
            type, src, dst = edge
            if types and type not in types:
                continue
            if src == ref and direction != "in":
                yield False, (dst, edge)
            elif dst == ref and direction != "out":
                yield True, (src, edge)
            elif src == dst == ref:
                yield False, (dst, edge)


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Draw a graph of up to five nodes a label."""
    values = st.fixed_dictionaries(
        {},
        optional={
            "year": st.integers(1, 3),
            "kind": st.sampled_from(["paper", "review"]),
            "resolved": st.booleans(),
            "title": st.text(alphabet="aB\u00e9\uffff\U0001f9ea ", max_size=3),
        },
    )
    nodes: dict[Ref, dict[str, Any]] = {}
    for label in LABELS:
        for number in range(draw(st.integers(1, 5))):
            nodes[Ref(label, f"{label.value[0].lower()}{number}")] = draw(values) if label is Label.DOCUMENT else {}
    edges: set[EdgeId] = set()
    for type, src_label, dst_label in JOINS:
        sources = st.sampled_from([ref for ref in nodes if ref.label is src_label])
        targets = st.sampled_from([ref for ref in nodes if ref.label is dst_label])
        edges |= {(type, src, dst) for src, dst in draw(st.sets(st.tuples(sources, targets), max_size=6))}
    return Model(nodes, frozenset(edges))


def write(store: GraphStore, model: Model) -> None:
    """Make *store* hold *model* and nothing else."""
    for label in LABELS:
        store.delete_nodes(label, [node.key for node in store.scan_nodes(label)])
    nodes = [
        UpsertNodes(label, [{"key": ref.key, **model.nodes[ref]} for ref in model.nodes if ref.label is label])
        for label in LABELS
    ]
    edges = [
        UpsertEdges(type, src, dst, [{"src": s.key, "dst": d.key} for t, s, d in model.edges if t is type])
        for type, src, dst in JOINS
    ]
    store.write_batch([*nodes, *edges])


def on_random_graphs(store: GraphStore, check: Callable[[Model, st.DataObject], None]) -> None:
    """Run *check* on random graphs that *store* holds; fewer where each takes a server's time."""

    @settings(
        max_examples=60 if store.health().kind == "sqlite" else 10,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(models(), st.data())
    def run(model: Model, data: st.DataObject) -> None:
        write(store, model)
        check(model, data)

    run()


def some_types(data: st.DataObject) -> tuple[EdgeType, ...]:
    """Draw some edge types, or none, which means all."""
    return tuple(data.draw(st.lists(st.sampled_from(TYPES), max_size=3, unique=True)))


def test_neighbours(store: GraphStore) -> None:
    """All edges of the types and directions asked for, in order, cut per ref."""

    def check(model: Model, data: st.DataObject) -> None:
        types, limit = some_types(data), data.draw(st.integers(1, 4))
        for direction in DIRECTIONS:
            found = store.neighbours(list(model.nodes), types, direction, limit_per_ref=limit)
            for ref in model.nodes:
                hops = sorted(model.hops(ref, types, direction), key=lambda hop: (hop[1][1][0], hop[0], hop[1][0]))
                expected = [(other, edge) for _, (other, edge) in hops][:limit]
                assert expected == [(node.ref, (edge.type, edge.src, edge.dst)) for edge, node in found[ref]]

    on_random_graphs(store, check)


def test_chain(store: GraphStore) -> None:
    """All walks, in order of start and then hop by hop, cut at the limit."""

    def check(model: Model, data: st.DataObject) -> None:
        steps = [
            Step(
                some_types(data),
                data.draw(st.sampled_from(DIRECTIONS)),
                tuple(data.draw(st.lists(st.sampled_from(LABELS), max_size=2, unique=True))),
            )
            for _ in range(data.draw(st.integers(1, 3)))
        ]
        start = data.draw(st.lists(st.sampled_from(sorted(model.nodes)), min_size=1, max_size=4, unique=True))
        walks: list[list[Any]] = [[ref] for ref in start]
        for step in steps:
            longer = []
            for walk in walks:
                at = walk[-1]
                hops = [
                    (other, edge[0], at != edge[1], edge)
                    for _, (other, edge) in model.hops(at, step.types, step.direction)
                    if not step.labels or other.label in step.labels
                ]
                longer += [[*walk, edge, other] for other, _, _, edge in sorted(hops)]
            walks = longer
        limit = data.draw(st.sampled_from([3, 10_000]))
        found = [
            [
                path.nodes[0].ref,
                *(
                    part
                    for edge, node in zip(path.edges, path.nodes[1:], strict=True)
                    for part in ((edge.type, edge.src, edge.dst), node.ref)
                ),
            ]
            for path in store.chain(start, steps, limit=limit)
        ]
        assert walks[:limit] == found

    on_random_graphs(store, check)


def test_subgraph(store: GraphStore) -> None:
    """Rings around the seeds, cut at the limit, with all edges among what is left."""

    def check(model: Model, data: st.DataObject) -> None:
        types, limit, depth = some_types(data), data.draw(st.integers(1, 12)), data.draw(st.integers(0, 3))
        seeds = data.draw(st.lists(st.sampled_from(sorted(model.nodes)), max_size=3))
        reached: list[Ref] = []
        ring = sorted(set(seeds))
        for _ in range(depth + 1):
            reached += ring
            ring = sorted({other for ref in ring for _, (other, _) in model.hops(ref, types, "both")} - set(reached))
        kept = reached[:limit]
        edges = sorted(
            edge for edge in model.edges if edge[1] in kept and edge[2] in kept and (not types or edge[0] in types)
        )
        found = store.subgraph(seeds, max_depth=depth, types=types, limit=limit)
        assert kept == [node.ref for node in found.nodes]
        assert edges == [(edge.type, edge.src, edge.dst) for edge in found.edges]
        assert (len(reached) > limit) == found.truncated

    on_random_graphs(store, check)


def test_find_nodes(store: GraphStore) -> None:
    """Conditions, order with absent values last, and pages."""

    def check(model: Model, data: st.DataObject) -> None:
        documents = {ref.key: values for ref, values in model.nodes.items() if ref.label is Label.DOCUMENT}
        where = data.draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "year": st.one_of(st.none(), st.integers(1, 3), st.lists(st.integers(1, 3), max_size=2)),
                    "resolved": st.one_of(st.none(), st.booleans()),
                    "kind": st.sampled_from(["paper", ("review", None)]),
                },
            )
        )
        order_by = data.draw(st.sampled_from([None, "year", "kind", "resolved", "title"]))
        descending = data.draw(st.booleans())

        def holds(values: dict[str, Any]) -> bool:
            return all(
                values.get(field) in (wanted if isinstance(wanted, list | tuple) else [wanted])
                for field, wanted in where.items()
            )

        keys = sorted(key for key, values in documents.items() if holds(values))
        if order_by:
            present = [key for key in keys if order_by in documents[key]]
            absent = [key for key in keys if order_by not in documents[key]]
            present.sort(key=lambda key: documents[key][order_by], reverse=descending)
            keys = present + absent
        found: list[str] = []
        while True:
            after = found[-1] if found else None
            page = store.find_nodes(
                Label.DOCUMENT, where, order_by=order_by, descending=descending, limit=2, after=after
            )
            found += [node.key for node in page]
            if len(page) < 2:
                break
        assert keys == found

    on_random_graphs(store, check)
