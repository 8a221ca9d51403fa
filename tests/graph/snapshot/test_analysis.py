"""Words of a text."""

from __future__ import annotations

import pytest

from graph.snapshot.analysis import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Regularisation, regularising", ["regularis", "regularis"]),
        ("the use of C++ and F1-score", ["c", "f1", "score"]),
        ("naïve NAIVE", ["naiv", "naiv"]),
        ("标签平滑", ["标签", "签平", "平滑"]),
        ("用BERT模型", ["用", "bert", "模型"]),
        ("字", ["字"]),
        ("?! …", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]):
    """Stems without stop words; writing without spaces as pairs of characters."""
    assert words(text) == expected
