"""The source of one paper as an archive: .zip, .tar.gz (.tgz), or one .tex file in .gz, as arXiv serves them.

Read in memory; nothing is unpacked to the disk, so that a member's path can do no harm. Guarantees: the number of
members and the size of what is read are bounded, whatever an archive says of itself.
"""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Protocol

from ingest.parse.errors import Damaged, UnknownShape

ZIP, GZIP = b"PK\x03\x04", b"\x1f\x8b"
_READ = frozenset({".tex", ".ltx", ".latex", ".bbl", ".bib"})
_MAX_MEMBERS = 5000
_MAX_FILE_BYTES = 20_000_000
_MAX_READ_BYTES = 60_000_000
_MAX_UNPACKED_BYTES = 1_000_000_000  # of a tar: members that are not read are passed over, but unpacked all the same
# What the libraries raise on broken archives: their own errors, and those of what a wrong offset or size leads to.
_BROKEN = (
    *(OSError, EOFError, ValueError, struct.error, OverflowError, NotImplementedError, RuntimeError),
    *(zlib.error, tarfile.TarError, zipfile.BadZipFile),
)


class Readable(Protocol):
    """A member that can be read in part."""

    def read(self, size: int, /) -> bytes:
        """Return up to *size* bytes."""


def is_archive(content: bytes) -> bool:
    """Say whether *content* is one of the archives that are read."""
    return content.startswith((ZIP, GZIP))


def read_archive(content: bytes, *, name: str) -> dict[str, bytes]:
    """Return the LaTeX files in *content* by their path.

    Raises:
        Damaged: cut off, broken or locked.
        UnknownShape: no LaTeX in it, or beyond the bounds.
    """
    files: dict[str, bytes] = {}
    members = read = 0
    try:
        for path, size, file in _members(content):
            members += 1
            if members > _MAX_MEMBERS:
                raise UnknownShape(f"{name} holds more than {_MAX_MEMBERS:,} files: give the paper's own folder")
            plain = PurePosixPath(path.replace("\\", "/"))
            if plain.suffix.casefold() not in _READ or size > _MAX_FILE_BYTES or "__MACOSX" in plain.parts:
                continue
            taken = file.read(_MAX_FILE_BYTES + 1)
            read += len(taken)
            if len(taken) > _MAX_FILE_BYTES or read > _MAX_READ_BYTES:
                raise UnknownShape(f"{name} holds more text than a paper has: give the paper's own folder")
            files["/".join(part for part in plain.parts if part not in {".", "..", "/"})] = taken
    except _BROKEN as error:
        raise Damaged(
            f"{name} cannot be unpacked ({error}): it is cut off, locked or broken; fetch it again"
        ) from error
    if not files:
        raise UnknownShape(f"{name} holds no LaTeX source (.tex): leave it out, or give the paper's source")
    return files


def _members(content: bytes) -> Iterator[tuple[str, int, Readable]]:
    if content.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as zipped:
            for entry in zipped.infolist():
                if not entry.is_dir():
                    with zipped.open(entry) as file:
                        yield entry.filename, entry.file_size, file
        return
    with gzip.open(io.BytesIO(content)) as stream:
        head = stream.read(1024)
    if len(head) < 512 or head[257:262] != b"ustar":
        with gzip.open(io.BytesIO(content)) as stream:
            yield "main.tex", len(content), stream  # a single file; gzip need not say its name
        return
    total = 0
    with tarfile.open(fileobj=io.BytesIO(content), mode="r|gz") as archive:
        for member in archive:
            total += member.size
            if total > _MAX_UNPACKED_BYTES:
                raise OSError(f"more than {_MAX_UNPACKED_BYTES // 1_000_000} MB unpacked")
            held = archive.extractfile(member) if member.isreg() else None
            if held is not None:
                yield member.name, member.size, held
