"""Export: files that are whole, and copies that are equal."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from graph.graph_hash import graph_hash, outcomes_hash
from graph.schema import Label
from graph.store import open_store
from graph.store.interface import GraphStore
from service.errors import Busy
from service.export import files
from service.export.copy import copy_store
from service.export.files import FileFormat, export_file
from service.schemas import read_schema

_NS = {"g": "http://graphml.graphdrawing.org/xmlns"}


def _with_trial(store: GraphStore) -> GraphStore:
    """A store with a corpus of one method and one outcome, with values that are hard to write down."""
    store.upsert_nodes(Label.METHOD, [{"key": "m", "name": 'a <b> & "c" \x0c [d]'}])
    store.upsert_nodes(
        Label.TRIAL,
        [{"key": "t", "state": "done", "units": ["x", "y"], "spec": {"seed": 1, "p": 0.1}, "seed": 1, "split": "val"}],
    )
    return store


@pytest.mark.usefixtures("home")
def test_json_lines_hold_every_node_and_edge(patternbook) -> None:
    """One a line, nodes first; the counts are those of the graph."""
    status = patternbook("status", "--json").document
    ran = patternbook("export", "graph.jsonl", "--json")
    jsonschema.Draft202012Validator(json.loads(read_schema("export"))).validate(ran.document)
    lines = [json.loads(line) for line in Path("graph.jsonl").read_text().splitlines()]
    assert ran.code == 0
    assert (sum(status["counts"].values()), sum(status["edges"].values())) == (
        sum("node" in line for line in lines),
        sum("edge" in line for line in lines),
    )
    assert ran.document["graph_hash"] == status["graph_hash"]


@pytest.mark.usefixtures("home")
def test_graphml_is_well_formed_with_declared_keys_and_ends_that_exist(patternbook) -> None:
    """A graph tool can read it: every key is declared and every edge has its nodes."""
    assert patternbook("export", "graph.graphml").code == 0
    root = etree.parse("graph.graphml").getroot()
    declared = {key.get("id") for key in root.findall("g:key", _NS)}
    nodes = {node.get("id") for node in root.iterfind(".//g:node", _NS)}
    assert {data.get("key") for data in root.iterfind(".//g:data", _NS)} <= declared
    assert {
        end for edge in root.iterfind(".//g:edge", _NS) for end in (edge.get("source"), edge.get("target"))
    } <= nodes
    assert "Method/label-smoothing" in nodes


def test_graphml_survives_what_xml_cannot_hold(sqlite_store: GraphStore, tmp_path: Path) -> None:
    """A form feed becomes U+FFFD; markup is escaped; lists are JSON."""
    export_file(_with_trial(sqlite_store), tmp_path / "g.graphml", FileFormat.GRAPHML)
    root = etree.parse(tmp_path / "g.graphml").getroot()
    values = {data.get("key"): data.text for data in root.iterfind(".//g:data", _NS)}
    assert values["node_name"] == 'a <b> & "c" \ufffd [d]'
    assert values["node_units"] == '["x","y"]'


def test_a_graph_that_never_holds_still_is_refused(
    sqlite_store: GraphStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After three tries no half-true file is left."""
    states = iter(range(100))
    monkeypatch.setattr(files, "state", lambda _: (str(next(states)), ""))
    with pytest.raises(Busy):
        export_file(sqlite_store, tmp_path / "g.jsonl", FileFormat.JSONL)
    assert not list(tmp_path.glob("g.jsonl*"))


def test_a_copy_is_equal_and_keeps_the_id(store: GraphStore, tmp_path: Path) -> None:
    """Into SQLite from either store: corpus, outcomes and store id."""
    target = open_store(f"sqlite:///{tmp_path / 'copy.sqlite'}")
    done = copy_store(_with_trial(store), target, target_url="there")
    assert (graph_hash(store), outcomes_hash(store)) == (graph_hash(target), outcomes_hash(target))
    assert store.health().store_id == target.health().store_id
    assert (done.equal, done.nodes) == (True, 3)
    target.close()


def test_a_copy_can_be_brought_up_to_date(sqlite_store: GraphStore, tmp_path: Path) -> None:
    """Copying again adds what is new."""
    target = open_store(f"sqlite:///{tmp_path / 'copy.sqlite'}")
    copy_store(sqlite_store, target, target_url="there")
    assert copy_store(_with_trial(sqlite_store), target, target_url="there").equal
    target.close()


@pytest.mark.usefixtures("home")
def test_a_copy_works_with_the_home(patternbook) -> None:
    """The command copies, and the copy answers questions from the same home."""
    ran = patternbook("export", "--into", "sqlite:///copy.sqlite", "--json")
    assert (ran.code, ran.document["equal"]) == (0, True)
    assert patternbook("ask", "overfitting", "--store", "sqlite:///copy.sqlite").code == 0


@pytest.mark.usefixtures("home")
def test_another_graph_is_not_overwritten(patternbook) -> None:
    """A target with a graph of its own is refused, exit 2, and stays as it is."""
    Path("b.md").write_text("---\ntitle: B\n---\n# Abstract\nDropout improves accuracy.\n")
    patternbook("ingest", "b.md", "--home", "other", "--workers", "0")
    before = patternbook("status", "--home", "other", "--json").document
    ran = patternbook("export", "--into", "sqlite:///other/graph.sqlite")
    assert ran.code == 2
    assert "holds the graph of another store" in ran.err
    assert patternbook("status", "--home", "other", "--json").document == before


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "one of the two"),
        (("a.jsonl", "--into", "sqlite:///b"), "one of the two"),
        (("graph.xls",), "known are jsonl, graphml"),
        (("graph",), "known are jsonl, graphml"),
        (("graph", "--format", "xls"), "--format"),
        (("nowhere/graph.jsonl",), "cannot write"),
        (("--into", "sqlite:///.patternbook/graph.sqlite"), "is the store itself"),
        (("--into", "mysql://x"), "is not allowed"),
    ],
)
def test_export_explains_wrong_use(patternbook, arguments: tuple[str, ...], says: str) -> None:
    """Exit 2 and a sentence."""
    ran = patternbook("export", *arguments)
    assert ran.code == 2
    assert says in ran.err
