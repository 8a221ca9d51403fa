"""A pack: trials of one task that one child runs, laid out as lanes of programs, and the work folder made for them.

::

    work/<pack>/pack.json          what to run: sizes, and programs: trials with units, attempts and seeds
    work/owner-<pack>.json         the process that watches over it, for whoever cleans up after a kill (`ownership`)
    work/<pack>/data/<seed>.npz    training inputs and labels, validation and test inputs; no other label, no data set
    work/<pack>/out/<trial>.<attempt>/    a finished result, whole or not there

Guarantees: the folder holds no label of a validation or test row. What survives a kill: finished results, which
`adopted` finds again by trial, whatever attempt made them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from graph.canonical import content_hash
from graph.store.interface import Claimed
from graph.vocabulary.plan import TrialSpec
from runtime.execute.ownership import drop, has_result, own
from runtime.sandbox.left import Unreadable, read_left
from runtime.tasks import Task
from runtime.tasks.interface import AnyTask
from runtime.units import bind_all
from runtime.units.lanes import MOST_LANES, programs
from runtime.units.unit import Recipe


@dataclass(frozen=True)
class ClaimedTrial:
    """A trial that this executor holds."""

    claim: Claimed
    spec: TrialSpec

    @property
    def id(self) -> str:
        """The key of the Trial."""
        return self.claim.ref.key


@dataclass(frozen=True)
class Pack:
    """Trials that share a task, in the order in which the child comes to them, and their folder."""

    id: str
    folder: Path
    task: AnyTask
    trials: tuple[ClaimedTrial, ...]


def make_pack(
    work: Path,
    task: Task,
    trials: Sequence[ClaimedTrial],
    *,
    limit_cpu_s: float,
    alone: Set[str] = frozenset(),
    device: str = "cpu",
) -> Pack:
    """Make the work folder of *trials*, all of one task; what stood there under the same name is removed.

    Trials in *alone* come last and have a program each: one of them has ended a child before.

    Raises:
        OSError: the folder could not be written; nothing of it is left.
    """
    id = "pack-" + content_hash([[trial.id, trial.claim.attempt] for trial in trials])[:16]
    folder = work / id
    drop(folder)
    own(folder, [f"{trial.id}.{trial.claim.attempt}" for trial in trials])
    by_id = {trial.id: trial for trial in trials}
    laid_out = list(
        programs(
            {trial.id: recipe_of(trial.spec) for trial in trials if trial.id not in alone},
            most=MOST_LANES[task.shape],
        )
    )
    laid_out += [[trial.id] for trial in trials if trial.id in alone]
    spec = {
        "shape": task.shape,
        "device": device,
        "classes": task.classes,
        "image": task.image,
        "background": task.background,
        "settings": asdict(task.settings),
        "trial_cpu_s": max(1, round(limit_cpu_s)),
        "programs": [[_lane(by_id[each]) for each in program] for program in laid_out],
    }
    try:
        _write_data(folder, task, sorted({trial.spec.seed for trial in trials}))
        (folder / "pack.json").write_text(json.dumps(spec))
    except OSError:
        drop(folder)  # half a pack would keep the room that was missing
        raise
    return Pack(id, folder, task, tuple(by_id[each] for program in laid_out for each in program))


def _write_data(folder: Path, task: Task, seeds: Sequence[int]) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "out").mkdir()
    for seed in seeds:
        split = task.split(seed)
        np.savez(
            folder / "data" / f"{seed}.npz",
            train_inputs=split.train_inputs,
            train_labels=split.train_labels,
            val_inputs=split.val_inputs,
            test_inputs=split.test_inputs,
        )


def recipe_of(spec: TrialSpec) -> Recipe:
    """Return the units of a trial with all their knobs.

    Raises:
        UnitError: the trial has units or knobs that this version has not.
    """
    return bind_all([(binding.unit, binding.knobs) for binding in spec.units])


def _lane(trial: ClaimedTrial) -> dict[str, Any]:
    return {
        "id": trial.id,
        "attempt": trial.claim.attempt,
        "seed": trial.spec.seed,
        "units": [binding.model_dump(mode="json") for binding in trial.spec.units],
    }


def result_folder(pack: Path, trial: ClaimedTrial) -> Path:
    """Return where the child leaves the result of *trial*."""
    return pack / "out" / f"{trial.id}.{trial.claim.attempt}"


def adopted(work: Path, trial: str, attempt: int) -> Path | None:
    """Return a result of *trial* that an earlier attempt finished and nobody recorded; the earliest, if any."""
    found = [
        (int(folder.name.rpartition(".")[2]), folder)
        for folder in work.glob(f"*/out/{trial}.*")
        if folder.name.rpartition(".")[2].isdigit() and has_result(folder)
    ]
    earlier = sorted((each for each in found if each[0] < attempt), key=lambda each: (each[0], str(each[1])))
    return earlier[0][1] if earlier else None


def current_lanes(folder: Path) -> range | None:
    """Return the places in the pack that a child says it is at; None before it says anything."""
    try:
        said = json.loads(read_left(folder, "current.json", most_bytes=4096) or b"")
        first, lanes = int(said["place"]), int(said.get("lanes", 1))
    except (OSError, Unreadable, ValueError, KeyError, TypeError, AttributeError):
        return None
    return range(first, first + max(1, lanes))
