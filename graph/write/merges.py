"""Record which nodes are one: edges that can be taken back, never a change of what they join.

Guarantees: a merge loses nothing, each name keeps its node, its quotes and its facts. Every merge says by which rule,
with which score and through which member of its group it came about. Merging or parting Papers also settles, in the
same transaction, which of their texts is the one with live facts (`graph.write.paper_group`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.errors import StaleWrite
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import DeleteEdges, GraphStore, Guard, UpsertEdges, WriteOp, WriteReport
from graph.write.batches import ROWS, write_in_batches
from graph.write.paper_group import PaperGroup, guards, read_groups, settle

_ATTEMPTS = 100


@dataclass(frozen=True)
class Merge:
    """*src* is the same as *dst*, the smallest key of their group. `via` is the member whose likeness joined it."""

    src: str
    dst: str
    rule: str
    score: float
    by: str
    via: str | None = None

    def row(self, *, run: str, at: str) -> dict[str, object]:
        """Return the edge."""
        return {
            "src": self.src,
            "dst": self.dst,
            "rule": self.rule,
            "score": self.score,
            "by": self.by,
            "via": self.via,
            "run": run,
            "at": at,
        }


def write_merges(
    store: GraphStore,
    label: Label,
    merges: Sequence[Merge],
    *,
    removed: Sequence[tuple[str, str]] = (),
    run: str,
    at: str,
    fence: Guard | None = None,
) -> WriteReport:
    """Write *merges* and delete the merge edges *removed*, given as (src, dst).

    Names go in batches; a batch that was written stays when a later one fails, and writing again completes it. Papers
    that hang together go in one transaction.

    Raises:
        MissingEndpoint: one of the nodes does not exist.
        StaleWrite: the lease behind *fence* has gone to somebody else.
    """
    if label is Label.PAPER:
        return _merge_papers(store, merges, removed, run, at, [fence] if fence else [])
    return write_in_batches(store, merge_ops(label, merges, removed=removed, run=run, at=at), fence=fence)


def merge_ops(
    label: Label, merges: Sequence[Merge], *, removed: Sequence[tuple[str, str]] = (), run: str, at: str
) -> list[WriteOp]:
    """Return what deletes the merge edges *removed* and then writes *merges*, of names: Papers need `write_merges`."""
    ops: list[WriteOp] = []
    for start in range(0, len(removed), ROWS):
        ops.append(DeleteEdges(EdgeType.MERGED_INTO, label, label, removed[start : start + ROWS]))
    for start in range(0, len(merges), ROWS):
        rows = [merge.row(run=run, at=at) for merge in merges[start : start + ROWS]]
        ops.append(UpsertEdges(EdgeType.MERGED_INTO, label, label, rows))
    return ops


def _merge_papers(
    store: GraphStore,
    merges: Sequence[Merge],
    removed: Sequence[tuple[str, str]],
    run: str,
    at: str,
    guard: Sequence[WriteOp],
) -> WriteReport:
    total = WriteReport()
    for papers in _together([*((merge.src, merge.dst) for merge in merges), *removed]):
        rows = [merge.row(run=run, at=at) for merge in merges if merge.src in papers]
        parted = [pair for pair in removed if pair[0] in papers]
        total += _merge_group(store, papers, rows, parted, guard)
    return total


def _merge_group(
    store: GraphStore,
    papers: set[str],
    rows: Sequence[dict[str, object]],
    parted: Sequence[tuple[str, str]],
    guard: Sequence[WriteOp],
) -> WriteReport:
    edges: list[WriteOp] = [
        DeleteEdges(EdgeType.MERGED_INTO, Label.PAPER, Label.PAPER, parted),
        UpsertEdges(EdgeType.MERGED_INTO, Label.PAPER, Label.PAPER, rows),
    ]
    for _ in range(_ATTEMPTS):
        before = read_groups(store, papers)
        ops = [*guard, *edges]
        for after in _regrouped(store, before, rows, parted):
            ops += settle(after, after.documents.values())
        ops += guards(before)
        try:
            return store.write_batch(ops)
        except StaleWrite:
            for op in guard:
                if isinstance(op, Guard) and _refused(store, op):
                    raise
    raise StaleWrite(f"Paper/{min(papers)} was written by others {_ATTEMPTS} times in a row; try again")


def _refused(store: GraphStore, guard: Guard) -> bool:
    node = store.get_nodes(guard.ref.label, [guard.ref.key]).get(guard.ref.key)
    return node is None or node.properties.get(guard.field) != guard.expected


def _regrouped(
    store: GraphStore,
    before: Iterable[PaperGroup],
    rows: Sequence[dict[str, object]],
    parted: Sequence[tuple[str, str]],
) -> list[PaperGroup]:
    """Return the groups as they will be, with Papers and Documents as they were read."""
    papers = {key: properties for group in before for key, properties in group.papers.items()}
    documents = {key: each for group in before for key, each in group.documents.items()}
    refs = [Ref(Label.PAPER, key) for key in sorted(papers)]
    found = store.neighbours(refs, [EdgeType.MERGED_INTO], "out", limit_per_ref=1000)
    kept = [(edge.src.key, edge.dst.key) for pairs in found.values() for edge, _ in pairs]
    pairs = [pair for pair in kept if pair not in parted] + [(str(row["src"]), str(row["dst"])) for row in rows]
    together = _together([*pairs, *((key, key) for key in papers)])
    return [
        PaperGroup(
            {key: papers.get(key) for key in sorted(group)},
            {key: each for key, each in documents.items() if each.paper in group},
        )
        for group in together
    ]


def _together(pairs: Iterable[tuple[str, str]]) -> list[set[str]]:
    """Return the sets of keys that *pairs* connect, by smallest key."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        neighbours[one].add(other)
        neighbours[other].add(one)
    groups, seen = [], set()
    for key in sorted(neighbours):
        if key in seen:
            continue
        group, border = {key}, [key]
        while border:
            border = sorted({each for one in border for each in neighbours[one]} - group)
            group.update(border)
        seen |= group
        groups.append(group)
    return groups
