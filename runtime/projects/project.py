"""A project task that was read: its contract, where its files are, what they hash to, and the identity that follows.

Guarantees: whatever shapes a result (commands, knobs, metrics, data, evaluator, outputs, lock file, every file that a
trial may see) is in the version, so two different runs never share an identity; titles, names and budgets are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from graph.canonical import content_hash
from graph.vocabulary.plan import Arm, TaskRef, UnitBinding
from graph.vocabulary.plan import Knob as KnobValue
from runtime.projects.contract import FILE_NAME, Contract, read_contract
from runtime.projects.environment import lock_problems
from runtime.projects.errors import ContractError
from runtime.projects.files import manifest, visible
from runtime.projects.policy import patch_problems

# Raised when the way in which trials of projects are run or judged changes.
PROJECT_VERSION = "project-1"
SELF_REPORTED = "The metrics of this task are what its trials report of themselves; nothing was measured outside."
# A knob that an arm sets is a unit with one knob of this name.
VALUE = "value"
_SHAPES_NOTHING = {"id", "title", "names", "goal", "edit", "baselines", "budget", "ignore"}


@dataclass(frozen=True)
class Project:
    """One project task. *hashes* are those of all files that matter; *commit* is set where *folder* is an export."""

    contract: Contract
    folder: Path
    hashes: Mapping[str, str] = field(repr=False)
    commit: str | None = None

    @property
    def id(self) -> str:
        """The task's id."""
        return self.contract.id

    @property
    def title(self) -> str:
        """What it is, in words."""
        return self.contract.title

    @property
    def names(self) -> tuple[str, ...]:
        """What papers call it."""
        return self.contract.names

    @property
    def metrics(self) -> dict[str, str]:
        """Metric names with the good direction, max or min, in the order of the contract."""
        return {metric.name: metric.direction for metric in self.contract.metrics}

    @property
    def program_version(self) -> str:
        """The version of what runs its trials."""
        return PROJECT_VERSION

    @cached_property
    def visible(self) -> dict[str, str]:
        """The files that a trial may see, with their hashes."""
        return visible(self.contract, self.hashes)

    @cached_property
    def evaluator_files(self) -> dict[str, str]:
        """The files that only the evaluator reads, with their hashes."""
        return {path: sha for path, sha in self.hashes.items() if path in self.contract.held_out}

    @cached_property
    def ref(self) -> TaskRef:
        """The identity of the task as plans and trials carry it."""
        contract = self.contract
        shaped_by = contract.model_dump(mode="json", by_alias=True, exclude=_SHAPES_NOTHING)
        data = [each.model_dump(mode="json") for each in sorted(contract.data.files, key=lambda each: each.path)]
        evaluator = {"command": list(contract.evaluator.command), "files": self.evaluator_files}
        return TaskRef(
            id=contract.id,
            version=f"1~{content_hash({'contract': shaped_by, 'files': self.hashes})[:12]}",
            dataset=contract.data.name,
            dataset_sha256=content_hash(data),
            split=contract.data.split or "as the task's files say",
            evaluator_sha256=content_hash(evaluator),
        )

    def bind(self, knobs: Mapping[str, KnobValue]) -> tuple[UnitBinding, ...]:
        """Return the units of an arm that sets *knobs*; what equals the default is left out.

        Raises:
            ContractError: a knob that the task does not have, or a value out of range.
        """
        bindings = []
        for name in sorted(knobs):
            knob = self.contract.knobs.get(name)
            if knob is None:
                raise ContractError(
                    f"{self.id} has no knob {name!r}; its knobs: {', '.join(sorted(self.contract.knobs)) or 'none'}"
                )
            if problem := knob.problem(knobs[name]):
                raise ContractError(f"{self.id}: {name} {problem}")
            if knob.normal(knobs[name]) != knob.normal(knob.default):
                bindings.append(UnitBinding(unit=name, knobs={VALUE: knob.normal(knobs[name])}))
        return tuple(bindings)

    def settings(self, units: Sequence[UnitBinding]) -> dict[str, KnobValue]:
        """Return all knobs of a recipe: those that *units* set, defaults for the others."""
        given = {each.unit: each.knobs[VALUE] for each in units}
        return {name: knob.normal(given.get(name, knob.default)) for name, knob in sorted(self.contract.knobs.items())}

    def notices(self) -> Iterator[str]:
        """Yield a sentence for each thing that is allowed and may not be meant."""
        held = [each for each in self.contract.data.files if each.held_out]
        if not held:
            yield "no data is held out: what the evaluator compares with, a trial may read"
        if self.contract.environment.lock is not None:
            yield from lock_problems(self.folder / self.contract.environment.lock)
        if self.contract.evaluator.self_reported:
            yield SELF_REPORTED
        secret = {each.sha256: each.path for each in held}
        for path, sha in self.visible.items():
            if sha in secret:
                yield f"{path} has the content of {secret[sha]}, which is held out, and a trial sees it"
        if self.contract.commands.test == () and not any(each.part == "test" for each in self.contract.data.files):
            yield "nothing is said of test rows: the confirmation would be scored on what the evaluator takes for them"

    def arm_problems(self, arm: Arm) -> Iterator[str]:
        """Yield a sentence for each reason why *arm* cannot be run on this task."""
        for each in arm.units:
            knob = self.contract.knobs.get(each.unit)
            if knob is None:
                known = ", ".join(sorted(self.contract.knobs)) or "none"
                yield f"arm {arm.id!r}: {each.unit!r} is no knob of {self.id}; its knobs: {known}"
            elif set(each.knobs) != {VALUE}:
                yield f"arm {arm.id!r}: {each.unit} is set by the one knob {VALUE!r}, not {sorted(each.knobs)}"
            elif problem := knob.problem(each.knobs[VALUE]):
                yield f"arm {arm.id!r}: {each.unit} {problem}"
        if arm.patch is not None:
            yield from (f"arm {arm.id!r}: {problem}" for problem in patch_problems(arm.patch, self.contract))


def open_project(folder: Path, *, commit: str | None = None) -> Project:
    """Read the task in *folder*: its ``task.toml``, checked, and the hashes of its files.

    Raises:
        ContractError: there is none, it is wrong, or the folder is not what it declares.
    """
    folder = folder.resolve()
    file = folder / FILE_NAME
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise ContractError(f"{folder} holds no {FILE_NAME}: docs/how-to/tasks.md shows how to write one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{file} cannot be read: {error}") from None
    contract = read_contract(text, source=str(file))
    return Project(contract, folder, manifest(folder, contract), commit)
