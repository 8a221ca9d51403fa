"""What people decided and resolve has yet to carry out. Costs what is open, not what was ever decided."""

from __future__ import annotations

from collections.abc import Iterator

from graph.schema import Label
from graph.store.interface import GraphStore, Node
from ingest.resolve.counting import NAMES

_PAGE = 1000


def undecided(store: GraphStore) -> list[Node]:
    """Return the names and Papers about which a decision is open, by label and key."""
    return [node for label in (*NAMES, Label.PAPER) for node in _of(store, label)]


def _of(store: GraphStore, label: Label) -> Iterator[Node]:
    after: str | None = None
    while page := store.find_nodes(label, {"undecided": True}, limit=_PAGE, after=after):
        yield from page
        if len(page) < _PAGE:
            break
        after = page[-1].key
