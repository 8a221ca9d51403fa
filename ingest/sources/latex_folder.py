r"""A LaTeX paper in a folder: its main file together with the files it includes, as one source.

A paper's source is seldom one file. The main file (the one with ``\begin{document}``) is packed with what it includes,
recursively, its .bbl and its .bib files, into an archive in memory whose bytes depend on nothing but theirs: so a
change in any of them is a change of the paper, and its source can be kept and read again. The other .tex files are
parts and no papers. Guarantees: only files below the main file's folder are opened, links out of it are not followed,
and number and size are bounded; what is missing the parser names.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from graph.canonical import sha256_hex
from ingest.sources.names import suffix_of

_SUFFIXES = frozenset({".tex", ".ltx", ".latex"})
_BESIDE = _SUFFIXES | {".bbl", ".bib"}
_BEGIN = b"\\begin{document}"
_MAX_FILES = 500
_MAX_LOOKED_AT = 2000
_MAX_PART_BYTES = 20_000_000
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the archive says nothing of when a file was written


def is_latex(path: str) -> bool:
    """Say whether *path* is named as LaTeX source."""
    return suffix_of(path) in _SUFFIXES


def is_part(path: str) -> bool:
    """Say whether the file at *path* is a part of a paper: LaTeX that can be read and begins no document."""
    if not is_latex(path):
        return False
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MAX_PART_BYTES)
    except OSError:
        return False  # who reads it says what is wrong
    return bool(content.strip()) and _BEGIN not in content


def beside_token(path: str) -> str:
    """Return what tells whether a LaTeX file beside or below *path* has changed; empty for anything but LaTeX."""
    if not is_latex(path):
        return ""
    seen = []
    for count, found in enumerate(_files_below(Path(path).parent)):
        if count >= _MAX_LOOKED_AT:
            break
        try:
            stat = found.stat()
        except OSError:
            continue
        seen.append((os.fsencode(found).hex(), stat.st_size, stat.st_mtime_ns))
    return sha256_hex(repr(sorted(seen)).encode())[:16]


def _files_below(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(root) / name for name in sorted(names) if suffix_of(name) in _BESIDE)


def with_parts(path: str, content: bytes, *, max_bytes: int) -> bytes:
    """Return *content* as it is where it includes nothing that is there, else an archive of it and its parts."""
    if not is_latex(path) or _BEGIN not in content:
        return content
    main = Path(path)
    folder = Path(os.path.realpath(main.parent))
    parts = _parts(main, content, folder, max_bytes)
    if not parts:
        return content
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for name, inner in sorted({**parts, main.name: content}.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), inner)
    return held.getvalue()


def _parts(main: Path, content: bytes, folder: Path, max_bytes: int) -> dict[str, bytes]:
    from ingest.parse.latex.source import included_names

    found: dict[str, bytes] = {}
    left = max_bytes - len(content)
    waiting = deque([f"{main.stem}.bbl", *included_names(content.decode("utf-8", "replace"))])
    asked: set[str] = set()
    while waiting and len(found) < _MAX_FILES:
        name = waiting.popleft()
        if name in asked:
            continue
        asked.add(name)
        part = _find(folder, name)
        if part is None or part.relative_to(folder).as_posix() in {*found, main.name}:
            continue
        try:
            inner = part.read_bytes() if part.stat().st_size <= min(left, _MAX_PART_BYTES) else None
        except OSError:
            inner = None
        if inner is None:
            continue
        left -= len(inner)
        found[part.relative_to(folder).as_posix()] = inner
        if is_latex(part.name):
            waiting.extend(included_names(inner.decode("utf-8", "replace")))
    return found


def _find(folder: Path, name: str) -> Path | None:
    """Return the file that LaTeX would take for *name*, if it lies below *folder*."""
    for candidate in (name, f"{name}.tex", f"{name}.ltx"):
        if "\0" in candidate or suffix_of(candidate) not in _BESIDE:
            continue
        real = Path(os.path.realpath(folder / candidate))
        if real.is_relative_to(folder) and real.is_file():
            return real
    return None
