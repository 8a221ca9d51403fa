"""Units that change the network do what their paper says, on networks small enough to compute by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
import torch

from runtime.units import bind_all, find_unit
from runtime.units.architecture import Architecture
from runtime.units.settings import Settings
from runtime.units.shapes.mlp import Mlp
from runtime.units.shapes.network import Inside, Network
from runtime.units.shapes.transformer import Transformer, held_out_nats, sizes
from runtime.units.streams import LaneStreams, Streams
from runtime.units.trial import Trained, TrialData

SHAPES: Mapping[str, Callable[[Architecture, list[TrialData], str], Network]] = {
    "mlp": Mlp,
    "transformer": Transformer,
}


def changed(unit: str, before: Architecture, **knobs: Any) -> Architecture:
    """Return the architecture after *unit*."""
    found = find_unit(unit)
    return found.hooks([found.bind(knobs)]).architecture(before)


@pytest.fixture
def outputs(small_data: Callable[..., TrialData]) -> Callable[..., tuple[torch.Tensor, Network, list[torch.Tensor]]]:
    """Makes a network at its start and what it says of some inputs."""

    def make(architecture: Architecture, shape: str = "mlp") -> tuple[torch.Tensor, Network, list[torch.Tensor]]:
        network = SHAPES[shape](architecture, [small_data(shape, 0)], "cpu")
        parameters = network.start(LaneStreams([Streams(0)]))
        inputs, _ = network.batch(LaneStreams([Streams(0)]), 0, 5)
        return network.outputs(parameters, inputs, Inside((), None)).detach(), network, parameters

    return make


BARE = Architecture(width=35, depth=1)
BLOCK = Architecture(width=12, depth=1, heads=2, context=7, norm="layer", residual=True)


def test_layer_norm_equals_torchs_own(outputs: Callable[..., Any]) -> None:
    """One hidden layer: relu(layer_norm(x W + b)) V + c."""
    found, network, parameters = outputs(changed("layer_norm", BARE))
    weights, bias, gain, offset, last, last_bias = (each[0].detach() for each in parameters)
    inputs, _ = network.batch(LaneStreams([Streams(0)]), 0, 5)
    even = torch.nn.functional.layer_norm(inputs[0] @ weights + bias, (35,), gain[0], offset[0])

    assert torch.allclose(found[0], torch.relu(even) @ last + last_bias, atol=1e-5)


def test_rms_norm_equals_torchs_own(outputs: Callable[..., Any]) -> None:
    """One hidden layer: relu(rms_norm(x W + b)) V + c, with a gain and no offset."""
    found, network, parameters = outputs(changed("rms_norm", BARE))
    weights, bias, gain, last, last_bias = (each[0].detach() for each in parameters)
    inputs, _ = network.batch(LaneStreams([Streams(0)]), 0, 5)
    even = torch.nn.functional.rms_norm(inputs[0] @ weights + bias, (35,), gain[0], eps=1e-5)

    assert torch.allclose(found[0], torch.relu(even) @ last + last_bias, atol=1e-5)


def test_a_residual_connection_adds_what_went_in(outputs: Callable[..., Any]) -> None:
    """A hidden layer as wide as its inputs: (x + relu(x W + b)) V + c."""
    found, network, parameters = outputs(changed("residual", BARE))
    weights, bias, last, last_bias = (each[0].detach() for each in parameters)
    inputs, _ = network.batch(LaneStreams([Streams(0)]), 0, 5)

    assert torch.allclose(found[0], (inputs[0] + torch.relu(inputs[0] @ weights + bias)) @ last + last_bias, atol=1e-5)


def test_post_norm_leaves_values_of_variance_one(outputs: Callable[..., Any]) -> None:
    """What comes out of the last block is normalised, and there is no norm at the end."""
    _, pre, _ = outputs(BLOCK, "transformer")
    _, post, _ = outputs(changed("post_norm", BLOCK), "transformer")

    assert "norm/gain" in pre.names
    assert "norm/gain" not in post.names


def test_without_residual_connections_an_empty_branch_leaves_nothing(outputs: Callable[..., Any]) -> None:
    """With weights of zero, a block with connections passes its input on, and one without passes nothing on."""
    says = []
    for architecture in (BLOCK, changed("no_residual", BLOCK)):
        _, network, parameters = outputs(architecture, "transformer")
        with torch.no_grad():
            for name, parameter in zip(network.names, parameters, strict=True):
                if "network" in name and "norm" not in name:
                    parameter.zero_()
        inputs, _ = network.batch(LaneStreams([Streams(0)]), 0, 5)
        says.append(network.outputs(parameters, inputs, Inside((), None)))

    assert says[0].std() > 0
    assert torch.equal(says[1], torch.zeros_like(says[1]))


def test_width_and_depth_and_heads_multiply_and_add() -> None:
    """The widening factor, more layers, and more heads of the same width together."""
    assert changed("width", BARE, factor=3).width == 105
    assert changed("depth", BARE, more=2).depth == 3
    assert changed("attention_heads", BLOCK, factor=3).heads == 6


def test_heads_split_the_width(outputs: Callable[..., Any]) -> None:
    """As many parameters, another function."""
    few, network, _ = outputs(BLOCK, "transformer")
    many, other, _ = outputs(changed("attention_heads", BLOCK, factor=2), "transformer")

    assert network.sizes == other.sizes
    assert not torch.equal(few, many)


def test_glorot_initialisation_has_its_variance(outputs: Callable[..., Any]) -> None:
    """2 / (inputs + outputs)."""
    _, _, parameters = outputs(changed("glorot_initialisation", Architecture(width=2000, depth=1)))

    assert parameters[0].var().item() == pytest.approx(2 / (35 + 2000), rel=0.02)


def test_silu_equals_torchs_own() -> None:
    """To the rounding."""
    activation = changed("silu", BARE).activation
    values = torch.linspace(-8, 8, 101)

    assert activation is not None
    assert torch.allclose(activation(values), torch.nn.functional.silu(values), atol=1e-6)


def test_the_transformer_equals_torchs_attention(outputs: Callable[..., Any]) -> None:
    """One block at its start: what torch's scaled dot product attention gives with the same weights."""
    found, network, parameters = outputs(BLOCK, "transformer")
    by_name = {name: each[0].detach() for name, each in zip(network.names, parameters, strict=True)}
    windows, _ = network.batch(LaneStreams([Streams(0)]), 0, 5)

    def norm(values: torch.Tensor, name: str) -> torch.Tensor:
        return torch.nn.functional.layer_norm(values, (12,), by_name[f"{name}/gain"][0], by_name[f"{name}/offset"][0])

    def layer(values: torch.Tensor, name: str) -> torch.Tensor:
        return values @ by_name[name] + by_name[f"{name}/bias"]

    values = by_name["embedding"][windows[0]] + by_name["positions"]
    apart = layer(norm(values, "0/attention/norm"), "0/attention/in").view(5, 7, 3, 2, 6).permute(2, 0, 3, 1, 4)
    mixed = torch.nn.functional.scaled_dot_product_attention(apart[0], apart[1], apart[2], is_causal=True)
    values = values + layer(mixed.transpose(1, 2).reshape(5, 7, 12), "0/attention/out")
    inner = torch.relu(layer(norm(values, "0/network/norm"), "0/network/up"))
    values = values + layer(inner, "0/network/down")

    assert torch.allclose(found[0], layer(norm(values, "norm"), "output").flatten(0, 1), atol=1e-5)


