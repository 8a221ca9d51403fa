"""Nodes as they are, and what they rest on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from service.api.backend import BackendOf
from service.api.problems import responses
from service.documents import NodeDocument, TraceDocument
from service.nodes import read_node, trace_node

router = APIRouter(tags=["graph"])

LabelPath = Annotated[str, Path(description="Label of the node, in any case", examples=["Method"])]
KeyPath = Annotated[str, Path(description="Key of the node", examples=["label-smoothing"])]


@router.get("/nodes/{label}/{key}", summary="Show a node with its edges", responses=responses(404, 422, 503))
def node(
    backend: BackendOf,
    label: LabelPath,
    key: KeyPath,
    limit: Annotated[int, Query(ge=1, le=1000, description="edges at most")] = 100,
) -> NodeDocument:
    """Return the properties of a node and a page of its edges, with the names of the nodes at their other ends."""
    return read_node(backend.workspace().store, f"{label}/{key}", limit=limit)


@router.get("/trace/{label}/{key}", summary="Show what a node rests on", responses=responses(404, 422, 503))
def trace(
    backend: BackendOf,
    label: LabelPath,
    key: KeyPath,
    limit: Annotated[int, Query(ge=1, le=10_000, description="paths at most, shortest first")] = 50,
) -> TraceDocument:
    """Return every path from the node to a sentence on a page, a reviewer's point, or a trial."""
    return trace_node(backend.workspace().store, f"{label}/{key}", limit=limit)
