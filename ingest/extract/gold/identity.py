"""Which paper an annotated document is, and whether that paper trains, tunes or tests (CONTRACT §7).

The sets share papers, under several ids and several printings of a title. What is known of one paper, in whatever set,
is united before the split is taken: documents that share a normalised title or a base id are one paper.

Guarantees: the same documents give the same papers in any order. A paper is in `test` if any title known for it is
(sha256 of the normalised title mod 5 = 0), so that no reading of "the title" can put a test paper into training.
`Paper.hashes` holds everything the paper could be called by, ids included: a manifest lists them all, and a scorer that
knows only one of the names still recognises a paper that was trained on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.canonical import sha256_hex
from graph.keys import normal_title

_PARTS = 5
_RUNNING_HEAD = re.compile(r"^(?:published|under review|accepted) as an? \w+ paper at \w+ \d{4}\s*", re.IGNORECASE)
_TEST, _TUNE = 0, 1


class Split(StrEnum):
    """What a paper may be used for."""

    TEST = "test"
    TUNE = "tune"
    TRAIN = "train"


@dataclass(frozen=True)
class Names:
    """What one file says of its paper.

    `titles` unite papers; `readings` are further readings of the title, too loose to unite by, that must still not put
    a test paper into training.
    """

    titles: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """A paper: its hash, every hash it may be known by (sorted), and its split."""

    paper_hash: str
    hashes: tuple[str, ...]
    split: Split


class Identified:
    """Whatever stands for a paper, or for a sentence that is split as one."""

    paper: Paper

    @property
    def paper_hash(self) -> str:
        """The hash that names it."""
        return self.paper.paper_hash

    @property
    def split(self) -> Split:
        """What it may be used for."""
        return self.paper.split


def title_hash(title: str) -> str:
    """Return the sha256 of the normalised title, in hex."""
    return sha256_hex(normal_title(title).encode())


def id_hash(base_id: str) -> str:
    """Return the sha256 of a base id (no version, case-folded), in hex."""
    return sha256_hex(base_id.casefold().encode())


def split_of(hashes: Sequence[str]) -> Split:
    """Return the split of a paper known by *hashes*: the lowest remainder decides."""
    parts = {int(digest, 16) % _PARTS for digest in hashes}
    if _TEST in parts:
        return Split.TEST
    return Split.TUNE if _TUNE in parts else Split.TRAIN


def paper_of(names: Names) -> Paper:
    """Return the paper of one file on its own."""
    return identify([names])[0]


def identify(files: Sequence[Names]) -> list[Paper]:
    """Return the paper of each file, those that share a title or an id united.

    Raises:
        ValueError: a file has neither a title nor an id.
    """
    cleaned = [
        Names(
            titles=tuple(sorted({title for title in map(normal_title, _printings(file.titles)) if title})),
            ids=tuple(sorted({base_id.casefold() for base_id in file.ids if base_id})),
            readings=tuple(sorted({title for title in map(normal_title, file.readings) if title})),
        )
        for file in files
    ]
    for file, names in zip(files, cleaned, strict=True):
        if not names.titles and not names.ids:
            raise ValueError(f"a document without title and id has no identity: {file}")
    groups = _united([[*(f"title {t}" for t in names.titles), *(f"id {i}" for i in names.ids)] for names in cleaned])
    papers: dict[int, Paper] = {}
    for group in sorted(set(groups)):
        members = [names for names, its_group in zip(cleaned, groups, strict=True) if its_group == group]
        papers[group] = _paper(members)
    return [papers[group] for group in groups]


def _printings(titles: Sequence[str]) -> list[str]:
    """Each title without the running head that a converter glued to it, and as it stands; a bare head is no title."""
    return [printing for title in titles if (bare := _RUNNING_HEAD.sub("", title)) for printing in (bare, title)]


def _paper(members: Sequence[Names]) -> Paper:
    titles = sorted({sha256_hex(title.encode()) for names in members for title in names.titles})
    readings = sorted({sha256_hex(title.encode()) for names in members for title in names.readings})
    ids = sorted({id_hash(base_id) for names in members for base_id in names.ids})
    deciding = sorted({*titles, *readings}) or ids
    first = titles or ids
    return Paper(paper_hash=first[0], hashes=tuple(sorted({*titles, *readings, *ids})), split=split_of(deciding))


def _united(keys_of_files: Sequence[Sequence[str]]) -> list[int]:
    """Return a group number for each file: files that share a key, directly or through others, have the same."""
    parent = list(range(len(keys_of_files)))

    def root(file: int) -> int:
        while parent[file] != file:
            parent[file] = parent[parent[file]]
            file = parent[file]
        return file

    first_with: dict[str, int] = {}
    for file, keys in enumerate(keys_of_files):
        for key in keys:
            one, other = sorted((root(first_with.setdefault(key, file)), root(file)))
            parent[other] = one
    return [root(file) for file in range(len(keys_of_files))]
