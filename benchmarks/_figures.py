"""What every benchmark prints: one JSON line a figure, as DESIGN §8 says. Imported as a sibling file."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

RESAMPLES = 2000


@dataclass(frozen=True)
class Interval:
    """A 95 % interval."""

    low: float
    high: float


def print_figure(
    figure: str,
    value: float,
    unit: str,
    *,
    n: int,
    interval: Interval | None = None,
    peer: str | None = None,
    peer_value: float | None = None,
    data: str | None = None,
    details: Mapping[str, float] | None = None,
) -> None:
    """Print one figure as a line of JSON; *details* are further numbers of the same figure."""
    line: dict[str, object] = {
        "figure": figure,
        "value": round(value, 6),
        "unit": unit,
        "n": n,
        "low": round(interval.low, 6) if interval else None,
        "high": round(interval.high, 6) if interval else None,
        "peer": peer,
        "peer_value": None if peer_value is None else round(peer_value, 6),
        "data": data,
        **(details or {}),
    }
    print(json.dumps(line), flush=True)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which *share* of the values lie (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def quantile_interval(values: Sequence[float], share: float, *, seed: int = 0) -> Interval:
    """Return the bootstrap interval of a quantile."""
    rng = random.Random(seed)
    found = [quantile(rng.choices(values, k=len(values)), share) for _ in range(RESAMPLES // 4)]
    return Interval(quantile(found, 0.025), quantile(found, 0.975))


def ratio_interval(pairs: Sequence[tuple[float, float]], *, seed: int = 0) -> Interval:
    """Return the bootstrap interval of the ratio of sums, second over first, over measured pairs."""
    rng = random.Random(seed)
    found = []
    for _ in range(RESAMPLES):
        some = rng.choices(pairs, k=len(pairs))
        found.append(sum(second for _, second in some) / sum(first for first, _ in some))
    return Interval(quantile(found, 0.025), quantile(found, 0.975))


class Stopwatch:
    """Wall time and CPU time (user and system, of this process) of a block, in seconds."""

    wall_s = 0.0
    cpu_s = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Measure a block."""
    watch = Stopwatch()
    wall, cpu = time.perf_counter(), time.process_time()
    yield watch
    watch.wall_s, watch.cpu_s = time.perf_counter() - wall, time.process_time() - cpu
