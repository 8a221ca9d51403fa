"""A project's lock file against what is installed: said before a budget is spent, and never mended by itself."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Iterator
from pathlib import Path

_PIN = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s;#]+)")


def lock_problems(lock: Path) -> Iterator[str]:
    """Yield a sentence for each pin of *lock* that the interpreter of the trials does not have at that version.

    Lines that are no pin of the form ``name==version`` (options, comments, addresses) are passed over.
    """
    for line in lock.read_text("utf-8").splitlines():
        found = _PIN.match(line.strip())
        if found is None:
            continue
        name, wanted = found.groups()
        try:
            here = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield f"{lock.name} pins {name}=={wanted}, which is not installed"
            continue
        if here != wanted:
            yield f"{lock.name} pins {name}=={wanted}, installed is {here}"
