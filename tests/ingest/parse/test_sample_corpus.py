"""The PDFs of the sample corpus: one page, two columns, the second of which begins above the abstract."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph.vocabulary.document import Document, SectionRole
from ingest.parse import parse_file

PDFS = sorted((Path(__file__).parents[3] / "examples" / "corpus").glob("*.pdf"))


@pytest.fixture(params=PDFS, ids=lambda path: path.stem)
def document(request: pytest.FixtureRequest) -> Document:
    """One paper of the sample corpus."""
    path: Path = request.param
    return parse_file(path.read_bytes(), name=path.name)[0]


def test_the_head_of_the_second_column_is_not_taken_for_authors(document: Document) -> None:
    """Only what stands under the title is read as authors."""
    texts = [document.quote(section) for section in document.sections if section.role is SectionRole.AUTHORS]
    assert ["Patternbook Examples"] == texts


def test_every_result_is_a_whole_sentence(document: Document) -> None:
    """A sentence that crosses from one column to the other loses no line: each ends with its p value."""
    results = next(section for section in document.sections if section.heading == "Results")
    sentences = [
        document.quote(sentence)
        for sentence in document.sentences
        if results.char_start <= sentence.char_start < results.char_end
    ]
    assert all(re.search(r"(on \w+).*, p [<=] 0\.\d+\)\.$", text) for text in sentences), sentences


def test_references_at_the_foot_of_the_first_page_are_no_footnotes(document: Document) -> None:
    """Small entries under the heading "References" are the bibliography, also on page 1."""
    assert [] == [section for section in document.sections if section.role is SectionRole.FOOTNOTE]
    assert all(document.quote(reference).startswith("[") for reference in document.references)
    assert document.references
