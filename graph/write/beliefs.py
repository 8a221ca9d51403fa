"""Write beliefs: the posterior over a method's effect in a context, with what it rests on.

Guarantees: a belief rests on at least one finding or claim that exists. One transaction per call; the generation of
beliefs is raised before it, and only when something changes, so that every plan can say which beliefs it saw. A kill
between the two leaves a generation that no belief carries, which does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.errors import UngroundedFact
from graph.keys import hashed_key
from graph.schema import EDGES, EdgeType, Label, Ref
from graph.store.interface import GraphStore, WriteReport
from graph.vocabulary.finding import Belief
from graph.write.existing import existing
from graph.write.generation import generation, raise_generation
from graph.write.replace import NewEdge, node_op, replaced_edges

_EDGES = (EdgeType.BELIEVED_OF, EdgeType.INFORMED_BY)


@dataclass(frozen=True)
class BeliefsWritten:
    """Keys in the order given, and the generation that holds after the call."""

    keys: tuple[str, ...]
    report: WriteReport
    belief_generation: int


def belief_key(method: str, task: str, metric: str) -> str:
    """Return the key of the Belief about a method in a context."""
    return hashed_key("belief", method, task, metric)


def write_beliefs(store: GraphStore, beliefs: Sequence[Belief]) -> BeliefsWritten:
    """Write *beliefs*, raising the belief generation if any of them changes.

    Raises:
        UngroundedFact: a belief rests on a node that does not exist; nothing was written.
        MissingEndpoint: a belief's method does not exist; nothing was written.
        ValueError: a belief rests on something that is neither Finding nor Claim.
    """
    edges: list[NewEdge] = []
    rows = {}
    for belief in beliefs:
        key = belief_key(belief.method, belief.task, belief.metric)
        rows[key] = {"key": key, **belief.model_dump(mode="json", exclude={"informed_by"})}
        edges.append((Ref(Label.BELIEF, key), EdgeType.BELIEVED_OF, Ref(Label.METHOD, belief.method), {}))
        edges.extend((Ref(Label.BELIEF, key), EdgeType.INFORMED_BY, ref, {}) for ref in _grounds(belief))
    grounds = [edge[2] for edge in edges if edge[1] is EdgeType.INFORMED_BY]
    there = existing(store, grounds)
    if missing := sorted({ref for ref in grounds if ref not in there}):
        raise UngroundedFact(f"a belief rests on {missing[0]}, which does not exist; nothing was written")
    sources = [Ref(Label.BELIEF, key) for key in rows]
    if not _changes(store, rows):
        report = store.write_batch(replaced_edges(store, sources, _EDGES, edges))
        return BeliefsWritten(tuple(rows), report, generation(store, "belief_generation"))
    raised = raise_generation(store, "belief_generation")
    stamped = [{**row, "generation": raised} for row in rows.values()]
    report = store.write_batch(
        [node_op(Label.BELIEF, stamped), *replaced_edges(store, sources, _EDGES, edges)],
    )
    return BeliefsWritten(tuple(rows), report, raised)


def _changes(store: GraphStore, rows: dict[str, dict[str, object]]) -> bool:
    stored = store.get_nodes(Label.BELIEF, list(rows))
    for key, row in rows.items():
        node = stored.get(key)
        if node is None or any(node.properties.get(name) != value for name, value in row.items() if name != "key"):
            return True
    return False


def _grounds(belief: Belief) -> list[Ref]:
    allowed = {target for _, target in EDGES[EdgeType.INFORMED_BY].ends}
    grounds = [Ref.parse(reference) for reference in belief.informed_by]
    for ground in grounds:
        if ground.label not in allowed:
            raise ValueError(f"a belief cannot rest on {ground}: only on {', '.join(sorted(allowed))}")
    return grounds
