"""An empty Neo4j for a benchmark: one of its own, or the one that is named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "neo4j-local"


@contextmanager
def server(url: str | None) -> Iterator[str | None]:
    """Give the address of a server; None, and a line on stderr, where none can be started."""
    if url:
        yield url
        return
    if missing := [name for name in ("java", "mvn") if shutil.which(name) is None]:
        print(f"no Neo4j figures: {' and '.join(missing)} not found", file=sys.stderr)
        yield None
        return
    with TemporaryDirectory() as home:
        done = subprocess.run([SCRIPT, "start", "--home", home], capture_output=True, text=True, check=True)
        try:
            yield done.stdout.strip()
        finally:
            subprocess.run([SCRIPT, "stop", "--home", home], capture_output=True, check=True)
