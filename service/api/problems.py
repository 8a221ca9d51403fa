"""Errors over HTTP: RFC 9457 problem details, whatever went wrong.

Every error body is ``application/problem+json`` with `type`, `title`, `status`, `detail` and `instance`: those of the
table in `service.errors`, wrong bodies and parameters (with a list of what is wrong where), unknown paths, wrong
methods, and bugs. A bug's traceback goes to the log, never to the client.
"""

from __future__ import annotations

from http import HTTPStatus
from importlib import import_module
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException

from graph.vocabulary.document import Frozen
from service.errors import BUG, TABLE, classify

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:patternbook:problem:"


class InvalidField(Frozen):
    """One thing that is wrong with a request: where, and what."""

    where: str = Field(description="path into the request, e.g. body.limit")
    what: str


class Problem(Frozen):
    """RFC 9457 problem details."""

    type: str = Field(description=f"what kind of problem: {TYPE_PREFIX}… with store, snapshot, not-there, busy, bug …")
    title: str
    status: int
    detail: str
    instance: str = Field(description="path of the request")
    invalid: tuple[InvalidField, ...] = ()


def install(app: FastAPI) -> None:
    """Make *app* answer every error with problem details."""
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    # Those of the table are answers, not accidents: only what is left over is logged with its traceback.
    for name in TABLE:
        module, _, class_name = name.rpartition(".")
        app.add_exception_handler(getattr(import_module(module), class_name), _on_error)
    app.add_exception_handler(Exception, _on_error)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of the problems that a route may answer with."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "model": Problem,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def problem_of(request: Request, error: BaseException) -> Problem:
    """Return the problem that *error* means to the outside; a bug is logged with its traceback."""
    verdict = classify(error)
    if verdict is BUG:
        structlog.get_logger().error("bug", path=request.url.path, exc_info=error)
        detail = f"This is a bug in Patternbook ({type(error).__name__}); the server's log has the details."
    else:
        detail = str(error)
    return Problem(
        type=TYPE_PREFIX + verdict.slug,
        title=verdict.title,
        status=verdict.status,
        detail=detail,
        instance=request.url.path,
    )


def _respond(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(jsonable_encoder(problem), status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)


async def _on_error(request: Request, error: Exception) -> JSONResponse:
    return _respond(problem_of(request, error))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    problem = Problem(
        type="about:blank",
        title=phrase,
        status=error.status_code,
        detail=_http_detail(request, error),
        instance=request.url.path,
    )
    return _respond(problem, dict(error.headers or {}))


def _http_detail(request: Request, error: HTTPException) -> str:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return f"there is nothing at {request.url.path}: /docs lists what there is"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("allow") or (error.headers or {}).get("Allow") or "other methods"
        return f"{request.url.path} takes {allowed}, not {request.method}"
    return str(error.detail)


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    invalid = tuple(
        InvalidField(where=".".join(str(part) for part in each["loc"]), what=str(each["msg"]))
        for each in error.errors()
    )
    problem = Problem(
        type=TYPE_PREFIX + "invalid-request",
        title="The request is not of the form it should have",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        detail="; ".join(f"{each.where}: {each.what}" for each in invalid),
        instance=request.url.path,
        invalid=invalid,
    )
    return _respond(problem)
