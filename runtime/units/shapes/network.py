"""What the training loop asks of a shape: its data by lane, its parameters, the way through, and what it leaves.

All tensors have the lanes first. A network treats each lane as if it were alone, and its arithmetic does not depend on
how many lanes there are: products are `torch.baddbmm` and `torch.bmm` over (lanes, rows, features), which give the same
bits for a lane whatever the number of lanes, on one thread (tested), and grouped convolution or vmap do not.
"""

from __future__ import annotations

import copy
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Self

import torch
from torch import Tensor

from runtime.units.architecture import Architecture
from runtime.units.hooks import BIAS, GAIN, Hooks
from runtime.units.streams import LaneStreams

if TYPE_CHECKING:
    from runtime.units.hooks import Parameters

_NORM_EPS = 1e-5


class Inside:
    """What units do inside the network: nothing where *step* is None, which is how predictions are made."""

    def __init__(self, units: Sequence[Hooks], step: int | None) -> None:
        self.units, self.step = (() if step is None else units), step or 0

    def hidden(self, values: Tensor, layer: int) -> Tensor:
        """Return hidden values as units leave them."""
        for unit in self.units:
            values = unit.hidden(values, layer, self.step)
        return values

    def branch(self, values: Tensor, block: int) -> Tensor:
        """Return what a residual block adds as units leave it."""
        for unit in self.units:
            values = unit.branch(values, block, self.step)
        return values


class Network(ABC):
    """One shape over the lanes of a program."""

    architecture: Architecture
    training_rows: int

    def __init__(self) -> None:
        self.names: list[str] = []
        self.sizes: list[tuple[int, ...]] = []
        self.roles: list[str] = []
        self.fans: list[tuple[int, int]] = []

    def declare(self, name: str, size: tuple[int, ...], role: str, fans: tuple[int, int] = (1, 1)) -> int:
        """Add a parameter, in each lane of *size*; return its place. *fans* are what comes in and goes out."""
        self.names.append(name)
        self.sizes.append(size)
        self.roles.append(role)
        self.fans.append(fans)
        return len(self.names) - 1

    def declare_layer(self, name: str, before: int, after: int, role: str) -> int:
        """Add weights and biases; return the place of the weights, which the biases follow."""
        place = self.declare(name, (before, after), role, (before, after))
        self.declare(f"{name}/bias", (1, after), BIAS)
        return place

    def declare_norm(self, name: str, width: int) -> int:
        """Add gain and offset of a norm; return the place of the gain, which the offset follows. -1: there is none."""
        if self.architecture.norm == "none":
            return -1
        place = self.declare(f"{name}/gain", (1, width), GAIN)
        if self.architecture.norm == "layer":
            self.declare(f"{name}/offset", (1, width), BIAS)
        return place

    def start(self, streams: LaneStreams) -> list[Tensor]:
        """Return the initial parameters: He et al. 2015, equation 10, unless the architecture says otherwise."""
        made = []
        for name, size, role, fans in zip(self.names, self.sizes, self.roles, self.fans, strict=True):
            if role in {BIAS, GAIN}:
                one = torch.full((len(streams.lanes), *size), float(role == GAIN), device=streams.device)
            else:
                one = streams.normal(f"init/{name}", 0, size) * self.spread(name, fans)
            made.append(one.requires_grad_())
        return made

    def spread(self, name: str, fans: tuple[int, int]) -> float:
        """Return the standard deviation of initial weights."""
        del name
        return math.sqrt(2 / fans[0]) if self.architecture.spread is None else self.architecture.spread(*fans)

    def output_layer(self, values: Tensor, parameters: Parameters, place: int) -> Tensor:
        """Return *values* (lanes, rows, width) times the weights at *place*, plus the biases.

        One output alone is a sum of products: as a matrix product it would be another kernel for a lane by itself,
        whose last bits differ.
        """
        weights, bias = parameters[place], parameters[place + 1]
        if weights.shape[2] == 1:
            return (values * weights.transpose(1, 2)).sum(-1, keepdim=True) + bias
        return torch.baddbmm(bias, values, weights)

    def activate(self, values: Tensor) -> Tensor:
        """Apply the activation."""
        return torch.relu(values) if self.architecture.activation is None else self.architecture.activation(values)

    def normed(self, values: Tensor, parameters: Parameters, place: int) -> Tensor:
        """Normalise the last dimension of *values* (lanes, rows, width) and apply gain and offset, if there is a norm.

        Layer norm: Ba, Kiros, Hinton 2016, equation 4. RMS norm: Zhang and Sennrich 2019, equation 4, without offset.
        """
        if place < 0:
            return values
        if self.architecture.norm == "rms":
            size = torch.sqrt((values * values).mean(-1, keepdim=True) + _NORM_EPS)
            return values / size * parameters[place]
        even = torch.nn.functional.layer_norm(values, values.shape[-1:], eps=_NORM_EPS)
        return torch.addcmul(parameters[place + 1], even, parameters[place])

    def select(self, index: Tensor) -> Self:
        """Return the network over the lanes of *index* alone."""
        chosen = copy.copy(self)
        chosen.take(index)
        return chosen

    @abstractmethod
    def take(self, index: Tensor) -> None:
        """Keep the data of the lanes of *index*."""

    @abstractmethod
    def keep_back(self, rows: int) -> None:
        """Keep the first *rows* of the training rows away from training."""

    @abstractmethod
    def targets(self) -> Tensor:
        """Return the targets of all rows that are trained on, (lanes, rows, classes)."""

    @abstractmethod
    def batch(self, streams: LaneStreams, step: int, rows: int) -> tuple[Tensor, Tensor]:
        """Return inputs and targets (lanes, rows, classes) of a step."""

    @abstractmethod
    def outputs(self, parameters: Parameters, inputs: Tensor, inside: Inside) -> Tensor:
        """Return outputs (lanes, rows, classes)."""

    @abstractmethod
    def held_out(self, parameters: Parameters) -> tuple[Tensor, Tensor]:
        """Return outputs and targets of the rows kept back."""

    @abstractmethod
    def leave(self, parameters: Parameters, units: Sequence[Hooks]) -> Mapping[str, Tensor]:
        """Return what the lanes leave, (lanes, …) each."""
