"""HOME: the folder of files that belong to a store, by content hash (default ``.patternbook``).

::

    STORE                         the id of the store this home belongs to
    bytes/<2>/<sha256>            source files as they were read
    artefacts/<stage>/<2>/<key>   what a stage made of one input
    snapshots/ logs/ work/        kept by compile, the command line and the executor
    tmp/                          files on their way; safe to delete while nothing runs

Guarantees: a file is there whole or not at all. It is written under ``tmp/``, flushed to the disk, renamed to its name,
and the folder is flushed too, so it survives a kill at any point and a power cut after the call returned. Writing what
is there already writes nothing. Two processes may write the same file at once.

What a kill leaves behind: at most one unfinished file per writer under ``tmp/``, which no reader ever looks at and
`remove_leftovers` deletes. When the disk is full, `HomeFull` says so and the unfinished file is gone.

Not done here: deleting old artefacts, and locking. Files are never changed in place.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from pathlib import Path

from graph.canonical import sha256_hex
from graph.errors import HomeDamaged, HomeError, HomeFull, StoreMismatch

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._~:-]{0,199}")
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Home:
    """The folder of one store's files. Folders are made when something is first written."""

    def __init__(self, path: Path) -> None:
        self.path = Path(path)

    @property
    def snapshots(self) -> Path:
        """Where compiled snapshots live."""
        return self.path / "snapshots"

    @property
    def logs(self) -> Path:
        """Where logs live."""
        return self.path / "logs"

    @property
    def work(self) -> Path:
        """Where running trials have their folders."""
        return self.path / "work"

    @property
    def store_id(self) -> str | None:
        """The id of the store this home belongs to, or None while it belongs to none."""
        try:
            return (self.path / "STORE").read_text("ascii").strip()
        except FileNotFoundError:
            return None

    def bind(self, store_id: str) -> None:
        """Record that this home belongs to the store *store_id*; binding again to the same store does nothing.

        Raises:
            StoreMismatch: it belongs to another store.
            HomeFull, HomeError: the folder cannot be written.
        """
        if self.store_id is None:
            self._write(self.path / "STORE", f"{store_id}\n".encode("ascii"), replace=False)
        bound = self.store_id
        if bound != store_id:
            raise StoreMismatch(
                f"the home {self.path} belongs to the store {bound}, but the store that was opened is {store_id}: "
                f"give the home of that store (--home), or another store (--store)"
            )

    def put_bytes(self, content: bytes) -> str:
        """Keep *content* and return its sha256.

        Raises:
            HomeFull, HomeError: it could not be written; nothing half is left.
        """
        sha = sha256_hex(content)
        target = self._bytes_path(sha)
        if not _has_size(target, len(content)):
            self._write(target, content)
        return sha

    def get_bytes(self, sha256: str) -> bytes | None:
        """Return the content with that hash, or None where it was never kept.

        Raises:
            HomeDamaged: the file is there but its content has another hash.
            ValueError: *sha256* is no sha256.
        """
        target = self._bytes_path(sha256)
        content = _read(target)
        if content is not None and sha256_hex(content) != sha256:
            raise HomeDamaged(f"{target} was altered: its content no longer has the hash in its name; delete it")
        return content

    def write_artefact(self, stage: str, key: str, content: bytes) -> None:
        """Keep what *stage* made under *key*; a key names one content for ever, so an artefact that is there stays.

        Raises:
            HomeFull, HomeError: it could not be written; nothing half is left.
            ValueError: *stage* or *key* cannot be a file name.
        """
        target = self._artefact_path(stage, key)
        if not _has_size(target, len(content)):
            self._write(target, content)

    def read_artefact(self, stage: str, key: str) -> bytes | None:
        """Return what *stage* made under *key*, or None.

        Raises:
            ValueError: *stage* or *key* cannot be a file name.
        """
        return _read(self._artefact_path(stage, key))

    def remove_leftovers(self, *, now: float, older_than_s: float = 3600.0) -> int:
        """Delete unfinished files of writers that were killed; return how many. *now* is seconds since 1970."""
        removed = 0
        folder = self.path / "tmp"
        for file in sorted(folder.iterdir()) if folder.is_dir() else []:
            try:
                if file.stat().st_mtime < now - older_than_s:
                    file.unlink()
                    removed += 1
            except FileNotFoundError:
                continue  # its writer finished in the meantime
        return removed

    def _bytes_path(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is not a sha256 in lower-case hex")
        return self.path / "bytes" / sha256[:2] / sha256

    def _artefact_path(self, stage: str, key: str) -> Path:
        for part in (stage, key):
            if not _NAME.fullmatch(part):
                raise ValueError(f"{part!r} cannot name an artefact: lower-case letters, digits and . _ ~ : - only")
        return self.path / "artefacts" / stage / key[:2] / key

    def explained(self, error: OSError, target: Path) -> HomeError:
        """Return the error to raise where *target*, a file or folder under this home, could not be written."""
        if error.errno in _NO_ROOM:
            return HomeFull(
                f"no room left under {self.path} for {target.name} ({error.strerror}): nothing was written; "
                f"make room and run the same command again"
            )
        return HomeError(f"cannot write {target}: {error.strerror}")

    def _write(self, target: Path, content: bytes, *, replace: bool = True) -> None:
        temporary = self.path / "tmp" / f"{os.getpid()}-{secrets.token_hex(8)}"
        try:
            _make_folder(temporary.parent)
            _make_folder(target.parent)
            try:
                _write_through(temporary, content)
                if replace:
                    temporary.replace(target)
                else:
                    _link_unless_there(temporary, target)
            finally:
                temporary.unlink(missing_ok=True)
            _flush_folder(target.parent)
        except OSError as error:
            raise self.explained(error, target) from error


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HomeError(f"cannot read {file}: {error.strerror}") from error


def _has_size(file: Path, size: int) -> bool:
    try:
        return file.stat().st_size == size
    except OSError:
        return False  # whatever is wrong with the place, writing to it says so


def _write_through(file: Path, content: bytes) -> None:
    with file.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _link_unless_there(temporary: Path, target: Path) -> None:
    try:
        target.hardlink_to(temporary)  # fails where the target exists: the first of two writers wins
    except FileExistsError:
        return


def _make_folder(folder: Path) -> None:
    """Create *folder* and flush every folder that got a new entry, else a power cut could lose the whole branch."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        _flush_folder(each.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
