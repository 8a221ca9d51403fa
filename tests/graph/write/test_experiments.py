"""Plans, decisions, outcomes, findings, beliefs: what runtime writes, and what each writer refuses."""

from __future__ import annotations

from typing import Any

import pytest

from graph.errors import LeaseLost, MissingEndpoint, UngroundedFact, UnknownNode
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from graph.vocabulary.finding import Belief, Finding, Verdict
from graph.vocabulary.outcome import FailureLabel, Measured, Outcome
from graph.vocabulary.plan import (
    Arm,
    Budget,
    Hypothesis,
    PatternRef,
    Plan,
    PlannedMetric,
    TaskRef,
    UnitBinding,
)
from graph.write.beliefs import write_beliefs
from graph.write.decision import record_decision
from graph.write.findings import write_findings
from graph.write.generation import generation
from graph.write.outcome import record_outcome
from graph.write.plan import write_plan, write_trials


def _plan(**changes: Any) -> Plan:
    fields: dict[str, Any] = {
        "intent": "less overconfidence",
        "snapshot": "s1",
        "belief_generation": 0,
        "hypothesis": Hypothesis(
            statement="it helps", effect_of="label_smoothing", metric="accuracy", direction="increase", falsifier="none"
        ),
        "patterns": (PatternRef(id="p1", label="softening"),),
        "task": TaskRef(
            id="digits", version="1", dataset="digits", dataset_sha256="0", split="s", evaluator_sha256="0"
        ),
        "program_version": "1",
        "arms": (
            Arm(id="base", role="baseline"),
            Arm(id="smooth", role="proposed", units=(UnitBinding(unit="label_smoothing", knobs={"eps": 0.1}),)),
        ),
        "seeds": (0, 1),
        "metrics": (PlannedMetric(name="accuracy", direction="max", primary=True),),
        "budget": Budget(wall_s=60, trial_wall_s=10, mem_mb=512, max_trials=10),
    }
    return Plan(**fields | changes)


METHODS = {"label_smoothing": ("label-smoothing",)}


@pytest.fixture
def planned(store: GraphStore) -> GraphStore:
    """A store with a written plan, the method it tests and the pattern behind it."""
    store.upsert_nodes(Label.METHOD, [{"key": "label-smoothing", "name": "label smoothing"}])
    store.upsert_nodes(Label.PATTERN, [{"key": "p1", "name": "softening"}])
    write_plan(store, _plan(), at="2026-01-01T00:00:00Z", methods=METHODS)
    return store


def _claim(store: GraphStore, n: int = 10, now: float = 0.0) -> list[Any]:
    return store.claim(Label.TRIAL, n, "me", 60.0, now=now)


def _outcome(trial: str, **changes: Any) -> Outcome:
    fields = {"trial": trial, "wall_s": 1.0, "at": "2026-01-01T00:00:00Z"}
    return Outcome(**fields | changes)


def _finding(store: GraphStore, **changes: Any) -> Finding:
    fields: dict[str, Any] = {
        "plan": _plan().id,
        "arm": "smooth",
        "metric": "accuracy",
        "verdict": Verdict.IMPROVES,
        "split": "val",
        "task": "digits",
        "statement": "It helps.",
        "trials": tuple(node.key for node in store.scan(Label.TRIAL)),
        "n": 2,
        "supports": ("Pattern/p1",),
        "at": "2026-01-01T00:00:00Z",
    }
    return Finding(**fields | changes)


def test_a_plan_comes_with_its_trials(planned: GraphStore) -> None:
    """Every trial of the selection stage waits in the queue, linked to the plan and its arm."""
    trials = planned.scan(Label.TRIAL)
    assert [trial.properties["state"] for trial in trials] == ["pending"] * 4
    arms = [edge.properties["arm"] for edge in planned.scan(EdgeType.PART_OF)]
    assert sorted(arms) == ["base", "base", "smooth", "smooth"]
    assert [edge.properties["arm"] for edge in planned.scan(EdgeType.TESTS)] == ["smooth"]
    assert len(planned.scan(EdgeType.DRAWS_ON)) == 1


