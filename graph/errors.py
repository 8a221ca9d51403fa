"""What can go wrong in the graph.

GraphError
├── StoreError
│   ├── StoreUnavailable        the server or the file cannot be reached
│   ├── StoreVersionError       written by a newer version, or no database of ours
│   ├── StoreMismatch           a home, a snapshot and a store that do not belong together
│   ├── InvalidValue            a property no store takes (NaN, 65-bit int, NUL, wrong type …)
│   ├── ConflictingRows         one batch says two things of one key
│   ├── MissingEndpoint         an edge without one of its ends
│   ├── StaleWrite              a guarded field had changed: read again and retry
│   ├── LeaseHeld               somebody else resolves or compiles right now
│   └── LeaseLost               the fence refused: somebody else holds the item now
├── HomeError
│   ├── HomeFull                no room left, or a quota is used up: nothing was written
│   └── HomeDamaged             a file under the home is not what its name says
├── UnknownNode                 a reference to nothing
├── OrderRefused                an order that a plan cannot follow
├── UngroundedFact              a fact without evidence, or a quote that is not in its document
├── EmbedderUnavailable         no such model, or weights that are not the ones they should be
└── SnapshotError
    ├── SnapshotMissing         nothing has been compiled
    └── SnapshotDamaged         a file is absent, cut or changed
"""

from __future__ import annotations

from collections.abc import Sequence


class GraphError(Exception):
    """Base of all errors of this package. The message is a sentence for the person who reads it."""


class StoreError(GraphError):
    """The store of record refused or failed."""


class StoreUnavailable(StoreError):
    """The store cannot be reached, or refuses the credentials."""


class StoreVersionError(StoreError):
    """The database belongs to a newer Patternbook, or to something else."""


class StoreMismatch(StoreError):
    """Home, snapshot and store carry different store ids."""


class InvalidValue(StoreError):
    """A property value that the schema or a store cannot hold."""


class ConflictingRows(StoreError):
    """Two rows of one batch have the same identity and different content."""


class MissingEndpoint(StoreError):
    """An edge was written whose start or end node does not exist."""

    def __init__(self, edge_type: str, missing: Sequence[str]) -> None:
        self.edge_type, self.missing = edge_type, tuple(missing)
        shown = ", ".join(self.missing[:5])
        super().__init__(f"{edge_type}: {len(self.missing)} end node(s) do not exist: {shown}; nothing was written")


class StaleWrite(StoreError):
    """A guarded field no longer holds the expected value; the batch was rolled back."""


class LeaseLost(StoreError):
    """A claim is no longer held: its lease ran out and the item was given to somebody else."""

    def __init__(self, lost: Sequence[str]) -> None:
        self.lost = tuple(lost)
        super().__init__(f"the lease on {len(self.lost)} item(s) was lost, first {self.lost[0]}; nothing was written")


class LeaseHeld(StoreError):
    """A named lock is held by somebody else."""

    def __init__(self, name: str, owner: str, seconds_left: float) -> None:
        self.name, self.owner, self.seconds_left = name, owner, seconds_left
        super().__init__(
            f"{name} is being done by {owner} right now (for up to {max(0, round(seconds_left))} s more): "
            f"wait until it has ended, then try again"
        )


class HomeError(GraphError):
    """The folder that holds files by content cannot be used."""


class HomeFull(HomeError):
    """There is no room left for a file. Nothing was written."""


class HomeDamaged(HomeError):
    """A file under the home is not what its name says."""


class UnknownNode(GraphError):
    """A reference that names no node of the graph."""


class OrderRefused(GraphError):
    """An order that a plan cannot follow: about an arm that it has not, or without what it needs."""


class UngroundedFact(GraphError):
    """A fact without evidence, or evidence that is not verbatim in its document."""


class EmbedderUnavailable(GraphError):
    """The model that turns text into vectors is missing or not the one it should be."""


class SnapshotError(GraphError):
    """The compiled read model cannot be used."""


class SnapshotMissing(SnapshotError):
    """No snapshot has been compiled yet."""


class SnapshotDamaged(SnapshotError):
    """A file of the snapshot is absent, truncated or altered."""
