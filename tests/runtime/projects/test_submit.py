"""Patches from outside: arms with a hypothesis, refused where the task does not take them, lineage kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graph.errors import UnknownNode
from graph.home import Home
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Plan
from graph.write.plan import write_plan
from runtime.execute import Engine, run_plan
from runtime.projects import PatchRefused, Project
from runtime.projects.design import draft_project_plan
from runtime.projects.source import remember
from runtime.projects.submit import submit_patch

Make = Callable[..., Project]
AT = "2026-01-02T00:00:00Z"
PATCH = """--- a/guess.sh
+++ b/guess.sh
@@ -1 +1 @@
-echo $((PATTERNBOOK_KNOB_GUESS + PATTERNBOOK_SEED % 2)) > "$PATTERNBOOK_OUT/guess.txt"
+echo $((PATTERNBOOK_KNOB_GUESS + 1)) > "$PATTERNBOOK_OUT/guess.txt"
"""


@pytest.fixture
def submit(sqlite_store: GraphStore, home: Home, make_project: Make) -> Callable[..., Plan]:
    """Submits a patch to the project."""
    project = make_project()
    remember(home, project)

    def send(patch: str = PATCH, **more: object) -> Plan:
        arguments = {"hypothesis": "one more is nearer", "by": "agent-7", "at": AT, **more}
        return submit_patch(sqlite_store, project, patch=patch, **arguments)  # type: ignore[arg-type]

    return send


def test_a_patch_is_measured_like_any_arm(
    sqlite_store: GraphStore, home: Home, submit: Callable[..., Plan], project_engine: Engine
) -> None:
    """Beside the baseline, by the evaluator."""
    plan = submit(knobs={"guess": 6})
    report = run_plan(sqlite_store, home, plan, engine=project_engine)
    found = {(trial.arm, trial.seed): trial.measurements["error_1"] for trial in report.trials if trial.split == "val"}
    patched = plan.arms[1].id

    assert found == {("baseline", 0): 6, ("baseline", 1): 5, (patched, 0): 0, (patched, 1): 0}
    assert plan.hypothesis.statement == "one more is nearer"


def test_who_submitted_what_is_a_decision(sqlite_store: GraphStore, submit: Callable[..., Plan]) -> None:
    """With the hypothesis as its reason."""
    plan = submit()
    decided = sqlite_store.neighbours([Ref(Label.PLAN, plan.id)], [EdgeType.DECIDES], "in", limit_per_ref=9)
    nodes = [node for hops in decided.values() for _, node in hops]

    assert [(n.properties["kind"], n.properties["by"], n.properties["reason"]) for n in nodes] == [
        ("submitted", "agent-7", "one more is nearer")
    ]


def test_a_patch_keeps_its_lineage(sqlite_store: GraphStore, submit: Callable[..., Plan], make_project: Make) -> None:
    """The parent's recipe is an arm, its plan is followed, its knobs are kept."""
    first = draft_project_plan(make_project())
    write_plan(sqlite_store, first, at="2026-01-01T00:00:00Z")
    trial = next(each.spec for each in first.trials() if each.arm == "guess=6")
    plan = submit(parent=trial.id)

    assert [(arm.id, arm.parent) for arm in plan.arms[1:]] == [(plan.arms[1].id, "parent"), ("parent", None)]
    assert plan.arms[1].units == plan.arms[2].units == trial.units
    assert plan.parent_plan == first.id
    assert trial.id in {each.spec.id for each in plan.trials()}


@pytest.mark.parametrize("path", ["score.sh", "task.toml", "held/val.txt", "other.sh"])
def test_a_patch_that_touches_more_than_it_may_is_refused(
    sqlite_store: GraphStore, submit: Callable[..., Plan], path: str
) -> None:
    """Nothing is written."""
    with pytest.raises(PatchRefused, match=f"touches {path}"):
        submit(PATCH.replace("guess.sh", path))
    assert Label.PLAN not in sqlite_store.counts().nodes


def test_a_refused_patch_that_is_in_the_queue_gets_the_label(
    make_project: Make, execute: Callable[..., dict[tuple[str, int], object]]
) -> None:
    """A plan that was written past the door: the evaluator is not touched, the sentence says why."""
    project = make_project()
    plan = draft_project_plan(project)
    arm = plan.arms[1].model_copy(update={"patch": PATCH.replace("guess.sh", "score.sh")})
    outcomes = execute(project, plan.model_copy(update={"arms": (plan.arms[0], arm)}))
    failed = [node for (name, _), node in outcomes.items() if name == arm.id]

    assert {node.properties["label"] for node in failed} == {"refused"}  # type: ignore[attr-defined]
    assert "part of the evaluator" in failed[0].properties["failure"]["message"]  # type: ignore[attr-defined]


def test_a_parent_of_another_version_is_refused(
    sqlite_store: GraphStore, submit: Callable[..., Plan], make_project: Make
) -> None:
    """Its measurements would not be comparable; a parent that is not there is missed."""
    other = draft_project_plan(make_project({"guess.sh": "true\n"}))
    write_plan(sqlite_store, other, at="2026-01-01T00:00:00Z")
    with pytest.raises(PatchRefused, match="at version"):
        submit(parent=next(other.trials()).spec.id)
    with pytest.raises(UnknownNode, match="no trial"):
        submit(parent="trial:none")


def test_a_patch_without_a_hypothesis_is_refused(submit: Callable[..., Plan]) -> None:
    """What should it change, and why?"""
    with pytest.raises(PatchRefused, match="needs a hypothesis"):
        submit(hypothesis=" ")
