"""A small corpus, a home, and stages that misbehave on purpose."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graph.home import Home
from graph.store.interface import GraphStore
from ingest.pipeline import IngestReport, ingest
from ingest.settings import IngestSettings

PAPER = """# {title}

## Abstract

We propose {method}, a method for image classification. {method} improves accuracy over weight decay by 1.{n} points on
the digits dataset.

## Introduction

Small networks suffer from overfitting. We use dropout as a baseline. {method} outperforms dropout on digits.

## Limitations

A limitation of our work is that we only study small networks.
"""

TITLES = ("Smoothing the Labels", "Mixing the Inputs", "Dropping the Units", "Clipping the Gradients")
METHODS = ("label smoothing", "mixup", "unit dropout", "gradient clipping")


def paper(n: int) -> str:
    """Return the text of paper *n*."""
    return PAPER.format(title=TITLES[n], method=METHODS[n], n=n)


def review(n: int) -> dict[str, Any]:
    """Return an OpenReview-like file of reviews of paper *n*."""
    comments = (
        "SUMMARY:\nThe paper studies " + METHODS[n] + ".\n\nSTRENGTHS:\nThe writing is clear.\n\n"
        "WEAKNESSES:\nA comparison with weight decay is missing.\n\nQUESTIONS:\nHow many seeds were used?"
    )
    return {
        "id": f"rev{n}",
        "title": TITLES[n],
        "abstract": "",
        "authors": [],
        "reviews": [{"IS_META_REVIEW": False, "comments": comments, "RECOMMENDATION": "6", "REVIEWER_CONFIDENCE": "4"}],
    }


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Four papers and a review of the first."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for n in range(4):
        (folder / f"paper{n}.md").write_text(paper(n))
    (folder / "paper0.review.json").write_text(json.dumps(review(0)))
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(tmp_path / "home")


@pytest.fixture
def run(sqlite_store: GraphStore, home: Home) -> Callable[..., IngestReport]:
    """`ingest` into the test's store, in this process unless said otherwise."""

    def run(*paths: Path, settings: dict[str, Any] | None = None, **options: Any) -> IngestReport:
        chosen = IngestSettings(**{"workers": 0, **(settings or {})})
        return ingest(paths, **{"store": sqlite_store, "home": home, "settings": chosen, **options})

    return run


@pytest.fixture
def stage_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], str]]:
    """Write a module with stages that workers can import; return its ``module:attribute``."""
    names: list[str] = []
    folder = tmp_path / "stages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)

    def write(body: str) -> str:
        name = f"fake_stages_{len(names)}"
        names.append(name)
        head = (
            "import os, signal\n"
            "from graph.vocabulary.extraction import Extraction\nfrom ingest.parse import parse_file\n"
            "def extract(document):\n    return Extraction(document=document.key, extractor='none/1')\n"
        )
        tail = "\nfrom ingest.pipeline import Stages\nSTAGES = Stages(parse=parse, extract=extract)\n"
        (folder / f"{name}.py").write_text(head + body + tail)
        return f"{name}:STAGES"

    yield write
    for name in names:
        sys.modules.pop(name, None)
