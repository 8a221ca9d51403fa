"""Markdown as converters write it: entries, citations, tables, formulas, and what is neither heading nor prose."""

from __future__ import annotations

import pytest

from graph.vocabulary.document import Document, SectionRole
from ingest.parse import parse_file

PAPER = r"""## When Does Input Noise Help for Networks That

## Learn from Few Labels?

## Ada Example ∗

University of Nowhere

## Abstract

We measure when noise helps.

∗ Corresponding author: ada@nowhere.edu

## 1 Introduction

Noise is cheap [1, 3]. Writer and Reader [2] say so, and [3-5] as well. It is in [0, 1] always.

## Cy Other

Department of Examples, cy@nowhere.edu

We go on with a sentence that

accuracy

accuracy noise

<!-- image -->

0.5

Figure 1: A plot of noise.

is cut by a figure. 1

1 https://github.com/nowhere/noise

12

## 2.1 Data

<!-- formula-not-decoded -->

(2)

where all is small.

$$
y = x \tag{3}
$$

## Answer: [Yes]

Table 1: Main numbers. Ten seeds.

| Model     | Accuracy | Accuracy |
|-----------|----------|----------|
|           | A        | B        |
| **Ours**  | **91.2** | 90.1     |
| Base \| 2 | 88.0     |          |

## Algorithm 1 Adding noise

## Main findings.

It helps.

Under review at the Workshop of Examples

## References

- [1] A. Writer, B. Reader, et al. Twodim: A work on small noise. In Examples , 2019.
- [2] A. Writer and B. Reader, 'A work on Writer's noise,' Journal of Examples , vol. 3, pp. 1-9, 2020.
- [3] Third , C. &amp; Fourth , D. (2021) Plain words about noise. In Proceedings of Examples
- [4] C. Fifth, D. Sixth, and E.

Seventh. A work that goes on behind a page. In Examples, 2018.

- [5] F. Eighth. The last work of all. arXiv preprint arXiv:2101.01234, 2021.

## NeurIPS Paper Checklist

## 1. Claims

Question: Is it so?

## A Proofs

It follows.
"""

BULLETS = """## A Study of Noise

## 1 Introduction

Noise is cheap (Writer &amp; Reader, 2019; Third et al., 2020). Fourth (2021) says so.

## 1.1 More

Yes.

## References

- Ada Writer and Ben Reader. A work on small noise. In Examples, 2019.
- Cy Third, Di Fourth, and Ed Fifth. A work on large noise. Journal of Examples, 29. (5):3-9,

2020.

Fourth, D. (2021). An entry that lost its mark. Journal of Examples, 3.

- F. Sixth. The last one. 2022.
"""


def parse(text: str) -> Document:
    return parse_file(text.encode(), name="paper.md")[0]


@pytest.fixture
def document() -> Document:
    """The sample above, parsed."""
    return parse(PAPER)


def sentences(document: Document) -> list[str]:
    return [document.quote(s) for s in document.sentences]


def test_a_title_in_two_headings_is_one(document: Document) -> None:
    """The second line of a title follows at once and holds words in lower case; a name does not."""
    assert "When Does Input Noise Help for Networks That Learn from Few Labels?" == document.bibliography.title
    assert ("Ada Example",) == document.bibliography.authors


def test_headings_that_are_none_open_no_section(document: Document) -> None:
    """An author in the second column, an answer, an algorithm; an unnumbered one stands below the number before it."""
    headed = [(s.role, s.number, s.level, s.heading) for s in document.sections if s.heading]
    assert [
        (SectionRole.ABSTRACT, None, 1, "Abstract"),
        (SectionRole.BODY, "1", 1, "Introduction"),
        (SectionRole.BODY, "2.1", 2, "Data"),
        (SectionRole.BODY, None, 3, "Main findings."),
        (SectionRole.REFERENCES, None, 1, "References"),
        (SectionRole.APPENDIX, None, 1, "NeurIPS Paper Checklist"),
        (SectionRole.APPENDIX, "1", 2, "Claims"),
        (SectionRole.APPENDIX, "A", 1, "Proofs"),
    ] == headed


def test_what_stands_between_paragraphs_is_no_prose(document: Document) -> None:
    """Labels of a figure, numbers of pages, running heads; footnotes and captions have sections of their own."""
    found = sentences(document)
    assert not {"accuracy", "accuracy noise", "0.5", "12", "Under review at the Workshop of Examples"} & set(found)
    by_role = {role: [document.quote(s) for s in document.sections if s.role is role] for role in SectionRole}
    assert ["1 https://github.com/nowhere/noise"] == by_role[SectionRole.FOOTNOTE][-1:]
    assert any("Algorithm 1" in each for each in by_role[SectionRole.CAPTION])
    assert {"Noise is cheap [1, 3].", "where all is small.", "It helps."} <= set(found)


