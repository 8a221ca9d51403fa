"""Problems, limitations and symptoms."""

from __future__ import annotations

import pytest

from graph.vocabulary.extraction import ProblemKind
from ingest.extract import extract

P, L, S = ProblemKind.PROBLEM, ProblemKind.LIMITATION, ProblemKind.SYMPTOM


@pytest.mark.parametrize(
    ("heading", "text", "kind", "quote"),
    [
        ("Introduction", "Small networks suffer from overfitting.", P, "overfitting"),
        ("Introduction", "Training on small training sets leads to overconfidence.", P, "small training sets"),
        ("Introduction", "Small training sets lead to overconfident predictions.", P, "overconfident predictions"),
        ("Introduction", "Deep networks are prone to poorly scaled gradients.", P, "poorly scaled gradients"),
        ("Introduction", "We address the problem of label noise.", P, "label noise"),
        ("Introduction", "Tuning a decay on forty rows remains challenging.", P, "Tuning a decay on forty rows"),
        ("Introduction", "However, existing methods ignore the order of the rows.", P,
         "existing methods ignore the order of the rows"),
        ("Introduction", "Such schedules fail to adapt to short runs.", P, "fail to adapt to short runs"),
        ("Conclusion", "A limitation of our study is the size of the networks.", L, "the size of the networks"),
        ("Limitations", "We did not tune the learning rate of each arm.", L,
         "We did not tune the learning rate of each arm"),
        ("Limitations", "Our study is limited to three small data sets.", L, "small data sets"),
        ("Results", "We observe that the loss diverges without warm-up on wine.", S,
         "the loss diverges without warm-up on wine"),
    ],
)  # fmt: skip
def test_a_stated_problem_is_quoted(make_document, heading: str, text: str, kind: ProblemKind, quote: str) -> None:
    """A cue gives the kind; the span is the problem in the document's words."""
    found = {(each.kind, each.span.quote) for each in extract(make_document(sections=[(heading, text)])).problems}
    assert (kind, quote) in found


@pytest.mark.parametrize(
    "text",
    [
        "The method does not suffer from drift.",
        "We address these issues.",
        "Seeds are paired.",
        "This is not prone to loops.",
    ],
)
def test_what_is_denied_or_not_named_is_no_problem(make_document, text: str) -> None:
    """A negated cue, and a cue that points at nothing, give no problem."""
    assert extract(make_document(sections=[("Introduction", text)])).problems == ()


def test_a_problem_is_short(make_document) -> None:
    """No span is longer than 25 words."""
    text = "We observe that training becomes unstable " + "and even more " * 20 + "wild."
    found = extract(make_document(sections=[("Results", text)])).problems
    assert all(len(each.span.quote.split()) <= 25 for each in found)
