"""The form of ``task.toml``: what a project task is, what a trial of it runs, may change and is measured by.

Guarantees: frozen, unknown fields refused, and every rule that the file itself can break is checked when it is read,
with a sentence that names the place. Not done here: whether the files are there and have the hashes (`files`).
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from graph.vocabulary.document import Frozen
from graph.vocabulary.plan import Knob as KnobValue
from runtime.projects.errors import ContractError

FILE_NAME = "task.toml"

_ID = r"^[a-z0-9][a-z0-9-]{0,63}$"
_KNOB = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SHA256 = r"^[0-9a-f]{64}$"
# What the harness fills in; other braces are the command's own.
_PLACEHOLDER = re.compile(r"\{(python|seed|out|split|left|metrics|knob\.[^{}]*)\}")
_OF_TRIALS = frozenset({"python", "seed", "out", "split"})
_OF_EVALUATOR = frozenset({"python", "seed", "split", "left", "metrics"})


def _plain_path(path: str) -> str:
    parts = path.split("/")
    if path.startswith("/") or "\\" in path or "\0" in path or any(part in {"", ".", ".."} for part in parts):
        raise ValueError("must be a path inside the task's folder, with / between its parts and without . or ..")
    return path


RelativePath = Annotated[str, AfterValidator(_plain_path)]
Command = tuple[str, ...]


class DataFile(Frozen):
    """One file of data. What is held out is never in a trial's folder; only the evaluator reads it."""

    path: RelativePath
    sha256: str = Field(pattern=_SHA256, description="of the file's bytes; `patternbook task hash FOLDER` prints them")
    part: Literal["train", "val", "test", "other"] = Field(description="which rows it holds")
    held_out: bool = Field(default=False, description="labels of validation and test rows are")


class Data(Frozen):
    """The data set."""

    name: str = Field(min_length=1, description="as papers call it")
    split: str = Field(default="", description="how rows were divided, in words")
    files: tuple[DataFile, ...] = ()


class Edit(Frozen):
    """What a patch may touch: globs over paths, ``**`` for any folders. Nothing unless said."""

    allow: tuple[str, ...] = ()


class Commands(Frozen):
    """What a trial runs, in this order, each an argument list in the project's folder; no shell unless one is named.

    ``{python}``, ``{seed}``, ``{out}`` (the folder to leave things in), ``{split}`` and ``{knob.NAME}`` are filled in;
    the same stands in PATTERNBOOK_SEED, PATTERNBOOK_OUT, PATTERNBOOK_SPLIT, PATTERNBOOK_KNOB_NAME and, as one JSON
    object, PATTERNBOOK_KNOBS.
    """

    train: Command = Field(min_length=1)
    validate_: Command = Field(default=(), alias="validate")
    test: Command = Field(default=(), description="run only in trials that confirm on test")


class Knob(Frozen):
    """One setting that an arm may change."""

    type: Literal["float", "int", "bool", "choice"]
    default: KnobValue
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    proposed: tuple[KnobValue, ...] = Field(default=(), description="values that a plan tries, one arm each")
    meaning: str = ""

    @model_validator(mode="after")
    def _values_are_in_range(self) -> Self:
        if self.type in {"float", "int"} and (self.low is None or self.high is None or self.low > self.high):
            raise ValueError(f"a knob of type {self.type} needs low and high, low not above high")
        if self.type == "choice" and not self.choices:
            raise ValueError("a knob of type choice needs choices")
        for value in (self.default, *self.proposed):
            if problem := self.problem(value):
                raise ValueError(problem)
        return self

    def problem(self, value: KnobValue) -> str | None:
        """Return what is wrong with *value*; None if it may be taken."""
        if self.type == "bool":
            return None if isinstance(value, bool) else f"must be true or false, not {value!r}"
        if self.type == "choice":
            return None if value in self.choices else f"must be one of {', '.join(self.choices)}, not {value!r}"
        if isinstance(value, bool | str):
            return f"must be a number, not {value!r}"
        if self.type == "int" and value != int(value):
            return f"must be a whole number, not {value!r}"
        assert self.low is not None
        assert self.high is not None
        if not self.low <= value <= self.high:
            return f"must lie between {self.low:g} and {self.high:g}, not {value!r}"
        return None

    def normal(self, value: KnobValue) -> KnobValue:
        """Return *value* as this knob's type: 1 and 1.0 are one float."""
        return float(value) if self.type == "float" else int(value) if self.type == "int" else value

    def spelled(self, value: KnobValue) -> str:
        """Return *value* as a command reads it."""
        if self.type == "bool":
            return "true" if value else "false"
        return str(self.normal(value))


