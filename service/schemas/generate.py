"""Which model is published under which name, and its JSON Schema.

`schema_texts` is what the files beside this module must hold; ``make docs`` writes them and a test compares.
"""

from __future__ import annotations

import orjson
from pydantic import BaseModel

from ingest.compile import CompileReport
from ingest.pipeline import IngestReport
from ingest.resolve import Explanations, ResolveReport
from runtime.execute import RunReport, StudyReport
from runtime.projects import Contract
from runtime.projects.imports import Imported
from runtime.retrieve import Answer
from service.api.problems import Problem
from service.documents import (
    DoctorDocument,
    ExportDocument,
    NodeDocument,
    PlanDocument,
    PlanStanding,
    StatusDocument,
    TraceDocument,
    TrialDocument,
    TrialsDocument,
)
from service.estimating import EstimateDocument
from service.naming import DecisionDocument
from service.reading import ReadDocument
from service.tasks import TaskDocument, TasksDocument

PUBLISHED: dict[str, type[BaseModel]] = {
    "ask": Answer,
    "compile": CompileReport,
    "doctor": DoctorDocument,
    "export": ExportDocument,
    "ingest": IngestReport,
    "ingest-estimate": EstimateDocument,
    "node": NodeDocument,
    "plan": PlanDocument,
    "plan-standing": PlanStanding,
    "problem": Problem,
    "read": ReadDocument,
    "resolve": ResolveReport,
    "resolve-decision": DecisionDocument,
    "resolve-explain": Explanations,
    "run": RunReport,
    "status": StatusDocument,
    "study": StudyReport,
    "task": TaskDocument,
    "task-contract": Contract,
    "task-import": Imported,
    "tasks": TasksDocument,
    "trace": TraceDocument,
    "trial": TrialDocument,
    "trials": TrialsDocument,
}

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_texts() -> dict[str, str]:
    """Return the JSON Schema of every published document, by name, as the text of its file."""
    return {name: _text(name, model) for name, model in sorted(PUBLISHED.items())}


def _text(name: str, model: type[BaseModel]) -> str:
    schema = model.model_json_schema(mode="serialization", by_alias=True)
    published = {"$schema": _DIALECT, "$id": f"urn:patternbook:schema:{name}", **schema}
    return orjson.dumps(published, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
