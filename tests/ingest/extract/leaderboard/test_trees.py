"""Trees run by numpy give what scikit-learn gives, and survive a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from ingest.extract.leaderboard.training.trees import TreeSettings, fit_trees
from ingest.extract.leaderboard.trees import Trees

_RANDOM = np.random.default_rng(3)
_ROWS = _RANDOM.normal(size=(300, 5)).astype(np.float32)
_RIGHT = [bool(row[0] * row[1] > 0.1 or row[2] > 1) for row in _ROWS]
_SETTINGS = TreeSettings(trees=20, leaves=6, least_samples=5, rate=0.1, features=1.0, rows=1.0)


def test_probabilities_equal_those_of_the_library() -> None:
    """The exported arrays say what the fitted model says."""
    model = GradientBoostingClassifier(
        n_estimators=20, learning_rate=0.1, max_leaf_nodes=6, max_depth=None, min_samples_leaf=5, max_features=1.0,
        subsample=1.0, random_state=0,
    ).fit(_ROWS, np.array(_RIGHT, dtype=int))  # fmt: skip
    expected = model.predict_proba(_ROWS)[:, 1]
    assert np.allclose(expected, fit_trees(_ROWS.tolist(), _RIGHT, _SETTINGS).probabilities(_ROWS), atol=1e-5)


def test_a_file_keeps_the_model(tmp_path: Path) -> None:
    """What is read back gives the same probabilities, bit by bit."""
    trees = fit_trees(_ROWS.tolist(), _RIGHT, _SETTINGS)
    np.savez(tmp_path / "t.npz", **trees.arrays("x"))
    with np.load(tmp_path / "t.npz") as arrays:
        again = Trees.from_arrays(arrays, "x")
    assert np.array_equal(trees.probabilities(_ROWS), again.probabilities(_ROWS))


def test_no_rows_have_no_probabilities() -> None:
    """An empty table is an empty answer."""
    assert fit_trees(_ROWS.tolist(), _RIGHT, _SETTINGS).probabilities([]).shape == (0,)


def test_rows_of_one_kind_teach_nothing() -> None:
    """A model needs right and wrong rows."""
    with pytest.raises(ValueError, match="one kind"):
        fit_trees([[1.0], [2.0]], [True, True], _SETTINGS)
