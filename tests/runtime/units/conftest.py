"""Fixtures: lanes of small programs of every shape, and hooks as they stand at the start of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from runtime.units import bind_all, find_unit
from runtime.units.hooks import Hooks, Run
from runtime.units.program import train
from runtime.units.settings import Settings
from runtime.units.streams import LaneStreams, Streams
from runtime.units.trial import Trained, TrialData

# Sizes that no vector register divides: what is done differently at the end of an array shows.
SMALL = {
    "mlp": Settings(width=17, depth=2, steps=6, batch=9, rate=0.1),
    "cnn": Settings(width=3, depth=2, steps=4, batch=5, rate=0.1),
    "transformer": Settings(width=12, depth=1, steps=4, batch=3, rate=0.5, heads=2, context=7),
}


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def small_settings() -> Mapping[str, Settings]:
    """The sizes of the programs of `lanes`."""
    return SMALL


@pytest.fixture
def small_data() -> Callable[..., TrialData]:
    """Makes rows that can be learned, or a text of few letters, from a seed."""

    def make(shape: str, seed: int, *, classes: int = 3) -> TrialData:
        rng = np.random.default_rng(seed)
        if shape == "transformer":
            text = rng.integers(11, size=200).cumsum() % 11
            nothing = np.zeros(0, np.int64)
            return TrialData(text, nothing, nothing, nothing, 11)
        features = 35
        inputs = rng.standard_normal((61, features)).astype(np.float32)
        scores = inputs @ np.random.default_rng(0).standard_normal((features, max(1, classes)))
        labels = scores.argmax(1) if classes else (scores[:, 0] / scores[:, 0].std()).astype(np.float32)
        return TrialData(inputs[:31], labels[:31], inputs[31:44], inputs[44:], classes, (5, 7), -0.5)

    return make


@pytest.fixture
def lanes(small_data: Callable[..., TrialData]) -> Callable[..., list[Trained]]:
    """Trains lanes of one program: units with knobs, alike or by lane, and seeds."""

    def run(
        units: Mapping[str, Any] | Sequence[Mapping[str, Any]],
        seeds: Sequence[int],
        shape: str = "mlp",
        *,
        data: Sequence[TrialData] | None = None,
        **settings: Any,
    ) -> list[Trained]:
        by_lane = [units] * len(seeds) if isinstance(units, Mapping) else units
        return train(
            [bind_all(list(each.items())) for each in by_lane],
            data or [small_data(shape, seed) for seed in seeds],
            replace(SMALL[shape], **settings),
            seeds,
            shape=shape,
        )

    return run


@pytest.fixture
def hooks() -> Callable[..., Hooks]:
    """Makes the hooks of a unit in a program of one lane, or with knobs as lists in one of several."""

    def make(unit: str, *, seed: int = 0, steps: int = 100, classes: int = 4, **knobs: Any) -> Hooks:
        found = find_unit(unit)
        count = max((len(value) for value in knobs.values() if isinstance(value, list)), default=1)
        by_lane = [
            {name: value[lane] if isinstance(value, list) else value for name, value in knobs.items()}
            for lane in range(count)
        ]
        made = found.hooks([found.bind(each) for each in by_lane])
        streams = LaneStreams([Streams(seed + lane) for lane in range(count)])
        made.begin(Run(rows=300, classes=classes, steps=steps, streams=streams, image=(3, 3), background=-1.0))
        return made

    return make
