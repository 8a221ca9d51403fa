"""From the paths that were given to the files to ingest: each once, in order, with all that is odd about them said.

Guarantees: the same tree gives the same listing; nothing is opened except folders and lists; a file reached by two
paths is listed once. Files are known by their real path, so that a link and its target are one item.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from ingest.parse.detect import SUFFIXES
from ingest.settings import IngestSettings
from ingest.sources.errors import NoSuchSource, SourceError, UnknownFormat
from ingest.sources.latex_folder import is_latex, is_part
from ingest.sources.lists import LIST_SUFFIX, Listed, read_list
from ingest.sources.names import is_folder, item_key, shown, stem_of, suffix_of
from ingest.sources.remark import Remark
from ingest.sources.source import SourceFile
from ingest.sources.walk import Walk


@dataclass(frozen=True)
class Listing:
    """The files to ingest in order, and what is to be said before any of them is read."""

    files: tuple[SourceFile, ...]
    failures: tuple[Remark, ...] = ()
    notices: tuple[Remark, ...] = ()


class _Collector:
    """Collects files, each real path once."""

    def __init__(self, settings: IngestSettings) -> None:
        self.settings = settings
        self.walk = Walk(frozenset(os.path.realpath(path) for path in settings.exclude))
        self.files: dict[str, SourceFile] = {}
        self.failures: list[Remark] = []
        self.notices: list[Remark] = []

    def add(self, listed: Listed) -> None:
        path = listed.path
        real = os.path.realpath(path)
        key = item_key(real)
        if known := self.files.get(key):
            if known.given is None and listed.given is not None:
                self.files[key] = replace(known, given=listed.given)
            self.notices.append(
                Remark(
                    source=shown(path), kind="duplicate", message=f"the same file as {known.source}; it is read once"
                )
            )
            return
        self.files[key] = SourceFile(path, shown(path), shown(real), key, stem_of(real), listed.given)

    def folder(self, root: str) -> None:
        skipped: Counter[str] = Counter()
        parts: list[str] = []
        papers: set[str] = set()  # folders with a LaTeX file that begins a document
        for path in self.walk.files(root):
            if not self._included(os.path.relpath(path, root)):
                continue
            if is_part(path):
                parts.append(path)
                continue
            if is_latex(path):
                papers.add(os.fspath(Path(path).parent))
            if suffix_of(path) in SUFFIXES:
                self.add(Listed(path, None))
            else:
                skipped[suffix_of(path)] += 1
        for path in parts:
            self._part(path, papers)
        for suffix, count in sorted(skipped.items()):
            what = f"{count} file{'s' if count > 1 else ''} {f'with suffix {suffix}' if suffix else 'without a suffix'}"
            message = f"{what} left out: no parser reads {'them' if count > 1 else 'it'}"
            self.notices.append(Remark(source=shown(root), kind="suffix not read", message=shown(message)))

    def _part(self, path: str, papers: set[str]) -> None:
        """Leave a part to the paper that it lies beside or below; one without a paper is read by itself."""
        if papers.isdisjoint(os.fspath(folder) for folder in Path(path).parents):
            self.add(Listed(path, None))
            return
        message = "a part of a LaTeX paper: it is read with the file that includes it"
        self.notices.append(Remark(source=shown(path), kind="part of a paper", message=message))

    def list(self, path: str) -> None:
        for found in read_list(path):
            if isinstance(found, Listed):
                self.add(found)
            else:
                self.failures.append(found)

    def _included(self, relative: str) -> bool:
        patterns = self.settings.include
        name = Path(relative).name
        return not patterns or any(
            fnmatchcase(relative if "/" in pattern else name, pattern)
            or fnmatchcase(relative, pattern.removeprefix("**/"))
            for pattern in patterns
        )


def list_sources(paths: Sequence[str | os.PathLike[str]], settings: IngestSettings) -> Listing:
    """Return the files that *paths* stand for: folders, single files and JSON-lines lists (``.jsonl``).

    Raises:
        NoSuchSource: one of *paths* does not exist; nothing is listed then.
    """
    given = [os.fspath(path) for path in paths]
    if missing := [shown(path) for path in given if "\0" in path or not os.path.lexists(path)]:
        raise NoSuchSource(f"there is no file or folder {missing[0]}: nothing was ingested")
    collector = _Collector(settings)
    for path in given:
        try:
            _collect(path, collector)
        except SourceError as error:
            collector.failures.append(Remark(source=shown(path), kind=type(error).__name__, message=str(error)))
    return Listing(
        tuple(sorted(collector.files.values(), key=lambda file: os.fsencode(file.path))),
        tuple(_once(collector.failures, collector.walk.failures)),
        tuple(_once(collector.notices, collector.walk.notices)),
    )


def _collect(path: str, collector: _Collector) -> None:
    if is_folder(path):
        collector.folder(path)
    elif suffix_of(path) == LIST_SUFFIX:
        collector.list(path)
    elif suffix_of(path) in SUFFIXES:
        collector.add(Listed(path, None))
    else:
        readable = ", ".join(sorted(SUFFIXES))
        raise UnknownFormat(f"no parser reads {suffix_of(path) or 'a file without a suffix'}; they read {readable}")


def _once(*remarks: Sequence[Remark]) -> Iterator[Remark]:
    """Yield remarks in order, equal ones once: overlapping folders say the same thing twice."""
    yield from sorted({remark.order: remark for each in remarks for remark in each}.values(), key=lambda r: r.order)
