"""Entries of a bibliography, their titles and years."""

from __future__ import annotations

import pytest

from ingest.parse.reference_authors import family_names
from ingest.parse.references import guess_title, guess_year, read_entries, read_entry

TITLE = "A title about noise in small networks"


@pytest.mark.parametrize(
    "entry",
    [
        f"[12] A. Writer and B. Reader. {TITLE}. Journal of Examples, 3(2):1995-2001, 2019.",
        f'[3] A. Writer, "{TITLE}," in Proc. Examples, 2019.',
        f"Ada Writer and Ben Reader. 2019. {TITLE}. In Proceedings of Examples, pages 1990–1999.",
        f"Writer, A., & Reader, B. (2019). {TITLE}. Journal of Examples, 12.",
        f"Writer, Ada B. {TITLE}. arXiv preprint arXiv:1901.01234, 2019.",
        f"4. Writer, A., Reader, B.: {TITLE}. J. Ex. 8, 32–39 (2019)",
        f"[5] A. Writer, B. Reader, and C. Other, {TITLE}, in Proceedings of Examples, 2019, pp. 1–9.",
        f"[6] A. Writer and B. Reader, {TITLE}, Examples and Noise, 18 (2019), pp. 602–610.",
        f"7. Writer AB, Reader C, & Other D. {TITLE}. J Examples. 2019;10(1):36.",
        f"[Writer and Reader2019] Ada Writer and Ben Reader. 2019. {TITLE}. In Examples.",
    ],
)
def test_title_and_year(entry: str) -> None:
    """Each usual style gives its title and its year, not a page range or an arXiv number."""
    assert (TITLE, 2019) == (guess_title(entry), guess_year(entry))


def test_no_title_is_better_than_a_wrong_one() -> None:
    """Where authors and title cannot be told apart, there is none."""
    assert guess_title("Writer and Reader and Others") is None
    assert guess_year("Writer and Reader, forthcoming") is None


@pytest.mark.parametrize(
    "text",
    [
        (
            "[1] A. Writer. A first title here. 2019.\n[2] B. Reader. A second title here.\nIn Examples, 2020.\n"
            "[3] C. Other. A third title. 2021."
        ),
        (
            "- A. Writer. A first title here. 2019.\n- B. Reader. A second title here. 2020.\n"
            "- C. Other. A third title. 2021."
        ),
        (
            "A. Writer. A first title here. 2019.\n\nB. Reader. A second title here.\nIn Examples, 2020.\n\n"
            "C. Other. A third title. 2021."
        ),
        (
            "1. A. Writer. A first title here. 2019.\n2. B. Reader. A second title here. 2020.\n"
            "3. C. Other. A third title. 2021."
        ),
    ],
)
def test_entries_are_split(text: str) -> None:
    """By label, bullet or empty line: three entries, whose ranges are the text between."""
    entries = read_entries(text, 0, len(text))
    assert [2019, 2020, 2021] == [entry.year for entry in entries]
    assert all(text[e.char_start : e.char_end].strip() for e in entries)


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("Ada Writer, Ben Reader, and Cy Other", ("Writer", "Reader", "Other")),
        ("A. Writer and B. C. Reader", ("Writer", "Reader")),
        ("Writer, A., & Reader, B.", ("Writer", "Reader")),
        ("Writer, A. B.; Reader, C.; and Other, D.", ("Writer", "Reader", "Other")),
        ("Writer, Ada, Reader, Ben, and Other, Cy", ("Writer", "Reader", "Other")),
        ("Writer, Ada, Ben Reader, and Cy Other", ("Writer", "Reader", "Other")),
        ("Writer AB, Reader C, et al.", ("Writer", "Reader")),
        ("Ada van der Writer and Ben Reader", ("van der Writer", "Reader")),
        ("Writer, K.-I., Reader, M.E., et al.:", ("Writer", "Reader")),
        ("Ada Le and Ben Reader", ("Le", "Reader")),
        ("J¨urgen Schreiber", ("Schreiber",)),
    ],
)
def test_family_names(printed: str, names: tuple[str, ...]) -> None:
    """Each usual style of names gives the family names in order."""
    assert names == family_names(printed)


def test_fields_of_an_entry() -> None:
    """Label, authors, venue, DOI and arXiv id are recognised, also across a line break."""
    journal = (
        "[12] A. Writer and B. Reader. A first title about noise. "
        "Journal of Examples, 3(2):10-20, 2019. doi:10.1234/\nex.7"
    )
    entry = read_entry(journal, 0, len(journal))
    assert ("12", ("Writer", "Reader"), "Journal of Examples", "10.1234/ex.7", None) == (
        entry.label,
        entry.authors,
        entry.venue,
        entry.doi,
        entry.arxiv,
    )
    proceedings = (
        "Ada Writer. 2019. A first title about noise. In Proceedings of Examples, pages 1-9. arXiv:1901.01234."
    )
    entry = read_entry(proceedings, 0, len(proceedings))
    assert (None, ("Writer",), "Proceedings of Examples", None, "1901.01234") == (
        entry.label,
        entry.authors,
        entry.venue,
        entry.doi,
        entry.arxiv,
    )
