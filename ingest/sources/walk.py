"""Walking a folder: every file under it, each once, in an order that only depends on names.

Symbolic links are followed, after everything that is really there, so that a file is known by its own path where it
has one. A link back to a folder on the way is a loop; it is said and not entered.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.sources.errors import Unreadable
from ingest.sources.names import is_folder, shown
from ingest.sources.remark import Remark


@dataclass
class Walk:
    """One walk over some folders, and what it met. `exclude` are real paths that are never entered."""

    exclude: frozenset[str] = frozenset()
    failures: list[Remark] = field(default_factory=list)
    notices: list[Remark] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def files(self, folder: str) -> Iterator[str]:
        """Yield the paths of all files under *folder*; hidden ones are left out."""
        links: list[str] = []
        yield from self._real(folder, links)
        # Links may lead to folders with more links; each round opens only what no round has opened.
        while links:
            found, links = sorted(links, key=os.fsencode), []
            for link in found:
                yield from self._link(link, links)

    def _real(self, folder: str, links: list[str]) -> Iterator[str]:
        pending = [folder]
        while pending:
            current = pending.pop()
            real = os.path.realpath(current)
            if real in self._seen or real in self.exclude:
                continue
            self._seen.add(real)
            files, folders = self._entries(current, links)
            yield from files
            pending.extend(reversed(folders))

    def _entries(self, folder: str, links: list[str]) -> tuple[list[str], list[str]]:
        """Return the files and folders of one folder in order; links are put aside."""
        files: list[str] = []
        folders: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=lambda each: os.fsencode(each.name)):
                    if entry.name.startswith("."):
                        continue
                    if entry.is_symlink():
                        links.append(entry.path)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        files.append(entry.path)
        except OSError as error:
            self._fail(folder, f"the folder cannot be listed: {error.strerror or type(error).__name__}")
        return files, folders

    def _link(self, link: str, links: list[str]) -> Iterator[str]:
        try:
            target = os.path.realpath(link, strict=True)
        except OSError as error:
            if error.errno == errno.ELOOP:
                self._notice(link, "symlink loop", "the link leads back to itself and was not followed")
            else:
                self._fail(link, f"the link leads nowhere: {error.strerror or type(error).__name__}")
            return
        if not is_folder(target):
            yield link
        elif Path(os.path.realpath(Path(link).parent)).is_relative_to(target):
            self._notice(link, "symlink loop", f"the link leads back to {shown(target)} and was not followed")
        elif target in self._seen:
            self._notice(link, "duplicate", f"the same folder as {shown(target)}, which is read already")
        else:
            yield from self._real(link, links)

    def _fail(self, path: str, message: str) -> None:
        self.failures.append(Remark(source=shown(path), kind=Unreadable.__name__, message=message))

    def _notice(self, path: str, kind: str, message: str) -> None:
        self.notices.append(Remark(source=shown(path), kind=kind, message=message))
