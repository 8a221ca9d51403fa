"""A home, and compile without a model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graph.canonical import sha256_hex
from graph.home import Home
from graph.store.interface import GraphStore
from graph.vocabulary.document import Bibliography, Document, DocumentKind, Format, Section, SectionRole, Sentence
from graph.vocabulary.extraction import Extraction, StatedClaim
from ingest.compile import CompileReport, compile_snapshot

Compile = Callable[..., CompileReport]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home."""
    return Home(tmp_path / "home")


@pytest.fixture
def compile_it(sqlite_store: GraphStore, home: Home) -> Compile:
    """Compiles the test's store into the test's home with the hash embedder."""

    def run(**options: Any) -> CompileReport:
        return compile_snapshot(sqlite_store, options.pop("home", home), embedder="hash", clock=lambda: 1e9, **options)

    return run


class Text:
    """A paper of one sentence with claims that it states."""

    def __init__(self, sentence: str, *, title: str) -> None:
        self.document = Document(
            key=sha256_hex(f"{title}|{sentence}".encode()),
            kind=DocumentKind.PAPER,
            format=Format.TEXT,
            parser="test/1",
            text=sentence,
            bibliography=Bibliography(title=title),
            sections=(Section(heading="Body", role=SectionRole.BODY, level=1, char_start=0, char_end=len(sentence)),),
            sentences=(Sentence(char_start=0, char_end=len(sentence), section=0),),
        )
        self.claims: list[StatedClaim] = []

    def claim(self, index: int, intervention: str, direction: str, **more: Any) -> None:
        """Add a claim."""
        more.setdefault("confidence", 0.8)
        self.claims.append(StatedClaim(intervention=intervention, direction=direction, sentence=index, **more))

    @property
    def extraction(self) -> Extraction:
        """What was read from it."""
        return Extraction(document=self.document.key, extractor="test/1", claims=tuple(self.claims))


@pytest.fixture
def text() -> type[Text]:
    """Makes papers of one sentence."""
    return Text
