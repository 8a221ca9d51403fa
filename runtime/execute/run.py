"""Run a plan: selection on validation, the gate, one confirmation on test with new seeds, findings, beliefs, report.

Guarantees: trials that another plan has finished are reused, none is run twice; running a finished plan again writes
nothing new. Stopped at any point, by Ctrl-C or by a kill, the same call continues. Trials that failed for a reason that
was not their own (`labels.TRANSIENT`) are tried again, once a call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from graph.errors import StaleWrite
from graph.home import Home
from graph.schema import Label, Ref
from graph.standing import PlanState, standing_of
from graph.store.interface import GraphStore, Guard
from graph.vocabulary.finding import Finding
from graph.vocabulary.outcome import FailureLabel
from graph.vocabulary.plan import Arm, ArmRole, Plan, PlannedTrial
from graph.write.decision import record_decision
from graph.write.plan import write_plan, write_trials
from runtime.execute.engine import Engine, Progress
from runtime.execute.estimate import estimate
from runtime.execute.executor import FINAL, Executor
from runtime.execute.gate import Gated, gate
from runtime.execute.labels import TRANSIENT
from runtime.execute.orders import PlanOrders
from runtime.execute.process import Limits
from runtime.execute.project.trust import untrusted
from runtime.execute.report import write_report
from runtime.execute.run_report import FindingRow, RunReport, TrialRow
from runtime.learn import conclude
from runtime.learn.pairs import read_runs
from runtime.plan.rules import PlanRefused, check_plan
from runtime.projects import Project
from runtime.projects.project import PROJECT_VERSION, SELF_REPORTED
from runtime.projects.source import find_project
from runtime.tasks import Task
from runtime.units.linking import Links, link_units

ProgressCallback = Callable[[Progress], None]
BY = "executor/1"
# What was refused costs nothing to refuse again, and the operator may have allowed it since.
_ANOTHER_TRY = TRANSIENT | {FailureLabel.REFUSED}

# Of the first trial of a project: what fails so, fails so in all.
_NOTHING_WORKS = frozenset(
    {
        FailureLabel.ENVIRONMENT,
        FailureLabel.DATA_MISMATCH,
        FailureLabel.CRASH,
        FailureLabel.CRASH_NATIVE,
        FailureLabel.NO_RESULT,
        FailureLabel.REFUSED,
    }
)


@dataclass(frozen=True)
class _Stage:
    trials: list[PlannedTrial]
    before: dict[str, str]


def run_plan(
    store: GraphStore,
    home: Home,
    plan: Plan,
    *,
    workers: int = 2,
    progress: ProgressCallback | None = None,
    engine: Engine | None = None,
    links: Links | None = None,
    recheck: bool = False,
    confirm: bool = True,
) -> RunReport:
    """Bring all trials of *plan* to an end and return what they show.

    A plan for a project task finds the project where it was when it was planned, and teaches nothing about Methods:
    what a user's knob stands for is not known. *engine* holds what rarely changes (clock, pack size, tasks); *workers*
    and the plan's budget are put into it. With *recheck*, trials of the selection that are done are run once more: one
    that predicts something else is ``flaky``. Without *confirm* it ends with the selection.

    While it runs, it may be paused, resumed, cancelled, or have arms left out, by anybody who can write to the store
    (`graph.write.steering`). A paused one waits; one that is cancelled ends, with what had run.

    Raises:
        PlanRefused: the plan cannot be run here, or stands paused or cancelled.
        ProjectMoved: its project task is gone or has changed.
        KeyboardInterrupt: stopped by the user; children are gone, what was not recorded is pending again.
    """
    engine = replace(engine or Engine(), workers=max(1, workers))
    engine = replace(engine, limits=_limits(plan, engine.limits))
    if plan.program_version == PROJECT_VERSION:
        engine, links = _with_project(home, plan, engine), Links((), {})
    check_plan(plan, tasks=engine.tasks)
    links = links or link_units(store)
    contexts = {id: task for id, task in engine.tasks.items() if isinstance(task, Task)}
    methods = links.methods()
    orders = PlanOrders(store, plan.id)
    executor = Executor(store, home, engine, methods=methods, progress=progress, orders=orders)
    if reason := untrusted(engine.tasks[plan.task.id], engine.sandbox.isolation, engine):
        raise PlanRefused((reason,))
    write_plan(store, plan, at=_iso(engine), methods=methods)
    refuse_unless_going(store, plan)
    deadline = engine.stopwatch() + plan.budget.wall_s
    notes = [f"Isolation {each.isolation} was stepped over: {each.reason}." for each in engine.sandbox.stepped_over]
    task = engine.tasks[plan.task.id]
    if isinstance(task, Project) and task.contract.evaluator.self_reported:
        notes.append(SELF_REPORTED)
    selection = _begin(store, list(plan.trials()), recheck=recheck)
    orders.tell(selection.trials)
    if any(state not in FINAL for state in selection.before.values()):
        expected = estimate(store, plan, task, pack_size=engine.pack_size, workers=engine.workers)
        record_decision(
            store,
            plan.id,
            kind="started",
            by=BY,
            reason="the plan has trials to run",
            at=_iso(engine),
            estimate=expected.model_dump(),
        )
    if isinstance(task, Project) and (failure := _preflight(store, executor, plan, deadline)):
        notes.append(failure)
    else:
        executor.run([planned.spec.id for planned in selection.trials], deadline=deadline)
    concluded = conclude(store, plan, links=links, tasks=contexts)
    gated = gate(plan, [finding for _, finding in concluded.findings])
    stages = [selection]
    is_cancelled = standing_of(store, plan.id).state is PlanState.CANCELLED
    if confirm and gated.passing and not is_cancelled and (confirmation := _confirmation(plan, gated, notes)):
        write_trials(store, plan.id, confirmation)
        orders.tell(confirmation)
        stages.append(_begin(store, confirmation))
        executor.run([planned.spec.id for planned in confirmation], deadline=deadline)
        concluded = conclude(store, plan, links=links, tasks=contexts)
    generation = concluded.belief_generation
    return _report(store, plan, stages, concluded.findings, gated, notes, generation, engine, deadline)


def refuse_unless_going(store: GraphStore, plan: Plan) -> None:
    """Return if nobody has paused or cancelled *plan*.

    Raises:
        PlanRefused: somebody has; the sentence says who and how to take it back.
    """
    standing = standing_of(store, plan.id)
    if standing.state is not PlanState.GOING:
        raise PlanRefused((f"{plan.id} was {standing.sentence}; 'patternbook resume {plan.id}' takes that back",))


def _preflight(store: GraphStore, executor: Executor, plan: Plan, deadline: float) -> str | None:
    """Run the baseline's first trial, which the plan needs anyway, before all others; say if it cannot be measured.

    What starts, trains and is evaluated once is worth its budget; what is not, would fail so in every trial.
    """
    first = plan.trial(plan.baseline, plan.seeds[0], "val")
    executor.run([first.id], deadline=deadline)
    label = store.get_nodes(Label.TRIAL, [first.id])[first.id].properties.get("label")
    if label is None or FailureLabel(label) not in _NOTHING_WORKS:
        return None
    return (
        "The baseline could not be measured once, so nothing else was run: the failed trial says why. "
        "Mend the project and plan again; where the machine was at fault, run it again."
    )


def _with_project(home: Home, plan: Plan, engine: Engine) -> Engine:
    found = engine.tasks.get(plan.task.id)
    project = found if isinstance(found, Project) else find_project(home, plan.task)
    return replace(engine, tasks={project.id: project})


def _limits(plan: Plan, limits: Limits) -> Limits:
    budget = plan.budget
    return replace(limits, trial_wall_s=budget.trial_wall_s, mem_mb=budget.mem_mb, file_mb=budget.artifact_mb)


def _begin(store: GraphStore, trials: list[PlannedTrial], *, recheck: bool = False) -> _Stage:
    """Note how the trials stand, and put back those that failed for a reason that was not their own."""
    nodes = store.get_nodes(Label.TRIAL, sorted({planned.spec.id for planned in trials}))
    before = {key: str(node.properties.get("state")) for key, node in nodes.items()}
    for key in sorted(nodes):
        label = nodes[key].properties.get("label")
        again = before[key] == "dead" or (recheck and before[key] == "done")
        if again or (before[key] == "failed" and label and FailureLabel(label) in _ANOTHER_TRY):
            put_back(store, key, before[key])
            before[key] = "pending"
    return _Stage(trials, before)


def put_back(store: GraphStore, trial: str, state: str) -> bool:
    """Make a final trial pending again; return False where it is no longer in *state*."""
    try:
        store.write_batch([Guard(Ref(Label.TRIAL, trial), "state", state, "pending")])
    except StaleWrite:
        return False
    return True


def _confirmation(plan: Plan, gated: Gated, notes: list[str]) -> list[PlannedTrial]:
    arms: Sequence[Arm] = [arm for arm in plan.arms if arm.role is ArmRole.BASELINE or arm.id in gated.passing]
    trials = [PlannedTrial(arm.id, plan.trial(arm, seed, "test")) for seed in plan.confirm_seeds for arm in arms]
    if len(list(plan.trials())) + len(trials) > plan.budget.max_trials:
        notes.append("The confirmation on test was left out: its trials would exceed budget.max_trials.")
        return []
    return trials


def _report(
    store: GraphStore,
    plan: Plan,
    stages: Sequence[_Stage],
    found: Sequence[tuple[str, Finding]],
    gated: Gated,
    notes: list[str],
    belief_generation: int,
    engine: Engine,
    deadline: float,
) -> RunReport:
    rows = _trial_rows(store, stages, [metric.name for metric in plan.metrics])
    findings = tuple(FindingRow(id=key, **dict(finding)) for key, finding in found)
    standing = standing_of(store, plan.id)
    if standing.state is PlanState.CANCELLED:
        notes.append("The plan was cancelled: what had run by then stands here.")
    if standing.left_out:
        notes.append("Arms were left out while it ran: trials of theirs that had not run were not started.")
    waiting = any(row.state not in FINAL and row.arm not in standing.left_out for row in rows)
    if waiting and engine.stopwatch() >= deadline:
        notes.append("Not all trials have run: the time of the plan, budget.wall_s, was spent. Run it again to go on.")
    confirmed = tuple(arm for arm in gated.passing if any(f.arm == arm and f.split == "test" for f in findings))
    if not any(row.state not in FINAL for row in rows) and any(not row.reused for row in rows):
        record_decision(store, plan.id, kind="finished", by=BY, reason="all its trials are final", at=_iso(engine))
    return RunReport(
        plan=plan.id,
        trials=rows,
        findings=findings,
        report=write_report(store, plan, rows, findings, gated, notes),
        confirmed=confirmed,
        belief_generation=belief_generation,
        notes=tuple(notes),
    )


def _trial_rows(store: GraphStore, stages: Sequence[_Stage], metrics: Sequence[str]) -> tuple[TrialRow, ...]:
    planned = [each for stage in stages for each in stage.trials]
    before: Mapping[str, str] = {key: state for stage in stages for key, state in stage.before.items()}
    runs = read_runs(store, [each.spec for each in planned], metrics)
    return tuple(
        TrialRow(
            id=each.spec.id,
            arm=each.arm,
            seed=each.spec.seed,
            split=each.spec.split,
            state=runs[each.spec.id].state,
            label=runs[each.spec.id].failure,
            measurements=dict(runs[each.spec.id].measurements),
            reused=before.get(each.spec.id) in FINAL,
        )
        for each in planned
    )


def _iso(engine: Engine) -> str:
    return datetime.fromtimestamp(engine.clock(), UTC).isoformat(timespec="milliseconds")
