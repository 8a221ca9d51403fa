"""A PDF through the server: whose text, whose boxes, and what becomes of pages that did not come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graph.vocabulary.document import Document, Format, PagesRead, SectionRole
from ingest.parse import Damaged, parse_file
from ingest.parse.grobid import GrobidFailed, GrobidUnavailable, parse_pdf_with_grobid
from ingest.parse.pdf import PARSER as RULES


@pytest.fixture
def read(replay, settings, pdf, as_answer) -> Callable[..., Document]:
    """Read the PDF when the server answers with the given TEI."""

    def read(answered: str, **changed: object) -> Document:
        replay.answers = [as_answer(200, answered)]
        (document,) = parse_file(pdf, name="a.pdf", settings=settings(**changed))
        return document

    return read


def test_text_and_structure_are_grobids_and_the_key_is_the_pdfs(read, tei, pdf) -> None:
    """Format PDF, its own parser with the server's version, the TEI's text, sections and sentences."""
    (rules,) = parse_file(pdf, name="a.pdf")
    document = read(tei())
    assert (rules.key, Format.PDF, "grobid/0.8.2", 3) == (
        document.key,
        document.format,
        document.parser,
        document.page_count,
    )
    assert ["1", "2", "3"] == [s.number for s in document.sections if s.role is SectionRole.BODY]
    assert (PagesRead(reader="grobid/0.8.2", first=1, last=3),) == document.read_by
    assert (False, "On Noise") == (document.stand_in, document.bibliography.title)


def test_sentences_lie_on_the_page_where_their_boxes_are(read, tei, pages) -> None:
    """GROBID's coordinates are points from the top left: the words are found again there."""
    document = read(tei())
    by_quote = {document.quote(s): s for s in document.sentences}
    for number, sentences in enumerate(pages, 1):
        assert [number] * len(sentences) == [by_quote[text].page for text in sentences]


def test_a_page_that_was_left_out_is_filled_from_the_rules(read, tei, pages) -> None:
    """Its sentences are there with their boxes, and it is said who read which page."""
    document = read(tei(skip=(2,)))
    by_quote = {document.quote(s): s for s in document.sentences}
    assert all(by_quote[text].page == 2 for text in pages[1])
    grobid = "grobid/0.8.2"
    assert [(grobid, 1, 1), (RULES, 2, 2), (grobid, 3, 3)] == [(r.reader, r.first, r.last) for r in document.read_by]
    assert any("left out page(s) 2" in warning for warning in document.warnings)


def test_every_range_of_a_filled_document_is_verbatim(read, tei) -> None:
    """What was moved behind the text still lies inside the section it names."""
    document = read(tei(skip=(1, 3)))
    for sentence in document.sentences:
        section = document.sections[sentence.section]
        assert section.char_start <= sentence.char_start < sentence.char_end <= section.char_end


def test_a_page_is_missed_by_its_words_also_without_coordinates(read, tei, pages) -> None:
    """Empty `coords` are a known fault: they hide nothing."""
    document = read(tei(skip=(3,), coords=False))
    assert pages[2][0] in document.text
    assert any("left out page(s) 3" in warning for warning in document.warnings)


def test_sentences_without_coordinates_are_placed_by_the_rules(read, tei, pages) -> None:
    """Where both readers have the same sentence; how many is told, and how many stay without a place."""
    document = read(tei(coords=False))
    by_quote = {document.quote(s): s for s in document.sentences}
    for number, sentences in enumerate(pages, 1):
        assert [number] * len(sentences) == [by_quote[text].page for text in sentences]
    assert ["GROBID gave no coordinates for 10 sentences: 9 were found by"] == [
        warning.split(f" {RULES}")[0] for warning in document.warnings
    ]
    assert document.warnings[0].endswith("1 have no place on a page")


def test_a_whole_document_has_no_warning(read, tei) -> None:
    """No page is taken for missing that came back, and no place that is there."""
    assert () == read(tei(title="")).warnings


def test_the_version_is_asked_for_where_the_tei_does_not_say_it(read, tei, replay) -> None:
    """Some builds write 'unknown'."""
    replay.version = '{"version": "0.8.3-SNAPSHOT"}'
    assert "grobid/0.8.3-SNAPSHOT" == read(tei(version="unknown")).parser


def test_a_consolidated_text_has_another_parser(read, tei) -> None:
    """It is another text of the same bytes, and is kept apart."""
    assert "grobid/0.8.2+consolidated" == read(tei(), grobid_consolidate=True).parser


def test_without_a_stand_in_the_file_fails(replay, settings, pdf, as_answer) -> None:
    """The default: what was asked for or nothing."""
    replay.answers = [as_answer(500, "[NO_BLOCKS] empty", "text/plain")]
    with pytest.raises(GrobidFailed, match="NO_BLOCKS"):
        parse_file(pdf, name="a.pdf", settings=settings())


def test_the_rules_stand_in_where_a_setting_says_so(replay, settings, pdf, as_answer) -> None:
    """The document is theirs, marked, and says why."""
    replay.answers = [as_answer(500, "[NO_BLOCKS] empty", "text/plain")]
    (document,) = parse_file(pdf, name="a.pdf", settings=settings(grobid_fallback=True))
    assert (RULES, True) == (document.parser, document.stand_in)
    assert "GrobidFailed" in document.warnings[-1]
    assert "NO_BLOCKS" in document.warnings[-1]


def test_an_empty_answer_of_grobid_is_told_or_stood_in_for(replay, settings, pdf, as_answer, tei) -> None:
    """GROBID answers with a bare header for a text it cannot find."""
    nothing = tei(skip=(1, 2, 3), title="")
    replay.answers = [as_answer(200, nothing)]
    (document,) = parse_file(pdf, name="a.pdf", settings=settings(grobid_fallback=True))
    assert document.stand_in


def test_a_broken_pdf_is_never_sent(replay, settings, as_answer, tei) -> None:
    """PyMuPDF says so first."""
    replay.answers = [as_answer(200, tei())]
    with pytest.raises(Damaged):
        parse_file(b"%PDF-1.7\nnothing", name="a.pdf", settings=settings())
    assert [] == replay.asked


def test_a_server_that_is_gone_is_no_fault_of_the_file(settings, pdf, unused_url) -> None:
    """The class says so, and what to do."""
    with pytest.raises(GrobidUnavailable, match="retry failed"):
        parse_pdf_with_grobid(pdf, name="a.pdf", settings=settings(grobid_url=unused_url, grobid_attempts=1))
