"""Acronyms that the document defines (Schwartz and Hearst)."""

from __future__ import annotations

import pytest

from ingest.extract import extract
from ingest.extract.acronyms import long_form, mend


@pytest.mark.parametrize(
    ("short", "before", "expected"),
    [
        ("LS", "We use label smoothing ", "label smoothing"),
        ("ECE", "the expected calibration error ", "expected calibration error"),
        ("NLL", "its negative log-likelihood ", "negative log-likelihood"),
        ("CNNs", "Convolutional neural networks ", "Convolutional neural networks"),
        ("XYZ", "nothing of the kind ", None),
        ("LS", "which we call LS ", None),
    ],
)
def test_long_form(short: str, before: str, expected: str | None) -> None:
    """Each letter of the short form is found from the right, the first one at the start of a word."""
    assert long_form(short, before) == expected


def test_both_orders_are_read(make_document) -> None:
    """The short form may stand in brackets, or the long form."""
    text = "We train with label smoothing (LS). We report ECE (expected calibration error)."
    found = {(each.short, each.long) for each in extract(make_document(abstract=text)).acronyms}
    assert found == {("LS", "label smoothing"), ("ECE", "expected calibration error")}


def test_the_short_form_means_the_long_form(make_document) -> None:
    """A later mention of the short form carries the name of the long form."""
    document = make_document(abstract="We study label smoothing (LS).", sections=[("Results", "LS improves accuracy.")])
    names = {mention.name for mention in extract(document).mentions if mention.span.quote == "LS"}
    assert names == {"label smoothing"}


def test_an_unlisted_short_form_takes_its_kind_from_its_head_word(make_document) -> None:
    """A name that no list holds is typed by the last word of its long form."""
    document = make_document(abstract="We propose the folded ribbon network (FRN). FRN improves accuracy on MNIST.")
    kinds = {
        (mention.type.value, mention.name) for mention in extract(document).mentions if mention.span.quote == "FRN"
    }
    assert kinds == {("Method", "folded ribbon network")}


def test_small_capitals_are_mended() -> None:
    """A converter's 'F olded R ibbon' is one name."""
    assert mend("F olded R ibbonN etwork") == "Folded Ribbon Network"
