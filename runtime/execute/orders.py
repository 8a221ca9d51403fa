"""What an executor is told while it runs: whether to go on, and which trials to leave.

Read off the Decisions on its plan (`graph.standing`), so that who orders and who runs need not share a machine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graph.standing import PlanState, standing_of
from graph.store.interface import GraphStore
from graph.vocabulary.plan import PlannedTrial


@dataclass(frozen=True)
class Orders:
    """Whether trials may be started, and the ids of those that are not to be."""

    state: PlanState = PlanState.GOING
    left_out: frozenset[str] = frozenset()


class PlanOrders:
    """Reads the orders of one plan. It has to be told which trials belong to which arms."""

    def __init__(self, store: GraphStore, plan: str) -> None:
        self._store, self._plan = store, plan
        self._arms: dict[str, set[str]] = defaultdict(set)

    def tell(self, trials: Iterable[PlannedTrial]) -> None:
        """Take note of *trials* that will be run."""
        for planned in trials:
            self._arms[planned.spec.id].add(planned.arm)

    def __call__(self) -> Orders:
        """Return the orders as they are now: a trial is left out if every arm that it stands for is."""
        standing = standing_of(self._store, self._plan)
        out = set(standing.left_out)
        return Orders(standing.state, frozenset(id for id, arms in self._arms.items() if out and arms <= out))
