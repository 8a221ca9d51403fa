"""The table of errors: complete, and the same for both doors."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import graph
import ingest
import runtime
import service
from graph import errors as graph_errors
from service import errors
from service.errors import BUG, TABLE, ExitCode, classify

# Errors that mean a mistake of ours when they reach a door: told as a bug, with a log.
OURS = {
    "graph.errors.InvalidValue",
    "graph.errors.ConflictingRows",
    "graph.errors.MissingEndpoint",
    "graph.errors.UngroundedFact",
}


def _error_classes() -> list[type[Exception]]:
    """Every exception class that a module of ours called ``errors`` defines."""
    found = []
    for package in (graph, ingest, runtime, service):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.rpartition(".")[2] == "errors":
                loaded = importlib.import_module(module.name)
                found += [
                    each
                    for _, each in inspect.getmembers(loaded, inspect.isclass)
                    if issubclass(each, Exception) and each.__module__ == module.name
                ]
    return found


def _name(type_: type) -> str:
    return f"{type_.__module__}.{type_.__qualname__}"


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_entry_names_an_error_that_exists(name: str) -> None:
    """A renamed error cannot fall out of the table unseen."""
    module, _, class_name = name.rpartition(".")
    assert issubclass(getattr(importlib.import_module(module), class_name), Exception)


@pytest.mark.parametrize("type_", [each for each in _error_classes() if each.__subclasses__() == []], ids=_name)
def test_every_error_of_ours_is_in_the_table_or_a_bug_on_purpose(type_: type[Exception]) -> None:
    """A new error class needs a decision: what does it mean to the outside."""
    known = any(_name(base) in TABLE for base in type_.__mro__)
    assert known != (_name(type_) in OURS), f"{_name(type_)}: add it to service.errors.TABLE"


def test_the_nearest_base_decides() -> None:
    """NotThere is a WrongUse, and 404 all the same."""
    assert classify(errors.NotThere("x")).status == 404
    assert classify(errors.SettingsError("x")).status == 422


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (graph_errors.StoreUnavailable("x"), ExitCode.PART_MISSING),
        (graph_errors.SnapshotDamaged("x"), ExitCode.PART_MISSING),
        (graph_errors.UnknownNode("x"), ExitCode.WRONG_USE),
        (errors.WrongUse("x"), ExitCode.WRONG_USE),
        (errors.Busy("x"), ExitCode.PART_MISSING),
        (KeyError("x"), ExitCode.BUG),
    ],
)
def test_exit_codes_are_those_of_the_contract(error: Exception, code: ExitCode) -> None:
    """2 wrong use, 3 something missing or held, 70 a bug."""
    assert classify(error).exit_code is code


def test_what_is_not_in_the_table_is_a_bug() -> None:
    """An assertion that fails is not the caller's fault."""
    assert classify(AssertionError()) is BUG
