"""What a file is, by content first; and what is said of a file that cannot be read."""

from __future__ import annotations

import pytest

from graph.vocabulary.document import DocumentKind, Format
from ingest.parse import (
    Damaged,
    EmptyFile,
    NotUtf8,
    UnknownShape,
    UnreadableDocument,
    WrongSuffix,
    parse_file,
)

MARKDOWN = (
    b"# A Title of Some Length\n\nA. Writer\n\n## Abstract\n\nWe measure noise.\n\n## 1 Introduction\n\nIt helps.\n"
)


@pytest.mark.parametrize(
    ("content", "name", "error"),
    [
        (b"", "a.pdf", EmptyFile),
        (b" \n\t ", "a.md", EmptyFile),
        (b"\x00" * 10, "a.txt", EmptyFile),
        (b"plain words", "a.pdf", WrongSuffix),
        (b"plain words", "a.xml", WrongSuffix),
        (b"PK\x03\x04" + b"x" * 40, "a.pdf", WrongSuffix),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 40, "a.md", WrongSuffix),
        (b"abc\x00\x01\x02" * 50, "a.txt", WrongSuffix),
        (b"\x80\x81\x00\x00" * 50, "a.json", WrongSuffix),
        (b"<html><body>Log in</body></html>", "a.pdf", UnknownShape),
        (b"<article><body/></article>", "a.xml", UnknownShape),
        (b"words", "a.docx", UnknownShape),
        ("Müller".encode("latin-1"), "a.md", NotUtf8),
        ("words".encode("utf-16"), "a.txt", NotUtf8),
        (b'{"a": ', "a.json", Damaged),
        (b"hello", "a.json", Damaged),
        (b'{"a": "b"}', "a.json", UnknownShape),
        (b"[" * 100_000, "a.json", Damaged),
        (b"<TEI", "a.xml", Damaged),
        (b"%PDF-1.7 and nothing", "a.pdf", Damaged),
    ],
)
def test_unreadable_files_are_named(content: bytes, name: str, error: type[UnreadableDocument]) -> None:
    """Each bad file raises its own class, with its name and what to do in the message."""
    with pytest.raises(error) as caught:
        parse_file(content, name=name)
    assert type(caught.value) is error
    assert name in str(caught.value)
    assert any(sign in str(caught.value) for sign in (":", ";"))


def test_content_decides_over_the_suffix() -> None:
    """TEI named .txt, JSON named .md and Markdown named .txt are read as what they are."""
    tei = (
        b'<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>'
        b"<title>Noise</title></titleStmt></fileDesc></teiHeader>"
        b"<text><body><div><p>It helps.</p></div></body></text></TEI>"
    )
    review = b'{"reviews": [{"summary": "Good.", "weaknesses": "Slow.", "rating": 5}]}'
    assert Format.TEI is parse_file(tei, name="a.txt")[0].format
    assert DocumentKind.REVIEW is parse_file(review, name="a.md")[0].kind
    assert Format.MARKDOWN is parse_file(MARKDOWN, name="a.txt")[0].format


def test_same_bytes_same_document() -> None:
    """Parsing is a function of bytes and name."""
    assert parse_file(MARKDOWN, name="a.md") == parse_file(MARKDOWN, name="a.md")


def test_byte_order_mark_is_no_text() -> None:
    """A UTF-8 byte order mark does not reach the text."""
    assert parse_file(b"\xef\xbb\xbf" + MARKDOWN, name="a.md")[0].text == MARKDOWN.decode()
