"""In-text citations and the entries they name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graph.vocabulary.document import Reference
from ingest.parse.citations import find_citations
from ingest.parse.references import read_entries

NUMBERED = """
[1] A. Writer. A first title about noise. Journal of Examples, 2019.
[2] B. Reader. A second title about noise. Journal of Examples, 2018.
[3] C. Other. A third title about noise. Journal of Examples, 2017.
[4] D. Last. A fourth title about noise. Journal of Examples, 2016.
""".strip()
NAMED = """
Ada Writer and Ben Reader. 2019. A first title about noise. Journal of Examples.

Ben Reader, Cy Other, and Di Last. 2018a. A second title about noise. Journal of Examples.

Ben Reader, Cy Other, and Di Last. 2018b. A third title about noise. Journal of Examples.

Di Last. 2017. A fourth title about noise. Journal of Examples.

Li Wei. 2015. A fifth title about noise. Journal of Examples.

Li Ming. 2015. A sixth title about noise. Journal of Examples.

Eva Wei and Ada Writer. 2015. A seventh title about noise. Journal of Examples.

Cícero dos Santos, Ada Writer, and Ben Reader. 2014. An eighth title about noise. Journal of Examples.
""".strip()


def cited(prose: str, bibliography: str, *, raised: Sequence[str] = ()) -> list[tuple[str, tuple[int, ...]]]:
    """Return what is cited in *prose*, with *bibliography* behind it."""
    text = f"{prose}\n\n{bibliography}"
    references: tuple[Reference, ...] = read_entries(text, len(prose) + 2, len(text))
    marks = [(at, at + len(mark)) for mark in raised if (at := text.index(mark)) >= 0]
    found = find_citations(text, references, [(0, len(prose))], raised=marks)
    return [(text[c.char_start : c.char_end], c.references) for c in found]


def test_numbers_in_brackets() -> None:
    """A list with a range is one citation of all its entries."""
    assert [("[1, 3-4]", (0, 2, 3)), ("[2]", (1,))] == cited("As shown before [1, 3-4], noise helps [2].", NUMBERED)


def test_an_interval_is_no_citation() -> None:
    """Numbers in brackets that name no entry are an interval or an index."""
    assert [] == cited("Values lie in [0, 1] and in [90, 95].", NUMBERED)


def test_numbers_need_a_numbered_bibliography() -> None:
    """Where entries carry no numbers, a lone "[1]" is not the first of them."""
    assert [] == cited("The item x[1] is drawn first.", NAMED)


@pytest.mark.parametrize(
    ("printed", "citation", "entries"),
    [
        ("Noise helps (Writer and Reader, 2019).", "Writer and Reader, 2019", (0,)),
        ("Writer and Reader (2019) say so.", "Writer and Reader (2019)", (0,)),
        ("See Writer & Reader [2019] for more.", "Writer & Reader [2019]", (0,)),
        ("In Reader et al. (2018a) it was noise.", "Reader et al. (2018a)", (1,)),
        ("It was noise (Reader et al., 2018a,b).", "Reader et al., 2018a,b", (1, 2)),
        ("It was noise (e.g., Last, 2017).", "Last, 2017", (3,)),
        ("Last's (2017) system is older.", "Last's (2017)", (3,)),
        ("The LSTM, Writer and Reader (2019), is old.", "Writer and Reader (2019)", (0,)),
        ("Unlike See, Last (2017) is new.", "Last (2017)", (3,)),
        ("Wei (2015) is one of them.", "Wei (2015)", (4,)),
        ("It was noise (dos Santos et al., 2014).", "dos Santos et al., 2014", (7,)),
    ],
)
def test_author_and_year(printed: str, citation: str, entries: tuple[int, ...]) -> None:
    """Each usual way of naming author and year names its entry."""
    assert [(citation, entries)] == cited(printed, NAMED)


def test_each_name_of_a_group_is_a_citation() -> None:
    """Names in one pair of parentheses are told apart."""
    assert [("Writer and Reader, 2019", (0,)), ("Last, 2017", (3,))] == cited(
        "It helps (Writer and Reader, 2019; Last, 2017).", NAMED
    )


def test_what_is_ambiguous_is_unresolved() -> None:
    """Two entries fit: none is named."""
    assert [("Reader et al., 2018", ())] == cited("Noise helps (Reader et al., 2018).", NAMED)


def test_a_missing_entry_is_unresolved() -> None:
    """A citation that the bibliography lacks is kept without an entry."""
    assert [("Nobody et al., 2011", ())] == cited("Noise helps (Nobody et al., 2011).", NAMED)


def test_a_year_is_no_citation() -> None:
    """Months, conferences and plain years cite nothing."""
    assert [] == cited("In May 2019 the data of CoNLL 2003 and of SemEval-2010 were used, as in 2018.", NAMED)


def test_keys() -> None:
    """Keys in brackets are looked up as printed."""
    entries = "[Wri19] A. Writer. A first title here. 2019.\n[RO18] B. Reader. A second title here. 2018."
    assert [("[Wri19, RO18]", (0, 1))] == cited("Noise helps [Wri19, RO18].", entries)


def test_raised_numbers_cite_where_nothing_else_does() -> None:
    """Raised numbers that reach most of a numbered bibliography are citations."""
    prose = "Noise helps1,2 more than decay3 and less than data4 of 5 kinds."
    assert [("1,2", (0, 1)), ("3", (2,)), ("4", (3,))] == cited(prose, NUMBERED, raised=["1,2", "3", "4"])


def test_raised_numbers_beside_brackets_are_notes() -> None:
    """In a paper that cites in brackets a raised number is a footnote mark."""
    prose = "Noise [1-3] helps4 more than decay [4]."
    assert [("[1-3]", (0, 1, 2)), ("[4]", (3,))] == cited(prose, NUMBERED, raised=["4"])
