"""The command line in this process, in a folder of its own, with nothing in the environment that could steer it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self):
        """The one JSON document on stdout; fails if anything else is there."""
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test works in an empty folder, without PATTERNBOOK_* variables."""
    for name in list(os.environ):
        if name.startswith("PATTERNBOOK_") and not name.endswith("_NEO4J"):  # those two are about the tests themselves
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def patternbook(capfd: pytest.CaptureFixture[str]):
    """Run ``patternbook ARGUMENT…`` and return how it ended."""
    from service.cli.main import run

    def call(*arguments: object) -> Ran:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    return call
