"""What the path of a question imports, read from ``sys.modules`` of a real process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("torch", "transformers", "sentence_transformers", "spacy", "thinc", "pymupdf", "fitz", "sklearn", "pandas")
# Beside those, nothing at all of the rooms may be imported to print help: it should cost what Typer costs.
ROOMS = ("graph", "ingest", "runtime", "numpy", "pydantic_settings", "fastapi", "neo4j", "structlog")

_PROBE = """
import sys
from service.cli.main import run
code = run(sys.argv[1:])
print("CODE", code, file=sys.stderr)
print("MODULES", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def _imported_by(*arguments: str, cwd: Path) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PROBE, *arguments], capture_output=True, text=True, cwd=cwd, check=True
    )
    lines = {line.split()[0]: line.split()[1:] for line in done.stderr.splitlines() if line[:4] in {"CODE", "MODU"}}
    assert lines["CODE"] == ["0"], done.stderr
    return set(lines["MODULES"])


@pytest.mark.parametrize("arguments", [("--help",), ("ask", "--help"), ("ingest", "--help"), ("--version",)])
def test_help_imports_typer_and_nothing_of_the_rooms(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """``patternbook --help`` costs little more than an empty Typer program."""
    assert _imported_by(*arguments, cwd=tmp_path).isdisjoint({*HEAVY, *ROOMS})


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", "overfitting on few labels"),
        ("ask", "overfitting on few labels", "--json"),
        ("trace", "Method/label-smoothing"),
        ("status",),
        ("doctor",),
        ("ingest", "papers", "--json"),
    ],
)
def test_a_question_imports_no_heavy_library(arguments: tuple[str, ...], home: Path) -> None:
    """Neither does an ingest that finds nothing to do, nor does looking at what there is."""
    corpus = home.parent / "papers"
    corpus.mkdir(exist_ok=True)
    assert _imported_by(*arguments, cwd=home.parent).isdisjoint(HEAVY)
