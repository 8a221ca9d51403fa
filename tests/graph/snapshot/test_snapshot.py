"""A snapshot as a whole: written once, opened by anyone, checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graph.errors import SnapshotDamaged, SnapshotError, SnapshotMissing
from graph.home import Home
from graph.schema import EdgeType, Label, Ref
from graph.snapshot import Manifest, current_id, open_folder, open_snapshot
from graph.snapshot.writer import SnapshotContent, SnapshotEdge, SnapshotNode

Write = Callable[..., Manifest]


def test_nothing_compiled_yet(tmp_path: Path):
    """A home without a snapshot says so and what to do."""
    with pytest.raises(SnapshotMissing, match="run patternbook compile"):
        open_snapshot(Home(tmp_path))


def test_nodes_are_read_by_row_and_by_reference(write: Write, tmp_path: Path):
    """Every node comes back under its reference; one that is not there has no row."""
    write()
    snapshot = open_snapshot(Home(tmp_path))
    row = snapshot.row(Ref(Label.METHOD, "m1"))
    assert row is not None
    assert snapshot.record(row) == {"name": "mixup"}
    assert snapshot.ref(row) == Ref(Label.METHOD, "m1")
    assert row in snapshot.rows(Label.METHOD)
    assert snapshot.row(Ref(Label.METHOD, "m9")) is None
    assert list(snapshot.rows(Label.TASK)) == []


def test_edges_are_read_from_both_ends(write: Write, tmp_path: Path):
    """An edge stands with its source, and in reverse with its target, with its weight."""
    write()
    snapshot = open_snapshot(Home(tmp_path))

    def seen(ref: Ref) -> list[tuple[EdgeType, bool, str, float]]:
        row = snapshot.row(ref)
        assert row is not None
        others, codes, weights = snapshot.adjacency.entries(row)
        return [
            (*snapshot.edge_type(code), str(snapshot.ref(other)), weight)
            for other, code, weight in zip(others.tolist(), codes.tolist(), weights.tolist(), strict=True)
        ]

    assert seen(Ref(Label.PAPER, "p0")) == [
        (EdgeType.PROPOSES, False, "Method/m0", 1.0),
        (EdgeType.USES, False, "Method/m2", 0.5),
    ]
    assert seen(Ref(Label.METHOD, "m2")) == [
        (EdgeType.USES, True, "Paper/p0", 0.5),
        (EdgeType.USES, True, "Paper/p1", 1.0),
    ]
    assert seen(Ref(Label.EVIDENCE, "e")) == []


def test_both_searches_find_a_node(write: Write, tmp_path: Path):
    """By words and by vector, the row is the node's."""
    write()
    snapshot = open_snapshot(Home(tmp_path))
    expected = snapshot.row(Ref(Label.METHOD, "m5"))
    by_words, _ = snapshot.search_words(Label.METHOD, snapshot.lexical.numbers(["标签"]), k=3)
    by_meaning, cosines = snapshot.search_vectors(Label.METHOD, snapshot.embedder().embed(["标签平滑"])[0], k=1)
    assert list(by_words) == list(by_meaning) == [expected]
    assert cosines[0] == pytest.approx(1, abs=1e-5)


def test_equal_origin_gives_equal_bytes(write: Write, tmp_path: Path):
    """Two writings of one content differ in nothing that the manifest stamps."""
    one, two = write(root=tmp_path / "a"), write(root=tmp_path / "b")
    assert one.files == two.files
    assert one.id == two.id


def test_the_parent_is_the_snapshot_before(write: Write, tmp_path: Path):
    """Snapshots are kept, each knows the one it followed, and the newest answers."""
    first, second = write("g1"), write("g2")
    assert (first.parent, second.parent) == (None, first.id)
    assert current_id(tmp_path / "snapshots") == second.id
    assert open_folder(tmp_path / "snapshots" / first.id).id == first.id


def test_readers_keep_what_they_opened(write: Write, tmp_path: Path):
    """A snapshot that is open answers on while a newer one is published."""
    first = write("g1")
    snapshot = open_snapshot(Home(tmp_path))
    write("g2")
    assert snapshot.id == first.id
    assert snapshot.record(0) == {"quote": "verbatim"}


def _files(write: Write, tmp_path: Path) -> list[Path]:
    manifest = write()
    folder = tmp_path / "snapshots" / manifest.id
    return [folder / name for name in sorted(manifest.files)]


def test_every_missing_file_is_named(write: Write, tmp_path: Path):
    """Whatever file is absent, opening says which and what to do."""
    for path in _files(write, tmp_path):
        content = path.read_bytes()
        path.unlink()
        with pytest.raises(SnapshotDamaged, match=rf"{path.name} is missing: run patternbook compile"):
            open_snapshot(Home(tmp_path))
        path.write_bytes(content)
    assert open_snapshot(Home(tmp_path)).damaged() == ()


