"""What a plan will cost, said before it runs: CPU seconds of its trials, and of starting the children that run them.

A trial costs what trials of its recipe on its task cost here before; else what those of its task did; else, for a task
of this program, what its shape cost where that was measured. The answer says which. Trials that are final cost nothing.

Not estimated: the confirmation, whose arms are not known before the selection has run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field

from graph.schema import Label
from graph.store.interface import GraphStore, Node
from graph.vocabulary.document import Frozen
from graph.vocabulary.plan import Plan, TrialSpec
from runtime.execute.layout import packs
from runtime.execute.pack import recipe_of
from runtime.tasks import Task
from runtime.tasks.interface import AnyTask
from runtime.units import UnitError

# CPU seconds of training of one trial for 100 steps, by shape: means of `train_cpu_s` over the trials of
# ``examples/study.toml`` and, of other shapes, of small studies of weight decay and AdamW on the built-in tasks.
_COST: Mapping[str, float] = {"mlp": 0.018, "cnn": 0.09, "transformer": 0.8}
# CPU seconds until a child of this program is at its first trial; nearly all of it is the import of torch.
START_CPU_S = 1.8
# Enough to know what a recipe costs; keys are hashes, so these are a random sample.
_LOOK_AT = 2000

Basis = Literal["nothing to run", "trials of these recipes", "trials of the task", "the shape of the task", "unknown"]


class Estimate(Frozen):
    """How many trials of the selection are to be run, what they will cost, and what that is known from."""

    trials: int = Field(ge=0)
    cpu_s: float | None = Field(default=None, ge=0, description="CPU seconds; None: nothing is known")
    basis: Basis


def estimate(store: GraphStore, plan: Plan, task: AnyTask, *, pack_size: int = 256, workers: int = 2) -> Estimate:
    """Return what the selection of *plan* will cost, given what is in the store."""
    specs = {planned.spec.id: planned.spec for planned in plan.trials()}
    nodes = store.get_nodes(Label.TRIAL, sorted(specs))
    final = {key for key, node in nodes.items() if node.properties.get("state") in {"done", "failed", "dead"}}
    open_ = {key: spec for key, spec in specs.items() if key not in final}
    if not open_:
        return Estimate(trials=0, cpu_s=0.0, basis="nothing to run")
    field = "train_cpu_s" if isinstance(task, Task) else "cpu_s"
    seen = store.find_nodes(Label.TRIAL, {"task": task.id, "state": "done"}, limit=_LOOK_AT)
    by_recipe, all_ = _means(seen, field)
    recipes = {key: _recipe(spec) for key, spec in open_.items()}
    fallback = all_ if all_ is not None else _by_shape(task)
    if fallback is None:
        return Estimate(trials=len(open_), basis="unknown")
    known = all(recipe in by_recipe for recipe in recipes.values())
    whence: Basis = "trials of the task" if all_ is not None else "the shape of the task"
    basis: Basis = "trials of these recipes" if known else whence
    trained = sum(
        by_recipe[recipe] if recipe in by_recipe else fallback * _networks(open_[key], task)
        for key, recipe in recipes.items()
    )
    children = len(list(packs(open_, {task.id: task}, pack_size=pack_size, workers=workers)))
    starts = children * START_CPU_S if isinstance(task, Task) else 0.0
    return Estimate(trials=len(open_), cpu_s=round(trained + starts, 2), basis=basis)


def _means(seen: Sequence[Node], field: str) -> tuple[dict[str, float], float | None]:
    """Return the mean of *field* by recipe, and over all."""
    values: dict[str, list[float]] = {}
    for node in seen:
        value = node.properties.get(field)
        if value is not None:
            values.setdefault(_recipe(TrialSpec.model_validate(node.properties["spec"])), []).append(float(value))
    every = [value for each in values.values() for value in each]
    means = {recipe: sum(each) / len(each) for recipe, each in values.items()}
    return means, sum(every) / len(every) if every else None


def _recipe(spec: TrialSpec) -> str:
    return spec.model_dump_json(include={"units", "patch", "program_version"})


def _networks(spec: TrialSpec, task: AnyTask) -> int:
    """Return how many networks a trial trains; one where that cannot be said of its units."""
    if not isinstance(task, Task):
        return 1
    try:
        hooks = [unit.hooks([knobs]) for unit, knobs in recipe_of(spec)]
    except UnitError:
        return 1
    return max((each.members() for each in hooks), default=1) + sum(each.teachers() for each in hooks)


def _by_shape(task: AnyTask) -> float | None:
    if not isinstance(task, Task):
        return None
    return _COST[task.shape] * task.settings.steps / 100
