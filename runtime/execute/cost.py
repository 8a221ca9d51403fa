"""What trials cost: CPU and accelerator seconds, memory, and the surroundings that the child reports.

Guarantees: what is charged to the trials recorded from a child adds up to the CPU seconds that the harness saw it use,
whatever it says. A child's word on a trial is taken only within that sum; the rest, its start, is shared evenly.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.vocabulary.outcome import Cost, Outcome
from runtime.execute.ownership import RESULT_BYTES
from runtime.execute.process import Exit
from runtime.sandbox.left import Unreadable, read_left

# What bits may depend on, recorded in the environment of a trial.
_SURROUNDINGS = {"threads": int, "torch": str, "cpu": str}
_TEXT_CHARS = 60
_MOST_LANES = 1_000_000

Said = Mapping[str, Any]


def read_said(folder: Path) -> Said:
    """Return what a child says in the result *folder* of a trial; nothing where that cannot be read."""
    try:
        # From the folder of the pack, which is ours, so that no link is followed.
        name = str(folder.relative_to(folder.parents[1]) / "result.json")
        said = json.loads(read_left(folder.parents[1], name, most_bytes=RESULT_BYTES) or b"{}")
    except (OSError, Unreadable, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def charge(said: Sequence[Said], ended: Exit) -> list[Cost]:
    """Return the cost of each trial recorded from a child that *ended*, given what it *said* of each."""
    if not said:
        return []
    own = [_number(each.get("cpu_s"), ended.cpu_s) for each in said]
    if sum(own) > ended.cpu_s:
        own = [0.0] * len(said)
    start = (ended.cpu_s - sum(own)) / len(said)
    return [
        Cost(
            cpu_s=round(trained + start, 4),
            train_cpu_s=trained if "cpu_s" in each else None,
            gpu_s=_number(each.get("gpu_s"), ended.wall_s),
            peak_mb=ended.peak_mb,
            pack_size=_lanes(each),
        )
        for each, trained in zip(said, own, strict=True)
    ]


def of_adopted(said: Said) -> Cost:
    """Return the cost of a trial whose child was watched by an executor that is gone: what is known is its word."""
    cpu_s = said.get("cpu_s")
    return Cost(train_cpu_s=_number(cpu_s, float("inf")) if cpu_s is not None else None, pack_size=_lanes(said))


def with_cost(outcome: Outcome, cost: Cost, said: Said) -> Outcome:
    """Return *outcome* with its cost and with the surroundings that the child named."""
    named = {
        name: said[name][:_TEXT_CHARS] if kind is str else said[name]
        for name, kind in _SURROUNDINGS.items()
        if type(said.get(name)) is kind and (kind is int or said[name].isprintable())
    }
    return outcome.model_copy(update={"cost": cost, "environment": {**outcome.environment, **named}})


def _number(value: object, most: float) -> float:
    """Return *value* if it is a number from 0 to *most*, else 0."""
    return float(value) if isinstance(value, int | float) and 0 <= value <= most and value != float("inf") else 0.0


def _lanes(said: Said) -> int:
    lanes = said.get("pack_size")
    return lanes if isinstance(lanes, int) and 1 <= lanes <= _MOST_LANES else 1
