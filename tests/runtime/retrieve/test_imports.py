"""What a question may not import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from graph.home import Home
from graph.store.interface import GraphStore
from ingest.compile import compile_snapshot

HEAVY = ("torch", "transformers", "sentence_transformers", "spacy", "pymupdf", "sklearn", "scipy", "bm25s", "pandas")


def test_a_question_imports_nothing_heavy(studies: Any, sqlite_store: GraphStore, tmp_path: Path):
    """A fresh interpreter that opens snapshot and store and asks has none of the heavy libraries loaded."""
    compile_snapshot(studies.store, Home(tmp_path / "home"), embedder="hash", clock=lambda: 1e9)
    program = f"""
import sys
from pathlib import Path
import graph.embed.onnx, graph.trace
import onnxruntime, tokenizers
from graph.home import Home
from graph.snapshot import open_snapshot
from graph.store import open_store
from runtime.retrieve import ask
store = open_store("sqlite:///{tmp_path / "graph.sqlite"}")
assert ask(open_snapshot(Home(Path({str(tmp_path / "home")!r}))), store, "overconfident networks").matches
print([name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
    assert sqlite_store is not None
