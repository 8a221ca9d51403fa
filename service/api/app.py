"""The application: routes, problem details, description."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import Depends, FastAPI

from service.api import problems
from service.api.backend import Backend, allow
from service.api.routes import ask, graph, health, plans, trials
from service.settings import Settings, load_settings

_DESCRIPTION = """Ask for research patterns, plan an experiment, run it, and trace any statement to its evidence.

Errors are problem details (RFC 9457). There is no authentication yet: serve it on loopback, or behind a proxy that
authenticates. Runs are done by this process; one that is stopped goes on when the run is asked for again.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application for *settings* (None: those of the environment). Nothing is opened until it is needed."""
    backend = Backend(settings or load_settings())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        backend.close()

    app = FastAPI(
        title="Patternbook",
        version=version("patternbook"),
        summary="Papers and their reviews become patterns; an intent becomes a plan that runs.",
        description=_DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.backend = backend
    problems.install(app)
    app.include_router(health.router)
    for router in (ask.router, plans.router, trials.router, graph.router):
        app.include_router(router, prefix="/v1", dependencies=[Depends(allow)])
    return app
