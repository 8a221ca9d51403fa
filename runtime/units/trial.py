"""What goes into the training of a trial and what comes out of it, for each program shape.

============  ==============================  ===========================================  =======================
shape         inputs (float32 unless said)    train_labels                                 leaves
============  ==============================  ===========================================  =======================
mlp           (rows, features)                int64 (rows,); float32 (rows,) if regression  ``val``, ``test``: outputs
cnn           (rows, height * width), grey,   as mlp                                       as mlp
              with *image* = (height, width)
transformer   train_inputs: int64 (tokens,),  empty, (0,)                                  ``weights``: (size,)
              one text from start to end;
              val_inputs, test_inputs empty
============  ==============================  ===========================================  =======================

*classes* is the number of classes, 0 for regression, the size of the vocabulary for a transformer. Outputs are float32
logits (rows, classes), of a regression (rows, 1): predictions on the scale of the labels, which should have mean 0 and
variance 1 in training, since the step sizes are made for that. The weights of a transformer are one float32 vector, all
parameters one after another in the order of `runtime.units.shapes.transformer.sizes`; its `held_out_nats` computes the
loss on tokens that the trial never had. Rows of *train_inputs* must be in random order: units that keep some back for
themselves take the first.

A lane that diverged leaves arrays of the right shape full of NaN, for the harness to find.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TrialData:
    """What a trial may see; see the module for what holds for which shape. *background* is the value of no ink.

    *lessons* are what teachers say of the training rows, (rows, classes), where a unit trains some: never from outside.
    """

    train_inputs: npt.NDArray[Any]
    train_labels: npt.NDArray[Any]
    val_inputs: npt.NDArray[Any]
    test_inputs: npt.NDArray[Any]
    classes: int
    image: tuple[int, int] | None = None
    background: float = 0.0
    lessons: Floats | None = None


@dataclass(frozen=True)
class Trained:
    """What a trial leaves: arrays by the name of their file, the last training loss, and the steps it took."""

    arrays: Mapping[str, Floats]
    loss: float
    steps: int
