"""The live Claims about a group of Methods, each with the one of our metrics that it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.live import is_live_document
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, Node
from runtime.learn.outcomes import claimed_metric

_MANY = 2000


@dataclass(frozen=True)
class MethodClaim:
    """A claim with *direction* for a method, on *metric*; *document* is where it stands."""

    key: str
    direction: str
    metric: str
    document: str


def claims_about(store: GraphStore, methods: Sequence[str]) -> list[MethodClaim]:
    """Return the live claims whose intervention is one of *methods* and whose metric is one of ours, by key."""
    refs = [Ref(Label.METHOD, key) for key in methods]
    found = store.neighbours(refs, [EdgeType.HAS_INTERVENTION], "in", limit_per_ref=_MANY)
    nodes = {node.key: node for hops in found.values() for _, node in hops}
    live = _live(store, nodes.values())
    metrics = _metrics(store, sorted(live))
    return [
        MethodClaim(key, str(live[key].properties["direction"]), metric, str(live[key].properties.get("document", "")))
        for key in sorted(live)
        if (metric := claimed_metric(metrics[key])) is not None and live[key].properties.get("direction")
    ]


def _live(store: GraphStore, claims: Iterable[Node]) -> dict[str, Node]:
    """Keep the claims of documents that still stand by the extraction they belong to (see `graph.live`)."""
    there = list(claims)
    documents = store.get_nodes(Label.DOCUMENT, sorted({str(claim.properties.get("document")) for claim in there}))
    live: dict[str, Node] = {}
    for claim in there:
        document = documents.get(str(claim.properties.get("document")))
        if document is None or not is_live_document(document.properties):
            continue
        if document.properties.get("extraction") == claim.properties.get("extraction"):
            live[claim.key] = claim
    return live


def _metrics(store: GraphStore, claims: Sequence[str]) -> dict[str, list[str]]:
    refs = [Ref(Label.CLAIM, key) for key in claims]
    found = store.neighbours(refs, [EdgeType.HAS_METRIC], "out", limit_per_ref=20)
    return {
        ref.key: sorted(str(node.properties.get("name", node.key)) for _, node in found.get(ref, [])) for ref in refs
    }