class Metric(Frozen):
    """What the evaluator reports."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_@.-]{0,63}$")
    direction: Literal["max", "min"]
    primary: bool = False
    min_effect: float = Field(default=0.0, ge=0, description="the smallest gain that counts")
    margin: float | None = Field(default=None, ge=0, description="a guard: an arm may lose this much of it and no more")


class Evaluator(Frozen):
    """A command that the harness runs outside the sandbox, in the task's folder, on what a trial left.

    ``{left}`` is the folder with what was kept, ``{metrics}`` the file to write: one JSON object of numbers by metric;
    also in PATTERNBOOK_LEFT, PATTERNBOOK_METRICS, PATTERNBOOK_SPLIT and PATTERNBOOK_SEED. An exit other than 0 says
    that nothing can be scored; its last line says why.
    """

    command: Command = Field(min_length=1)
    files: tuple[RelativePath, ...] = Field(default=(), description="its own files: no trial sees or changes them")
    self_reported: bool = Field(
        default=False, description="it only reads figures that the trial computed itself: every run says so"
    )
    timeout_s: float = Field(default=60.0, gt=0, le=3600)
    mem_mb: int = Field(default=2048, gt=0)


class Outputs(Frozen):
    """What a trial must leave in its output folder: globs over paths. Only these are kept, hashed and evaluated."""

    keep: tuple[str, ...] = Field(min_length=1)


class Baseline(Frozen):
    """A setting to compare with; the first is what a plan measures gains against."""

    id: str = Field(default="baseline", pattern=_ID)
    knobs: dict[str, KnobValue] = {}
    note: str = ""
    reported: dict[str, float] = Field(default={}, description="figures that its source gives, by metric")
    source: str = ""


class Budget(Frozen):
    """What one trial may cost, and how many seeds a plan runs unless it is told otherwise."""

    trial_wall_s: float = Field(default=600.0, gt=0)
    mem_mb: int = Field(default=4096, gt=0, description="per process")
    artifact_mb: int = Field(default=64, gt=0)
    gpus: float = Field(default=0.0, ge=0)
    seeds: int = Field(default=5, ge=2, le=1000)
    confirm_seeds: int = Field(default=10, ge=2, le=1000)


class Environment(Frozen):
    """What the commands need. *lock*: a file of pinned Python distributions, ``name==version`` a line."""

    lock: RelativePath | None = None


def _one_or_many(value: object) -> object:
    return (value,) if isinstance(value, Mapping) else value


class Contract(Frozen):
    """A whole ``task.toml``."""

    schema_version: Literal["1"] = "1"
    id: str = Field(pattern=_ID)
    title: str = Field(min_length=1)
    names: tuple[str, ...] = Field(default=(), description="what papers call the problem and the data set")
    goal: str = Field(default="", description="what is to be found out; the intent of a plan unless another is given")
    data: Data
    edit: Edit = Edit()
    commands: Commands
    knobs: dict[str, Knob] = {}
    outputs: Outputs
    metrics: tuple[Metric, ...] = Field(min_length=1)
    evaluator: Evaluator
    baselines: Annotated[tuple[Baseline, ...], BeforeValidator(_one_or_many)] = (Baseline(),)
    budget: Budget = Budget()
    environment: Environment = Environment()
    ignore: tuple[str, ...] = Field(default=(), description="globs of files that no trial needs, besides the usual")

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for problem in _problems(self):
            raise ValueError(problem)
        return self

    @property
    def primary(self) -> Metric:
        """The one primary metric."""
        return next(metric for metric in self.metrics if metric.primary)

    @property
    def held_out(self) -> frozenset[str]:
        """Paths that no trial may see: held-out data and the evaluator's own files."""
        return frozenset({each.path for each in self.data.files if each.held_out} | set(self.evaluator.files))

    def document(self) -> dict[str, Any]:
        """Return the contract as plain values, under the names of ``task.toml``."""
        return self.model_dump(mode="json", by_alias=True)


