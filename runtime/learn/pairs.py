"""Seed pairs: what an arm and the baseline measured with the same seed, read from the store.

Only trials in state ``done`` count; a failed trial takes its pair with it and is counted by its label. Measurements are
those of the trial's own split: validation values of a confirming trial are not mixed with those of selection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from graph.schema import Label
from graph.store.interface import GraphStore
from graph.vocabulary.plan import Arm, Plan, TrialSpec
from graph.write.outcome import measurement_key
from runtime.tasks.evaluator import DIRECTIONS

Split = Literal["val", "test"]
_CHUNK = 500


@dataclass(frozen=True)
class Run:
    """One trial as it stands: its measurements on its own split, by metric."""

    id: str
    seed: int
    state: str
    label: str | None
    measurements: Mapping[str, float]
    at: str | None = None

    @property
    def counts(self) -> bool:
        """Whether its measurements may be compared."""
        return self.state == "done" and bool(self.measurements)

    @property
    def failure(self) -> str | None:
        """Its failure label; an item that was given up has one too."""
        return self.label or ("lost_executor" if self.state == "dead" else None)


@dataclass(frozen=True)
class Pairs:
    """Gains by seed, the trials behind them, and how trials of the arm failed."""

    gains: Mapping[int, float]
    trials: tuple[str, ...]
    failures: Mapping[str, int]
    missing: int

    @property
    def values(self) -> list[float]:
        """Gains in the order of the seeds."""
        return [self.gains[seed] for seed in sorted(self.gains)]


def read_runs(
    store: GraphStore, specs: Sequence[TrialSpec], metrics: Iterable[str] = tuple(DIRECTIONS)
) -> dict[str, Run]:
    """Return the trials of *specs* that are in the store, by key, with what they measured of *metrics*."""
    nodes: dict[str, Any] = {}
    values: dict[str, float] = {}
    names = list(metrics)
    keys = {measurement_key(spec.id, spec.split, metric): (spec.id, metric) for spec in specs for metric in names}
    ids, wanted = [spec.id for spec in specs], list(keys)
    for start in range(0, len(ids), _CHUNK):
        nodes.update(store.get_nodes(Label.TRIAL, ids[start : start + _CHUNK]))
    for start in range(0, len(wanted), _CHUNK):
        for key, node in store.get_nodes(Label.MEASUREMENT, wanted[start : start + _CHUNK]).items():
            values[key] = float(node.properties["value"])
    measured: dict[str, dict[str, float]] = {}
    for key, (trial, metric) in keys.items():
        if key in values:
            measured.setdefault(trial, {})[metric] = values[key]
    return {
        spec.id: Run(
            spec.id,
            spec.seed,
            str(nodes[spec.id].properties.get("state")),
            nodes[spec.id].properties.get("label"),
            measured.get(spec.id, {}),
            nodes[spec.id].properties.get("at"),
        )
        for spec in specs
        if spec.id in nodes
    }


def pair(
    runs: Mapping[str, Run], arm: Sequence[TrialSpec], baseline: Sequence[TrialSpec], metric: str, direction: str
) -> Pairs:
    """Pair *arm* with *baseline* by seed on *metric*."""
    sign = 1.0 if direction == "max" else -1.0
    base = {spec.seed: runs[spec.id] for spec in baseline if spec.id in runs}
    gains: dict[int, float] = {}
    trials: list[str] = []
    failures: Counter[str] = Counter()
    missing = 0
    for spec in arm:
        run, other = runs.get(spec.id), base.get(spec.seed)
        if run is not None and run.failure:
            failures[run.failure] += 1
            trials.append(run.id)
        elif run is not None and other is not None and run.counts and other.counts and metric in run.measurements:
            gains[spec.seed] = sign * (run.measurements[metric] - other.measurements[metric])
            trials += [run.id, other.id]
        else:
            missing += 1
    return Pairs(gains, tuple(sorted(set(trials))), dict(sorted(failures.items())), missing)


def specs_of(plan: Plan, arm: Arm, split: Split) -> list[TrialSpec]:
    """Return the trials of *arm* on *split*: the plan's seeds for selection, the new ones for confirmation."""
    seeds = plan.seeds if split == "val" else plan.confirm_seeds
    return [plan.trial(arm, seed, split) for seed in seeds]
