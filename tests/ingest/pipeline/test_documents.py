"""Parsed texts in HOME."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from graph.home import Home
from graph.schema import Label
from graph.store.interface import GraphStore
from ingest.pipeline import IngestReport, Pipeline, Versions
from ingest.pipeline.documents import load_document
from ingest.pipeline.stages import SHIPPED, shipped_versions

Run = Callable[..., IngestReport]


def test_every_document_node_finds_its_text(run: Run, corpus: Path, sqlite_store: GraphStore, home: Home) -> None:
    """By key and parser, and every quote stands in it where its Evidence says."""
    run(corpus)
    texts = {}
    for node in sqlite_store.scan_nodes(Label.DOCUMENT):
        document = load_document(home, key=node.key, parser=str(node.properties["parser"]))
        assert document is not None
        assert document.text_sha256 == node.properties["text_sha256"]
        texts[node.key] = document.text
    for evidence in sqlite_store.scan_nodes(Label.EVIDENCE):
        said = evidence.properties
        assert texts[said["document"]][said["char_start"] : said["char_end"]] == said["quote"]


def test_a_text_nobody_kept_is_none(home: Home) -> None:
    """An unknown key is no error."""
    assert load_document(home, key="0" * 64, parser="markdown/1") is None


def test_a_damaged_text_is_parsed_again(run: Run, corpus: Path, home: Home) -> None:
    """An artefact that was cut or removed costs one parse, and is whole again after it."""
    run(corpus)
    kept = sorted((home.path / "artefacts" / "document").rglob("*/*"))
    kept[0].write_bytes(kept[0].read_bytes()[:100])
    kept[1].unlink()
    newer = Pipeline(SHIPPED, Versions(parse=shipped_versions().parse, extract="rules/next"))
    report = run(corpus, pipeline=newer)
    assert (report.done, report.failed, report.parses) == (5, 0, 2)
    assert run(corpus, pipeline=Pipeline(SHIPPED, Versions(shipped_versions().parse, "rules/again"))).parses == 0


def test_a_latex_paper_in_parts_is_one_paper(run: Run, tmp_path: Path, sqlite_store: GraphStore) -> None:
    """It is read with what it includes, again when a part changes, and not otherwise."""
    folder = tmp_path / "latex"
    folder.mkdir()
    (folder / "main.tex").write_text(
        "\\documentclass{article}\\title{A Study of Noise}\\begin{document}\\maketitle\\section{Introduction}\n"
        "\\input{body}\\end{document}"
    )
    (folder / "body.tex").write_text("We propose dropout for small networks. It helps.\n")
    first = run(folder)
    assert (1, 0) == (first.done, first.failed)
    (paper,) = sqlite_store.scan_nodes(Label.PAPER)
    assert "A Study of Noise" == paper.properties["title"]
    assert (1, 0) == ((again := run(folder)).unchanged, again.parses)
    (folder / "body.tex").write_text("We propose weight decay for small networks. It helps.\n")
    assert (1, 1) == ((changed := run(folder)).done, changed.parses)
