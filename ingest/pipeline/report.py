"""The report of an ingest: what was done, what was not, and why."""

from __future__ import annotations

from pydantic import Field

from graph.vocabulary.document import Frozen
from ingest.sources.remark import Remark


class IngestReport(Frozen):
    """What one ingest did. `done + unchanged + failed` is the number of files; the order of remarks is fixed."""

    run: str | None = Field(description="key of the Run node; null where there was nothing to do")
    done: int = Field(ge=0, description="files that were read and written in this run")
    unchanged: int = Field(ge=0, description="files that are in already, as they are now")
    failed: int = Field(ge=0, description="files and list lines that are not in; each has an entry in failures")
    nodes_written: int = Field(ge=0, description="nodes of the corpus created or changed")
    edges_written: int = Field(ge=0, description="edges of the corpus created or changed")
    refused: int = Field(ge=0, description="items found in a text and refused, e.g. for want of a verbatim quote")
    merged: int = Field(ge=0, description="names and papers that were joined")
    parses: int = Field(ge=0, description="files parsed; the others came from artefacts")
    extractions: int = Field(ge=0, description="documents extracted; the others came from artefacts")
    seconds: float = Field(ge=0, description="wall time")
    failures: tuple[Remark, ...] = ()
    notices: tuple[Remark, ...] = ()
