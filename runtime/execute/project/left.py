"""What a trial left, taken over without trusting it: plain files that the task asks for, within bounds.

Guarantees: no link is followed and no file with a second name is taken, so that held-out labels cannot come in as
predictions; nothing is read past the bounds; the child has ended before. What was taken is kept by content, and one
hash stands for all of it.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from graph.canonical import canonical_json
from graph.home import Home
from graph.vocabulary.outcome import FailureLabel
from runtime.execute.judge import Unusable
from runtime.projects.files import matches

# A trial leaves predictions or weights, not a data set of small files.
MOST_FILES = 1000
MOST_ENTRIES, MOST_DEEP = 100_000, 20


def take(folder: Path, keep: tuple[str, ...], *, most_bytes: int) -> dict[str, bytes]:
    """Return the files of ``left/`` in *folder* that *keep* asks for, by path.

    Raises:
        Unusable: there is none, one is a link or no plain file, or they exceed the bounds.
    """
    left = folder / "left"
    if folder.is_symlink() or left.is_symlink() or not left.is_dir():
        raise Unusable(FailureLabel.NO_RESULT, "the output folder was not left")
    found: dict[str, bytes] = {}
    size = 0
    for path in _paths(left):
        if not matches(path, keep):
            continue
        content = _read(left / path, path, most_bytes - size)
        size += len(content)
        found[path] = content
        if len(found) > MOST_FILES:
            raise Unusable(FailureLabel.SIZE, f"more than {MOST_FILES} files were left")
    if not found:
        raise Unusable(FailureLabel.NO_RESULT, f"nothing was left that the task keeps: {', '.join(keep)}")
    return found


def _paths(left: Path) -> list[str]:
    """Return what lies in *left* and is no folder, links among it; without recursion, which a trial could exhaust."""
    paths: list[str] = []
    folders = [""]
    while folders:
        inside = folders.pop()
        with os.scandir(left / inside) as entries:
            for entry in entries:
                path = f"{inside}/{entry.name}".lstrip("/")
                if not entry.is_dir(follow_symlinks=False):
                    paths.append(path)
                elif path.count("/") >= MOST_DEEP:
                    raise Unusable(FailureLabel.SIZE, f"folders were left more than {MOST_DEEP} deep")
                else:
                    folders.append(path)
        if len(paths) + len(folders) > MOST_ENTRIES:
            raise Unusable(FailureLabel.SIZE, f"more than {MOST_ENTRIES} files and folders were left")
    return sorted(paths)


def _read(file: Path, path: str, most: int) -> bytes:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise Unusable(
            FailureLabel.NO_RESULT, f"{path} was left as a link or cannot be read: {error.strerror}"
        ) from None
    with os.fdopen(descriptor, "rb") as content:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
            raise Unusable(FailureLabel.NO_RESULT, f"{path} is no plain file of its own")
        if status.st_size > most:
            raise Unusable(FailureLabel.SIZE, f"what was left has more bytes than the task allows, {path} among it")
        return content.read(most)


def store_left(home: Home, files: dict[str, bytes]) -> str:
    """Keep *files* by content and return the sha256 of their list, which is kept too."""
    return home.put_bytes(canonical_json({path: home.put_bytes(content) for path, content in sorted(files.items())}))
