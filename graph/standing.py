"""Where a plan stands by what was decided about it: going, paused or cancelled, arms left out, instructions.

A Plan never changes, so its standing is read off its Decisions, in the order of their times; of two that say opposite
things the later one holds. A plan about which nothing was decided is going. Read only: `graph.write.steering` writes.
"""

from __future__ import annotations

from enum import StrEnum

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from graph.vocabulary.document import Frozen

# Nobody decides this often about one plan; a store needs some limit.
_ALL = 100_000


class PlanState(StrEnum):
    """Whether trials of the plan may be started."""

    GOING = "going"
    PAUSED = "paused"
    CANCELLED = "cancelled"


class Steer(StrEnum):
    """What people may decide about a plan while it runs; the kind of the Decision."""

    PAUSE = "paused"
    RESUME = "resumed"
    CANCEL = "cancelled"
    INSTRUCT = "instructed"
    LEAVE_OUT = "left_out"
    TAKE_IN = "taken_in"


_STATES = {
    Steer.PAUSE: PlanState.PAUSED,
    Steer.RESUME: PlanState.GOING,
    Steer.CANCEL: PlanState.CANCELLED,
}


class Decision(Frozen):
    """One thing decided about a plan; `arm` where it is about one."""

    key: str
    kind: Steer
    by: str
    reason: str
    at: str
    arm: str | None = None


class Standing(Frozen):
    """Where a plan stands. `last` is the decision that made its state so; None: nobody decided on it."""

    state: PlanState = PlanState.GOING
    last: Decision | None = None
    left_out: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def sentence(self) -> str:
        """The state in words: who made it so, when, and why."""
        if self.last is None:
            return str(self.state)
        reason = f": {self.last.reason}" if self.last.reason else ""
        return f"{self.last.kind} by {self.last.by} at {self.last.at}{reason}"


def standing_of(store: GraphStore, plan: str) -> Standing:
    """Return where the plan with key *plan* stands."""
    ref = Ref(Label.PLAN, plan)
    steers = frozenset(Steer)
    found = [node for _, node in store.neighbours([ref], [EdgeType.DECIDES], "in", limit_per_ref=_ALL)[ref]]
    decisions = sorted(
        (
            Decision(
                key=node.key, **{name: node.properties.get(name) for name in ("kind", "by", "reason", "at", "arm")}
            )
            for node in found
            if node.properties.get("kind") in steers
        ),
        key=lambda each: (each.at, each.key),
    )
    last = next((each for each in reversed(decisions) if each.kind in _STATES), None)
    arms = {each.arm: each.kind for each in decisions if each.arm is not None}
    return Standing(
        state=_STATES[last.kind] if last else PlanState.GOING,
        last=last,
        left_out=tuple(sorted(arm for arm, kind in arms.items() if kind is Steer.LEAVE_OUT)),
        decisions=tuple(decisions),
    )
