"""The evaluator of language models: weights that a trial left and held-out tokens in, bits for each token out.

It runs in the harness, never in the child, which has neither the validation nor the test text. The loss is computed on
one thread, so that it does not depend on the machine's other work. Its source is hashed into every trial's identity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from runtime.units.settings import Settings
from runtime.units.unit import Recipe


def weights_shape(recipe: Recipe, settings: Settings, classes: int) -> tuple[int]:
    """Return the shape of the weights that a trial of *recipe* must leave."""
    from runtime.units.shapes.transformer import sizes

    return (sum(math.prod(size) for size in sizes(recipe, settings, classes).values()),)


def score_language(
    weights: npt.NDArray[np.float32],
    tokens: npt.NDArray[np.int64],
    *,
    recipe: Recipe,
    settings: Settings,
    classes: int,
    metric: str,
) -> Mapping[str, float]:
    """Return the mean loss of each token but the first, in bits, as *metric*."""
    import torch

    from runtime.units.shapes.transformer import held_out_nats

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        nats = held_out_nats(recipe, settings, classes, weights, tokens)
    finally:
        torch.set_num_threads(threads)
    return {metric: nats / math.log(2)}


def unigram_bits(train: npt.NDArray[np.int64], held_out: npt.NDArray[np.int64], classes: int) -> float:
    """Return the bits for each held-out token that the training text's frequencies reach: what guessing does.

    One is added to each count (Laplace), so that a token never seen has a price.
    """
    counts = np.bincount(train, minlength=classes) + 1.0
    return float(-np.log2(counts / counts.sum())[held_out].mean())
