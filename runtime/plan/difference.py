"""What changed between two plans of one intent, and why: arms, seeds, exclusions, decision, what was learnt between."""

from __future__ import annotations

from graph.vocabulary.document import Frozen
from graph.vocabulary.plan import Arm, Plan


class ArmChange(Frozen):
    """An arm that came or went, with the planner's reason where it gave one."""

    arm: str
    change: str
    reason: str = ""


class PlanDifference(Frozen):
    """The difference, and `lines` for people."""

    earlier: str
    later: str
    decision: str
    reason: str
    beliefs_changed: bool
    snapshot_changed: bool
    arms: tuple[ArmChange, ...]
    lines: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether the design differs: arms, seeds, metrics or exclusions."""
        return bool(self.arms) or len(self.lines) > 1


def plan_difference(earlier: Plan, later: Plan) -> PlanDifference:
    """Return what *later* does otherwise than *earlier*."""
    reason = later.planner.rationale[0] if later.planner.rationale else later.decision
    arms = (*_gone(earlier, later), *_come(earlier, later))
    lines = [reason]
    left_out = {each.unit for each in later.excluded}
    alone = {arm.id for arm in earlier.arms if [binding.unit in left_out for binding in arm.units] == [True]}
    lines += [
        f"{each.change} arm {each.arm}" + (f": {each.reason}" if each.reason else "")
        for each in arms
        if each.change == "added" or each.arm not in alone  # those are told with their trials below
    ]
    if len(earlier.seeds) != len(later.seeds):
        lines.append(f"{len(later.seeds)} seeds instead of {len(earlier.seeds)}")
    if earlier.primary.name != later.primary.name:
        lines.append(f"primary metric {later.primary.name} instead of {earlier.primary.name}")
    if earlier.hypothesis.statement != later.hypothesis.statement:
        lines.append(f"hypothesis: {later.hypothesis.statement} (before: {earlier.hypothesis.statement})")
    known = {each.unit for each in earlier.excluded}
    lines += [
        f"now left out {each.unit}: {each.reason}" + (f" ({', '.join(each.trials)})" if each.trials else "")
        for each in later.excluded
        if each.unit not in known
    ]
    return PlanDifference(
        earlier=earlier.id,
        later=later.id,
        decision=later.decision,
        reason=reason,
        beliefs_changed=earlier.belief_generation != later.belief_generation,
        snapshot_changed=earlier.snapshot != later.snapshot,
        arms=arms,
        lines=tuple(lines),
    )


def _recipes(plan: Plan) -> dict[str, Arm]:
    return {arm.model_dump_json(include={"units", "patch"}): arm for arm in plan.arms}


def _gone(earlier: Plan, later: Plan) -> tuple[ArmChange, ...]:
    kept = _recipes(later)
    excluded = {each.unit: each.reason for each in later.excluded}

    def reason(arm: Arm) -> str:
        known = [excluded[binding.unit] for binding in arm.units if binding.unit in excluded]
        return "; ".join(known) or _rationale(later, f"earlier arm {arm.id}: ")

    return tuple(
        ArmChange(arm=arm.id, change="dropped", reason=reason(arm))
        for recipe, arm in _recipes(earlier).items()
        if recipe not in kept
    )


def _come(earlier: Plan, later: Plan) -> tuple[ArmChange, ...]:
    there = _recipes(earlier)
    return tuple(
        ArmChange(arm=arm.id, change="added", reason=_rationale(later, f"arm {arm.id} on "))
        for recipe, arm in _recipes(later).items()
        if recipe not in there
    )


def _rationale(plan: Plan, start: str) -> str:
    """Return what the planner said in the line that starts so."""
    for line in plan.planner.rationale:
        if line.startswith(start):
            return line.partition(": ")[2]
    return ""
