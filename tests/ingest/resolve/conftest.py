"""Small papers for resolve: each names some methods, in one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from graph.canonical import sha256_hex
from graph.store.interface import GraphStore
from graph.vocabulary.document import Bibliography, Document, Format, Review, Section, SectionRole, Sentence
from graph.vocabulary.extraction import Acronym, Extraction, Mention, NameType, Span
from graph.write.paper import write_paper

Writer = Callable[[GraphStore], None]


def _paper(
    title: str,
    names: Sequence[str] = (),
    *,
    defines: Sequence[tuple[str, str]] = (),
    kind: str = "paper",
    format: Format = Format.TEXT,
    type: NameType = NameType.METHOD,
    stem: str | None = None,
    source: str | None = None,
    supersedes: str | None = None,
    **about: Any,
) -> tuple[Document, Callable[[GraphStore], None]]:
    """Return a document that uses *names* and defines acronyms (short, long), and what writes it."""
    said = [(f"We use {name}.", name, None) for name in names]
    said += [(f"We use {long} ({short}).", long, short) for short, long in defines]
    text = " ".join(sentence for sentence, _, _ in said) or "Nothing."
    sentences, mentions, acronyms, at = [], [], [], 0
    for index, (sentence, name, short) in enumerate(said):
        sentences.append(Sentence(char_start=at, char_end=at + len(sentence), section=0))
        span = Span(char_start=at + 7, char_end=at + 7 + len(name), quote=name)
        mentions.append(Mention(type=type, name=name, span=span, sentence=index, confidence=0.9))
        if short:
            acronyms.append(Acronym(short=short, long=name, sentence=index))
        at += len(sentence) + 1
    document = Document(
        key=sha256_hex(f"{title}|{format}|{text}|{kind}|{about}|{defines}".encode()),
        kind=kind,
        format=format,
        parser="test/1",
        text=text,
        bibliography=Bibliography(title=title, **about),
        sections=(Section(heading="", role=SectionRole.BODY, level=1, char_start=0, char_end=len(text)),),
        sentences=tuple(sentences),
        reviews=(Review(),) if kind == "review" else (),
    )
    extraction = Extraction(
        document=document.key, extractor="test/1", mentions=tuple(mentions), acronyms=tuple(acronyms)
    )

    def write(store: GraphStore) -> None:
        write_paper(store, document, extraction, run="r", stem=stem, source=source or title, supersedes=supersedes)

    return document, write


@pytest.fixture
def paper() -> Callable[..., tuple[Document, Writer]]:
    """Makes small papers: (document, what writes it into a store)."""
    return _paper
