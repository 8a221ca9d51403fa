"""Sentences as ranges: what ends one, what does not, and that nothing is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.sentences import split_sentences


def split(text: str, *, lines_end_sentences: bool = False) -> list[str]:
    return [text[a:b] for a, b in split_sentences(text, 0, len(text), lines_end_sentences=lines_end_sentences)]


@pytest.mark.parametrize(
    "sentence",
    [
        "We use regularisers, e.g. dropout, in all runs.",
        "This follows Smith et al. (2018) closely.",
        "As Fig. 3 and Eq. 4 show, the loss falls.",
        "See Sec. 3.1 and Tab. 2 for details.",
        "Accuracy rises from 91.2 to 93.4 percent.",
        "The book by J. K. Writer is the source.",
        "It is called A. B. Norm by its authors.",
        "We compare with the baseline (cf. Jones et al., 2019) again.",
        "The inputs x1, . . . , xn are drawn first.",
        "We set no. 5 aside.",
        "3. Our third contribution is a script.",
        "Samples are i.i.d. and bounded.",
    ],
)
def test_is_one_sentence(sentence: str) -> None:
    """Abbreviations, initials, decimals, enumerators and ellipses do not end a sentence."""
    assert [sentence] == split(sentence)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works. We are glad.", ["It works.", "We are glad."]),
        ("Does it work? Yes! It does.", ["Does it work?", "Yes!", "It does."]),
        ('He wrote "it works." We agree.', ['He wrote "it works."', "We agree."]),
        ("It works (see Sec. 4). We go on.", ["It works (see Sec. 4).", "We go on."]),
        ("We follow Writer et al. The loss falls.", ["We follow Writer et al.", "The loss falls."]),
        ("The answer is no. We stop.", ["The answer is no.", "We stop."]),
        ("It rose.12 The rest fell.", ["It rose.12", "The rest fell."]),
        ("It works [3]. It is fast.", ["It works [3].", "It is fast."]),
        ("The value is 3. The next is 4.", ["The value is 3.", "The next is 4."]),
        ("first part\n\nSecond part", ["first part", "Second part"]),
        ("a wrapped\nline goes on.", ["a wrapped\nline goes on."]),
        ("Points:\n- one is good\n- two is bad", ["Points:", "- one is good", "- two is bad"]),
        ("W1. It is slow.\nW2. It is large.", ["W1. It is slow.", "W2. It is large."]),
        ("before\x00after", ["before", "after"]),
    ],
)
def test_boundaries(text: str, expected: list[str]) -> None:
    """Each of these texts has exactly these sentences."""
    assert expected == split(text)


def test_lines_end_sentences_where_a_form_says_so() -> None:
    """In the field of a form each line is a statement of its own."""
    assert ["No baseline", "No ablation"] == split("No baseline\nNo ablation", lines_end_sentences=True)


_TEXTS = st.text(
    alphabet=st.sampled_from(list("abcXYZ .!?\n\r\t-•([])\"'0123456789,;:\x00é。"))
    | st.characters(exclude_categories=["Cs"])
)


@given(text=_TEXTS, lines=st.booleans())
def test_ranges_cover_every_visible_character_once_and_in_order(text: str, lines: bool) -> None:
    """Ranges never overlap, stand in order, are trimmed, and leave out white space and NUL only."""
    ranges = split_sentences(text, 0, len(text), lines_end_sentences=lines)
    assert all(a < b for a, b in ranges)
    assert all(end <= start for (_, end), (start, _) in pairwise(ranges))
    assert all(text[a:b] == text[a:b].strip() for a, b in ranges)
    covered = {i for a, b in ranges for i in range(a, b)}
    assert not {i for i, c in enumerate(text) if not c.isspace() and c != "\x00"} - covered


@given(before=_TEXTS, text=_TEXTS, after=_TEXTS)
def test_only_the_given_range_is_read(before: str, text: str, after: str) -> None:
    """Every sentence lies inside the range that was asked for."""
    whole = before + text + after
    start, end = len(before), len(before) + len(text)
    assert all(start <= a < b <= end for a, b in split_sentences(whole, start, end))