def test_the_stored_plan_reads_back(planned: GraphStore) -> None:
    """The document in the store is the plan."""
    (node,) = planned.scan(Label.PLAN)
    assert Plan.from_document(node.properties["document"]) == _plan()


def test_writing_a_plan_again_leaves_its_trials_as_they_are(planned: GraphStore) -> None:
    """A plan is immutable, and a trial that is running stays claimed."""
    _claim(planned)
    report = write_plan(planned, _plan(), at="2027-01-01T00:00:00Z", methods=METHODS).report
    assert (report.created, report.updated) == (0, 0)
    assert {trial.properties["state"] for trial in planned.scan(Label.TRIAL)} == {"running"}


def test_plans_share_their_trials(planned: GraphStore) -> None:
    """A second plan with the same recipes adds links and no trial."""
    write_plan(planned, _plan(intent="another question"), at="2026-01-02T00:00:00Z")
    assert planned.counts().nodes[Label.TRIAL] == 4
    assert planned.counts().edges[EdgeType.PART_OF] == 8


def test_what_a_plan_names_and_the_graph_lacks_is_returned(store: GraphStore) -> None:
    """Patterns, methods and a parent that do not exist are not linked and not silently dropped."""
    plan = _plan(parent_plan="plan:before")
    written = write_plan(store, plan, at="2026-01-01T00:00:00Z", methods=METHODS)
    assert written.unlinked == (
        Ref(Label.METHOD, "label-smoothing"),
        Ref(Label.PATTERN, "p1"),
        Ref(Label.PLAN, "plan:before"),
    )


def test_further_trials_join_a_written_plan_only(planned: GraphStore) -> None:
    """The confirmation's trials go into the queue; those of an unknown plan do not."""
    plan = _plan()
    spec = plan.trial(plan.baseline, 2, "test")
    write_trials(planned, plan.id, [type(next(plan.trials()))("base", spec)])
    assert planned.counts().nodes[Label.TRIAL] == 5
    with pytest.raises(MissingEndpoint):
        write_trials(planned, "plan:nothing", plan.trials())


def test_a_decision_is_a_node_of_its_own(planned: GraphStore) -> None:
    """The same decision twice is one; a decision on nothing is an error."""
    plan = _plan().id
    for _ in range(2):
        record_decision(planned, plan, kind="approved", by="somebody", reason="looks good", at="now")
    assert planned.counts().nodes[Label.DECISION] == 1
    with pytest.raises(UnknownNode, match="Plan/plan:nothing"):
        record_decision(planned, "plan:nothing", kind="approved", by="somebody", reason="", at="now")


def test_outcomes_are_recorded_with_state_and_measurements(planned: GraphStore) -> None:
    """A good trial is done and measured, a bad one failed and labelled; both run their methods."""
    good, bad = _claim(planned, 2)
    measured = (Measured(metric="accuracy", value=0.9, split="val"),)
    outcomes = [
        (good, _outcome(good.ref.key, measurements=measured, environment={"python": "3.11"})),
        (bad, _outcome(bad.ref.key, label=FailureLabel.OOM, message="no memory")),
    ]
    record_outcome(planned, outcomes, methods=METHODS)
    trials = planned.get_nodes(Label.TRIAL, [good.ref.key, bad.ref.key])
    assert trials[good.ref.key].properties["state"] == "done"
    assert trials[bad.ref.key].properties["state"] == "failed"
    assert trials[bad.ref.key].properties["failure"] == {"class": "oom", "message": "no memory"}
    (measurement,) = planned.scan(Label.MEASUREMENT)
    assert measurement.properties["value"] == 0.9
    assert len(planned.scan(EdgeType.MEASURED_IN)) == 1
    smoothed = [claim for claim in (good, bad) if claim.properties["units"]]
    assert len(planned.scan(EdgeType.RUNS)) == len(smoothed)


