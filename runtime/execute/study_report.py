"""The report of a study, in Markdown: one table a metric, arms by tasks, then what was confirmed, then the cost.

Better and worse are said of what is significant after the correction over the whole family. Numbers are bound to their
nodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.schema import Label, Ref
from graph.store.interface import GraphStore
from graph.vocabulary.finding import Verdict
from graph.vocabulary.plan import ArmRole, Plan
from runtime.execute.bound import Bound, Piece, Quoted, render
from runtime.execute.cost_report import cost_total, estimate_lines
from runtime.execute.run_report import FindingRow, RunReport

_FOUND = {
    Verdict.IMPROVES: " *better*",
    Verdict.DEGRADES: " *worse*",
    Verdict.NO_DIFFERENCE: " (no difference that counts)",
}
_CONFIRMED = {
    Verdict.IMPROVES: "confirmed",
    Verdict.DEGRADES: "refuted: it is worse",
    Verdict.NO_DIFFERENCE: "refuted: no difference that counts",
    Verdict.INCONCLUSIVE: "not confirmed",
    Verdict.FAILED: "failed",
}

_READ_AS = (
    "Mean gain over the baseline with the same seeds and its interval; positive is better. Better and worse: "
    "significant after correction ("
)
_IDENTICAL = (
    " comparisons of the study. Where every difference of an arm is zero, it did what the baseline does: no "
    "difference, by rule and not by a test."
)

Findings = Mapping[tuple[str, str, str, str], FindingRow]


def write_study_report(store: GraphStore, plans: Sequence[Plan], reports: Sequence[RunReport]) -> str:
    """Return the report of the study of *plans* as it stands."""
    first = Ref(Label.PLAN, plans[0].id)
    by_place: Findings = {
        (finding.plan, finding.arm, finding.metric, finding.split): finding
        for report in reports
        for finding in report.findings
    }
    lines: list[list[Piece]] = [
        ["# ", Bound(first, "intent")],
        [],
        ["Study ", Bound(first, "document/stats/family/study"), ". Plans:"],
        [],
    ]
    for plan in plans:
        lines.append(["- ", Bound(Ref(Label.PLAN, plan.id), "key"), " on ", Bound(Ref(Label.PLAN, plan.id), "task")])
    lines += [
        [],
        ["## Selection, on validation"],
        [],
        [
            _READ_AS,
            Bound(first, "document/stats/correction"),
            ", level ",
            Bound(first, "document/stats/alpha"),
            ") over all ",
            Bound(first, "document/stats/family/comparisons"),
            _IDENTICAL,
        ],
        [],
    ]
    for metric in _metrics(plans):
        lines += _table(plans, metric, by_place)
    lines += _confirmation(plans, reports, by_place)
    lines += [["## Cost"], []]
    lines += cost_total(store, [trial for report in reports for trial in report.trials])
    for plan, report in zip(plans, reports, strict=True):
        lines += estimate_lines(store, plan.id, report.trials, on=Bound(Ref(Label.PLAN, plan.id), "task"))
    if notes := list(dict.fromkeys(note for report in reports for note in report.notes)):
        lines += [["## Notes"], []]
        for note in notes:
            lines.append(["- ", Quoted(note)])
    return render(store, lines).rstrip() + "\n"


def _metrics(plans: Sequence[Plan]) -> list[str]:
    """Return the metrics of all plans, primary ones first."""
    ordered = sorted((metric for plan in plans for metric in plan.metrics), key=lambda metric: not metric.primary)
    return list(dict.fromkeys(metric.name for metric in ordered))


def _table(plans: Sequence[Plan], metric: str, findings: Findings) -> list[list[Piece]]:
    having = [plan for plan in plans if any(each.name == metric for each in plan.metrics)]
    place = [each.name for each in having[0].metrics].index(metric)
    names: list[Piece] = ["| arm |"]
    for plan in having:
        names += [" ", Bound(Ref(Label.PLAN, plan.id), "task"), " |"]
    lines: list[list[Piece]] = [
        ["### ", Bound(Ref(Label.PLAN, having[0].id), f"document/metrics/{place}/name")],
        [],
        names,
        ["| --- |" + " ---: |" * len(having)],
    ]
    arms = dict.fromkeys(arm.id for plan in having for arm in plan.arms if arm.role is not ArmRole.BASELINE)
    for arm in arms:
        row: list[Piece] = ["| ", _arm(having, arm), " |"]
        for plan in having:
            row += [" ", *_cell(findings.get((plan.id, arm, metric, "val"))), " |"]
        lines.append(row)
    return [*lines, []]


def _arm(plans: Sequence[Plan], arm: str) -> Piece:
    for plan in plans:
        for place, each in enumerate(plan.arms):
            if each.id == arm:
                return Bound(Ref(Label.PLAN, plan.id), f"document/arms/{place}/id")
    raise AssertionError(arm)


def _cell(finding: FindingRow | None) -> list[Piece]:
    if finding is None:
        return ["–"]
    ref = Ref(Label.FINDING, finding.id)
    return [*_gain(ref), _FOUND.get(finding.verdict, "")]


def _gain(ref: Ref) -> list[Piece]:
    return [Bound(ref, "gain", "+.4f"), " [", Bound(ref, "ci_low", "+.4f"), ", ", Bound(ref, "ci_high", "+.4f"), "]"]


def _confirmation(plans: Sequence[Plan], reports: Sequence[RunReport], findings: Findings) -> list[list[Piece]]:
    lines: list[list[Piece]] = [["## Confirmation, on test with new seeds"], []]
    tried = [(plan, arm) for plan, report in zip(plans, reports, strict=True) for arm in report.confirmed]
    if not tried:
        return [*lines, ["Nothing passed the gate, or not all of the selection has run."], []]
    lines += [
        ["| task | arm | metric | gain | p corrected | pairs | |"],
        ["| --- | --- | --- | ---: | ---: | ---: | --- |"],
    ]
    for plan, arm in tried:
        finding = findings[(plan.id, arm, plan.primary.name, "test")]
        ref = Ref(Label.FINDING, finding.id)
        lines.append(
            [
                "| ",
                Bound(Ref(Label.PLAN, plan.id), "task"),
                " | ",
                Bound(ref, "arm"),
                " | ",
                Bound(ref, "metric"),
                " | ",
                *_gain(ref),
                " | ",
                Bound(ref, "p_corrected", ".2g"),
                " | ",
                Bound(ref, "n"),
                " | ",
                _CONFIRMED[finding.verdict],
                " |",
            ]
        )
    return [*lines, []]
