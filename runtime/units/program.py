"""The training program: many trials of one shape and one set of units, as lanes of one batch.

Guarantees: what a lane leaves is a pure function of its recipe, data, settings and seed on one thread of one kind of
processor: bit by bit the same alone, beside any mates, in any order, and after others have left. The bare recipe is
SGD with momentum at a constant step size, He initialisation, ReLU, and cross entropy or, for regression, the squared
error. Random draws come from the streams ``init/<parameter>`` and ``batch`` of the lane's seed and from those of its
units. No label of a row that is predicted is seen.

A lane whose loss is not finite, or that a unit stops, leaves the program at once; the others go on in a smaller one. A
lane that diverged leaves arrays of NaN, for the harness to find.

On a GPU the draws are the same and the arithmetic is not: batched products are tiled by their number there, so lanes
agree within a tolerance only. No result of this project was made on one yet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from runtime.units.architecture import Architecture, bare_architecture
from runtime.units.hooks import MATRICES, Hooks, Optimiser, Run
from runtime.units.settings import Settings
from runtime.units.shapes.cnn import Cnn
from runtime.units.shapes.mlp import Mlp
from runtime.units.shapes.network import Inside, Network
from runtime.units.shapes.transformer import Transformer
from runtime.units.streams import LaneStreams, Streams
from runtime.units.trial import Trained, TrialData
from runtime.units.unit import Recipe, program_key

if TYPE_CHECKING:
    from runtime.units.hooks import Parameters

SHAPES: Mapping[str, Callable[[Architecture, Sequence[TrialData], str], Network]] = {
    "mlp": Mlp,
    "cnn": Cnn,
    "transformer": Transformer,
}
# How often a GPU is asked whether all losses are finite: asking waits for it.
_GPU_LOOKS = 50


class _Momentum(Optimiser):
    """SGD with momentum: v <- mu v + g; w <- w - rate v (Polyak 1964)."""

    def __init__(self, parameters: Parameters, rate: Tensor, momentum: float) -> None:
        super().__init__(rate)
        self.momentum = momentum
        self.state["velocity"] = [torch.zeros_like(parameter) for parameter in parameters]

    def update(self, index: int, parameter: Tensor, gradient: Tensor, rate: Tensor, step: int) -> None:
        del step
        velocity = self.state["velocity"][index].mul_(self.momentum).add_(gradient)
        parameter.addcmul_(velocity, rate, value=-1)


@dataclass(frozen=True)
class _Lanes:
    """Lanes in training: *ids* are their places among those that were asked for."""

    ids: list[int]
    network: Network
    parameters: list[Tensor]
    units: list[Hooks]
    optimiser: Optimiser
    run: Run

    def select(self, places: list[int]) -> _Lanes:
        """Return the lanes at *places* with all their state, which is copied."""
        index = torch.tensor(places, device=self.run.streams.device)
        run = self.run.select(places)
        units = [unit.select(index) for unit in self.units]
        for unit in units:
            unit.run = run
        parameters = [each.detach().index_select(0, index).requires_grad_() for each in self.parameters]
        ids = [self.ids[place] for place in places]
        return _Lanes(ids, self.network.select(index), parameters, units, self.optimiser.select(index), run)


def train(
    recipes: Sequence[Recipe],
    data: Sequence[TrialData],
    settings: Settings,
    seeds: Sequence[int],
    *,
    shape: str = "mlp",
    device: str = "cpu",
) -> list[Trained]:
    """Train one lane for each recipe (from `bind_all`), its data and its seed; return what each leaves, in order.

    Raises:
        ValueError: the recipes differ in units or structural knobs, so they are not one program.
    """
    if len({program_key(recipe) for recipe in recipes}) != 1:
        raise ValueError("lanes of one program must have the same units and structural knobs")
    data = _taught(recipes, data, settings, seeds, shape, device)
    members = max((unit.hooks([knobs]).members() for unit, knobs in recipes[0]), default=1)
    lanes = [(lane, member) for lane in range(len(recipes)) for member in range(members)]
    trained = _train(
        [recipes[lane] for lane, _ in lanes],
        [data[lane] for lane, _ in lanes],
        settings,
        [Streams(seeds[lane], member) for lane, member in lanes],
        shape,
        device,
    )
    groups = [trained[start : start + members] for start in range(0, len(trained), members)]
    return [group[0] if members == 1 else _averaged(group, data[0].classes) for group in groups]


def _taught(
    recipes: Sequence[Recipe],
    data: Sequence[TrialData],
    settings: Settings,
    seeds: Sequence[int],
    shape: str,
    device: str,
) -> Sequence[TrialData]:
    """Return *data* with the lessons of teachers, which are trained here where a unit wants some."""
    wanting = [(unit.id, unit.hooks([knobs])) for unit, knobs in recipes[0] if unit.hooks([knobs]).teachers()]
    if not wanting:
        return data
    (id, hooks), *_ = wanting
    # Network 0 of a seed is the one that learns; its teachers have draws of their own.
    lanes = [(lane, member) for lane in range(len(recipes)) for member in range(1, hooks.teachers() + 1)]
    asked = [replace(each, val_inputs=each.train_inputs, test_inputs=each.val_inputs) for each in data]
    trained = _train(
        [[(unit, knobs) for unit, knobs in recipes[lane] if unit.id != id] for lane, _ in lanes],
        [asked[lane] for lane, _ in lanes],
        settings,
        [Streams(seeds[lane], member) for lane, member in lanes],
        shape,
        device,
    )
    taught = []
    for lane, each in enumerate(data):
        group = trained[lane * hooks.teachers() : (lane + 1) * hooks.teachers()]
        logits = torch.from_numpy(_averaged(group, each.classes).arrays["val"])
        taught.append(replace(each, lessons=hooks.lesson(logits).numpy()))
    return taught


def _build(units: Sequence[Hooks], data: Sequence[TrialData], settings: Settings, shape: str, device: str) -> Network:
    architecture = bare_architecture(settings, shape)
    for unit in units:
        architecture = unit.architecture(architecture)
    return SHAPES[shape](architecture, data, device)


def _train(
    recipes: Sequence[Recipe],
    data: Sequence[TrialData],
    settings: Settings,
    streams: Sequence[Streams],
    shape: str,
    device: str,
) -> list[Trained]:
    units = [unit.hooks([recipe[place][1] for recipe in recipes]) for place, (unit, _) in enumerate(recipes[0])]
    network = _build(units, data, settings, shape, device)
    if kept := max((unit.held_out(network.training_rows) for unit in units), default=0):
        network.keep_back(kept)
    first = data[0]
    run = Run(
        network.training_rows,
        first.classes,
        settings.steps,
        LaneStreams(streams, device),
        first.image,
        first.background,
        tuple(network.roles),
    )
    for unit in units:
        unit.begin(run)
    for unit in units:
        unit.rows(network.targets)
    lanes = _start(network, units, run, settings)
    left: dict[int, Trained] = {}
    for leaving in _fit(lanes, settings):
        left.update(leaving)
    return [left[lane] for lane in range(len(recipes))]


def _start(network: Network, units: list[Hooks], run: Run, settings: Settings) -> _Lanes:
    parameters = network.start(run.streams)
    brought = [made for unit in units if (made := unit.optimiser(parameters)) is not None]
    rate = torch.full((run.lanes,), settings.rate, device=run.streams.device)
    optimiser = brought[0] if brought else _Momentum(parameters, rate, settings.momentum)
    return _Lanes(list(range(run.lanes)), network, parameters, units, optimiser, run)


def _fit(lanes: _Lanes, settings: Settings) -> Iterator[dict[int, Trained]]:
    """Train; yield what lanes leave, whenever some do."""
    every = 1 if lanes.run.streams.device == "cpu" else _GPU_LOOKS
    finite = torch.ones(lanes.run.lanes, dtype=torch.bool, device=lanes.run.streams.device)
    losses = torch.full((lanes.run.lanes,), math.nan)
    for step in range(settings.steps):
        inputs, wanted = lanes.network.batch(lanes.run.streams, step, settings.batch)
        for unit in lanes.units:
            inputs, wanted = unit.batch(inputs, wanted, step)
        losses, gradients = _gradients(lanes, lanes.parameters, inputs, wanted, step)
        finite &= torch.isfinite(losses)
        with torch.no_grad():
            _move(lanes, gradients, step, lambda moved: _gradients(lanes, moved, inputs, wanted, step)[1])  # noqa: B023  # called at once
            stopped = _stopped(lanes, step)
        if stopped is None and (step % every or bool(finite.all())):
            continue
        ends = ~finite if stopped is None else ~finite | stopped
        if not bool(ends.any()):
            continue
        going, leaving = ((which.nonzero()[:, 0].tolist()) for which in (~ends, ends))
        yield _leave(lanes.select(leaving), losses[leaving], finite[leaving], step + 1)
        if not going:
            return
        lanes, finite, losses = lanes.select(going), finite[going], losses[going]
    yield _leave(lanes, losses, finite, settings.steps)


def _gradients(
    lanes: _Lanes, parameters: Parameters, inputs: Tensor, wanted: Tensor, step: int
) -> tuple[Tensor, list[Tensor]]:
    """Return the loss of each lane, and the gradients; lanes do not mix, since the gradient is of the sum."""
    with torch.enable_grad():
        outputs = lanes.network.outputs(parameters, inputs, Inside(lanes.units, step))
        losses = _row_losses(lanes.units, outputs, wanted, lanes.run.classes).mean(-1)
        return losses.detach(), list(torch.autograd.grad(losses.sum(), list(parameters)))


def _row_losses(units: Sequence[Hooks], outputs: Tensor, wanted: Tensor, classes: int) -> Tensor:
    if not classes:
        return ((outputs - wanted) ** 2).sum(-1)
    log_p = torch.log_softmax(outputs, -1)
    brought = [made for unit in units if (made := unit.loss(log_p, wanted)) is not None]
    each = brought[0] if brought else -(wanted * log_p).sum(-1)
    for unit in units:
        extra = unit.penalty(log_p)
        if extra is not None:
            each = each + extra
    return each


def _move(
    lanes: _Lanes, gradients: list[Tensor], step: int, gradients_at: Callable[[Parameters], list[Tensor]]
) -> None:
    """Update the parameters in place."""
    units, parameters = lanes.units, lanes.parameters
    for unit in units:
        elsewhere = unit.ascend(parameters, gradients)
        if elsewhere is not None:
            gradients = gradients_at([each.requires_grad_() for each in elsewhere])
    for unit in units:
        gradients = unit.gradients(gradients, step)
    rate = lanes.optimiser.rate
    for unit in units:
        rate = rate * unit.rate(step)
    for unit in units:
        unit.decay([each for each, role in zip(parameters, lanes.run.roles, strict=True) if role in MATRICES], rate)
    broad = rate.view(-1, 1, 1)
    for index, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
        lanes.optimiser.update(index, parameter, gradient, broad, step)
    for unit in units:
        unit.updated(parameters, step)


def _stopped(lanes: _Lanes, step: int) -> Tensor | None:
    """Return which lanes a unit ends at *step*; None where no unit looks."""
    stopped: Tensor | None = None
    for unit in lanes.units:
        if unit.looks(step):
            outputs, wanted = lanes.network.held_out(lanes.parameters)
            ends = unit.stops(_row_losses((), outputs, wanted, lanes.run.classes).mean(-1), lanes.parameters, step)
            if ends is not None:
                stopped = ends if stopped is None else stopped | ends
    return stopped


def _leave(lanes: _Lanes, losses: Tensor, finite: Tensor, steps: int) -> dict[int, Trained]:
    with torch.no_grad():
        parameters: Parameters = lanes.parameters
        for unit in lanes.units:
            parameters = unit.final(parameters)
        if any(unit.held_out(lanes.run.rows) for unit in lanes.units):
            outputs, wanted = lanes.network.held_out(parameters)
            for unit in lanes.units:
                unit.calibrate(outputs, wanted)
        left = lanes.network.leave(parameters, lanes.units)
        arrays = {
            name: torch.where(finite.view(-1, *[1] * (made.dim() - 1)), made, math.nan).cpu().numpy()
            for name, made in left.items()
        }
    return {
        id: Trained({name: made[place] for name, made in arrays.items()}, float(losses[place]), steps)
        for place, id in enumerate(lanes.ids)
    }


def _averaged(group: Sequence[Trained], classes: int) -> Trained:
    """Return what an ensemble leaves: the logarithm of the mean probability, or the mean of a regression."""
    loss, steps = float(np.mean([each.loss for each in group])), max(each.steps for each in group)
    arrays = {}
    for name in group[0].arrays:
        outputs = torch.from_numpy(np.stack([each.arrays[name] for each in group]))
        shared = torch.log_softmax(outputs, -1).exp().mean(0).log() if classes else outputs.mean(0)
        arrays[name] = shared.numpy()
    return Trained(arrays, loss, steps)
