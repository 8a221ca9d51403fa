"""The places where a unit may act on the training program. Every method's default leaves things as they are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runtime.units.streams import Streams

if TYPE_CHECKING:
    from torch import Tensor

    Parameters = Sequence[Tensor]


@dataclass(frozen=True)
class Shape:
    """What a unit may know of the run: sizes, number of steps, and its random streams."""

    inputs: int
    classes: int
    steps: int
    streams: Streams
    image: tuple[int, int] | None = None
    background: float = 0.0


class Optimiser(ABC):
    """How a parameter moves. `rate` is the base step size, before schedules."""

    rate: float

    @abstractmethod
    def update(self, index: int, parameter: Tensor, gradient: Tensor, rate: float, step: int) -> None:
        """Move *parameter*, the *index*-th, in place."""


class Hooks:
    """One bound unit inside one run."""

    def begin(self, shape: Shape) -> None:
        """Remember what the run looks like."""
        self.shape = shape

    def held_out(self, rows: int) -> int:
        """Return how many training rows the unit keeps away from training for itself."""
        del rows
        return 0

    def batch(self, inputs: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Change a training batch: inputs (rows, features), targets (rows, classes)."""
        del step
        return inputs, targets

    def activation(self) -> Callable[[Tensor], Tensor] | None:
        """Return the activation function, if the unit brings one."""
        return None

    def hidden(self, values: Tensor, layer: int, step: int) -> Tensor:
        """Change hidden values (rows, width) while training."""
        del layer, step
        return values

    def loss(self, log_probabilities: Tensor, targets: Tensor) -> Tensor | None:
        """Return the loss of each row, if the unit brings one."""
        del log_probabilities, targets
        return None

    def penalty(self, log_probabilities: Tensor) -> Tensor | None:
        """Return what is added to the loss of each row."""
        del log_probabilities
        return None

    def gradients(self, gradients: list[Tensor], step: int) -> list[Tensor]:
        """Change the gradients."""
        del step
        return gradients

    def rate(self, step: int) -> float:
        """Return the factor on the step size."""
        del step
        return 1.0

    def decay(self, weights: Parameters, rate: float) -> None:
        """Shrink weight matrices in place, before the update."""

    def optimiser(self, parameters: Parameters) -> Optimiser | None:
        """Return the optimiser, if the unit brings one."""
        del parameters
        return None

    def updated(self, parameters: Parameters, step: int) -> None:
        """See the parameters after an update."""

    def final(self, parameters: Parameters) -> Parameters:
        """Return the parameters to predict with."""
        return parameters

    def calibrate(self, logits: Tensor, targets: Tensor) -> None:
        """See logits and one-hot targets of the rows that were held out."""

    def predictions(self, logits: Tensor) -> Tensor:
        """Change the logits that are handed in."""
        return logits
