"""Many writers, one graph."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from graph.schema import EdgeType, Label
from graph.store import open_store
from graph.store.interface import GraphStore, UpsertEdges, UpsertNodes

WRITER = """
import sys
from graph.schema import Label, EdgeType
from graph.store import open_store
from graph.store.interface import UpsertEdges, UpsertNodes
store = open_store(sys.argv[1])
keys = [f"k{i:02}" for i in range(40)]
if sys.argv[2] == "b":
    keys.reverse()
for _ in range(5):
    store.write_batch([
        UpsertNodes(Label.METHOD, [{"key": key, "name": key} for key in keys]),
        UpsertEdges(EdgeType.KEPT_APART, Label.METHOD, Label.METHOD, [{"src": key, "dst": "k00"} for key in keys]),
    ])
"""


def test_four_threads_write_the_same_nodes_once(store: GraphStore, store_url: str) -> None:
    """The same keys in different orders from four threads: one node and one edge each, no error."""
    keys = [f"k{i:02}" for i in range(60)]

    def write(shift: int) -> None:
        mine = open_store(store_url)
        for round in range(4):
            some = keys[shift + round :] + keys[: shift + round]
            mine.write_batch(
                [
                    UpsertNodes(Label.METHOD, [{"key": key, "name": key} for key in some]),
                    UpsertEdges(
                        EdgeType.KEPT_APART, Label.METHOD, Label.METHOD, [{"src": key, "dst": "k00"} for key in some]
                    ),
                ]
            )
        mine.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, (0, 15, 30, 45)))
    assert keys == [node.key for node in store.scan_nodes(Label.METHOD)]
    assert 60 == store.counts().edges[EdgeType.KEPT_APART]


def test_two_processes_write_the_same_nodes_once(store: GraphStore, store_url: str) -> None:
    """The same between processes."""
    children = [subprocess.Popen([sys.executable, "-c", WRITER, store_url, name]) for name in ("a", "b")]
    assert [0, 0] == [child.wait(timeout=120) for child in children]
    assert 40 == store.counts().nodes[Label.METHOD]
    assert 40 == store.counts().edges[EdgeType.KEPT_APART]


def test_different_properties_of_one_node_add_up(store: GraphStore) -> None:
    """Two writers that each set their own property of one node: both stand."""

    def write(field: str) -> None:
        for number in range(20):
            store.upsert_nodes(Label.DOCUMENT, [{"key": "d", field: f"{field} {number}"}])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, ("title", "venue", "doi", "abstract")))
    assert {field: f"{field} 19" for field in ("abstract", "doi", "title", "venue")} == store.get_nodes(
        Label.DOCUMENT, ["d"]
    )["d"].properties


def test_one_store_serves_many_threads(small_graph: GraphStore) -> None:
    """Reads from eight threads through one store object all give the whole answer."""
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: small_graph.counts(), range(64)))
    assert [small_graph.counts()] * 64 == answers


def test_a_store_survives_a_fork(store: GraphStore, store_url: str) -> None:
    """A forked child that uses the store opens connections of its own; the parent's still work."""
    script = f"""
import os
from graph.schema import Label
from graph.store import open_store
store = open_store({store_url!r})
store.upsert_nodes(Label.METHOD, [{{"key": "parent"}}])
child = os.fork()
if child == 0:
    store.upsert_nodes(Label.METHOD, [{{"key": "child"}}])
    os._exit(0 if store.counts().nodes[Label.METHOD] == 2 else 1)
assert os.waitpid(child, 0)[1] == 0
store.upsert_nodes(Label.METHOD, [{{"key": "after"}}])
assert store.counts().nodes[Label.METHOD] == 3
store.close()
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=True, timeout=120)
    assert ["after", "child", "parent"] == [node.key for node in store.scan_nodes(Label.METHOD)]
