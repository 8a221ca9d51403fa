"""A LaTeX paper in several files: packed together, known by all of them, its parts no papers of their own."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from ingest.settings import IngestSettings
from ingest.sources.latex_folder import is_part, with_parts
from ingest.sources.listing import list_sources
from ingest.sources.read import read_source, stat_token

MAIN = (
    "\\documentclass{article}\n\\begin{document}\\section{A}One.\n\\input{parts/b} % \\input{parts/hidden}\n"
    "\\include{../outside}\\input{/etc/hostname}\\bibliography{refs}\n\\end{document}\n"
)


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """The main file of a paper with a part of a part, a bibliography, and files that are none of it."""
    folder = tmp_path / "paper"
    (folder / "parts").mkdir(parents=True)
    (folder / "main.tex").write_text(MAIN)
    (folder / "parts" / "b.tex").write_text("Two. \\input{parts/c}\n")
    (folder / "parts" / "c.tex").write_text("Three. \\input{main}\n")
    (folder / "parts" / "hidden.tex").write_text("Four.\n")
    (folder / "refs.bib").write_text("@misc{x, title = {X}}\n")
    (tmp_path / "outside.tex").write_text("Not ours.\n")
    return folder / "main.tex"


def packed(paper: Path) -> list[str]:
    content = with_parts(str(paper), paper.read_bytes(), max_bytes=1_000_000)
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def test_what_is_included_is_packed_and_nothing_else(paper: Path) -> None:
    """Parts of parts too; not what a comment names, nor what lies outside the folder."""
    assert ["main.tex", "parts/b.tex", "parts/c.tex", "refs.bib"] == packed(paper)


def test_a_link_out_of_the_folder_is_not_followed(paper: Path) -> None:
    """A name below the folder may lead out of it."""
    (paper.parent / "parts" / "b.tex").unlink()
    (paper.parent / "parts" / "b.tex").symlink_to(paper.parent.parent / "outside.tex")
    assert ["main.tex", "refs.bib"] == packed(paper)


def test_the_bytes_depend_on_the_files_alone(paper: Path) -> None:
    """Neither on when they were written nor on how often they are packed."""
    first = read_source(str(paper), max_bytes=1_000_000)
    os.utime(paper.parent / "parts" / "b.tex", (1, 1))
    assert first.sha256 == read_source(str(paper), max_bytes=1_000_000).sha256


def test_a_change_in_a_part_is_a_change_of_the_paper(paper: Path) -> None:
    """It is seen by the stat, without reading."""
    before = stat_token(str(paper))
    (paper.parent / "parts" / "c.tex").write_text("Three and a half.\n")
    assert before != stat_token(str(paper))


def test_a_file_that_includes_nothing_is_left_as_it_is(tmp_path: Path) -> None:
    """Its hash is that of its bytes."""
    path = tmp_path / "a.tex"
    path.write_text("\\begin{document}\\input{gone}\\end{document}")
    content = path.read_bytes()
    assert content is with_parts(str(path), content, max_bytes=1_000_000)


def test_parts_are_told_and_not_listed(paper: Path) -> None:
    """A folder of one paper is one paper."""
    listing = list_sources([str(paper.parent)], IngestSettings(workers=0))
    assert ["main.tex"] == [Path(file.path).name for file in listing.files]
    parts = sorted(Path(n.source).name for n in listing.notices if n.kind == "part of a paper")
    assert ["b.tex", "c.tex", "hidden.tex"] == parts
    assert not is_part(str(paper))


def test_a_part_without_a_paper_is_read_by_itself(tmp_path: Path) -> None:
    """Nothing includes it: it is listed as a file, so that ingest says what is wrong with it."""
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone" / "method.tex").write_text("\\section{Method} We weigh.")
    (tmp_path / "paper").mkdir()
    (tmp_path / "paper" / "main.tex").write_text("\\begin{document}x\\end{document}")
    listing = list_sources([tmp_path], IngestSettings())
    assert ["main.tex", "method.tex"] == sorted(Path(file.path).name for file in listing.files)
    assert listing.notices == ()
