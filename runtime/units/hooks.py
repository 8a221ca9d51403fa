"""The places where a unit may act on the training program. Every method's default leaves things as they are.

A program trains many lanes at once: every tensor has the lanes as its first dimension, and a unit must treat each lane
as if it were alone. That is all that makes packs honest, so: no sum, mean or norm over the first dimension, no value
of one lane read for another, `torch.where` and never a product where lanes are told apart (0 * NaN is NaN), and draws
from `Run.streams` alone. What a unit keeps by lane stands in `state`, so that lanes can leave the program.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from runtime.units.architecture import Architecture
from runtime.units.streams import LaneStreams

if TYPE_CHECKING:
    from torch import Tensor

    Parameters = Sequence[Tensor]

# What a parameter is: matrices are multiplied with, embeddings are looked up, the output layer makes logits.
WEIGHT, BIAS, GAIN, EMBEDDING, OUTPUT = "weight", "bias", "gain", "embedding", "output"
MATRICES = frozenset({WEIGHT, EMBEDDING, OUTPUT})


@dataclass(frozen=True)
class Run:
    """What a unit may know of the program: its sizes, the streams of its lanes, the roles of its parameters."""

    rows: int
    classes: int
    steps: int
    streams: LaneStreams
    image: tuple[int, int] | None = None
    background: float = 0.0
    roles: tuple[str, ...] = ()

    @property
    def lanes(self) -> int:
        """How many lanes there are."""
        return len(self.streams.lanes)

    def select(self, index: Sequence[int]) -> Run:
        """Return the run of some of the lanes."""
        return replace(self, streams=self.streams.select(index))


def by_lane(values: Tensor, like: Tensor) -> Tensor:
    """Return *values* (lanes,) so that they broadcast over *like* (lanes, …)."""
    return values.view(-1, *[1] * (like.dim() - 1))


class LaneState:
    """Tensors kept by lane, (lanes, …) each, of which some lanes can be taken."""

    def __init__(self) -> None:
        self.state: dict[str, list[Tensor]] = {}

    def select(self, index: Tensor) -> Self:
        """Return a copy that holds the lanes of *index* alone."""
        chosen = copy.copy(self)
        chosen.state = {name: [each.index_select(0, index) for each in kept] for name, kept in self.state.items()}
        return chosen


class Optimiser(LaneState, ABC):
    """How parameters move. `rate` is the step size of each lane, (lanes,), before schedules."""

    def __init__(self, rate: Tensor) -> None:
        super().__init__()
        self.state["rate"] = [rate]

    @property
    def rate(self) -> Tensor:
        """The step size of each lane."""
        return self.state["rate"][0]

    @abstractmethod
    def update(self, index: int, parameter: Tensor, gradient: Tensor, rate: Tensor, step: int) -> None:
        """Move *parameter*, the *index*-th, in place by *rate*, which broadcasts over it."""


class Hooks(LaneState):
    """One bound unit inside one program; *lanes* are its knobs in each lane."""

    def __init__(self, lanes: Sequence[Mapping[str, float | int]]) -> None:
        super().__init__()
        self.lanes = lanes

    def begin(self, run: Run) -> None:
        """Remember what the run looks like, and put the knobs of all lanes side by side."""
        import torch

        self.run = run
        for name in self.lanes[0]:
            values = torch.tensor([float(lane[name]) for lane in self.lanes], dtype=torch.float64)
            self.state[f"knob {name}"] = [values.float().to(run.streams.device)]

    def knob(self, name: str, like: Tensor | None = None) -> Tensor:
        """Return the knob *name* of each lane, (lanes,), or so that it broadcasts over *like*."""
        values = self.state[f"knob {name}"][0]
        return values if like is None else by_lane(values, like)

    def same(self, name: str) -> float | int:
        """Return a structural knob: all lanes of a program share it."""
        return self.lanes[0][name]

    def architecture(self, architecture: Architecture) -> Architecture:
        """Change the network."""
        return architecture

    def members(self) -> int:
        """Return how many networks the unit trains for one lane; their predictions are averaged."""
        return 1

    def teachers(self) -> int:
        """Return how many networks are trained beforehand for one lane, by its recipe without this unit."""
        return 0

    def lesson(self, logits: Tensor) -> Tensor:
        """Return what is learned from the teachers: their mean outputs for all training rows, (rows, classes).

        It is appended to the targets of each row: `batch` and `loss` see (lanes, rows, 2 * classes). Asked before
        `begin`: a lane's structural knobs are at hand, no more.
        """
        return logits

    def held_out(self, rows: int) -> int:
        """Return how many training rows the unit keeps away from training for itself."""
        del rows
        return 0

    def rows(self, targets: Callable[[], Tensor]) -> None:
        """See the targets of all training rows, (lanes, rows, classes), before the first step, on demand."""

    def batch(self, inputs: Tensor, targets: Tensor, step: int) -> tuple[Tensor, Tensor]:
        """Change a training batch: inputs (lanes, rows, features), targets (lanes, rows, classes)."""
        del step
        return inputs, targets

    def hidden(self, values: Tensor, layer: int, step: int) -> Tensor:
        """Change hidden values (lanes, rows, …, width) while training."""
        del layer, step
        return values

    def branch(self, values: Tensor, block: int, step: int) -> Tensor:
        """Change what a residual block adds, (lanes, rows, …, width), while training."""
        del block, step
        return values

    def loss(self, log_probabilities: Tensor, targets: Tensor) -> Tensor | None:
        """Return the loss of each row, (lanes, rows), if the unit brings one."""
        del log_probabilities, targets
        return None

    def penalty(self, log_probabilities: Tensor) -> Tensor | None:
        """Return what is added to the loss of each row, (lanes, rows)."""
        del log_probabilities
        return None

    def ascend(self, parameters: Parameters, gradients: Sequence[Tensor]) -> list[Tensor] | None:
        """Return other parameters at which the gradients of the batch are to be taken instead."""
        del parameters, gradients
        return None

    def gradients(self, gradients: list[Tensor], step: int) -> list[Tensor]:
        """Change the gradients."""
        del step
        return gradients

    def rate(self, step: int) -> Tensor | float:
        """Return the factor on the step size, for all lanes or (lanes,)."""
        del step
        return 1.0

    def decay(self, weights: Parameters, rate: Tensor) -> None:
        """Shrink weights in place, before the update; *rate* is (lanes,)."""

    def optimiser(self, parameters: Parameters) -> Optimiser | None:
        """Return the optimiser, if the unit brings one."""
        del parameters
        return None

    def updated(self, parameters: Parameters, step: int) -> None:
        """See the parameters after an update."""

    def looks(self, step: int) -> bool:
        """Say whether the unit wants the loss on the rows it held out, after *step*."""
        del step
        return False

    def stops(self, held_out_loss: Tensor, parameters: Parameters, step: int) -> Tensor | None:
        """Return which lanes end here, (lanes,) of bools, from the loss on held-out rows, (lanes,)."""
        del held_out_loss, parameters, step
        return None

    def final(self, parameters: Parameters) -> Parameters:
        """Return the parameters to predict with."""
        return parameters

    def calibrate(self, logits: Tensor, targets: Tensor) -> None:
        """See logits and one-hot targets of the rows that were held out."""

    def predictions(self, logits: Tensor) -> Tensor:
        """Change the logits that are handed in."""
        return logits


Activation = Callable[["Tensor"], "Tensor"]
