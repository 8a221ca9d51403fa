"""What is in the graph, in numbers."""

from __future__ import annotations

from graph.errors import SnapshotMissing
from graph.graph_hash import graph_hash
from graph.schema import EdgeType, Label
from graph.snapshot import current_id
from graph.store import open_store
from graph.store.interface import GraphStore
from ingest.sources.remark import Remark
from service.documents import StatusDocument
from service.plan_standing import open_plans
from service.settings import Settings
from service.workspace import open_workspace, store_exists

_STATES = ("pending", "running", "done", "failed", "quarantined")
_NOT_IN = ("failed", "quarantined")


def read_status(settings: Settings) -> StatusDocument:
    """Return the status. Where no store exists yet, none is made and all counts are zero.

    Raises:
        StoreUnavailable, StoreVersionError, StoreMismatch: as `open_workspace`.
    """
    if store_exists(settings):
        with open_workspace(settings, must_exist=True) as workspace:
            return _read(settings, workspace.store, workspace.store.health().store_id)
    empty = open_store("sqlite:///:memory:")
    try:
        return _read(settings, empty, None)
    finally:
        empty.close()


def _read(settings: Settings, store: GraphStore, store_id: str | None) -> StatusDocument:
    counts = store.counts()
    # A work that is only cited is a Paper too, without a text: counted apart, or the corpus would seem to grow by them.
    with_text = len({edge.dst.key for edge in store.scan_edges(EdgeType.OF_PAPER)})
    nodes = {**counts.nodes, Label.PAPER: with_text}
    items, failures = _items(store)
    return StatusDocument(
        home=str(settings.home),
        store=settings.store_url,
        store_id=store_id,
        graph_hash=graph_hash(store),
        counts={label.value: _count(store_id, nodes.get(label, 0)) for label in Label},
        cited_papers=counts.nodes.get(Label.PAPER, 0) - with_text,
        edges={type_.value: counts.edges.get(type_, 0) for type_ in EdgeType},
        items=items,
        failures=failures,
        snapshot=_snapshot(settings),
        plans=open_plans(store),
    )


def _items(store: GraphStore) -> tuple[dict[str, int], tuple[Remark, ...]]:
    """Return the files by state, every state named, and a remark on each that is not in."""
    items = dict.fromkeys(_STATES, 0)
    failures = []
    for item in store.scan_nodes(Label.ITEM):
        state = str(item.properties["state"])
        items[state] = items.get(state, 0) + 1
        if state in _NOT_IN:
            failure = item.properties.get("failure") or {}
            remark = {
                "source": item.properties.get("source", item.key),
                "class": failure.get("class", state),
                "message": failure.get("message", "no reason was recorded"),
            }
            failures.append(Remark.model_validate(remark))
    return items, tuple(sorted(failures, key=lambda each: each.order))


def _snapshot(settings: Settings) -> str | None:
    try:
        return current_id(settings.home / "snapshots")
    except SnapshotMissing:
        return None


def _count(store_id: str | None, count: int) -> int:
    """Return *count*, or zero for the Meta node of the store in memory that stands in for none."""
    return count if store_id is not None else 0
