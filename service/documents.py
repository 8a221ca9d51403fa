"""What the commands print with ``--json`` and the API returns, where no model of another room says it already.

Each has a published JSON Schema (`service.schemas`). Names of fields are those of CONTRACT §5.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from graph.standing import Decision, PlanState
from graph.vocabulary.document import Frozen
from graph.vocabulary.plan import Plan
from ingest.sources.remark import Remark


class PlanStanding(Frozen):
    """Where a plan stands: its trials by state, and what was decided about it while it ran."""

    plan: str
    intent: str
    state: PlanState = Field(description="going, paused or cancelled")
    left_out: tuple[str, ...] = Field(default=(), description="arms of which no more trials are started")
    decisions: tuple[Decision, ...] = Field(default=(), description="pauses, instructions and the like, in order")
    trials: dict[str, int] = Field(description="trials by state; a state without trials is not named")

    @property
    def open(self) -> int:
        """How many trials are not final."""
        return self.trials.get("pending", 0) + self.trials.get("running", 0)

    @property
    def counted(self) -> str:
        """The trials by state, in words."""
        return ", ".join(f"{count} {state}" for state, count in self.trials.items()) or "none"


class StatusDocument(Frozen):
    """What is in the graph: ``patternbook status``."""

    home: str
    store: str = Field(description="address of the store")
    store_id: str | None = Field(description="None: nothing has been stored yet")
    graph_hash: str = Field(description="sha256 over the live corpus; equal for the same corpus on any store")
    counts: dict[str, int] = Field(description="nodes by label; of papers, those with a text")
    cited_papers: int = Field(default=0, description="works that are only cited: known by their title")
    edges: dict[str, int] = Field(description="edges by type")
    items: dict[str, int] = Field(description="files given to ingest, by state")
    failures: tuple[Remark, ...] = Field(description="files that are not in, and why")
    snapshot: str | None = Field(description="id of the current snapshot; None: compile has not run")
    plans: tuple[PlanStanding, ...] = Field(
        default=(), description="of the latest plans, those that are not finished, or paused or cancelled"
    )


class Verdict(StrEnum):
    """How a check of the doctor ended."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    MISSING = "missing"


class Check(Frozen):
    """One thing the doctor looked at. `advice` says what to do, and is empty where nothing is to be done."""

    name: str
    verdict: Verdict
    says: str
    advice: str = ""


class DoctorDocument(Frozen):
    """What is in use and what is missing: ``patternbook doctor``."""

    version: str
    python: str
    checks: tuple[Check, ...]

    @property
    def is_usable(self) -> bool:
        """Whether no part that is needed is missing."""
        return all(check.verdict is not Verdict.MISSING for check in self.checks)


class ExportDocument(Frozen):
    """What was exported: ``patternbook export``."""

    target: str
    format: str
    nodes: int
    edges: int
    graph_hash: str
    equal: bool | None = Field(
        default=None, description="into another store: whether the graph hash there is the same; None for a file"
    )


class EdgeDocument(Frozen):
    """An edge of a node, seen from it."""

    type: str
    direction: str = Field(description="out or in")
    label: str = Field(description="of the node at the other end")
    key: str
    name: str = Field(default="", description="what people call that node")
    properties: dict[str, Any]


class NodeDocument(Frozen):
    """One node with its properties and a page of its edges."""

    label: str
    key: str
    properties: dict[str, Any]
    edges: tuple[EdgeDocument, ...]
    truncated: bool = Field(description="whether it has more edges than are shown")


class InPlan(Frozen):
    """A plan that needs the trial, and for which arm."""

    plan: str
    arm: str


class TrialDocument(Frozen):
    """One trial: what it runs, how far it is, what was measured."""

    id: str
    task: str
    units: tuple[str, ...] = Field(description="ids of the units of its recipe")
    seed: int
    split: str = Field(description="val for selection, test for confirmation")
    state: str = Field(description="pending, running, done, failed or dead")
    label: str | None = Field(description="why it failed; None when it did not")
    message: str = Field(default="", description="what was said of the failure")
    measurements: dict[str, float]
    plans: tuple[InPlan, ...]
    attempt: int = 0
    wall_s: float | None = None
    device: str | None = None
    at: str | None = None
    log: str = Field(default="", description="the end of what its child printed; only where one trial is shown")


class TrialsDocument(Frozen):
    """A page of trials, in the order of their ids. Give `next` as `after` for the page that follows."""

    trials: tuple[TrialDocument, ...]
    next: str | None = None


class TraceStep(BaseModel):
    """A node of a path, with the properties that a person reads beside label and key."""

    model_config = ConfigDict(frozen=True, extra="allow")

    label: str
    key: str


class TraceDocument(Frozen):
    """What a node rests on: ``patternbook trace``. Shortest paths first."""

    paths: tuple[tuple[TraceStep, ...], ...] = Field(
        description="each from the node to a Paper, by a quote and a Document, or to a Trial"
    )
    truncated: bool = Field(description="whether there are more paths")


def _plan_document() -> type[BaseModel]:
    """Return the published form of a plan, ``{id, …plan}``, as a model: Plan has its id as a property, not a field."""
    fields: dict[str, Any] = {"id": (str, Field(description="hash of the content"))}
    fields |= {name: (field.annotation, field) for name, field in Plan.model_fields.items()}
    return create_model(
        "PlanDocument", __config__=ConfigDict(extra="forbid"), __doc__="A plan with the hash of its content.", **fields
    )


PlanDocument = _plan_document()
