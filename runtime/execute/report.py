"""The report of a run, in Markdown, its numbers read from the store and bound to their nodes (`bound`)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.schema import Label, Ref
from graph.standing import standing_of
from graph.store.interface import GraphStore
from graph.vocabulary.finding import Verdict
from graph.vocabulary.plan import Plan
from graph.write.outcome import measurement_key
from runtime.execute.bound import Bound, Mean, Piece, Quoted, render
from runtime.execute.cost_report import cost_lines
from runtime.execute.gate import Gated
from runtime.execute.run_report import FindingRow, TrialRow

_WORDS = {
    Verdict.IMPROVES: "improves",
    Verdict.DEGRADES: "degrades",
    Verdict.NO_DIFFERENCE: "no difference",
    Verdict.INCONCLUSIVE: "inconclusive",
    Verdict.FAILED: "failed",
}
_SPLITS = {"val": "Selection, on validation", "test": "Confirmation, on test with new seeds"}


def write_report(
    store: GraphStore,
    plan: Plan,
    trials: Sequence[TrialRow],
    findings: Sequence[FindingRow],
    gated: Gated,
    notes: Sequence[str],
) -> str:
    """Return the report of *plan* as it stands."""
    ref = Ref(Label.PLAN, plan.id)
    lines: list[list[Piece]] = [
        ["# ", Bound(ref, "intent")],
        [],
        ["Plan ", Bound(ref, "key"), " on ", Bound(ref, "task"), "."],
        [],
        ["**Hypothesis.** ", Bound(ref, "hypothesis")],
        [],
    ]
    for split in ("val", "test"):
        lines += _table(plan, split, trials, findings)
    lines += _gate(plan, gated, findings)
    lines += _failures(trials)
    lines += cost_lines(store, plan.id, trials)
    lines += _decisions(store, plan)
    if notes:
        lines += [["## Notes"], []]
        lines += [["- ", Quoted(note)] for note in notes]
    return render(store, lines).rstrip() + "\n"


def _table(plan: Plan, split: str, trials: Sequence[TrialRow], findings: Sequence[FindingRow]) -> list[list[Piece]]:
    here = [finding for finding in findings if finding.split == split]
    if not here:
        return []
    lines: list[list[Piece]] = [["## ", _SPLITS[split]], []]
    for metric in plan.metrics:
        measured = tuple(
            Ref(Label.MEASUREMENT, measurement_key(trial.id, split, metric.name))
            for trial in trials
            if trial.arm == plan.baseline.id and trial.split == split and metric.name in trial.measurements
        )
        better = "higher is better" if metric.direction == "max" else "lower is better"
        role = "primary, " if metric.primary else ""
        lines += [
            ["### ", *_named(plan, metric.name), f" ({role}{better})"],
            [],
            ["Baseline mean: ", Mean(measured, "value", ".4f")],
            [],
            ["| arm | gain | interval | p corrected | pairs | finding |"],
            ["| --- | ---: | ---: | ---: | ---: | --- |"],
        ]
        for finding in here:
            if finding.metric == metric.name:
                lines.append(_row(finding))
        lines.append([])
    return lines


def _row(finding: FindingRow) -> list[Piece]:
    ref = Ref(Label.FINDING, finding.id)
    return [
        "| ",
        Bound(ref, "arm"),
        " | ",
        Bound(ref, "gain", "+.4f"),
        " | ",
        Bound(ref, "ci_low", "+.4f"),
        " to ",
        Bound(ref, "ci_high", "+.4f"),
        " | ",
        Bound(ref, "p_corrected", ".2g"),
        " | ",
        Bound(ref, "n"),
        " | ",
        _WORDS[finding.verdict],
        " |",
    ]


def _gate(plan: Plan, gated: Gated, findings: Sequence[FindingRow]) -> list[list[Piece]]:
    primary = {(finding.arm, finding.split): finding for finding in findings if finding.metric == plan.primary.name}
    lines: list[list[Piece]] = [["## Gate"], []]
    for arm in gated.passing:
        confirmed = primary.get((arm, "test"))
        if confirmed is None:
            said = "passes; not confirmed on test"
        elif confirmed.verdict is Verdict.IMPROVES:
            said = "passes, and is confirmed on test"
        else:
            said = f"passes, but on test it is {_WORDS[confirmed.verdict]}"
        lines.append(["- ", _arm(plan, arm), ": ", said])
    for arm, reason in gated.held:
        lines.append(["- ", _arm(plan, arm), ": not confirmed: ", *_named(plan, reason)])
    return [*lines, []]


def _failures(trials: Sequence[TrialRow]) -> list[list[Piece]]:
    failed = [trial for trial in trials if trial.state in {"failed", "dead"}]
    if not failed:
        return []
    lines: list[list[Piece]] = [["## Failed trials"], []]
    for trial in failed:
        ref = Ref(Label.TRIAL, trial.id)
        lines.append(["- ", Bound(ref, "key"), ": ", trial.label or "failed", ": ", Bound(ref, "failure/message")])
    return [*lines, []]


def _decisions(store: GraphStore, plan: Plan) -> list[list[Piece]]:
    """Return what people decided about the plan while it ran: a report that was steered says so."""
    decided = standing_of(store, plan.id).decisions
    if not decided:
        return []
    lines: list[list[Piece]] = [["## Decisions while it ran"], []]
    for each in decided:
        ref = Ref(Label.DECISION, each.key)
        arm: list[Piece] = [" ", Bound(ref, "arm")] if each.arm is not None else []
        reason: list[Piece] = [": ", Bound(ref, "reason")] if each.reason else []
        kind = each.kind.replace("_", " ")
        lines.append(["- ", kind, *arm, " by ", Bound(ref, "by"), " at ", Bound(ref, "at"), *reason])
    return [*lines, []]


def _named(plan: Plan, text: str) -> list[Piece]:
    """Return *text* with the names of the plan's metrics bound to it: a name may hold a digit, such as that of R²."""
    places = {metric.name: place for place, metric in enumerate(plan.metrics)}
    names = "|".join(re.escape(name) for name in sorted(places, key=len, reverse=True))
    return [
        Bound(Ref(Label.PLAN, plan.id), f"document/metrics/{places[part]}/name") if part in places else part
        for part in re.split(rf"\b({names})\b", text)
    ]


def _arm(plan: Plan, arm: str) -> Piece:
    place = [each.id for each in plan.arms].index(arm)
    return Bound(Ref(Label.PLAN, plan.id), f"document/arms/{place}/id")
