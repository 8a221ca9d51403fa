"""Foreign task contracts made into ours: FML-bench, MLAgentBench, ARC-Bench.

Each importer reads what the other benchmark wrote and writes a folder with a ``task.toml``. What their form does not
say, or says in a way that ours does not believe (a metric that the trial itself reports), comes back as notices, and
what lasts of it is in the contract. Nothing is downloaded, and nothing of the foreign task is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from runtime.projects.errors import ImportRefused
from runtime.projects.imports.arc_bench import import_arc_bench
from runtime.projects.imports.fml_bench import import_fml_bench
from runtime.projects.imports.imported import Imported
from runtime.projects.imports.mlagentbench import import_mlagentbench

Direction = Literal["max", "min"]
KINDS: Mapping[str, Callable[[Path, Path, Direction | None], Imported]] = {
    "arc-bench": import_arc_bench,
    "fml-bench": import_fml_bench,
    "mlagentbench": import_mlagentbench,
}


def import_task(kind: str, path: Path, out: Path, *, direction: Direction | None = None) -> Imported:
    """Make the foreign task at *path* into one of ours in the folder *out*, which must not exist or be empty.

    *direction* is that of the metric where the foreign form does not tell.

    Raises:
        ImportRefused: there is no such kind, *out* holds something, or the task cannot be taken; the message says why.
    """
    if kind not in KINDS:
        raise ImportRefused(f"{kind!r} is no form of tasks that can be imported; these are: {', '.join(KINDS)}")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ImportRefused(f"{out} is there already and holds something: name a new folder")
    return KINDS[kind](path, out, direction)


__all__ = ["KINDS", "Imported", "import_task"]
