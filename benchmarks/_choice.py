"""Which documents are scored: never one that an installed component was trained or tuned on. Sibling file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ingest.extract.gold import Paper, Split
from ingest.extract.weights import load_component


class HasPaper(Protocol):
    """An annotated document that knows its paper."""

    @property
    def paper(self) -> Paper:
        """The paper."""


Gold = TypeVar("Gold", bound=HasPaper)


@dataclass(frozen=True)
class Choice:
    """What to score: everything that no manifest lists, or, for development, only tuning papers (`split`)."""

    split: Split | None = None

    def documents(self, documents: Sequence[Gold], components: Sequence[str], *, what: str) -> list[Gold]:
        """Return the documents that may be scored with *components*; what is left out is counted on stderr."""
        trained, tuned = hashes(components)
        left_out = trained if self.split is Split.TUNE else trained | tuned
        asked = [each for each in documents if self.split in (None, each.paper.split)]
        kept = [each for each in asked if left_out.isdisjoint(each.paper.hashes)]
        if len(asked) < len(documents):
            print(f"{what}: {len(documents) - len(asked)} are not of the split {self.split}", file=sys.stderr)
        if len(kept) < len(asked):
            print(f"{what}: {len(asked) - len(kept)} skipped, trained or tuned on", file=sys.stderr)
        return kept


def hashes(components: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return what the installed ones of *components* were trained and tuned on, over all their data sets."""
    trained: set[str] = set()
    tuned: set[str] = set()
    for name in components:
        component = load_component(name)
        if component is not None:
            trained |= {digest for listed in component.manifest.trained_on.values() for digest in listed}
            tuned |= {digest for listed in component.manifest.tuned_on.values() for digest in listed}
    return frozenset(trained), frozenset(tuned)


def installed(*components: str) -> bool:
    """Say whether the weights of all *components* are there; if not, say on stderr what stays with the rules."""
    missing = [name for name in components if load_component(name) is None]
    if missing:
        print(f"no weights of {', '.join(missing)} are installed: the rules alone are scored", file=sys.stderr)
    return not missing