def test_the_loss_of_a_text_comes_from_the_weights(
    lanes: Callable[..., list[Trained]], small_settings: Mapping[str, Settings]
) -> None:
    """Weights of zero say nothing: log of the vocabulary. Training on a text that repeats itself says more."""
    settings = small_settings["transformer"]
    recipe = bind_all([("adamw", {"rate": 0.02})])
    text = np.tile(np.arange(11), 40)
    nothing = np.zeros(0, np.int64)
    data = [TrialData(text, nothing, nothing, nothing, 11)]
    weights = lanes({"adamw": {"rate": 0.02}}, [0], "transformer", data=data, steps=60)[0].arrays["weights"]
    held_out = np.tile(np.arange(11), 5)

    assert held_out_nats(recipe, settings, 11, np.zeros_like(weights), held_out) == pytest.approx(math.log(11))
    assert held_out_nats(recipe, settings, 11, weights, held_out) < 0.7
    assert sum(math.prod(size) for size in sizes(recipe, settings, 11).values()) == len(weights)


def test_weights_of_another_size_are_refused(small_settings: Mapping[str, Settings]) -> None:
    """The message names both sizes."""
    with pytest.raises(ValueError, match="numbers in one row"):
        held_out_nats([], small_settings["transformer"], 11, np.zeros(5, np.float32), np.arange(11))
