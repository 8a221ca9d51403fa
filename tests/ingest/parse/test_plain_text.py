"""Papers in plain text: lines that look like headings, and the paragraphs between."""

from __future__ import annotations

from graph.vocabulary.document import Format, SectionRole
from ingest.parse import parse_file

TEXT = """When Does Input Noise Help?

Ada Example and Ben Sample
University of Nowhere

ABSTRACT

We measure when noise helps.

1 Introduction

Noise is cheap. It was
used before.

2.1 Data

We use digits. 10 classes are there.

RELATED WORK

Others did too.

References

[1] A. Writer. A work on small noise. In Examples, 2019.
[2] B. Reader. A work on large noise. In Examples, 2020.
"""


def test_plain_text_paper() -> None:
    """Title, authors, abstract, sections by number, capitals and name, and references are told apart."""
    (document,) = parse_file(TEXT.encode(), name="noise.txt")
    assert (TEXT, Format.TEXT) == (document.text, document.format)
    assert "When Does Input Noise Help?" == document.bibliography.title
    assert ("Ada Example", "Ben Sample") == document.bibliography.authors
    assert "We measure when noise helps." == document.bibliography.abstract
    assert ["ABSTRACT", "Introduction", "Data", "RELATED WORK", "References"] == [
        s.heading for s in document.sections if s.heading
    ]
    assert [2019, 2020] == [r.year for r in document.references]
    assert "It was\nused before." in [document.quote(s) for s in document.sentences]
    assert SectionRole.REFERENCES is document.sections[-1].role
