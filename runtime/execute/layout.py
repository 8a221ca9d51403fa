"""Which trials one child gets: whole programs of lanes, as many as are worth a start, and at most a worker's share.

Guarantees: the layout follows from the trials and their order alone. What cannot be laid out, for want of its task or
its units, comes alone, and is answered for when it is begun.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graph.vocabulary.plan import TrialSpec
from runtime.execute.pack import recipe_of
from runtime.tasks import Task
from runtime.units import UnitError
from runtime.units.lanes import ENOUGH_TRIALS, MOST_LANES, programs
from runtime.units.unit import Recipe


def packs(
    open_: Mapping[str, TrialSpec], tasks: Mapping[str, object], *, pack_size: int, workers: int
) -> Iterator[list[str]]:
    """Yield the trials of each child."""
    by_task: dict[str, dict[str, Recipe]] = {}
    share = -(-len(open_) // max(1, workers))
    for trial, spec in open_.items():
        if not isinstance(tasks.get(spec.task.id), Task):
            yield [trial]
            continue
        try:
            by_task.setdefault(spec.task.id, {})[trial] = recipe_of(spec)
        except UnitError:
            yield [trial]
    for name, recipes in by_task.items():
        task = tasks[name]
        assert isinstance(task, Task)
        size = max(1, min(pack_size, share, ENOUGH_TRIALS[task.shape]))
        pack: list[str] = []
        for program in programs(recipes, most=min(MOST_LANES[task.shape], pack_size, share)):
            if pack and len(pack) + len(program) > pack_size:
                yield pack
                pack = []
            pack += program
            if len(pack) >= size:
                yield pack
                pack = []
        if pack:
            yield pack
