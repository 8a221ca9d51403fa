"""Conclude a plan: findings from its trials, and the beliefs that follow. A function of the store; twice is once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.store.interface import GraphStore
from graph.vocabulary.finding import Finding
from graph.vocabulary.plan import Plan
from graph.write.findings import finding_key, write_findings
from runtime.learn.beliefs import update_beliefs
from runtime.learn.findings import find
from runtime.tasks import TASKS, Task
from runtime.units.linking import Links, link_units


@dataclass(frozen=True)
class Conclusion:
    """The findings with their keys, validation first, and the belief generation that holds now."""

    findings: tuple[tuple[str, Finding], ...]
    belief_generation: int
    written: int


def conclude(
    store: GraphStore, plan: Plan, *, links: Links | None = None, tasks: Mapping[str, Task] = TASKS
) -> Conclusion:
    """Write what the trials of *plan* say so far, on validation and on test, and update the beliefs about its units."""
    links = links or link_units(store)
    findings = [finding for split in ("val", "test") for finding in find(store, plan, split, links)]
    report = write_findings(store, findings).report
    units = [arm.units[0].unit for arm in plan.arms if len(arm.units) == 1]
    beliefs = update_beliefs(store, units, links, tasks=tasks)
    return Conclusion(
        tuple((finding_key(finding), finding) for finding in findings),
        beliefs.belief_generation,
        report.written + beliefs.report.written,
    )
