"""Names of sources: how a path is shown, keyed, and joined with the reviews beside it.

Paths are text that may hold lone surrogates (bytes that are not UTF-8, as Python's `os.fsdecode` gives them). They
open files; they are never shown or stored: `shown` makes them safe, `item_key` hashes their bytes.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from graph.canonical import sha256_hex

_DOUBLE_SUFFIXES = re.compile(r"\.(?:grobid\.)?tei$", re.IGNORECASE)
_REVIEW = re.compile(r"(?:^|[._\- ])(?:meta)?reviews?(?:[._\- ]?\d{1,3})?$", re.IGNORECASE)
_REVIEW_FOLDERS = frozenset({"review", "reviews"})
_TEXT_FOLDERS = frozenset({"fulltext", "fulltexts", "papers", "pdf", "pdfs", "md", "markdown", "tei", "text", "xml"})


def shown(path: str) -> str:
    r"""Return *path* as text that can be printed and stored: bytes that are no UTF-8 appear as ``\udcff``.

    Control characters are escaped too, so that a file name cannot move the cursor of a terminal.
    """
    readable = path.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in readable)


def item_key(real_path: str) -> str:
    """Return the key of the Item for the file at *real_path*, an absolute path without symbolic links."""
    return f"item:{sha256_hex(os.fsencode(real_path))[:32]}"


def suffix_of(path: str) -> str:
    """Return the last suffix in lower case, with its dot; empty where there is none."""
    return Path(path).suffix.lower()


def is_folder(path: str) -> bool:
    """Say whether *path* is a folder; a path that may not be looked at is none."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises where a folder on the way may not be searched


def _bare(name: str) -> str:
    """Return a file name without the suffixes that say its format."""
    return _DOUBLE_SUFFIXES.sub("", Path(name).stem)


def stem_of(real_path: str) -> str:
    """Return what a paper and a review beside it have in common: a folder and a name.

    ``d/paper7.pdf``, ``d/paper7.tei.xml``, ``d/paper7.review.json``, ``d/paper7.reviews.md``, ``d/paper7.review2.md``,
    ``d/reviews/paper7.json`` and ``d/pdfs/paper7.pdf`` have one stem; ``e/paper7.pdf`` has another. The folder is
    hashed: a store keeps no paths that only this machine has.
    """
    path = Path(real_path)
    name = _bare(path.name)
    folder = path.parent
    if folder.name.casefold() in _REVIEW_FOLDERS | _TEXT_FOLDERS:
        folder = folder.parent
    # A file called just "review.json" in a folder per paper has the folder's name to go by.
    name = _REVIEW.sub("", name) or folder.name
    return f"{sha256_hex(os.fsencode(folder))[:12]}/{shown(name)}"
