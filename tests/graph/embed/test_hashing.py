"""The embedder without a model."""

from __future__ import annotations

import numpy as np

from graph.embed.hashing import HashEmbedder


def test_rows_have_length_one():
    """Every text with letters becomes a unit vector of the dimension asked for."""
    rows = HashEmbedder(64).embed(["label smoothing", "标签平滑"])
    assert rows.shape == (2, 64)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-6)


def test_spelling_decides():
    """Texts that share most of their letters are nearer than texts that share none."""
    one, near, far = HashEmbedder().embed(["regularisation of networks", "regularising a network", "quantum optics"])
    assert one @ near > one @ far


def test_equal_texts_give_equal_rows_whatever_stands_beside_them():
    """A row depends on its text alone."""
    embedder = HashEmbedder()
    np.testing.assert_array_equal(embedder.embed(["a b", "c"])[1], embedder.embed(["c"])[0])


def test_a_text_without_letters_is_zero():
    """There is nothing to read in punctuation; no division by zero comes of it."""
    assert not HashEmbedder().embed(["?!"]).any()


def test_no_texts_give_no_rows():
    """An empty batch has the right width."""
    assert HashEmbedder(32).embed([]).shape == (0, 32)
