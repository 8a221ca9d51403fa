"""JSON-lines lists of sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.vocabulary.document import Bibliography
from ingest.settings import IngestSettings
from ingest.sources import list_sources

SETTINGS = IngestSettings(workers=0)


def write_list(folder: Path, *lines: object) -> Path:
    path = folder / "list.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def test_paths_are_relative_to_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder does not matter."""
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "1.pdf").write_text("x")
    monkeypatch.chdir("/")
    listing = list_sources([write_list(tmp_path, {"path": "p/1.pdf"})], SETTINGS)
    assert [tmp_path / "p" / "1.pdf"] == [Path(file.path) for file in listing.files]
    assert listing.files[0].given is None


def test_what_is_known_of_the_work_travels_with_the_file(tmp_path: Path) -> None:
    """Title, ids, year and venue are kept for what the file itself lacks."""
    (tmp_path / "1.pdf").write_text("x")
    said = {"title": "On Nets", "doi": "10.1/x", "arxiv": "2401.1", "openreview": "o", "year": 2024, "venue": "V"}
    listing = list_sources([write_list(tmp_path, {"path": "1.pdf", **said})], SETTINGS)
    assert Bibliography(**said) == listing.files[0].given


@pytest.mark.parametrize(
    ("line", "kind", "why"),
    [
        ("{nope", "BadListLine", "not JSON"),
        ({"title": "no path"}, "BadListLine", "path"),
        ({"path": "1.pdf", "tite": "misspelt"}, "BadListLine", "tite"),
        ({"path": "1.pdf", "year": "soon"}, "BadListLine", "year"),
        ({"path": "gone.pdf"}, "NoSuchSource", "does not exist"),
        ({"path": "1.docx"}, "BadListLine", "no parser"),
        ({"path": "."}, "BadListLine", "folder"),
        ({"path": "a\0b.pdf"}, "BadListLine", "NUL"),
        ([1], "BadListLine", "the line"),
    ],
)
def test_a_bad_line_is_a_failure_with_its_number(tmp_path: Path, line: object, kind: str, why: str) -> None:
    """The other lines are read."""
    for name in ("1.pdf", "2.pdf", "1.docx"):
        (tmp_path / name).write_text("x")
    listing = list_sources([write_list(tmp_path, {"path": "2.pdf"}, "", line)], SETTINGS)
    assert [Path(file.path).name for file in listing.files] == ["2.pdf"]
    (failure,) = listing.failures
    assert failure.source.endswith("list.jsonl:3")
    assert kind == failure.kind
    assert why in failure.message


def test_a_list_adds_what_it_knows_to_a_file_of_a_folder(tmp_path: Path) -> None:
    """A folder and a list of some of its files may be given together, in any order."""
    (tmp_path / "1.pdf").write_text("x")
    listed = write_list(tmp_path, {"path": "1.pdf", "year": 2020})
    for paths in ([tmp_path, listed], [listed, tmp_path]):
        (file,) = list_sources(paths, SETTINGS).files
        assert Bibliography(year=2020) == file.given
