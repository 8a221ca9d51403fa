"""The evaluator of tasks with rare classes: logits and true labels in; what accuracy hides is measured, too.

It runs in the harness, never in the child. Its source is hashed into every trial's identity, so keep it free of
anything else: a changed line makes new trials of all.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runtime.tasks.evaluator import score

# Balanced accuracy first: accuracy is high for whoever never names the rare class.
DIRECTIONS = {"balanced_accuracy": "max", "macro_f1": "max", "accuracy": "max", "nll": "min"}


def score_imbalanced(logits: npt.NDArray[np.float32], labels: npt.NDArray[np.int64]) -> dict[str, float]:
    """Return the mean recall and the mean F1 over the classes of *labels*, accuracy, and negative log likelihood.

    Balanced accuracy as in Brodersen et al. 2010, "The balanced accuracy and its posterior distribution"; F1 of a class
    is 2 TP / (2 TP + FP + FN). *logits* is (rows, classes) and finite, *labels* (rows,).
    """
    predicted = logits.argmax(axis=1)
    recalls, f1s = [], []
    for each in np.unique(labels):
        is_it, said = labels == each, predicted == each
        hits = float((is_it & said).sum())
        recalls.append(hits / float(is_it.sum()))
        f1s.append(2 * hits / float(is_it.sum() + said.sum()))
    plain = score(logits, labels)
    return {
        "balanced_accuracy": sum(recalls) / len(recalls),
        "macro_f1": sum(f1s) / len(f1s),
        "accuracy": plain["accuracy"],
        "nll": plain["nll"],
    }
