"""A patch from outside becomes an arm: a unified diff with a hypothesis, measured like any other arm.

Guarantees: what the task does not allow to be edited is refused before anything is written, with every reason; the
outcome is the evaluator's. The lineage is kept: the trial that a patch builds on is an arm of the new plan, which
follows the plan of that trial, and who submitted it is a decision on the plan. The diff is against the project as the
task has it, also where it builds on another patch.
"""

from __future__ import annotations

from collections.abc import Mapping

from graph.canonical import content_hash
from graph.errors import UnknownNode
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Arm, ArmRole, Plan, TrialSpec
from graph.vocabulary.plan import Knob as KnobValue
from graph.write.decision import record_decision
from graph.write.plan import write_plan
from runtime.projects.design import baseline_arm, plan_arms
from runtime.projects.errors import PatchRefused
from runtime.projects.policy import checked_patch
from runtime.projects.project import VALUE, Project

PARENT = "parent"
_PLANS = 100


def submit_patch(
    store: GraphStore,
    project: Project,
    *,
    patch: str,
    hypothesis: str,
    by: str,
    at: str,
    knobs: Mapping[str, KnobValue] | None = None,
    parent: str | None = None,
    seeds: int | None = None,
) -> Plan:
    """Write and return the plan that compares the project with *patch* with the baseline and, if given, with *parent*.

    *parent* is the key of a trial of this task: its knobs are kept where *knobs* says nothing else. *at* is the time in
    ISO 8601.

    Raises:
        PatchRefused: the task does not take the patch, or the parent is a trial of another task or version.
        UnknownNode: there is no such parent.
        ContractError: a knob is not one of the task's.
    """
    checked_patch(patch, project.contract)
    if not hypothesis.strip():
        raise PatchRefused("a patch needs a hypothesis: what it should change, and why")
    before = _parent(store, project, parent) if parent is not None else None
    base = {each.unit: each.knobs[VALUE] for each in (before.units if before else baseline_arm(project).units)}
    units = project.bind({**base, **(knobs or {})})
    arms = [
        Arm(
            id=f"patch-{content_hash([patch, [each.model_dump() for each in units]])[:8]}",
            role=ArmRole.PROPOSED,
            units=units,
            patch=patch,
        )
    ]
    if before is not None and (before.units, before.patch) != (baseline_arm(project).units, None):
        arms = [
            arms[0].model_copy(update={"parent": PARENT}),
            Arm(id=PARENT, role=ArmRole.CONTROL, units=before.units, patch=before.patch),
        ]
    elif before is not None:
        arms = [arms[0].model_copy(update={"parent": baseline_arm(project).id})]
    plan = plan_arms(
        project,
        arms,
        intent=hypothesis,
        seeds=seeds,
        statement=" ".join(hypothesis.split()),
        reason=(
            f"a patch to {project.id} submitted by {by}",
            *([f"it builds on {parent}"] if parent else []),
        ),
        parent_plan=_plan_of(store, parent) if parent is not None else None,
    )
    write_plan(store, plan, at=at)
    record_decision(store, plan.id, kind="submitted", by=by, reason=hypothesis, at=at)
    return plan


def _parent(store: GraphStore, project: Project, trial: str) -> TrialSpec:
    found = store.get_nodes(Label.TRIAL, [trial]).get(trial)
    if found is None:
        raise UnknownNode(f"there is no trial {trial!r} that a patch could build on")
    spec = TrialSpec.model_validate(found.properties["spec"])
    if spec.task != project.ref:
        raise PatchRefused(f"{trial} ran {spec.task.id} at version {spec.task.version}, this is {project.ref.version}")
    return spec


def _plan_of(store: GraphStore, trial: str) -> str | None:
    """Return the latest plan that needs *trial*."""
    ref = Ref(Label.TRIAL, trial)
    plans = [node for _, node in store.neighbours([ref], [EdgeType.PART_OF], "out", limit_per_ref=_PLANS)[ref]]
    return max(plans, key=lambda node: (str(node.properties["at"]), node.key)).key if plans else None
