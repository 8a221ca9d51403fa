"""Where the time of an ingest goes: the stages one by one, in this process, on a sample of the files."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from graph.store import open_store
from graph.write.paper import write_paper
from ingest.extract.read_document import read_document
from ingest.parse import UnreadableDocument, parse_file
from ingest.resolve import resolve
from ingest.settings import ExtractSettings


@dataclass(frozen=True)
class Shares:
    """CPU seconds by stage, and the peak of memory after a quarter of the files and at the end, in MB."""

    cpu_s: dict[str, float]
    early_mb: float
    late_mb: float


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def stages(files: Sequence[Path], settings: ExtractSettings) -> Shares:
    """Read, parse, extract, write and resolve *files*, measuring each stage; start-up is not counted."""
    # spaCy imports torch where it is installed, to no use here: workers do without it, and so does this measure.
    cast("dict[str, Any]", sys.modules).setdefault("torch", None)
    spent: Counter[str] = Counter()
    early = 0.0
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'graph.sqlite'}")
        for number, path in enumerate(files):
            began = time.process_time()
            try:
                documents = parse_file(path.read_bytes(), name=f"{path.parent.name}/{path.name}")
            except UnreadableDocument:
                continue
            finally:
                spent["parse"] += time.process_time() - began
            for document in documents:
                began = time.process_time()
                extraction = read_document(document, settings=settings)
                if number:  # the first loads lists and weights
                    spent["extract"] += time.process_time() - began
                began = time.process_time()
                write_paper(store, document, extraction, run="run:benchmark", stem=path.stem)
                spent["write"] += time.process_time() - began
            if number == len(files) // 4:
                early = _peak_mb()
        began = time.process_time()
        resolve(store, run="run:benchmark")
        spent["resolve"] = time.process_time() - began
        store.close()
    return Shares(dict(spent), early, _peak_mb())
