"""Trials."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from service.api.backend import BackendOf
from service.api.problems import responses
from service.documents import TrialDocument, TrialsDocument
from service.trials import list_trials, read_trial

router = APIRouter(tags=["trials"])

State = Literal["pending", "running", "done", "failed", "dead"]


@router.get("/trials", summary="List trials, page by page", responses=responses(404, 422, 503))
def trials(
    backend: BackendOf,
    plan: Annotated[str | None, Query(description="only those of this plan", examples=["plan:4c0f…"])] = None,
    state: Annotated[State | None, Query(description="only those in this state")] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="trials on a page")] = 100,
    after: Annotated[str | None, Query(description="`next` of the page before")] = None,
) -> TrialsDocument:
    """Return trials by id, with what was measured."""
    return list_trials(backend.workspace().store, plan=plan, state=state, limit=limit, after=after)


@router.get("/trials/{id}", summary="Show a trial", responses=responses(404, 503))
def trial(backend: BackendOf, id: Annotated[str, Path(examples=["trial:09ab…"])]) -> TrialDocument:
    """Return one trial: what it runs, how far it is, what was measured, or why it failed, and the end of its log."""
    workspace = backend.workspace()
    return read_trial(workspace.store, id, home=workspace.home)
