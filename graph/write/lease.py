"""A named lock in the store with a fence: resolve and compile hold one while they write.

Guarantees: while a `HeldLease` is valid nobody else holds the lock, and a batch that carries its `fence` fails as a
whole once the lock has gone to somebody else, however late the batch arrives. A holder that is killed blocks the lock
until its lease runs out, no longer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from graph.errors import LeaseHeld, LeaseLost
from graph.schema import Label
from graph.store.interface import Claimed, Finish, GraphStore, Guard

_NEVER_GIVEN_UP = 2**62


@dataclass
class HeldLease:
    """A lock that is held. Call `keep` (or `beat`) at least once in every *ttl_s*."""

    store: GraphStore
    claim: Claimed
    ttl_s: float
    clock: Callable[[], float]
    beaten_at: float = 0.0

    @property
    def fence(self) -> Guard:
        """An operation that makes a batch fail when the lock is no longer ours."""
        return Guard(self.claim.ref, "attempt", self.claim.attempt, self.claim.attempt)

    def beat(self) -> None:
        """Extend the lease.

        Raises:
            LeaseLost: it ran out and somebody else took it.
        """
        now = self.clock()
        if not self.store.beat([self.claim], self.ttl_s, now=now):
            raise LeaseLost([str(self.claim.ref)])
        self.beaten_at = now

    def keep(self) -> None:
        """Extend the lease if a tenth of its time has passed: to be called as often as one likes.

        Raises:
            LeaseLost: it ran out and somebody else took it.
        """
        if self.clock() - self.beaten_at >= self.ttl_s / 10:
            self.beat()


@contextmanager
def hold_lease(
    store: GraphStore, name: str, *, owner: str, ttl_s: float, clock: Callable[[], float]
) -> Iterator[HeldLease]:
    """Hold the lock *name* for the time of the block. *clock* gives seconds since 1970.

    Raises:
        LeaseHeld: somebody else holds it; the message names them.
        LeaseLost: at the end, when it was taken over in the meantime.
    """
    store.enqueue(Label.LEASE, [{"key": name}])
    now = clock()
    claims = store.claim(Label.LEASE, 1, owner, ttl_s, now=now, keys=[name], max_attempts=_NEVER_GIVEN_UP)
    if not claims:
        held = store.get_nodes(Label.LEASE, [name])[name].properties
        raise LeaseHeld(name, str(held.get("owner", "somebody")), float(held.get("lease") or 0.0) - clock())
    lease = HeldLease(store, claims[0], ttl_s, clock, beaten_at=now)
    # Back to pending at the end, so that the next one can claim it; the attempt stays and keeps the fence.
    release = [Finish(lease.claim, "pending")]
    try:
        yield lease
    except BaseException:
        with suppress(LeaseLost):  # what went wrong in the block is the news
            store.finish(release)
        raise
    store.finish(release)
