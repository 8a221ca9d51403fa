"""Reading and removing what a child left, without trusting any of it.

Guarantees: `read_left` follows no link at any step below the folder, opens no device, pipe or socket, and reads no more
than it is told; `remove` gets rid of a folder whatever is in it: closed folders, and nesting deeper than paths may be
long or Python may recurse. What is read is bytes: what they mean is for the reader to check. The child has to be gone.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from pathlib import Path


class Unreadable(Exception):
    """What was left under a name is not a plain file of the allowed size."""


def read_left(folder: Path, name: str, *, most_bytes: int) -> bytes | None:
    """Return the content of the plain file *name* (a relative path) in *folder*; None where there is nothing.

    Raises:
        Unreadable: a link is on the way, it is no plain file, or it has more than *most_bytes*.
    """
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in Path(name).parts[:-1]:
            inner = os.open(part, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        # Not blocking, or a pipe that was left there would hold the reader for ever.
        file = os.open(Path(name).name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=descriptor)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unreadable(f"{name} is no plain file: {error.strerror}") from None
    finally:
        os.close(descriptor)
    details = os.fstat(file)
    if not stat.S_ISREG(details.st_mode):
        os.close(file)
        raise Unreadable(f"{name} is no plain file")
    with os.fdopen(file, "rb") as content:
        if details.st_size > most_bytes:
            raise Unreadable(f"{name} has {details.st_size} bytes, more than {most_bytes}")
        return content.read(most_bytes)


def remove(folder: Path) -> None:
    """Remove *folder*, which this process may delete, and all below it.

    Raises:
        OSError: something in it belongs to another user, or the disk fails.
    """
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except (OSError, RecursionError):
        _remove_flat(folder)


def _remove_flat(folder: Path) -> None:
    """Remove *folder* level by level: what lies in its folders is moved up into it, so that no path grows long."""
    prefix, moved = secrets.token_hex(8), 0
    folder.chmod(0o700)
    while entries := sorted(folder.iterdir()):
        for entry in entries:
            if entry.is_symlink() or not entry.is_dir():
                entry.unlink()
                continue
            entry.chmod(0o700)
            for inner in sorted(entry.iterdir()):
                if inner.is_symlink() or not inner.is_dir():
                    inner.unlink()
                    continue
                inner.chmod(0o700)  # a folder that cannot be written to cannot be moved
                inner.rename(folder / f"{prefix}-{moved}")
                moved += 1
            entry.rmdir()
    folder.rmdir()
