"""Write the data of the two example projects from the data sets that come with scikit-learn.

    python examples/projects/make_data.py

The rows are drawn once, by a fixed seed; labels of validation and test rows go into ``heldout/``. The hashes in each
``task.toml`` are those of the files that this makes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits, load_wine

HERE = Path(__file__).parent


def write(folder: Path, load: Callable[..., tuple[np.ndarray, np.ndarray]], sizes: dict[str, int], form: str) -> None:
    """Write the parts of one data set: train with labels in the last column, the others without."""
    inputs, labels = load(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(labels))
    at = 0
    for part, size in sizes.items():
        rows = order[at : at + size]
        at += size
        if part == "train":
            table = np.column_stack([inputs[rows], labels[rows]])
            np.savetxt(folder / "data" / "train.csv", table, fmt=form, delimiter=",")
        else:
            np.savetxt(folder / "data" / f"{part}.csv", inputs[rows], fmt=form, delimiter=",")
            np.savetxt(folder / "heldout" / f"{part}.csv", labels[rows], fmt="%d")


if __name__ == "__main__":
    write(HERE / "digits-torch", load_digits, {"train": 150, "val": 200, "test": 200}, "%d")
    write(HERE / "wine-shell", load_wine, {"train": 40, "val": 70, "test": 68}, "%g")
