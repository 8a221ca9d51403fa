"""Ingest's side of the queue: items are enqueued, claimed, kept alive and given back.

Guarantees: no two runs work on one file at once; a claim of a process that is known to be dead is given back at once,
any other when its lease runs out. A kill is not held against a file, unless the file was parsed by the very process
that died: then it is quarantined after `_LONE_ATTEMPTS`, so that no file can kill ingest for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from graph.errors import LeaseLost
from graph.schema import Label
from graph.store.interface import Claimed, Finish, GraphStore, Node, Row
from graph.write.items import requeue
from ingest.pipeline.owner import is_dead, parses_itself
from ingest.pipeline.plan import State, Verdict
from ingest.sources.source import SourceFile

_BATCH = 500
_LONE_ATTEMPTS = 5
_NEVER_GIVEN_UP = 2**31


class Queue:
    """The items of one run. *clock* gives seconds since 1970."""

    def __init__(self, store: GraphStore, *, owner: str, lease_s: float, clock: Callable[[], float]) -> None:
        self.store, self.owner, self.lease_s, self.clock = store, owner, lease_s, clock
        self.held: dict[str, Claimed] = {}
        self._beaten = clock()

    def items(self, files: Sequence[SourceFile], final: Callable[[SourceFile], Row]) -> dict[str, Node]:
        """Return the items of *files* that exist; claims of dead processes are given back first.

        *final* returns what makes a failure of a file final, for those that are given up.
        """
        found: dict[str, Node] = {}
        for start in range(0, len(files), _BATCH):
            part = files[start : start + _BATCH]
            found.update(self.store.get_nodes(Label.ITEM, [file.key for file in part]))
        orphaned = [file for file in files if file.key in found and self._is_orphaned(found[file.key])]
        for file in orphaned:
            self._give_back_for_the_dead(found[file.key], final(file))
        if orphaned:
            found.update(self.store.get_nodes(Label.ITEM, [file.key for file in orphaned]))
        return found

    def offer(self, verdicts: Sequence[Verdict]) -> None:
        """Make sure that each file of *verdicts* has an item that can be claimed."""
        for start in range(0, len(verdicts), _BATCH):
            part = verdicts[start : start + _BATCH]
            new = [{"key": each.file.key, "source": each.file.source} for each in part if each.item is None]
            if new:
                self.store.enqueue(Label.ITEM, new)
            if again := {each.file.key: each.item_state for each in part if each.state is State.AGAIN}:
                requeue(self.store, again)

    def claim(self, keys: Sequence[str]) -> list[str]:
        """Claim what can be had of *keys*; return it."""
        claims = self.store.claim(
            Label.ITEM,
            len(keys),
            self.owner,
            self.lease_s,
            now=self.clock(),
            keys=keys,
            max_attempts=_NEVER_GIVEN_UP,
        )
        self.held.update((claim.ref.key, claim) for claim in claims)
        return [claim.ref.key for claim in claims]

    def beat(self) -> list[str]:
        """Extend the leases when a third of their time has passed; return the keys that were lost."""
        now = self.clock()
        if not self.held or now - self._beaten < self.lease_s / 3:
            return []
        self._beaten = now
        kept = self.store.beat(list(self.held.values()), self.lease_s, now=now)
        lost = sorted(self.held.keys() - {claim.ref.key for claim in kept})
        for key in lost:
            del self.held[key]
        return lost

    def rest(self, key: str, state: str, properties: Row) -> bool:
        """Bring an item to rest; False where it was taken over in the meantime."""
        claim = self.held.pop(key, None)
        if claim is None:
            return False
        try:
            self.store.finish([Finish(claim, state, properties)])
        except LeaseLost:
            return False
        return True

    def give_back(self, keys: Iterable[str]) -> None:
        """Make held items pending again: nothing was done to them."""
        for key in sorted(keys):
            if claim := self.held.pop(key, None):
                with suppress(LeaseLost):
                    self.store.finish([Finish(claim, "pending")])

    def _is_orphaned(self, item: Node) -> bool:
        owner = str(item.properties.get("owner") or "")
        return item.properties.get("state") == "running" and owner != self.owner and is_dead(owner)

    def _give_back_for_the_dead(self, item: Node, final: Row) -> None:
        owner, attempt = str(item.properties["owner"]), int(item.properties["attempt"])
        state: str = "pending"
        properties: Row = {}
        if parses_itself(owner) and attempt >= _LONE_ATTEMPTS:
            message = f"ingest died {attempt} times while this file was in work; --retry failed tries it again"
            failure = {"class": "LostExecutor", "message": message, "attempts": attempt}
            state, properties = "quarantined", {**final, "failure": failure}
        with suppress(LeaseLost):  # another run was quicker
            self.store.finish([Finish(Claimed(item.ref, owner, attempt, {}), state, properties)])


def free_lease_of_the_dead(store: GraphStore, name: str) -> bool:
    """Give the lock *name* back if the process that holds it is known to be dead; say whether that was so."""
    lease = store.get_nodes(Label.LEASE, [name]).get(name)
    owner = str(lease.properties.get("owner") or "") if lease else ""
    if lease is None or not is_dead(owner):
        return False
    with suppress(LeaseLost):  # somebody was quicker, which is as good
        store.finish([Finish(Claimed(lease.ref, owner, int(lease.properties["attempt"]), {}), "pending")])
    return True