def test_every_cut_file_is_named(write: Write, tmp_path: Path):
    """Whatever file lost its last byte, opening says which."""
    for path in _files(write, tmp_path):
        content = path.read_bytes()
        path.write_bytes(content[:-1])
        with pytest.raises(SnapshotDamaged, match=rf"{path.name} has {len(content) - 1} bytes instead of"):
            open_snapshot(Home(tmp_path))
        path.write_bytes(content)


def test_a_changed_end_is_noticed_at_opening(write: Write, tmp_path: Path):
    """A byte that changed in the head of a file is noticed without reading all of it."""
    path = _files(write, tmp_path)[0]
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])
    with pytest.raises(SnapshotDamaged, match=rf"{path.name} was altered"):
        open_snapshot(Home(tmp_path))


def test_a_change_in_the_middle_is_found_by_verify(write: Write, tmp_path: Path):
    """What opening does not look at, `verify` reads."""
    model = tmp_path / "model" / "embedder.txt"
    model.write_text("x" * 20_000)
    manifest = write()
    path = tmp_path / "snapshots" / manifest.id / "embedder.txt"
    changed = "x" * 10_000 + "y" + "x" * 9_999
    path.unlink()  # a hard link to the model: it must stay as it is
    path.write_text(changed)
    snapshot = open_snapshot(Home(tmp_path))
    with pytest.raises(SnapshotDamaged, match=r"embedder\.txt was altered"):
        snapshot.verify()


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"id": 1}'])
def test_a_manifest_that_is_none(write: Write, tmp_path: Path, text: str):
    """A manifest that cannot be read is damage, with the file's name."""
    manifest = write()
    (tmp_path / "snapshots" / manifest.id / "manifest.json").write_text(text)
    with pytest.raises(SnapshotDamaged, match=r"manifest\.json is not the manifest"):
        open_snapshot(Home(tmp_path))


def test_a_newer_format_is_refused(write: Write, tmp_path: Path):
    """A snapshot of a later version is not read by guesswork."""
    path = tmp_path / "snapshots" / write().id / "manifest.json"
    path.write_text(path.read_text().replace('"schema_version": 1', '"schema_version": 99'))
    with pytest.raises(SnapshotError, match="has the format 99"):
        open_snapshot(Home(tmp_path))


@pytest.mark.parametrize("line", [b"", b"../../etc 1", b"abc", b"abc x", b"\xff\xfe 1"])
def test_a_current_that_names_nothing(write: Write, tmp_path: Path, line: bytes):
    """CURRENT without an id and a generation is damage, and never a path out of the folder."""
    write()
    (tmp_path / "snapshots" / "CURRENT").write_bytes(line)
    with pytest.raises(SnapshotDamaged, match="CURRENT does not hold the id"):
        open_snapshot(Home(tmp_path))


def test_leftovers_of_a_kill_are_cleared(write: Write, tmp_path: Path):
    """What a killed compile left is gone after the next one, and never answers."""
    left = tmp_path / "snapshots" / ".building-abc"
    left.mkdir(parents=True)
    (left / "nodes.refs").write_bytes(b"half")
    manifest = write()
    assert sorted(path.name for path in (tmp_path / "snapshots").iterdir()) == sorted(["CURRENT", manifest.id])


def test_writing_mends_a_damaged_snapshot(write: Write, tmp_path: Path):
    """The same content written again takes the place of a damaged folder."""
    for path in _files(write, tmp_path)[:3]:
        path.unlink()
    write()
    open_snapshot(Home(tmp_path)).verify()


def test_an_edge_to_nowhere_is_refused(write: Write, content: SnapshotContent, tmp_path: Path):
    """Content that contradicts itself is refused, and the snapshot before still answers."""
    before = write("g1")
    edge = SnapshotEdge(EdgeType.USES, Ref(Label.PAPER, "p0"), Ref(Label.METHOD, "nowhere"))
    with pytest.raises(SnapshotError, match="Method/nowhere"):
        write("g2", content=SnapshotContent(content.nodes, [edge], content.vectors))
    assert open_snapshot(Home(tmp_path)).id == before.id


def test_unsorted_nodes_are_refused(write: Write, content: SnapshotContent):
    """Rows are found by bisection, so their order is checked."""
    nodes: list[SnapshotNode] = list(reversed(content.nodes))
    with pytest.raises(SnapshotError, match="must be sorted"):
        write(content=SnapshotContent(nodes, content.edges, content.vectors))


def test_an_empty_corpus_has_a_snapshot(write: Write, content: SnapshotContent, tmp_path: Path):
    """A graph without papers compiles to a snapshot without nodes."""
    write(content=SnapshotContent((), (), content.vectors[:0]))
    snapshot = open_snapshot(Home(tmp_path))
    assert len(snapshot) == 0
    assert snapshot.kinds == ()
