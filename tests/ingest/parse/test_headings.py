"""What a heading says: number, title, level, role."""

from __future__ import annotations

import pytest

from graph.vocabulary.document import SectionRole
from ingest.parse.headings import appendix_letter, is_caption, is_known, level_by_name, read_heading, role_of


@pytest.mark.parametrize(
    ("printed", "number", "title", "depth"),
    [
        ("1 Introduction", "1", "Introduction", 1),
        ("3.1 Data", "3.1", "Data", 2),
        ("3.1.2. Long Data", "3.1.2", "Long Data", 3),
        ("IV. RESULTS", "IV", "RESULTS", 1),
        ("A.1 Proofs", "A.1", "Proofs", 2),
        ("Appendix A Proofs", "A", "Proofs", 1),
        ("B Details", "B", "Details", 1),
        ("Related Work", None, "Related Work", 0),
        ("A Survey of Noise", None, "A Survey of Noise", 0),
        ("I see", None, "I see", 0),
        ("2019 in Review", None, "2019 in Review", 0),
        ("3D Reconstruction", None, "3D Reconstruction", 0),
        ("J. K. Writer", None, "J. K. Writer", 0),
    ],
)
def test_number_is_taken_off(printed: str, number: str | None, title: str, depth: int) -> None:
    """A section number parts from its title; a word that only looks like one stays."""
    assert (number, title, depth) == read_heading(printed)


def test_letter_behind_the_references_is_a_number() -> None:
    """Once the bibliography is behind us, the line "A Proofs" is appendix A."""
    assert ("A", "Proofs") == appendix_letter("A Proofs")[:2]


@pytest.mark.parametrize(
    ("title", "after", "role"),
    [
        ("Abstract", False, SectionRole.ABSTRACT),
        ("REFERENCES", False, SectionRole.REFERENCES),
        ("Bibliography", False, SectionRole.REFERENCES),
        ("Appendix", False, SectionRole.APPENDIX),
        ("Method", False, SectionRole.BODY),
        ("Method", True, SectionRole.APPENDIX),
        ("NeurIPS Paper Checklist", False, SectionRole.APPENDIX),
    ],
)
def test_role(title: str, after: bool, role: SectionRole) -> None:
    """The role follows from the title and from whether the bibliography is behind."""
    assert role == role_of(title, after_references=after)


def test_known_names_and_their_level() -> None:
    """A usual name is known; one that occurs at any depth has no level of its own."""
    assert is_known("related work")
    assert not is_known("Noise in the Garden")
    assert (1, 0) == (level_by_name("Conclusion"), level_by_name("Baselines"))


@pytest.mark.parametrize("text", ["Figure 1: A plot.", "Table 2. Results", "Fig. 3 The network", "Algorithm 1: Steps"])
def test_captions(text: str) -> None:
    """A label with its number opens a caption."""
    assert is_caption(text)


@pytest.mark.parametrize("text", ["Figure 1 shows a plot.", "Tables are below.", "We see in Figure 1: much."])
def test_no_captions(text: str) -> None:
    """A sentence about a figure is no caption."""
    assert not is_caption(text)
