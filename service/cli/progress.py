"""Progress on stderr: bars with the remaining time on a terminal, one log line an event otherwise.

Each class here is a watcher of one stage; the stages know only their own protocols. Use them as context managers, so
that the bar is gone before the answer is printed.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from service.cli.output import configure_logging, err

if TYPE_CHECKING:
    from runtime.execute import Progress as TrialProgress


class _Watcher:
    """A bar that lives as long as a block."""

    def __init__(self, doing: str) -> None:
        self._log: Any = None
        self._shows_bars = sys.stderr.isatty()
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=err(),
            transient=True,
            disable=not self._shows_bars,
        )
        self._task: TaskID = self._bars.add_task(doing, total=None)

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def _say(self, event: str, **fields: object) -> None:
        """Write a log line. structlog is imported for the first: a run that finds nothing to do writes none."""
        if self._log is None:
            import structlog

            configure_logging()
            self._log = structlog.get_logger()
        self._log.info(event, **fields)

    def on_phase(self, name: str) -> None:
        """A part of the work begins."""
        self._bars.update(self._task, description=name)
        if not self._shows_bars:
            self._say("phase", name=name)


class IngestWatcher(_Watcher):
    """Watches an ingest (`ingest.pipeline.progress.Progress`)."""

    def __init__(self) -> None:
        super().__init__("looking for files")

    def on_total(self, files: int, todo: int) -> None:
        """*files* were found, *todo* of them need work."""
        self._bars.update(self._task, description="reading", total=todo)
        if not self._shows_bars and todo:
            self._say("found", files=files, todo=todo)

    def on_stage(self, source: str, stage: str) -> None:
        """A stage of one file is done: too fine for a line, and the bar counts files."""

    def on_item(self, source: str, state: str, message: str) -> None:
        """*source* came to rest."""
        if state != "unchanged":
            self._bars.advance(self._task)
        if not self._shows_bars and state != "unchanged":
            self._say("file", source=source, state=state, **({"message": message} if message else {}))
        elif message:
            self._bars.console.print(f"{state}: {source}: {message}", markup=False)


class CompileWatcher(_Watcher):
    """Watches a compile (`ingest.compile.report.Progress`)."""

    def __init__(self) -> None:
        super().__init__("compiling")

    def on_embedded(self, done: int, todo: int) -> None:
        """*done* of *todo* new texts have their vectors."""
        self._bars.update(self._task, total=todo, completed=done)
        if not self._shows_bars:
            self._say("embedded", done=done, todo=todo)


class RunWatcher(_Watcher):
    """Watches a run of a plan; call it with what the executor tells (`runtime.execute.Progress`)."""

    def __init__(self) -> None:
        super().__init__("running")
        self._doing = "running"

    def expect(self, task: str, trials: int, cpu_s: float | None, basis: str) -> None:
        """Say what is about to be run, and what it will cost in CPU seconds, as known from *basis*."""
        if not self._shows_bars:
            self._say("estimate", task=task, trials=trials, cpu_s=cpu_s, basis=basis)
        elif trials:
            cost = "of unknown cost" if cpu_s is None else f"about {cpu_s:.0f} CPU-seconds, known from {basis}"
            self._bars.console.print(f"{task}: {trials} trials to run, {cost}", markup=False)

    def __call__(self, told: TrialProgress) -> None:
        """A trial began or came to rest, or the plan is paused."""
        name = "paused" if told.event == "paused" else "running"
        is_news, self._doing = name != self._doing, name
        self._bars.update(self._task, description=name, total=told.total, completed=told.done)
        if not self._shows_bars and is_news:
            self._say(name, done=told.done, total=told.total)
        if not self._shows_bars and told.event == "finished":
            more: dict[str, object] = {"label": told.label} if told.label else {}
            if told.remaining_s is not None:
                more["remaining_s"] = round(told.remaining_s, 1)
            self._say("trial", trial=told.trial, done=told.done, total=told.total, **more)
