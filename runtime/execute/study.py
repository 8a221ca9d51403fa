"""Run a study: the selection of all its plans, then the gate and the confirmation of each, then what it all shows.

Gates open when all selections have ended, since the correction is over all of them. Guarantees: as of `run_plan`, each
trial is run once, and stopped at any point, the same call goes on; running a finished study again runs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from graph.home import Home
from graph.store.interface import GraphStore
from graph.vocabulary.document import Frozen
from graph.vocabulary.plan import Plan
from runtime.execute.engine import Engine
from runtime.execute.run import ProgressCallback, run_plan
from runtime.execute.run_report import RunReport
from runtime.execute.study_report import write_study_report


class StudyReport(Frozen):
    """The reports of all plans of a study, and one over all of them for people."""

    study: str
    plans: tuple[RunReport, ...]
    report: str
    comparisons: int = Field(ge=1, description="on validation, that are corrected as one family")
    confirmed: tuple[tuple[str, str], ...] = Field(default=(), description="(plan, arm): tried on test, new seeds")

    @property
    def failed(self) -> int:
        """How many trials failed or were given up."""
        return sum(report.failed for report in self.plans)

    @property
    def open(self) -> int:
        """How many trials have not run."""
        return sum(report.open for report in self.plans)


def run_study(
    store: GraphStore,
    home: Home,
    plans: Sequence[Plan],
    *,
    workers: int = 2,
    progress: ProgressCallback | None = None,
    engine: Engine | None = None,
) -> StudyReport:
    """Bring all trials of *plans*, which are those of one study, to an end and return what they show.

    Raises:
        ValueError: the plans are not of one study.
        PlanRefused: one of them cannot be run here, or stands paused or cancelled.
        KeyboardInterrupt: stopped by the user; children are gone, what was not recorded is pending again.
    """
    families = {plan.stats.family for plan in plans}
    family = families.pop() if len(families) == 1 else None
    if family is None:
        raise ValueError("the plans of a study declare the same family of comparisons")

    def run(plan: Plan, *, confirm: bool) -> RunReport:
        return run_plan(store, home, plan, workers=workers, progress=progress, engine=engine, confirm=confirm)

    first = [run(plan, confirm=False) for plan in plans]
    second = [run(plan, confirm=True) for plan in plans] if not any(each.open for each in first) else first
    # What was confirmed is a family, too: what each confirmation shows is known when the last has ended.
    last = [run(plan, confirm=True) for plan in plans] if second is not first else first
    reports = tuple(_with_reused(report, earlier) for report, *earlier in zip(last, first, second, strict=True))
    return StudyReport(
        study=family.study,
        plans=reports,
        report=write_study_report(store, plans, reports),
        comparisons=family.comparisons,
        confirmed=tuple((report.plan, arm) for report in reports for arm in report.confirmed),
    )


def _with_reused(report: RunReport, earlier: Sequence[RunReport]) -> RunReport:
    """Return *report* with each trial as it was when this call first came to it: final before, or not."""
    before: dict[str, bool] = {}
    for each in earlier:
        for trial in each.trials:
            before.setdefault(trial.id, trial.reused)
    rows = tuple(trial.model_copy(update={"reused": before.get(trial.id, trial.reused)}) for trial in report.trials)
    return report.model_copy(update={"trials": rows})
