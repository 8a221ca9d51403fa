"""The command line in this process, in a folder of its own; and a small corpus, ingested and compiled once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

INTENT = "a small network overfits on few labelled images of digits"

PAPERS = {
    "smoothing.md": """---
title: Label smoothing for small image data
authors: [A. Author]
year: 2024
---
# Abstract
We propose label smoothing for image classification on the digits dataset.
Label smoothing improves accuracy on digits.

# Introduction
Small networks suffer from overfitting when labels are few. We use dropout as a baseline.
Label smoothing outperforms dropout on digits by 1.2 % accuracy.
""",
    "smoothing.reviews.json": json.dumps(
        {
            "title": "Label smoothing for small image data",
            "reviews": [
                {
                    "rating": 5,
                    "review": "The paper is clearly written. The ablation of label smoothing is missing. "
                    "The baselines are weak: only dropout is compared.",
                }
            ],
        }
    ),
    "decay.md": """---
title: Weight decay and dropout on handwritten digits
year: 2023
---
# Abstract
We study weight decay and dropout for handwritten digit recognition. Dropout reduces overfitting on digits.
Weight decay does not improve accuracy on digits.
""",
}


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout; fails if anything else is there."""
        return json.loads(self.out)


Command = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test works in an empty folder, without PATTERNBOOK_* variables."""
    for name in list(os.environ):
        if name.startswith("PATTERNBOOK_") and not name.endswith("_NEO4J"):  # those two are about the tests themselves
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def patternbook(capfd: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Run ``patternbook ARGUMENT…`` in this process and return how it ended."""
    from service.cli.main import run

    def call(*arguments: object) -> Ran:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Ran(code, captured.out, captured.err)

    yield call
    structlog.reset_defaults()  # a command that logged has named this test's stderr, which is about to be closed


@pytest.fixture(scope="session")
def separately() -> Command:
    """Run ``patternbook ARGUMENT…`` in a process of its own."""

    def call(*arguments: object, cwd: Path) -> Ran:
        command = [sys.executable, "-m", "service.cli", *map(str, arguments)]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PATTERNBOOK_")}
        done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=kept, check=False)
        return Ran(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def _compiled(tmp_path_factory: pytest.TempPathFactory, separately: Command) -> Path:
    """A home with the papers above, ingested and compiled with the packaged model. Do not change it."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "papers").mkdir()
    for name, text in PAPERS.items():
        (folder / "papers" / name).write_text(text, encoding="utf-8")
    for step in (("ingest", "papers", "--workers", "0"), ("compile",)):
        done = separately(*step, "--json", cwd=folder)
        assert done.code == 0, done
    return folder / ".patternbook"


@pytest.fixture
def home(_compiled: Path, tmp_path: Path) -> Path:
    """A copy of the compiled home in the folder of this test, at the place where commands look for it."""
    return Path(shutil.copytree(_compiled, tmp_path / ".patternbook"))
