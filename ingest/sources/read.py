"""Reading one source whole, once, and knowing that it held still.

Guarantees: never blocks on a FIFO or a device, never reads a file above the limit, never returns bytes of a file that
changed under the read. What is not promised: a change that keeps size, both times and inode is not seen.
"""

from __future__ import annotations

import os
import stat as stat_module
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ingest.sources.errors import ChangedWhileRead, EmptyFile, FileTooLarge, NotARegularFile, Unreadable
from ingest.sources.latex_folder import beside_token, with_parts
from ingest.sources.names import shown


@dataclass(frozen=True)
class Stat:
    """What tells whether a file is the one seen before. The change time shows a rewrite that put the old time back."""

    size_bytes: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @property
    def token(self) -> str:
        """The stat as one text, as Items keep it."""
        return f"{self.size_bytes}:{self.mtime_ns}:{self.ctime_ns}:{self.inode}"


@dataclass(frozen=True)
class SourceBytes:
    """The bytes of a file, their sha256 and the stat they were read under."""

    content: bytes
    sha256: str
    stat: Stat


def _stat(raw: os.stat_result) -> Stat:
    return Stat(raw.st_size, raw.st_mtime_ns, raw.st_ctime_ns, raw.st_ino)


def _regular(raw: os.stat_result, path: str) -> Stat:
    if not stat_module.S_ISREG(raw.st_mode):
        raise NotARegularFile(f"{shown(path)} is no regular file ({stat_module.filemode(raw.st_mode)}): remove it")
    return _stat(raw)


def _refused(path: str, error: OSError) -> Unreadable:
    return Unreadable(f"{shown(path)} cannot be read: {error.strerror or type(error).__name__}")


def stat_token(path: str) -> str:
    """Return the stat of whatever is at *path* as one text; empty where there is nothing to see.

    That of LaTeX says of the files beside it too, since it may include them.
    """
    try:
        token = _stat(Path(path).stat()).token
    except OSError:
        return ""
    beside = beside_token(path)
    return f"{token}:{beside}" if beside else token


def _read_once(path: str, max_bytes: int) -> SourceBytes | None:
    """Read the file, or return None where it changed meanwhile."""
    # O_NONBLOCK: between the stat and the open somebody may put a FIFO there, and opening one waits for a writer.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        before = _regular(os.fstat(file.fileno()), path)
        if before.size_bytes == 0:
            raise EmptyFile(f"{shown(path)} has no content")
        if before.size_bytes > max_bytes:
            raise FileTooLarge(
                f"{shown(path)} has {before.size_bytes / 1e6:,.0f} MB, more than max_file_mb = {max_bytes / 1e6:g}"
            )
        content = file.read(max_bytes + 1)
    after = _stat(Path(path).stat())
    if after != before or len(content) != before.size_bytes:
        return None
    return SourceBytes(content, sha256(content).hexdigest(), before)


def read_source(path: str, *, max_bytes: int) -> SourceBytes:
    """Read the file at *path* whole; once more if it changed meanwhile. LaTeX is read with the files it includes.

    Raises:
        SourceError: why it could not be had; the class says which kind.
    """
    try:
        _regular(Path(path).stat(), path)  # before opening: opening a device may do something
        for _ in range(2):
            if read := _read_once(path, max_bytes):
                whole = with_parts(path, read.content, max_bytes=max_bytes)
                return read if whole is read.content else SourceBytes(whole, sha256(whole).hexdigest(), read.stat)
    except OSError as error:
        raise _refused(path, error) from error
    raise ChangedWhileRead(f"{shown(path)} changed while it was read: ingest again when it is complete")
