"""`scan`: everything, in order, page by page."""

from __future__ import annotations

from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore


def test_nodes_come_by_key(store: GraphStore) -> None:
    """By code points, and pages join without gap or repetition."""
    keys = ["a", "a-b", "a.b", "a0", "a:b", "a_b", "aa", "a~b", "b", "0", "9", "z~"]
    store.upsert_nodes(Label.METHOD, [{"key": key} for key in keys])
    seen, after = [], None
    while page := store.scan(Label.METHOD, after=after, limit=5):
        seen += [node.key for node in page]
        after = (seen[-1],)
    assert sorted(keys) == seen


def test_edges_come_by_both_ends(store: GraphStore) -> None:
    """By source label, source key, target label, target key, over all pairs of labels of the type."""
    labels = (Label.METHOD, Label.TASK, Label.CLAIM)
    for label in labels:
        store.upsert_nodes(label, [{"key": f"{label.value.lower()}{i}"} for i in range(2)])
    store.upsert_nodes(Label.EVIDENCE, [{"key": f"e{i}"} for i in range(3)])
    for label in labels:
        rows = [{"src": f"{label.value.lower()}{i}", "dst": f"e{j}"} for i in (1, 0) for j in (2, 0, 1)]
        store.upsert_edges(EdgeType.EVIDENCED_BY, label, Label.EVIDENCE, rows)
    whole = [(e.src.label, e.src.key, e.dst.label, e.dst.key) for e in store.scan_edges(EdgeType.EVIDENCED_BY)]
    assert (18, sorted(whole)) == (len(whole), whole)
    paged: list[tuple[str, str, str, str]] = []
    while page := store.scan(EdgeType.EVIDENCED_BY, after=paged[-1] if paged else None, limit=4):
        paged += [(e.src.label, e.src.key, e.dst.label, e.dst.key) for e in page]
    assert whole == paged


def test_targets_of_several_labels_are_in_order(store: GraphStore) -> None:
    """Within one source, targets come by label and then key."""
    store.upsert_nodes(Label.FINDING, [{"key": "f"}, {"key": "g"}])
    for label in (Label.PATTERN, Label.CLAIM, Label.METHOD):
        store.upsert_nodes(label, [{"key": "x"}, {"key": "a"}])
        rows = [{"src": src, "dst": dst} for src in "fg" for dst in "xa"]
        store.upsert_edges(EdgeType.SUPPORTS, Label.FINDING, label, rows)
    order = [(e.src.key, e.dst.label.value, e.dst.key) for e in store.scan_edges(EdgeType.SUPPORTS)]
    assert (12, sorted(order)) == (len(order), order)
    middle = ("Finding", "f", "Method", "a")
    rest = [(e.src.key, e.dst.label.value, e.dst.key) for e in store.scan(EdgeType.SUPPORTS, after=middle)]
    assert order[3:] == rest


def test_nothing_to_scan(store: GraphStore) -> None:
    """Labels and types with none, and the end of a scan, are empty pages."""
    assert [] == store.scan(Label.METHOD)
    assert [] == store.scan(EdgeType.SUPPORTS)
    store.upsert_nodes(Label.METHOD, [{"key": "a"}])
    assert [] == store.scan(Label.METHOD, after=("a",))


def test_a_scan_goes_on_over_what_others_write(store: GraphStore) -> None:
    """Rows behind the place reached do not disturb it, rows ahead are seen."""
    store.upsert_nodes(Label.METHOD, [{"key": key} for key in "bdf"])
    first = store.scan(Label.METHOD, limit=2)
    store.upsert_nodes(Label.METHOD, [{"key": key} for key in "aceg"])
    rest = store.scan(Label.METHOD, after=(first[-1].ref.key,))
    assert "bdefg" == "".join(node.ref.key for node in [*first, *rest])


def test_iteration_takes_all_pages(store: GraphStore) -> None:
    """More rows than one page holds."""
    rows = [{"key": f"k{i:05}"} for i in range(4001)]
    store.upsert_nodes(Label.EVIDENCE, rows)
    assert [row["key"] for row in rows] == [node.key for node in store.scan_nodes(Label.EVIDENCE)]
