"""Is the process there, and can it answer."""

from __future__ import annotations

from fastapi import APIRouter

from graph.vocabulary.document import Frozen
from service.api.backend import BackendOf
from service.api.problems import responses

router = APIRouter(tags=["health"])


class Alive(Frozen):
    """The process is there."""

    status: str = "ok"


class Ready(Frozen):
    """Store and snapshot can be used."""

    status: str = "ok"
    store: str
    store_version: str
    snapshot: str


@router.get("/healthz", summary="Say that the process is there")
def healthz() -> Alive:
    """Answer without looking at anything else: for the supervisor that would restart the process."""
    return Alive()


@router.get("/readyz", summary="Say whether questions can be answered", responses=responses(503))
def readyz(backend: BackendOf) -> Ready:
    """Ask the store and open the snapshot: for the balancer that would send requests here."""
    health = backend.workspace().store.health()
    return Ready(store=health.kind, store_version=health.version, snapshot=backend.snapshot().id)
