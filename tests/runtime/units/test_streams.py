"""Random streams: addressed by seed, purpose and step, independent of everything else."""

from __future__ import annotations

import numpy as np

from runtime.units.streams import Streams


def test_a_stream_depends_on_seed_purpose_and_step_alone() -> None:
    """What is drawn elsewhere before does not move a stream."""
    streams = Streams(3)
    expected = streams.at("batch", 7).integers(1000, size=5)
    streams.at("batch", 6).random(100)
    streams.at("unit/dropout/0", 7).random(100)

    assert np.array_equal(expected, streams.at("batch", 7).integers(1000, size=5))


def test_seeds_purposes_and_steps_have_different_streams() -> None:
    """No two of them share a draw."""
    drawn = [
        Streams(seed).at(purpose, step).integers(2**62)
        for seed in (0, 1)
        for purpose in ("batch", "init/0")
        for step in (0, 1)
    ]

    assert len(set(drawn)) == len(drawn)


def test_a_long_step_does_not_run_into_the_next() -> None:
    """Ten thousand draws of one step share none with the following step."""
    one, other = (set(Streams(0).at("batch", step).integers(2**62, size=10_000).tolist()) for step in (0, 1))

    assert not one & other


def test_streams_are_the_same_on_every_machine() -> None:
    """The first draws are pinned: numpy promises Philox's stream, we promise the key."""
    assert Streams(1).at("batch", 2).integers(100, size=6).tolist() == PINNED


PINNED = [53, 36, 81, 88, 68, 14]
