"""What all trials so far show of one unit alone: paired gains by context, and how its trials failed.

Read from the store each time, over all plans, so that learning is a function of what is recorded: doing it twice, or in
another order, gives the same. Only trials of the task as it is now (version, data, evaluator, program) count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph.schema import Label
from graph.store.interface import GraphStore, Node
from graph.vocabulary.plan import TrialSpec
from runtime.learn.pairs import Run, read_runs
from runtime.tasks import Task
from runtime.units import PROGRAM_VERSION

_PAGE = 1000


@dataclass(frozen=True)
class UnitEvidence:
    """One unit alone against the bare recipe, in one context. Gains by metric, in the order of trial keys."""

    gains: Mapping[str, tuple[float, ...]]
    trials: tuple[str, ...]
    failures: Mapping[str, int]

    @property
    def failed(self) -> int:
        """How many of its trials failed."""
        return sum(self.failures.values())


NOTHING = UnitEvidence({}, (), {})


def unit_evidence(store: GraphStore, tasks: Mapping[str, Task]) -> dict[tuple[str, str], UnitEvidence]:
    """Return the evidence by (unit, task) for every unit that was tried alone."""
    found: dict[tuple[str, str], UnitEvidence] = {}
    for id in sorted(tasks):
        found.update(_of_task(store, tasks[id]))
    return found


def _of_task(store: GraphStore, task: Task) -> dict[tuple[str, str], UnitEvidence]:
    baseline: dict[tuple[int, str], TrialSpec] = {}
    alone: dict[str, list[TrialSpec]] = {}
    for spec in _specs(store, task):
        if not spec.units:
            baseline[spec.seed, spec.split] = spec
        elif len(spec.units) == 1:
            alone.setdefault(spec.units[0].unit, []).append(spec)
    wanted = [*baseline.values(), *(spec for specs in alone.values() for spec in specs)]
    runs = read_runs(store, wanted, task.metrics)
    return {(unit, task.id): _evidence(task, alone[unit], baseline, runs) for unit in sorted(alone)}


def _evidence(
    task: Task, specs: list[TrialSpec], baseline: Mapping[tuple[int, str], TrialSpec], runs: Mapping[str, Run]
) -> UnitEvidence:
    gains: dict[str, list[float]] = {metric: [] for metric in task.metrics}
    trials: list[str] = []
    failures: dict[str, int] = {}
    for spec in sorted(specs, key=lambda each: each.id):
        run = runs[spec.id]
        if run.failure:
            failures[run.failure] = failures.get(run.failure, 0) + 1
            trials.append(spec.id)
            continue
        base = baseline.get((spec.seed, spec.split))
        other = runs.get(base.id) if base is not None else None
        if other is None or not run.counts or not other.counts:
            continue
        trials.append(spec.id)
        for metric, direction in task.metrics.items():
            sign = 1.0 if direction == "max" else -1.0
            gains[metric].append(sign * (run.measurements[metric] - other.measurements[metric]))
    return UnitEvidence(
        {metric: tuple(values) for metric, values in gains.items()}, tuple(trials), dict(sorted(failures.items()))
    )


def _specs(store: GraphStore, task: Task) -> Iterator[TrialSpec]:
    for node in _trials(store, task.id):
        spec = TrialSpec.model_validate(node.properties["spec"])
        if spec.task == task.ref and spec.program_version == PROGRAM_VERSION and spec.patch is None:
            yield spec


def _trials(store: GraphStore, task: str) -> Iterator[Node]:
    where = {"task": task, "state": ("done", "failed", "dead")}
    after: str | None = None
    while page := store.find_nodes(Label.TRIAL, where, limit=_PAGE, after=after):
        yield from page
        after = page[-1].key