def _problems(contract: Contract) -> Iterator[str]:
    for what, names in (
        ("metrics", [metric.name for metric in contract.metrics]),
        ("data.files", [each.path for each in contract.data.files]),
        ("baselines", [each.id for each in contract.baselines]),
    ):
        if twice := sorted(name for name, times in Counter(names).items() if times > 1):
            yield f"{what} names {', '.join(twice)} twice"
    primaries = [metric.name for metric in contract.metrics if metric.primary]
    if len(primaries) != 1:
        yield f"exactly one metric must be primary, not {len(primaries)}: {', '.join(primaries) or 'none'}"
    if not contract.baselines:
        yield "baselines must hold at least one"
    yield from _knob_problems(contract)
    yield from _placeholder_problems(contract)


def _knob_problems(contract: Contract) -> Iterator[str]:
    for name in contract.knobs:
        if not _KNOB.fullmatch(name):
            yield f"knobs.{name}: a knob's name is lower-case letters, digits and _, a letter first, at most 32"
    metrics = {metric.name for metric in contract.metrics}
    for baseline in contract.baselines:
        for name, value in baseline.knobs.items():
            if name not in contract.knobs:
                yield f"baselines.{baseline.id}: there is no knob {name!r}"
            elif problem := contract.knobs[name].problem(value):
                yield f"baselines.{baseline.id}: {name} {problem}"
        if unknown := sorted(set(baseline.reported) - metrics):
            yield f"baselines.{baseline.id}: reports metrics that the task does not have: {', '.join(unknown)}"


def _placeholder_problems(contract: Contract) -> Iterator[str]:
    commands = contract.commands
    of_trials = {"train": commands.train, "validate": commands.validate_, "test": commands.test}
    places = [(f"commands.{name}", command, _OF_TRIALS, True) for name, command in of_trials.items()]
    for place, command, known, knobs in [
        *places,
        ("evaluator.command", contract.evaluator.command, _OF_EVALUATOR, False),
    ]:
        for argument in command:
            for found in _PLACEHOLDER.findall(argument):
                if found.startswith("knob."):
                    if not knobs or found.removeprefix("knob.") not in contract.knobs:
                        yield f"{place}: {{{found}}} names no knob of the task that it could be filled with"
                elif found not in known:
                    yield f"{place}: {{{found}}} is not known here; these are: {', '.join(sorted(known))}"


def fill(command: Command, values: Mapping[str, str]) -> list[str]:
    """Return *command* with its placeholders filled in; other braces are left as they are."""
    return [_PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), argument) for argument in command]


def read_contract(text: str, *, source: str) -> Contract:
    """Return the contract that *text* holds; *source* names it in messages.

    Raises:
        ContractError: it is no TOML, or breaks a rule; every place that is wrong is named.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"{source} is not valid TOML: {error}") from None
    return contract_from(document, source=source)


def contract_from(document: Mapping[str, Any], *, source: str) -> Contract:
    """Return the contract that *document* describes.

    Raises:
        ContractError: it breaks a rule; every place that is wrong is named.
    """
    try:
        return Contract.model_validate(document)
    except ValidationError as error:
        raise ContractError(f"{source}: {'; '.join(_sentence(each) for each in error.errors())}") from None


def _sentence(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{place} is not a field of a task"
    if error["type"] == "missing":
        return f"{place} is missing"
    said = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {said}" if place else said
