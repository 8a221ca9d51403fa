"""What importing the parsers costs."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_package_loads_no_reader() -> None:
    """PyMuPDF, lxml and what they bring are loaded when a file of their kind arrives."""
    heavy = "{'pymupdf', 'lxml', 'onnxruntime', 'torch', 'spacy', 'sklearn'}"
    code = f"import sys, ingest.parse; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == found.stdout.strip()