def test_entries_are_cleaned_for_reading_and_verbatim_in_range(document: Document) -> None:
    """Authors to the end of "et al.", straight quotes, years in brackets, and an entry cut by a page."""
    assert [
        ("1", ("Writer", "Reader"), "Twodim: A work on small noise", 2019),
        ("2", ("Writer", "Reader"), "A work on Writer's noise", 2020),
        ("3", ("Third", "Fourth"), "Plain words about noise", 2021),
        ("4", ("Fifth", "Sixth", "Seventh"), "A work that goes on behind a page", 2018),
        ("5", ("Eighth",), "The last work of all", 2021),
    ] == [(r.label, r.authors, r.title, r.year) for r in document.references]
    assert "2101.01234" == document.references[4].arxiv
    assert document.quote(document.references[3]).endswith("In Examples, 2018.")


def test_citations_name_their_entries_and_intervals_are_none(document: Document) -> None:
    """Lists and ranges of numbers; ``[0, 1]`` names no entry 0."""
    found = [(document.quote(c), c.references) for c in document.citations]
    assert [("[1, 3]", (0, 2)), ("[2]", (1,)), ("[3-5]", (2, 3, 4))] == found


def test_list_items_without_labels_are_entries() -> None:
    """One that lost its mark is one too, the rest of one is not; ``&amp;`` joins authors in the text."""
    document = parse(BULLETS)
    assert [
        (("Writer", "Reader"), 2019),
        (("Third", "Fourth", "Fifth"), 2020),
        (("Fourth",), 2021),
        (("Sixth",), 2022),
    ] == [(r.authors, r.year) for r in document.references]
    assert [("Writer &amp; Reader, 2019", (0,)), ("Third et al., 2020", (1,)), ("Fourth (2021)", (2,))] == [
        (document.quote(c), c.references) for c in document.citations
    ]


def test_tables_are_cells(document: Document) -> None:
    """With the caption before it; the rule of dashes, the rows above the numbers and the names of rows are heads."""
    (table,) = document.tables
    assert ("Table 1", "Table 1: Main numbers. Ten seeds.") == (
        table.label,
        document.quote(document.sections[table.caption or 0]),
    )
    cells = {(c.row, c.column): (document.quote(c), c.header, c.bold) for c in table.cells}
    assert {
        (0, 0): ("Model", True, False),
        (0, 1): ("Accuracy", True, False),
        (0, 2): ("Accuracy", True, False),
        (1, 0): ("", False, False),
        (1, 1): ("A", True, False),
        (1, 2): ("B", True, False),
        (2, 0): ("**Ours**", True, True),
        (2, 1): ("**91.2**", False, True),
        (2, 2): ("90.1", False, False),
        (3, 0): ("Base \\| 2", True, False),
        (3, 1): ("88.0", False, False),
        (3, 2): ("", False, False),
    } == cells


def test_formulas_have_ranges_and_numbers(document: Document) -> None:
    """Those that a converter could not read are marked where they stood."""
    assert ["(2)", "(3)"] == [f.number for f in document.formulas]
    assert "<!-- formula-not-decoded -->" == document.quote(document.formulas[0])
    assert "y = x" in document.quote(document.formulas[1])


def test_levels_that_are_given_are_kept() -> None:
    """A file with levels of its own is believed, whatever its headings are called."""
    document = parse("# A Title of Noise\n\n## Setup:\n\nYes.\n\n### Algorithm 1 Noise\n\nNo.\n")
    assert [(1, "Setup:"), (2, "Algorithm 1 Noise")] == [(s.level, s.heading) for s in document.sections if s.heading]


def test_line_numbers_of_a_manuscript_are_no_part_of_headings_and_entries() -> None:
    """A manuscript for review numbers its lines, and a converter keeps the numbers."""
    lines = "\n\n".join(str(n) for n in range(300, 325))
    text = (
        f"## A Study of Noise\n\n## 1 Introduction 12\n\nIt helps.\n\n## 1.1 More 20\n\nYes.\n\n{lines}\n\n"
        "## References 342\n\n- [1] Ada Writer. A work on small noise. In Examples, 2019. 343\n"
        "- [2] Ben Reader. A work on large noise. In Examples, 2020. 344\n"
    )
    document = parse(text)
    assert ["Introduction", "More", "References"] == [s.heading for s in document.sections if s.heading]
    assert ["A work on small noise", "A work on large noise"] == [r.title for r in document.references]
