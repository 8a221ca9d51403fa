"""Steer a plan while it runs: pause, resume, cancel, instruct, leave an arm out. Each is a Decision on the plan.

Guarantees: what is so already is not decided again, so a repeated order writes nothing. An order never bears an earlier
time than the one before it, whatever the clock did in between: the later order holds.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from graph.errors import OrderRefused, UnknownNode
from graph.schema import Label, Ref
from graph.standing import PlanState, Standing, Steer, standing_of
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan
from graph.write.decision import record_decision

REASON_CHARS = 500


def steer(
    store: GraphStore, plan: str, order: Steer, *, by: str, reason: str, at: str, arm: str | None = None
) -> Standing:
    """Record *order* about the plan with key *plan* and return where it stands now.

    *reason* is kept on one line, its first `REASON_CHARS` characters; of an instruction it is the text. *at* is a time
    in ISO 8601 with its zone.

    Raises:
        UnknownNode: there is no such plan.
        OrderRefused: *arm* is no arm of it, or its baseline; or an instruction without text.
    """
    found = store.get_nodes(Label.PLAN, [plan]).get(plan)
    if found is None:
        raise UnknownNode(f"{Ref(Label.PLAN, plan)} does not exist, so nothing can be decided about it")
    text = " ".join(reason.split())[:REASON_CHARS]
    _check(Plan.from_document(found.properties["document"]), order, text, arm)
    before = standing_of(store, plan)
    if _is_so(before, order, arm):
        return before
    moment = datetime.fromisoformat(at).astimezone(UTC)
    if before.decisions:
        moment = max(moment, datetime.fromisoformat(before.decisions[-1].at) + timedelta(milliseconds=1))
    written = moment.isoformat(timespec="milliseconds")
    record_decision(store, plan, kind=order, by=by, reason=text, at=written, arm=arm)
    return standing_of(store, plan)


def _check(plan: Plan, order: Steer, text: str, arm: str | None) -> None:
    if order is Steer.INSTRUCT and not text:
        raise OrderRefused("an instruction is a sentence: say what is to be done otherwise")
    if (arm is None) == (order in {Steer.LEAVE_OUT, Steer.TAKE_IN}):
        raise OrderRefused("name an arm to leave it out or take it in again, and for nothing else")
    arms = [each.id for each in plan.arms]
    if arm is not None and arm not in arms:
        raise OrderRefused(f"the plan has no arm {arm!r}; its arms: {', '.join(arms)}")
    if arm == plan.baseline.id:
        raise OrderRefused(f"{arm} is the baseline: without it nothing can be compared; cancel the plan instead")


def _is_so(before: Standing, order: Steer, arm: str | None) -> bool:
    match order:
        case Steer.PAUSE:
            return before.state is not PlanState.GOING  # one that is cancelled stays so
        case Steer.RESUME:
            return before.state is PlanState.GOING
        case Steer.CANCEL:
            return before.state is PlanState.CANCELLED
        case Steer.LEAVE_OUT:
            return arm in before.left_out
        case Steer.TAKE_IN:
            return arm not in before.left_out
        case Steer.INSTRUCT:
            return False
