"""The training program of shape ``mlp``: a multilayer perceptron classifier into which units hang their hooks.

Guarantees: a pure function of recipe, data, settings and seed on one thread; the bare recipe is SGD with momentum at a
constant step size, He initialisation (He et al. 2015, equation 10), ReLU and cross entropy. Random draws come from the
streams ``init/<layer>`` and ``batch`` of the seed and from those of the units. It sees no label of a row it predicts.
A loss that is not finite ends the run at once with predictions that are NaN, for the harness to find.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from runtime.units.hooks import Hooks, Optimiser, Shape
from runtime.units.settings import Settings
from runtime.units.streams import Streams
from runtime.units.unit import Unit

if TYPE_CHECKING:
    from runtime.units.hooks import Parameters

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TrialData:
    """What a trial may see. Inputs are (rows, features); *image* is (height, width) where a row is one."""

    train_inputs: Floats
    train_labels: npt.NDArray[np.int64]
    val_inputs: Floats
    test_inputs: Floats
    classes: int
    image: tuple[int, int] | None = None
    background: float = 0.0


@dataclass(frozen=True)
class Trained:
    """Logits for validation and test inputs, (rows, classes), and the last training loss."""

    val_logits: Floats
    test_logits: Floats
    loss: float


class _Momentum(Optimiser):
    """SGD with momentum: v <- mu v + g; w <- w - rate v (Polyak 1964)."""

    def __init__(self, parameters: Parameters, rate: float, momentum: float) -> None:
        self.rate, self.momentum = rate, momentum
        self.velocity = [torch.zeros_like(parameter) for parameter in parameters]

    def update(self, index: int, parameter: Tensor, gradient: Tensor, rate: float, step: int) -> None:
        del step
        velocity = self.velocity[index].mul_(self.momentum).add_(gradient)
        parameter.sub_(velocity, alpha=rate)


class _Network:
    """Weights and biases in turn, and the way through them."""

    def __init__(self, sizes: Sequence[int], streams: Streams, units: Sequence[Hooks]) -> None:
        self.parameters: list[Tensor] = []
        for layer, (before, after) in enumerate(pairwise(sizes)):
            drawn = streams.at(f"init/{layer}").standard_normal((before, after), dtype="float32")
            weight = torch.from_numpy(drawn * np.float32(math.sqrt(2 / before)))
            self.parameters += [weight.requires_grad_(), torch.zeros(after, requires_grad=True)]
        self.weights = self.parameters[0::2]
        self.units = units
        brought = [made for unit in units if (made := unit.activation()) is not None]
        self.activation = brought[0] if brought else torch.relu

    def logits(self, parameters: Parameters, inputs: Tensor, *, training_step: int | None = None) -> Tensor:
        """Return the logits; with a step, hidden values pass the units."""
        values = inputs
        last = len(parameters) // 2 - 1
        for layer in range(last + 1):
            values = torch.addmm(parameters[2 * layer + 1], values, parameters[2 * layer])
            if layer < last:
                values = self.activation(values)
                if training_step is not None:
                    for unit in self.units:
                        values = unit.hidden(values, layer, training_step)
        return values


def train(
    recipe: Sequence[tuple[Unit, dict[str, float | int]]], data: TrialData, settings: Settings, seed: int
) -> Trained:
    """Train with the units of *recipe* (from `bind_all`) and predict validation and test inputs."""
    streams = Streams(seed)
    units = [unit.hooks(knobs) for unit, knobs in recipe]
    features = data.train_inputs.shape[1]
    shape = Shape(features, data.classes, settings.steps, streams, data.image, data.background)
    for unit in units:
        unit.begin(shape)
    rows = torch.from_numpy(data.train_inputs)
    targets = torch.nn.functional.one_hot(torch.from_numpy(data.train_labels), data.classes).float()
    kept_away = max((unit.held_out(len(rows)) for unit in units), default=0)
    network = _Network([features, *[settings.width] * settings.depth, data.classes], streams, units)
    loss = _fit(network, rows[kept_away:], targets[kept_away:], settings, streams)
    with torch.no_grad():
        parameters: Parameters = network.parameters
        for unit in units:
            parameters = unit.final(parameters)
        if kept_away:
            for unit in units:
                unit.calibrate(network.logits(parameters, rows[:kept_away]), targets[:kept_away])
        val, test = (
            _predict(network, parameters, inputs, finite=math.isfinite(loss))
            for inputs in (data.val_inputs, data.test_inputs)
        )
    return Trained(val, test, loss)


def _predict(network: _Network, parameters: Parameters, inputs: Floats, *, finite: bool) -> Floats:
    logits = network.logits(parameters, torch.from_numpy(inputs))
    for unit in network.units:
        logits = unit.predictions(logits)
    predicted: Floats = (logits if finite else torch.full_like(logits, math.nan)).numpy()
    return predicted


def _fit(network: _Network, rows: Tensor, targets: Tensor, settings: Settings, streams: Streams) -> float:
    units, parameters = network.units, network.parameters
    brought = [made for unit in units if (made := unit.optimiser(parameters)) is not None]
    optimiser = brought[0] if brought else _Momentum(parameters, settings.rate, settings.momentum)
    value = math.nan
    for step in range(settings.steps):
        chosen = torch.from_numpy(streams.at("batch", step).integers(len(rows), size=settings.batch))
        inputs, wanted = rows[chosen], targets[chosen]
        for unit in units:
            inputs, wanted = unit.batch(inputs, wanted, step)
        log_p = torch.log_softmax(network.logits(parameters, inputs, training_step=step), -1)
        loss = _loss(units, log_p, wanted)
        value = float(loss.detach())
        if not math.isfinite(value):
            break
        gradients = list(torch.autograd.grad(loss, parameters))
        with torch.no_grad():
            for unit in units:
                gradients = unit.gradients(gradients, step)
            rate = optimiser.rate * math.prod(unit.rate(step) for unit in units)
            for unit in units:
                unit.decay(network.weights, rate)
            for index, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
                optimiser.update(index, parameter, gradient, rate, step)
            for unit in units:
                unit.updated(parameters, step)
    return value


def _loss(units: Sequence[Hooks], log_p: Tensor, targets: Tensor) -> Tensor:
    brought = [made for unit in units if (made := unit.loss(log_p, targets)) is not None]
    each = brought[0] if brought else -(targets * log_p).sum(-1)
    for unit in units:
        extra = unit.penalty(log_p)
        if extra is not None:
            each = each + extra
    return each.mean()
