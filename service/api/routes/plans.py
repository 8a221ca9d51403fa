"""Plans and their runs."""

from __future__ import annotations

from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, Path, Request, Response
from pydantic import Field, model_validator

from graph.standing import Steer
from graph.vocabulary.document import Frozen
from graph.vocabulary.plan import Plan
from runtime.execute import FindingRow
from runtime.execute.run import refuse_unless_going
from runtime.plan.rules import check_plan
from service import plans
from service.api.backend import BackendOf
from service.api.problems import Problem, problem_of, responses
from service.api.routes.ask import Intent
from service.api.runs import RunState
from service.documents import PlanDocument, PlanStanding, TrialDocument
from service.plan_standing import plan_standing, steer_plan
from service.trials import all_trials, findings_of

router = APIRouter(tags=["plans"])

PlanId = Annotated[str, Path(description="id of the plan, or the start of it", examples=["plan:4c0f1a"])]


class PlanRequest(Frozen):
    """Either an intent to draft a plan from, or a plan of your own."""

    intent: Intent | None = None
    task: str | None = Field(default=None, description="run it on this task; otherwise the nearest to the intent")
    seeds: int | None = Field(default=None, ge=2, le=1000, description="seeds an arm; otherwise by a power calculation")
    plan: dict[str, Any] | None = Field(default=None, description="a whole plan; without its id if you edited it")

    @model_validator(mode="after")
    def _is_one_of_the_two(self) -> Self:
        if (self.intent is None) == (self.plan is None):
            raise ValueError("give an intent or a plan, one of the two")
        return self


class RunDocument(Frozen):
    """A run as it stands: what this process does about it, and what the store holds of the plan's trials."""

    plan: str
    state: RunState = Field(description="idle: this process was not asked to run it, or has been restarted since")
    done: int = Field(description="trials of the present stage that are final")
    total: int = Field(description="trials of the present stage")
    remaining_s: float | None = Field(default=None, description="time that the rest of the stage takes at this speed")
    standing: PlanStanding = Field(description="whether the plan is paused or cancelled, and what was decided")
    trials: tuple[TrialDocument, ...]
    findings: tuple[FindingRow, ...]
    report: str | None = Field(default=None, description="Markdown; of a run that this process has finished")
    problem: Problem | None = Field(default=None, description="what ended a run that failed")


class DecisionRequest(Frozen):
    """What is decided about a plan while it runs."""

    kind: Steer
    reason: str = Field(default="", max_length=500, description="why; of an instruction, its text")
    arm: str | None = Field(default=None, description="which arm is left out or taken in again")


_DECISIONS = {
    "pause": {"value": {"kind": "paused", "reason": "the machine is needed"}},
    "leave out": {"value": {"kind": "left_out", "arm": "mixup", "reason": "it harms calibration"}},
}
_EXAMPLES = {
    "draft": {"value": {"intent": "my classifier overfits on three hundred images", "seeds": 10}},
    "edited": {"value": {"plan": {"intent": "…", "hypothesis": {}, "arms": []}}},
}


@router.post(
    "/plans",
    status_code=201,
    summary="Draft a plan from an intent, or hand one in",
    response_model=PlanDocument,
    responses=responses(404, 422, 503),
)
def create(
    backend: BackendOf, response: Response, request: Annotated[PlanRequest, Body(openapi_examples=_EXAMPLES)]
) -> dict[str, Any]:
    """Return the plan, saved. The same intent, graph and lessons give the same plan and the same id."""
    if request.plan is not None:
        edited = plans.plan_from(request.plan, source="the plan")
        plan = plans.adopt(backend.workspace().store, edited, by="HTTP", home=backend.workspace().home)
    else:
        assert request.intent is not None
        snapshot = backend.snapshot()
        store = backend.workspace().store
        plan = plans.draft(snapshot, store, request.intent, task=request.task, seeds=request.seeds)
    response.headers["Location"] = f"/v1/plans/{plan.id}"
    return plan.document()


@router.get("/plans/{id}", summary="Show a plan", response_model=PlanDocument, responses=responses(404, 503))
def show(backend: BackendOf, id: PlanId) -> dict[str, Any]:
    """Return the plan as it was written; a plan never changes."""
    return plans.find_plan(backend.workspace().store, id).document()


@router.post("/plans/{id}/run", status_code=202, summary="Run a plan", responses=responses(404, 422, 503))
def start(backend: BackendOf, request: Request, id: PlanId) -> RunDocument:
    """Put the plan into this process's queue and return how it stands. Asking again while it runs changes nothing."""
    workspace = backend.workspace()
    plan = plans.find_plan(workspace.store, id)
    check_plan(plan, tasks=plans.tasks_for(workspace.home, plan))
    refuse_unless_going(workspace.store, plan)
    backend.runs.start(plan)
    return _standing(backend, request, plan)


@router.get("/plans/{id}/run", summary="Show how far a run is", responses=responses(404, 503))
def standing(backend: BackendOf, request: Request, id: PlanId) -> RunDocument:
    """Return the state of the run, the plan's trials, and what they show so far."""
    return _standing(backend, request, plans.find_plan(backend.workspace().store, id))


@router.post(
    "/plans/{id}/decisions",
    status_code=201,
    summary="Pause, resume, cancel or instruct a plan",
    responses=responses(404, 422, 503),
)
def decide(
    backend: BackendOf, id: PlanId, decision: Annotated[DecisionRequest, Body(openapi_examples=_DECISIONS)]
) -> PlanStanding:
    """Record the decision and return where the plan stands. Every run of it, on any machine, heeds it within a second.

    A plan that is paused keeps its place in this process: runs asked for after it wait. What is so already is not
    decided again.
    """
    store = backend.workspace().store
    plan = plans.find_plan(store, id)
    steer_plan(store, plan.id, decision.kind, by="HTTP", reason=decision.reason, arm=decision.arm)
    return plan_standing(store, plan.id)


def _standing(backend: BackendOf, request: Request, plan: Plan) -> RunDocument:
    store, run = backend.workspace().store, backend.runs.standing(plan.id)
    return RunDocument(
        plan=plan.id,
        state=run.state,
        done=run.done,
        total=run.total,
        remaining_s=run.remaining_s,
        standing=plan_standing(store, plan.id),
        trials=all_trials(store, plan.id),
        findings=findings_of(store, plan.id),
        report=run.report.report if run.report else None,
        problem=problem_of(request, run.error) if run.state is RunState.FAILED and run.error else None,
    )
