"""Shape ``transformer``: a decoder language model over tokens, which leaves its weights and no predictions.

Blocks of causal attention and a two-layer network of four times the width, each with a residual connection and a norm
in front (Vaswani et al. 2017, sections 3.1 to 3.3; norms as in Xiong et al. 2020, "On Layer Normalization in the
Transformer Architecture", figure 1b; learned positions and GPT-2's initial spread of .02, Radford et al. 2019). Units
may put the norm behind (``placement`` post, as Vaswani et al. did) or leave residual connections out.

What a trial leaves is one vector of all parameters, in the order of `sizes`. `held_out_nats` computes the loss from it
outside of the trial: whoever trains never has the text that is judged on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from runtime.units.architecture import Architecture, bare_architecture
from runtime.units.hooks import EMBEDDING, OUTPUT, WEIGHT, Hooks
from runtime.units.settings import Settings
from runtime.units.shapes.network import Inside, Network
from runtime.units.streams import LaneStreams
from runtime.units.trial import Floats, TrialData
from runtime.units.unit import Recipe

if TYPE_CHECKING:
    from runtime.units.hooks import Parameters

_INITIAL_SPREAD = 0.02
_WINDOWS_AT_ONCE = 64


class Transformer(Network):
    """A decoder. Rows of a batch are tokens: (lanes, windows * context)."""

    def __init__(self, architecture: Architecture, data: Sequence[TrialData], device: str) -> None:
        super().__init__()
        if architecture.width % architecture.heads:
            raise ValueError(f"{architecture.heads} heads do not divide a width of {architecture.width}")
        self.architecture, self.classes = architecture, data[0].classes
        self.tokens = torch.from_numpy(np.stack([each.train_inputs for each in data])).to(device)
        self.back = 0
        self._count()
        width, depth = architecture.width, architecture.depth
        self.embedding = self.declare("embedding", (self.classes, width), EMBEDDING)
        self.positions = self.declare("positions", (architecture.context, width), EMBEDDING)
        self.blocks: list[dict[str, int]] = []
        for block in range(depth):
            self.blocks.append(
                {
                    "norm": self.declare_norm(f"{block}/attention/norm", width),
                    "in": self.declare_layer(f"{block}/attention/in", width, 3 * width, WEIGHT),
                    "out": self.declare_layer(f"{block}/attention/out", width, width, WEIGHT),
                    "norm 2": self.declare_norm(f"{block}/network/norm", width),
                    "up": self.declare_layer(f"{block}/network/up", width, 4 * width, WEIGHT),
                    "down": self.declare_layer(f"{block}/network/down", 4 * width, width, WEIGHT),
                }
            )
        self.norm = self.declare_norm("norm", width) if architecture.placement == "pre" else -1
        self.last = self.declare_layer("output", width, self.classes, OUTPUT)

    def spread(self, name: str, fans: tuple[int, int]) -> float:
        """Return .02, or what a unit says of a layer; what ends a residual branch is scaled by its depth."""
        brought = self.architecture.spread
        spread = _INITIAL_SPREAD if brought is None or fans == (1, 1) else brought(*fans)
        ends_branch = name.endswith(("attention/out", "network/down"))
        return spread / math.sqrt(2 * self.architecture.depth) if ends_branch else spread

    def _count(self) -> None:
        lanes, all_ = self.tokens.shape
        self.training_rows = all_ - self.back - self.architecture.context
        if self.training_rows < 1:
            raise ValueError(f"{all_ - self.back} tokens are no window of {self.architecture.context} and one more")
        self._first = torch.arange(lanes, device=self.tokens.device)[:, None] * all_ + self.back
        self._window = torch.arange(self.architecture.context + 1, device=self.tokens.device)

    def take(self, index: Tensor) -> None:
        """Keep the text of the lanes of *index*."""
        self.tokens = self.tokens.index_select(0, index)
        self._count()

    def keep_back(self, rows: int) -> None:
        """Keep the first *rows* tokens away from training; at least one window is kept."""
        self.back = max(rows, self.architecture.context + 1)
        self._count()

    def targets(self) -> Tensor:
        """Return the tokens trained on as one-hot targets."""
        return torch.nn.functional.one_hot(self.tokens[:, self.back :], self.classes).float()

    def batch(self, streams: LaneStreams, step: int, rows: int) -> tuple[Tensor, Tensor]:
        """Draw *rows* windows from the stream ``batch``; the target of a token is the one after it."""
        starts = streams.integers("batch", step, self.training_rows, (rows,)) + self._first
        windows = self.tokens.view(-1)[starts[:, :, None] + self._window]
        return windows[:, :, :-1], self._one_hot(windows)

    def _one_hot(self, windows: Tensor) -> Tensor:
        wanted = torch.nn.functional.one_hot(windows[:, :, 1:], self.classes).float()
        return wanted.view(len(windows), -1, self.classes)

    def outputs(self, parameters: Parameters, inputs: Tensor, inside: Inside) -> Tensor:
        """Return logits (lanes, windows * context, classes) of *inputs* (lanes, windows, context)."""
        lanes, windows, context = inputs.shape
        width = self.architecture.width
        first = torch.arange(lanes, device=inputs.device)[:, None, None] * self.classes
        looked_up = parameters[self.embedding].view(-1, width).index_select(0, (inputs + first).view(-1))
        positions = parameters[self.positions][:, None, :context]
        values = (looked_up.view(lanes, windows, context, width) + positions).view(lanes, -1, width)
        values = inside.hidden(values, 0)
        for number, block in enumerate(self.blocks):
            new = self._attention(parameters, self._before(parameters, values, block["norm"]), block, windows)
            values = self._joined(parameters, values, new, block["norm"], 2 * number, inside)
            new = self._network(parameters, self._before(parameters, values, block["norm 2"]), block)
            values = self._joined(parameters, values, new, block["norm 2"], 2 * number + 1, inside)
        values = self.normed(values, parameters, self.norm)
        return torch.baddbmm(parameters[self.last + 1], values, parameters[self.last])

    def _before(self, parameters: Parameters, values: Tensor, norm: int) -> Tensor:
        """Return what goes into a branch."""
        return values if self.architecture.placement == "post" else self.normed(values, parameters, norm)

    def _joined(
        self, parameters: Parameters, values: Tensor, new: Tensor, norm: int, branch: int, inside: Inside
    ) -> Tensor:
        """Return *values* with what a branch adds."""
        new = inside.branch(inside.hidden(new, branch + 1), branch)
        if self.architecture.residual:
            new = values + new
        return new if self.architecture.placement == "pre" else self.normed(new, parameters, norm)

    def _attention(self, parameters: Parameters, values: Tensor, block: Mapping[str, int], windows: int) -> Tensor:
        """Vaswani et al. 2017, equation 1, over the tokens before and itself."""
        lanes, rows, width = values.shape
        context, heads = rows // windows, self.architecture.heads
        together = torch.baddbmm(parameters[block["in"] + 1], values, parameters[block["in"]])
        apart = together.view(lanes * windows, context, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
        # Fused, and one head after another: its bits do not depend on how many there are.
        mixed = torch.nn.functional.scaled_dot_product_attention(apart[0], apart[1], apart[2], is_causal=True)
        mixed = mixed.transpose(1, 2).reshape(lanes, rows, width)
        return torch.baddbmm(parameters[block["out"] + 1], mixed, parameters[block["out"]])

    def _network(self, parameters: Parameters, values: Tensor, block: Mapping[str, int]) -> Tensor:
        inner = self.activate(torch.baddbmm(parameters[block["up"] + 1], values, parameters[block["up"]]))
        return torch.baddbmm(parameters[block["down"] + 1], inner, parameters[block["down"]])

    def held_out(self, parameters: Parameters) -> tuple[Tensor, Tensor]:
        """Return outputs and targets of the tokens kept back, in windows side by side."""
        context = self.architecture.context
        starts = torch.arange(0, self.back - context, context, device=self.tokens.device)
        windows = self.tokens[:, starts[:, None] + self._window]
        return self.outputs(parameters, windows[:, :, :-1], Inside((), None)), self._one_hot(windows)

    def leave(self, parameters: Parameters, units: Sequence[Hooks]) -> Mapping[str, Tensor]:
        """Return the weights of each lane as one vector."""
        del units
        return {"weights": torch.cat([each.detach().flatten(1) for each in parameters], dim=1)}


def sizes(recipe: Recipe, settings: Settings, classes: int) -> dict[str, tuple[int, ...]]:
    """Return name and size of each parameter of a trial, in the order in which its weights are left."""
    network = _network_of(recipe, settings, classes)
    return dict(zip(network.names, network.sizes, strict=True))


def held_out_nats(
    recipe: Recipe, settings: Settings, classes: int, weights: Floats, tokens: npt.NDArray[np.int64]
) -> float:
    """Return the mean loss in nats for each of *tokens* but the first, from the *weights* that a trial left.

    *tokens* are cut into windows of the context, side by side; a token sees what stands before it in its window.
    Divide by log 2 for bits.

    Raises:
        ValueError: *weights* has another size than the parameters of *recipe*, or there are fewer than two tokens.
    """
    network = _network_of(recipe, settings, classes)
    counts = [math.prod(size) for size in network.sizes]
    if weights.shape != (sum(counts),):
        raise ValueError(f"the weights must be {sum(counts)} numbers in one row, not {weights.shape}")
    if len(tokens) < 2:
        raise ValueError("a loss needs two tokens or more")
    parts = torch.split_with_sizes(torch.from_numpy(weights).float(), counts)
    parameters = [part.view(1, *size) for part, size in zip(parts, network.sizes, strict=True)]
    context, given = network.architecture.context, torch.from_numpy(tokens)
    whole, at_once = (len(tokens) - 1) // context * context, _WINDOWS_AT_ONCE * context
    # Batches of whole windows, and what is left at the end as a shorter one.
    edges = sorted({*range(0, whole, at_once), whole, len(tokens) - 1, 0})
    total = 0.0
    with torch.no_grad():
        for start, end in pairwise(edges):
            windows = given[start:end].view(1, -1, min(context, end - start))
            logits = network.outputs(parameters, windows, Inside((), None))[0].double()
            total += float(torch.nn.functional.cross_entropy(logits, given[start + 1 : end + 1], reduction="sum"))
    return total / (len(tokens) - 1)


def _network_of(recipe: Recipe, settings: Settings, classes: int) -> Transformer:
    architecture = bare_architecture(settings, "transformer")
    for unit, knobs in recipe:
        architecture = unit.hooks([knobs]).architecture(architecture)
    nothing = np.zeros(0, np.int64)
    text = np.zeros(architecture.context + 1, np.int64)
    return Transformer(architecture, [TrialData(text, nothing, nothing, nothing, classes)], "cpu")
