"""Training of `Trees` by scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.extract.leaderboard.trees import Trees


@dataclass(frozen=True, slots=True)
class TreeSettings:
    """How trees are grown. The defaults were chosen by cross-validation over the training papers."""

    trees: int = 100
    leaves: int = 8
    least_samples: int = 10
    rate: float = 0.06
    features: float = 0.5
    rows: float = 0.8
    seed: int = 0
    forests: int = 1  # models of different seeds whose scores are averaged: less luck on few papers


def fit_trees(rows: Sequence[Sequence[float]], right: Sequence[bool], settings: TreeSettings) -> Trees:
    """Return the model of *rows*.

    Raises:
        ValueError: all rows are right, or none is: there is nothing to tell apart.
    """
    if all(right) or not any(right):
        raise ValueError(f"{len(right)} rows of one kind: a model needs right and wrong ones")
    table = np.asarray(rows, dtype=np.float32)
    labels = np.asarray(right, dtype=int)
    share = float(labels.mean())
    parts = [_fitted(table, labels, settings, seed=settings.seed + number) for number in range(settings.forests)]
    return _averaged([_exported(part, start=float(np.log(share / (1 - share))), rate=settings.rate) for part in parts])


def _fitted(table: Any, labels: Any, settings: TreeSettings, *, seed: int) -> Any:
    from sklearn.ensemble import GradientBoostingClassifier

    model = GradientBoostingClassifier(
        n_estimators=settings.trees,
        learning_rate=settings.rate,
        max_leaf_nodes=settings.leaves,
        max_depth=None,
        min_samples_leaf=settings.least_samples,
        max_features=settings.features,
        subsample=settings.rows,
        random_state=seed,
    )
    return model.fit(table, labels)


def _averaged(parts: Sequence[Trees]) -> Trees:
    """Return one model whose score is the mean of those of *parts*."""
    bases = np.cumsum([0, *(len(part.feature) for part in parts)])[:-1]
    return Trees(
        roots=np.concatenate([part.roots + base for part, base in zip(parts, bases, strict=True)]).astype(np.int32),
        feature=np.concatenate([part.feature for part in parts]),
        threshold=np.concatenate([part.threshold for part in parts]),
        left=np.concatenate([part.left + base for part, base in zip(parts, bases, strict=True)]).astype(np.int32),
        right=np.concatenate([part.right + base for part, base in zip(parts, bases, strict=True)]).astype(np.int32),
        value=(np.concatenate([part.value for part in parts]) / len(parts)).astype(np.float32),
        start=parts[0].start,
    )


def _exported(model: Any, *, start: float, rate: float) -> Trees:
    roots, feature, threshold, left, right, value = [], [], [], [], [], []
    base = 0
    for (regressor,) in model.estimators_:
        tree = regressor.tree_
        leaf = tree.children_left < 0
        roots.append(base)
        feature.append(np.where(leaf, -1, tree.feature))
        threshold.append(_rounded_down(tree.threshold))
        left.append(np.where(leaf, 0, tree.children_left + base))
        right.append(np.where(leaf, 0, tree.children_right + base))
        value.append(np.where(leaf, tree.value[:, 0, 0] * rate, 0.0))
        base += tree.node_count
    return Trees(
        roots=np.asarray(roots, dtype=np.int32),
        feature=np.concatenate(feature).astype(np.int32),
        threshold=np.concatenate(threshold),
        left=np.concatenate(left).astype(np.int32),
        right=np.concatenate(right).astype(np.int32),
        value=np.concatenate(value).astype(np.float32),
        start=start,
    )


def _rounded_down(threshold: Any) -> Any:
    """Return 32-bit thresholds that part the same 32-bit rows: never above the 64-bit ones."""
    narrow = threshold.astype(np.float32)
    return np.where(narrow > threshold, np.nextafter(narrow, np.float32(-np.inf)), narrow).astype(np.float32)
