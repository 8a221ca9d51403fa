"""Who watches over a pack and which results its child may leave: kept beside the folder, where no child can write.

Guarantees: a child cannot pass for another's owner, and a result that it plants under the name of another trial is
never taken for one. What a kill leaves is a folder with its owner file, or an owner file alone: `leftovers` finds both.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runtime.execute.process import start_time
from runtime.sandbox.left import Unreadable, read_left, remove

RESULT_BYTES = 65_536  # a result.json is some 200 bytes


def own(folder: Path, results: Sequence[str]) -> None:
    """Name this process as the one that watches over *folder*, and the *results* it may hold.

    A result is ``<trial>.<attempt>``. Done before the folder is made, so that nobody takes it for a leftover.
    """
    owner = {"pid": os.getpid(), "start": start_time(os.getpid()), "boot": boot_id(), "results": list(results)}
    temporary = _file(folder).with_suffix(".tmp")
    temporary.write_text(json.dumps(owner))
    temporary.replace(_file(folder))


def owner_lives(folder: Path) -> bool:
    """Say whether the process that watches over the pack in *folder* is still there."""
    owner = _read(folder)
    return bool(owner) and owner["boot"] == boot_id() and start_time(int(owner["pid"])) == owner["start"]


def has_result(folder: Path) -> bool:
    """Say whether *folder*, ``<pack>/out/<trial>.<attempt>``, is a finished result of a trial of that pack."""
    pack = folder.parents[1]
    if folder.name not in _read(pack).get("results", ()):
        return False
    try:
        return read_left(pack, f"out/{folder.name}/result.json", most_bytes=RESULT_BYTES) is not None
    except Unreadable:
        return False


def drop(folder: Path) -> None:
    """Delete the pack in *folder*, and that it had an owner."""
    remove(folder)
    _file(folder).unlink(missing_ok=True)


def leftovers(work: Path) -> list[Path]:
    """Return the folders of packs in *work* whose owner is gone, also those of which only the owner file is left."""
    named = {path.name for path in work.glob("pack-*")}
    named |= {path.stem.removeprefix("owner-") for path in work.glob("owner-*.json")}
    return [work / name for name in sorted(named) if not owner_lives(work / name)]


def boot_id() -> str:
    """Return the id of this boot: with pid and start time it names a process for ever."""
    return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()


def _file(folder: Path) -> Path:
    return folder.with_name(f"owner-{folder.name}.json")


def _read(folder: Path) -> dict[str, Any]:
    try:
        owner: dict[str, Any] = json.loads(_file(folder).read_bytes())
    except (OSError, ValueError):
        return {}
    return owner
