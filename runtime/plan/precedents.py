"""Earlier plans of the same intent, and what follows from them: propose, refine, pivot or replicate.

A plan counts as a precedent once it has findings: one that was drafted and never run teaches nothing, so drafting
twice gives the same plan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore, Node
from graph.vocabulary.finding import Verdict
from graph.vocabulary.plan import Arm, Plan
from runtime.plan.candidates import LEAST_CHANCE, Candidate
from runtime.plan.intent import same_intent

Decision = Literal["propose", "refine", "pivot", "replicate"]

_PAGE = 200
_MANY = 2000
# A result this many standard deviations off what was expected is worth running again before it is built upon.
_SURPRISE = 3.0


@dataclass(frozen=True)
class Precedent:
    """The latest concluded plan of an intent with its findings on its primary metric, confirmation before selection."""

    plan: Plan
    findings: tuple[Node, ...]

    def finding(self, arm: str) -> Node | None:
        """Return the finding on *arm*, on test where it was confirmed, else on validation."""
        return next((finding for finding in self.findings if finding.properties["arm"] == arm), None)

    def best(self, runnable: Collection[str]) -> Arm | None:
        """Return the arm of the largest gain among those that improve and whose units are all in *runnable*."""
        won = [
            (float(finding.properties["gain"]), arm)
            for arm in self.plan.arms
            if (finding := self.finding(arm.id)) is not None
            and finding.properties["verdict"] == Verdict.IMPROVES.value
            and arm.patch is None
            and all(binding.unit in runnable for binding in arm.units)
        ]
        return max(won, key=lambda each: (each[0], each[1].id))[1] if won else None

    @property
    def next_seed(self) -> int:
        """The first seed that neither selection nor confirmation of the plan has used."""
        return max((*self.plan.seeds, *self.plan.confirm_seeds)) + 1

    def told(self) -> tuple[str, ...]:
        """Return one sentence for each arm: what the plan found of it."""
        lines = []
        for arm in self.plan.arms:
            if (finding := self.finding(arm.id)) is not None:
                where = "test" if finding.properties["split"] == "test" else "validation"
                verdict = str(finding.properties["verdict"]).replace("_", " ")
                lines.append(f"earlier arm {arm.id}: tried, {verdict} on {where}")
        return tuple(lines)

    def unit_alone(self, unit: str) -> str | None:
        """Return the id of the arm that tried *unit* alone."""
        for arm in self.plan.arms:
            if [binding.unit for binding in arm.units] == [unit]:
                return arm.id
        return None


@dataclass(frozen=True)
class Step:
    """What to do next, why, which units it is about, best first, and for a refinement the arm to build on."""

    decision: Decision
    reason: str
    units: tuple[str, ...] = ()
    base: Arm | None = None


def latest(store: GraphStore, intent: str, task: str) -> Precedent | None:
    """Return the latest concluded plan of *intent* on *task*."""
    same = [node for node in _plans(store, task) if same_intent(str(node.properties["intent"]), intent)]
    for node in sorted(same, key=lambda each: (str(each.properties["at"]), each.key), reverse=True):
        plan = Plan.from_document(dict(node.properties["document"]))
        findings = _findings(store, node, plan.primary.name)
        if findings:
            return Precedent(plan, findings)
    return None


def next_step(precedent: Precedent | None, candidates: Sequence[Candidate], primary: str) -> Step:
    """Decide what the next plan does, from what the latest one showed on *primary*."""
    if precedent is None:
        return Step("propose", "no plan of this intent has been run before")
    before = precedent.plan
    if before.primary.name != primary:
        return Step("propose", f"the earlier plan {before.id} was about {before.primary.name}, not {primary}")
    if surprising := [each for each in candidates if _is_surprising(each) and _tried_once(precedent, each)]:
        units = tuple(each.unit.id for each in surprising)
        return Step(
            "replicate",
            f"{', '.join(units)} contradicts what was expected by more than {_SURPRISE:g} standard deviations: "
            "run it again with more seeds before building on it",
            units,
        )
    best = precedent.best({each.unit.id for each in candidates})
    if best is not None:
        units = tuple(binding.unit for binding in best.units)
        return Step("refine", f"{best.id} improves {primary}: build on it", units, best)
    tried = [each for each in candidates if precedent.unit_alone(each.unit.id) is not None]
    if not any(each.expected.chance >= LEAST_CHANCE for each in tried):
        return Step("pivot", f"nothing that {before.id} tried is likely to improve {primary}: try other methods")
    open_ = tuple(each.unit.id for each in tried if each.expected.chance >= LEAST_CHANCE)
    return Step("replicate", f"{', '.join(open_)} neither helped nor was ruled out: add seeds", open_)


def _tried_once(precedent: Precedent, candidate: Candidate) -> bool:
    """A surprise is replicated once: not where the earlier plan was a replication already."""
    return precedent.plan.decision != "replicate" and precedent.unit_alone(candidate.unit.id) is not None


def _is_surprising(candidate: Candidate) -> bool:
    expected = candidate.expected
    return (
        bool(expected.claims)
        and expected.trials > 0
        and expected.prior_mean * expected.mean < 0
        and abs(expected.mean - expected.prior_mean) > _SURPRISE * expected.prior_sd
    )


def _plans(store: GraphStore, task: str) -> Iterator[Node]:
    after: str | None = None
    while page := store.find_nodes(Label.PLAN, {"task": task}, limit=_PAGE, after=after):
        yield from page
        after = page[-1].key


def _findings(store: GraphStore, plan: Node, metric: str) -> tuple[Node, ...]:
    found = store.neighbours([plan.ref], [EdgeType.CONCLUDES], "in", limit_per_ref=_MANY)[plan.ref]
    here = [node for _, node in found if node.properties.get("metric") == metric]
    return tuple(sorted(here, key=lambda node: (node.properties.get("split") != "test", node.key)))
