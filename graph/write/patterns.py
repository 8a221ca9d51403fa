"""Write the patterns that compile mined: what is new or changed is written, what is no longer mined goes.

Guarantees: after the call the Patterns with the given `graph_hash` are exactly those given. A pattern that is no longer
mined is deleted, unless a Plan or a Finding speaks of it: then it stays as it was, with the `graph_hash` it was mined
from, so that an old plan can still be traced. The batches are idempotent: a killed call is finished by the next one.

Only one compile may write at a time: give the `fence` of the lease it holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import DeleteNodes, GraphStore, Guard, WriteOp, WriteReport
from graph.vocabulary.pattern import MinedPattern
from graph.write.replace import NewEdge, node_op, replaced_edges

_EDGES = (
    EdgeType.COMPOSED_OF,
    EdgeType.SOLVES,
    EdgeType.APPLIES_TO,
    EdgeType.EXEMPLIFIED_BY,
    EdgeType.SUPPORTED_BY,
    EdgeType.CONTRADICTED_BY,
    EdgeType.OBJECTED_BY,
    EdgeType.USUALLY_ON,
    EdgeType.USUALLY_MEASURED_BY,
    EdgeType.USUALLY_AGAINST,
)
_SPEAKS_OF = (EdgeType.DRAWS_ON, EdgeType.SUPPORTS, EdgeType.CONTRADICTS)
_CHUNK = 200


def write_patterns(
    store: GraphStore, patterns: Sequence[MinedPattern], *, graph_hash: str, fence: Guard | None = None
) -> WriteReport:
    """Replace the mined patterns. The report also counts deleted patterns as updated.

    Raises:
        MissingEndpoint: a pattern names a node that does not exist.
        StaleWrite: the lease behind *fence* has gone to somebody else.
        ValueError: two patterns have one key.
    """
    keys = {pattern.key for pattern in patterns}
    if len(keys) != len(patterns):
        raise ValueError(f"{len(patterns) - len(keys)} pattern(s) have the key of another one")
    guards: list[WriteOp] = [fence] if fence else []
    total = WriteReport()
    ordered = sorted(patterns, key=lambda each: each.key)
    for start in range(0, len(ordered), _CHUNK):
        chunk = ordered[start : start + _CHUNK]
        rows = [_row(pattern, graph_hash) for pattern in chunk]
        edges = [edge for pattern in chunk for edge in _edges(pattern)]
        sources = [Ref(Label.PATTERN, pattern.key) for pattern in chunk]
        ops = [*guards, node_op(Label.PATTERN, rows), *replaced_edges(store, sources, _EDGES, edges)]
        total += store.write_batch(ops)
    return total + _delete_unmined(store, keys, guards)


def _delete_unmined(store: GraphStore, mined: set[str], guards: list[WriteOp]) -> WriteReport:
    gone = [node.key for node in store.scan_nodes(Label.PATTERN) if node.key not in mined]
    deleted = 0
    for start in range(0, len(gone), _CHUNK):
        refs = [Ref(Label.PATTERN, key) for key in gone[start : start + _CHUNK]]
        spoken_of = store.neighbours(refs, _SPEAKS_OF, "in", limit_per_ref=1)
        free = [ref.key for ref in refs if not spoken_of[ref]]
        store.write_batch([*guards, DeleteNodes(Label.PATTERN, free)])
        deleted += len(free)
    return WriteReport(updated=deleted)


def _row(pattern: MinedPattern, graph_hash: str) -> dict[str, object]:
    return {
        "key": pattern.key,
        "name": pattern.name,
        "summary": pattern.summary,
        "support": pattern.support,
        "claims_for": len(pattern.claims_for),
        "claims_against": len(pattern.claims_against),
        "objections": len(pattern.objections),
        "trials": pattern.trials,
        "failures": pattern.failures,
        "graph_hash": graph_hash,
    }


def _edges(pattern: MinedPattern) -> Iterator[NewEdge]:
    source = Ref(Label.PATTERN, pattern.key)
    for method in pattern.methods:
        properties = {"role": method.role, "papers": method.papers}
        yield source, EdgeType.COMPOSED_OF, Ref(Label.METHOD, method.key), properties
    for paper in pattern.papers:
        yield source, EdgeType.EXEMPLIFIED_BY, Ref(Label.PAPER, paper.paper), {"role": paper.role}
    for type, label, used in (
        (EdgeType.SOLVES, Label.PROBLEM, pattern.problems),
        (EdgeType.APPLIES_TO, Label.TASK, pattern.tasks),
        (EdgeType.USUALLY_ON, Label.DATASET, pattern.datasets),
        (EdgeType.USUALLY_MEASURED_BY, Label.METRIC, pattern.metrics),
        (EdgeType.USUALLY_AGAINST, Label.METHOD, pattern.baselines),
    ):
        for each in used:
            yield source, type, Ref(label, each.key), {"papers": each.papers}
    for type, label, keys in (
        (EdgeType.SUPPORTED_BY, Label.CLAIM, pattern.claims_for),
        (EdgeType.CONTRADICTED_BY, Label.CLAIM, pattern.claims_against),
        (EdgeType.OBJECTED_BY, Label.REVIEW_POINT, pattern.objections),
    ):
        for key in keys:
            yield source, type, Ref(label, key), {}
