"""Normal text and its way back to the document."""

from __future__ import annotations

from ingest.extract.normal import normalise


def test_offsets_lead_back_to_the_verbatim_text() -> None:
    """A name broken by a line end is one name here and its verbatim range there."""
    text = "We use label smooth-\ning and ﬁne-tuning."
    normal = normalise(text, 100)
    start = normal.text.index("label smoothing")
    found = text[normal.start(start) - 100 : normal.end(start + len("label smoothing")) - 100]
    assert found == "label smooth-\ning"


def test_a_prefix_keeps_its_hyphen() -> None:
    """'self-' at a line end belongs to a word with a hyphen."""
    assert normalise("a self-\nsupervised loss", 0).text == "a self-supervised loss"


def test_a_suspended_hyphen_stays() -> None:
    """'pre- and post-' are two prefixes, not one broken word."""
    assert normalise("pre- and  post-norm", 0).text == "pre- and post-norm"


def test_emphasis_is_no_text() -> None:
    """Markdown's asterisks stand in no name."""
    assert normalise("**Dropout** helps", 0).text == "Dropout helps"


def test_plain_text_is_left_alone() -> None:
    """A plain sentence keeps its characters, and its offsets are its base plus the position."""
    normal = normalise("Dropout helps.", 7)
    assert (normal.text, normal.start(8), normal.end(14)) == ("Dropout helps.", 15, 21)
