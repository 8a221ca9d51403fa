"""Beliefs: written once, from claims and from all trials, seen by whoever plans next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.schema import EdgeType, Label, Ref
from graph.vocabulary.outcome import FailureLabel
from graph.vocabulary.plan import Plan
from graph.write.beliefs import belief_key
from graph.write.generation import generation
from runtime.learn import Expectations, conclude
from runtime.tasks import Task
from runtime.units.linking import link_units

MakePlan = Callable[..., Plan]
ARMS: dict[str, dict[str, dict[str, Any]]] = {"baseline": {}, "dropout": {"dropout": {}}, "mixup": {"mixup": {}}}
SEEDS = tuple(range(8))


@pytest.fixture
def ran(records: Any, make_plan: MakePlan, measured: Any, quick_tasks: dict[str, Task]) -> Plan:
    """A concluded plan in which dropout gains and mixup loses accuracy."""
    records.method("dropout")
    records.method("mixup")
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({"dropout": 0.02, "mixup": -0.02}))
    conclude(records.store, plan, tasks=quick_tasks)
    return plan


def belief(records: Any, method: str, task: str, metric: str = "accuracy") -> dict[str, Any]:
    key = belief_key(method, task, metric)
    return dict(records.store.get_nodes(Label.BELIEF, [key])[key].properties)


def test_trials_move_the_belief_and_narrow_it(records: Any, ran: Plan) -> None:
    """Towards what was seen, with the pairs counted; the prior is kept beside it."""
    held = belief(records, "dropout", ran.task.id)

    assert held["mean"] == pytest.approx(0.02, abs=0.005)
    assert held["sd"] < held["prior_sd"]
    assert (held["prior_mean"], held["trials"], held["failed"]) == (0.0, 8, 0)
    assert belief(records, "mixup", ran.task.id)["mean"] < 0


def test_concluding_twice_writes_nothing_new(records: Any, ran: Plan, quick_tasks: dict[str, Task]) -> None:
    """Findings and beliefs are functions of the store, and the generation stays."""
    before = (records.store.counts(), generation(records.store, "belief_generation"))
    again = conclude(records.store, ran, tasks=quick_tasks)

    assert again.written == 0
    assert (records.store.counts(), generation(records.store, "belief_generation")) == before
    assert again.belief_generation == 1


def test_a_belief_leads_to_its_findings_and_from_there_to_trials(records: Any, ran: Plan) -> None:
    """INFORMED_BY the findings on the same metric of the unit's own arms, which are COMPUTED_FROM trials."""
    ref = Ref(Label.BELIEF, belief_key("dropout", ran.task.id, "accuracy"))
    grounds = [node for _, node in records.store.neighbours([ref], [EdgeType.INFORMED_BY], "out")[ref]]

    assert [(node.properties["arm"], node.properties["metric"]) for node in grounds] == [("dropout", "accuracy")]
    trials = records.store.neighbours([grounds[0].ref], [EdgeType.COMPUTED_FROM], "out")[grounds[0].ref]
    assert len(trials) == 16


def test_claims_are_grounds_too(records: Any, make_plan: MakePlan, measured: Any, quick_tasks: dict[str, Task]) -> None:
    """A claim on the metric shifts the prior and is named."""
    claim = records.claim(records.method("dropout"), "improves")
    plan = make_plan(ARMS, seeds=SEEDS)
    records.run(plan, measured({"dropout": 0.02, "mixup": 0.0}))
    conclude(records.store, plan, tasks=quick_tasks)
    ref = Ref(Label.BELIEF, belief_key("dropout", plan.task.id, "accuracy"))
    grounds = {node.ref for _, node in records.store.neighbours([ref], [EdgeType.INFORMED_BY], "out")[ref]}

    assert Ref(Label.CLAIM, claim) in grounds
    assert belief(records, "dropout", plan.task.id)["prior_mean"] > 0


def test_more_trials_of_another_plan_raise_the_generation(
    records: Any, ran: Plan, make_plan: MakePlan, measured: Any, quick_tasks: dict[str, Task]
) -> None:
    """Trials of all plans count together."""
    more = make_plan(ARMS, seeds=tuple(range(8, 16)))
    records.run(more, measured({"dropout": 0.02, "mixup": -0.02}))

    assert conclude(records.store, more, tasks=quick_tasks).belief_generation == 2
    assert belief(records, "dropout", ran.task.id)["trials"] == 16


def test_failed_trials_are_counted(
    records: Any, make_plan: MakePlan, measured: Any, quick_tasks: dict[str, Task]
) -> None:
    """Beside the pairs that did not fail."""
    records.method("dropout")
    plan, values = make_plan(ARMS, seeds=SEEDS), measured({"dropout": 0.02, "mixup": 0.0})
    records.run(plan, lambda arm, seed: FailureLabel.OOM if (arm, seed) == ("dropout", 0) else values(arm, seed))
    conclude(records.store, plan, tasks=quick_tasks)
    held = belief(records, "dropout", plan.task.id)

    assert (held["trials"], held["failed"]) == (7, 1)


@pytest.mark.usefixtures("ran")
def test_trials_of_another_version_do_not_count(records: Any) -> None:
    """The task as it is now is what beliefs are about."""
    from runtime.tasks import TASKS

    links = link_units(records.store)

    assert Expectations(records.store, links, TASKS).tried("dropout") == []


def test_a_combination_informs_no_belief_of_its_parts(
    records: Any, make_plan: MakePlan, measured: Any, quick_tasks: dict[str, Task]
) -> None:
    """Only what a unit does alone is believed of it."""
    records.method("dropout")
    plan = make_plan({"baseline": {}, "both": {"dropout": {}, "mixup": {}}}, seeds=SEEDS)
    records.run(plan, measured({"both": 0.02}))
    conclude(records.store, plan, tasks=quick_tasks)

    assert Label.BELIEF not in records.store.counts().nodes


def test_a_document_counts_once_however_often_it_claims(records: Any, quick_tasks: dict[str, Task]) -> None:
    """Two claims of one document weigh as one; two documents weigh more."""
    method = records.method("dropout")
    first = records.claim(method, "improves")
    document = records.store.get_nodes(Label.CLAIM, [first])[first].properties["document"]
    owned = {"document": document, "extraction": "x"}
    records.store.upsert_nodes(Label.CLAIM, [{"key": "claim:again", "direction": "improves", **owned}])
    records.store.upsert_edges(
        EdgeType.HAS_INTERVENTION, Label.CLAIM, Label.METHOD, [{"src": "claim:again", "dst": method, **owned}]
    )

    def expected() -> float:
        known = Expectations(records.store, link_units(records.store), quick_tasks)
        return known.of("dropout", method, "digits-mlp", "accuracy").prior_mean

    once = expected()
    records.claim(method, "improves", n=2)

    assert 0 < once < expected()
