"""Where plans stand: what was decided about them while they ran, and their trials by state."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from graph.schema import EdgeType, Label
from graph.standing import PlanState, Standing, Steer, standing_of
from graph.store.interface import GraphStore, Node
from graph.write.steering import steer
from service.documents import PlanStanding
from service.errors import NotThere

# `status` looks at the latest plans only: it is to stay quick in a store of thousands.
LATEST = 10
_ALL = 100_000


def steer_plan(
    store: GraphStore, plan: str, order: Steer, *, by: str, reason: str = "", arm: str | None = None
) -> Standing:
    """Record *order* now; see `graph.write.steering.steer`.

    Raises:
        OrderRefused: the plan cannot follow it.
    """
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return steer(store, plan, order, by=by, reason=reason, at=at, arm=arm)


def plan_standing(store: GraphStore, plan: str) -> PlanStanding:
    """Return where the plan with key *plan* stands.

    Raises:
        NotThere: there is no such plan.
    """
    node = store.get_nodes(Label.PLAN, [plan]).get(plan)
    if node is None:
        raise NotThere(f"there is no plan {plan!r}")
    return _standing(store, node)


def open_plans(store: GraphStore) -> tuple[PlanStanding, ...]:
    """Return the plans among the latest that are not finished or not going, the latest first."""
    latest = sorted(
        store.scan_nodes(Label.PLAN), key=lambda node: (str(node.properties.get("at", "")), node.key), reverse=True
    )[:LATEST]
    standings = (_standing(store, node) for node in latest)
    return tuple(each for each in standings if each.open or each.state is not PlanState.GOING)


def _standing(store: GraphStore, plan: Node) -> PlanStanding:
    standing = standing_of(store, plan.key)
    trials = store.neighbours([plan.ref], [EdgeType.PART_OF], "in", limit_per_ref=_ALL)[plan.ref]
    states = Counter(str(node.properties["state"]) for _, node in trials)
    return PlanStanding(
        plan=plan.key,
        intent=str(plan.properties.get("intent", "")),
        state=standing.state,
        left_out=standing.left_out,
        decisions=standing.decisions,
        trials=dict(sorted(states.items())),
    )