def test_whoever_lost_the_claim_records_nothing(planned: GraphStore) -> None:
    """One lost claim of a pack and none of it is written."""
    pack = _claim(planned, 2)
    planned.claim(Label.TRIAL, 1, "other", 60.0, now=100.0, keys=[pack[0].ref.key])
    with pytest.raises(LeaseLost):
        record_outcome(planned, [(claim, _outcome(claim.ref.key)) for claim in pack])
    assert {trial.properties["state"] for trial in planned.scan(Label.TRIAL)} == {"pending", "running"}


def test_an_outcome_is_recorded_for_its_own_trial_only(planned: GraphStore) -> None:
    """A mix-up of claims and outcomes is an error."""
    (claim,) = _claim(planned, 1)
    with pytest.raises(ValueError, match="handed in for the claim"):
        record_outcome(planned, [(claim, _outcome("trial:other"))])


def test_a_finding_speaks_for_what_it_supports(planned: GraphStore) -> None:
    """It concludes its plan, rests on its trials, and supports the pattern."""
    written = write_findings(planned, [_finding(planned, supports=("Pattern/p1", "Claim/gone"))])
    assert written.unlinked == (Ref(Label.CLAIM, "gone"),)
    assert len(planned.scan(EdgeType.COMPUTED_FROM)) == 4
    assert [edge.dst for edge in planned.scan(EdgeType.SUPPORTS)] == [Ref(Label.PATTERN, "p1")]


def test_concluding_again_replaces_the_finding(planned: GraphStore) -> None:
    """A finding that changed its mind leaves no trace of the old verdict, edges included."""
    write_findings(planned, [_finding(planned, p=0.01)])
    write_findings(planned, [_finding(planned, verdict="degrades", supports=(), contradicts=("Pattern/p1",))])
    (finding,) = planned.scan(Label.FINDING)
    assert "p" not in finding.properties
    assert planned.scan(EdgeType.SUPPORTS) == []
    assert len(planned.scan(EdgeType.CONTRADICTS)) == 1


def test_a_finding_needs_trials_that_exist(planned: GraphStore) -> None:
    """A trial that is not there is an error, and nothing is written."""
    with pytest.raises(MissingEndpoint):
        write_findings(planned, [_finding(planned, trials=("trial:gone",))])
    assert planned.scan(Label.FINDING) == []


def _belief(informed_by: str, **changes: Any) -> Belief:
    fields: dict[str, Any] = {
        "method": "label-smoothing",
        "task": "digits",
        "metric": "accuracy",
        "mean": 0.01,
        "sd": 0.02,
        "prior_mean": 0.0,
        "prior_sd": 0.05,
        "trials": 2,
        "informed_by": (informed_by,),
    }
    return Belief(**fields | changes)


def test_beliefs_raise_their_generation_when_they_change(planned: GraphStore) -> None:
    """The same belief again leaves the generation; another mean raises it."""
    (finding,) = write_findings(planned, [_finding(planned)]).keys
    first = write_beliefs(planned, [_belief(f"Finding/{finding}")])
    again = write_beliefs(planned, [_belief(f"Finding/{finding}")])
    changed = write_beliefs(planned, [_belief(f"Finding/{finding}", mean=0.02)])
    generations = [each.belief_generation for each in (first, again, changed)]
    assert generations == [1, 1, 2]
    assert generation(planned, "belief_generation") == 2
    (belief,) = planned.scan(Label.BELIEF)
    assert (belief.properties["mean"], belief.properties["generation"]) == (0.02, 2)


def test_a_belief_rests_on_something(planned: GraphStore) -> None:
    """A belief on a finding that is not there is refused."""
    with pytest.raises(UngroundedFact, match="Finding/finding:gone"):
        write_beliefs(planned, [_belief("Finding/finding:gone")])
    assert planned.scan(Label.BELIEF) == []
