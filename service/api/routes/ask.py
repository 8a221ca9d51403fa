"""Questions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Field

from graph.vocabulary.document import Frozen
from runtime.retrieve import Answer
from service.api.backend import BackendOf
from service.api.problems import responses
from service.asking import answer_from

router = APIRouter(tags=["ask"])

Intent = Annotated[
    str,
    Field(min_length=1, max_length=4000, description="what you want to find out or to improve, in a sentence"),
]


class AskRequest(Frozen):
    """A question."""

    intent: Intent
    limit: int = Field(default=5, ge=1, le=100, description="patterns at most")


_EXAMPLES = {"small data": {"value": {"intent": "my classifier overfits on three hundred images", "limit": 3}}}


@router.post("/ask", summary="Find the research patterns that answer an intent", responses=responses(422, 503))
def ask(backend: BackendOf, request: Annotated[AskRequest, Body(openapi_examples=_EXAMPLES)]) -> Answer:
    """Return patterns, best first, each with its evidence for and against; `fallbacks` says what was missing."""
    snapshot = backend.snapshot()
    return answer_from(snapshot, backend.workspace().store, request.intent, limit=request.limit)
