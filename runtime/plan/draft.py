"""Draft a plan from the matches of an intent: deterministic, no language model, every choice with its reason.

The same answer, graph and beliefs give the same plan, with the same id. What speaks against it is in it: reviewers'
objections as risks with their evidence, units that are known not to work here as exclusions with their trials.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.schema import EdgeType, Ref
from graph.store.interface import GraphStore
from graph.vocabulary.extraction import Stance
from graph.vocabulary.plan import Arm, ArmRole, Hypothesis, PatternRef, Plan, PlannerNote, Risk, Stats
from graph.write.generation import generation
from runtime.learn.beliefs import Expectations
from runtime.plan import design
from runtime.plan.candidates import Candidate, Field, pattern_key, survey
from runtime.plan.effects import MIN_EFFECT
from runtime.plan.intent import choose_metric, choose_task, normal_intent
from runtime.plan.precedents import Precedent, latest, next_step
from runtime.plan.rules import check_plan
from runtime.retrieve.answer import Answer, Match, ObjectionKind
from runtime.tasks import TASKS, Task, UnknownTask
from runtime.units import PROGRAM_VERSION, UNITS
from runtime.units.linking import Links, link_units

PLANNER_VERSION = "1"
_QUOTES, _RISKS, _PATTERNS = 5, 8, 5


class NothingRunnable(ValueError):
    """No method of the matches is one that this installation can run, or all that are were left out."""

    def __init__(self, intent: str, field: Field, task: Task) -> None:
        self.not_runnable, self.excluded = field.not_runnable, field.excluded
        shown = ", ".join(field.not_runnable[:8]) or "none"
        left_out = "; ".join(f"{each.unit}: {each.reason}" for each in field.excluded)
        super().__init__(
            f"nothing that was matched to {intent!r} can be run on {task.id}: matched methods: {shown}"
            + (f"; left out: {left_out}" if left_out else "")
            + f". Runnable units: {', '.join(sorted(UNITS))}. Ask about one of these methods, or ingest papers on them"
        )


def draft_plan(
    answer: Answer,
    store: GraphStore,
    *,
    task: str | None = None,
    intent: str | None = None,
    seeds: int | None = None,
    links: Links | None = None,
    tasks: Mapping[str, Task] = TASKS,
) -> Plan:
    """Return the plan that *answer* and what the store has learnt suggest.

    *task* and *seeds* overrule what would be chosen. *intent* is that of the answer unless given.

    Raises:
        NothingRunnable: no matched method can be run; the message says what could be.
        UnknownTask: there is no such task.
    """
    intent = normal_intent(intent or answer.intent)
    links = links or link_units(store)
    chosen, task_reason = _task(intent, answer.matches, tasks, task)
    primary, metric_reason = choose_metric(intent, chosen)
    expectations = Expectations(store, links, tasks)
    field = survey(answer.matches, links, expectations, chosen, primary)
    if not field.candidates:
        raise NothingRunnable(intent, field, chosen)
    precedent = latest(store, intent, chosen.id)
    step = next_step(precedent, field.candidates, primary)
    if precedent is not None and step.decision == "pivot" and not _fresh(field.candidates, precedent):
        raise NothingRunnable(intent, field, chosen)
    arms = design.choose_arms(step, field.candidates, precedent)
    more = len(precedent.plan.seeds) * 2 if precedent and step.decision == "replicate" else 0
    found = design.choose_seeds(arms, chosen, primary, expectations, at_least=more)
    count = seeds or found.number
    by_unit = {each.unit.id: each for each in field.candidates}
    lead = by_unit[step.units[0] if step.units else _lead(arms, by_unit)]
    first_seed = precedent.next_seed if precedent else 0
    plan = Plan(
        intent=intent,
        snapshot=answer.snapshot,
        belief_generation=generation(store, "belief_generation"),
        hypothesis=_hypothesis(lead, chosen, primary),
        patterns=_patterns(answer.matches, field.candidates, arms),
        task=chosen.ref,
        program_version=PROGRAM_VERSION,
        arms=tuple(arms),
        # Seeds that led here are not counted again: what follows is independent of what suggested it.
        seeds=tuple(range(first_seed, first_seed + count)),
        metrics=design.choose_metrics(chosen, primary),
        budget=design.choose_budget(len(arms), count),
        stats=Stats(alpha=design.ALPHA, min_detectable=found.detectable),
        gate=design.choose_gate(primary, count),
        risks=_risks(store, answer.matches, links, arms),
        excluded=field.excluded,
        parent_plan=precedent.plan.id if precedent else None,
        decision=step.decision,
        planner=PlannerNote(
            kind="deterministic",
            version=PLANNER_VERSION,
            rationale=(
                f"{step.decision}: {step.reason}",
                task_reason,
                metric_reason,
                *(f"the patterns were found less surely: {fallback}" for fallback in answer.fallbacks),
                *_why(arms, by_unit, primary, chosen),
                *(precedent.told() if precedent else ()),
                found.reason if seeds is None else f"{seeds} seeds: asked for",
                *(f"left out {each.unit}: {each.reason}" for each in field.excluded),
                *(
                    [f"matched, but nothing here runs it: {', '.join(field.not_runnable)}"]
                    if field.not_runnable
                    else []
                ),
            ),
        ),
    )
    check_plan(plan, tasks=tasks)
    return plan


def _task(intent: str, matches: Sequence[Match], tasks: Mapping[str, Task], asked: str | None) -> tuple[Task, str]:
    if asked is not None:
        if asked not in tasks:
            raise UnknownTask(f"{asked!r} is not a task of this installation; these are: {', '.join(sorted(tasks))}")
        return tasks[asked], f"task {asked}: asked for"
    contexts = [each.name for match in matches for each in (*match.datasets, *match.tasks)]
    chosen = choose_task(intent, contexts, tasks)
    return tasks[chosen.value], chosen.reason


def _fresh(candidates: Sequence[Candidate], precedent: Precedent) -> bool:
    return any(precedent.unit_alone(each.unit.id) is None for each in candidates)


def _lead(arms: Sequence[Arm], by_unit: Mapping[str, Candidate]) -> str:
    """Return the unit that the hypothesis is about: the best ranked one of the arms."""
    units = sorted({binding.unit for arm in arms for binding in arm.units})
    return min(units, key=lambda unit: (-by_unit[unit].rank, unit))


def _hypothesis(lead: Candidate, task: Task, metric: str) -> Hypothesis:
    up = task.metrics[metric] == "max"
    effect = MIN_EFFECT[metric]
    return Hypothesis(
        statement=f"{lead.unit.name} {'raises' if up else 'lowers'} {metric} on {task.id} by at least {effect:g}",
        effect_of=lead.unit.id,
        metric=metric,
        direction="increase" if up else "decrease",
        min_effect=effect,
        falsifier=f"the upper end of the interval of the gain in {metric} lies below {effect:g}",
    )


def _patterns(matches: Sequence[Match], candidates: Sequence[Candidate], arms: Sequence[Arm]) -> tuple[PatternRef, ...]:
    """The patterns that hold a method of an arm, best first, with the quotes for and against them."""
    used = {binding.unit for arm in arms for binding in arm.units}
    wanted = {pattern for each in candidates if each.unit.id in used for pattern in each.patterns}
    refs = []
    for match in matches:
        if match.pattern not in wanted:
            continue
        quotes = [quote for quote in match.evidence if quote.evidence is not None]
        speaking = [quote for quote in quotes if quote.stance is not Stance.MENTIONS] or quotes
        supports = any(quote.stance is Stance.SUPPORTS for quote in speaking)
        refs.append(
            PatternRef(
                id=pattern_key(match.pattern),
                label=match.name,
                role="supports" if supports else "inspires",
                quote_ids=tuple(str(quote.evidence) for quote in speaking[:_QUOTES]),
            )
        )
    return tuple(refs[:_PATTERNS])


def _risks(store: GraphStore, matches: Sequence[Match], links: Links, arms: Sequence[Arm]) -> tuple[Risk, ...]:
    """Reviewers' objections to the methods of the arms, or to papers of their patterns, with their evidence.

    Kinds of objection come first, the weightiest of each match before the second of any: how many reviewed papers met
    it, and in how many it was major. Single objections fill what places are left.
    """
    used = {binding.unit for arm in arms for binding in arm.units}
    risks: dict[str, Risk] = {}
    about = []
    for match in matches:
        held = {link.unit for method in match.methods for link in links.of_method(Ref.parse(method.ref).key)}
        if held & used:
            about.append(match)
    most = max((len(match.objection_kinds) for match in about), default=0)
    kinds = [
        match.objection_kinds[place] for place in range(most) for match in about if place < len(match.objection_kinds)
    ]
    quoted: set[str] = set()
    for kind in kinds:
        fresh = [quote for quote in kind.quotes if quote.ref not in quoted]
        if fresh and len(risks) < _RISKS:
            evidence = tuple(dict.fromkeys(ref for quote in fresh for ref in _evidence(store, Ref.parse(quote.ref))))
            text = f"{_in_words(kind)}: “{fresh[0].text}”"
            risks.setdefault(text, Risk(text=text, evidence=evidence))
            quoted.update(quote.ref for quote in fresh)
    for match in about:
        for objection in match.objections:
            if objection.ref not in quoted:
                risk = Risk(text=objection.text, evidence=_evidence(store, Ref.parse(objection.ref)))
                risks.setdefault(objection.text, risk)
    return tuple(risks.values())[:_RISKS]


def _in_words(kind: ObjectionKind) -> str:
    """Say how often a kind of objection was raised, and how severely."""
    missing = f", missing {kind.missing.replace('_', ' ')}" if kind.missing else ""
    papers = "paper" if kind.of_papers == 1 else "papers"
    often = f"in {kind.papers} of {kind.of_papers} reviewed {papers}"
    major = f", major in {kind.major}" if kind.major else ""
    remains = f", unanswered in {kind.unanswered}" if kind.unanswered else ""
    return f"{kind.aspect.replace('_', ' ')}{missing} ({often}{major}{remains})"


def _evidence(store: GraphStore, point: Ref) -> tuple[str, ...]:
    found = store.neighbours([point], [EdgeType.EVIDENCED_BY], "out", limit_per_ref=_QUOTES)[point]
    return (str(point), *(str(node.ref) for _, node in found))


def _why(arms: Sequence[Arm], by_unit: Mapping[str, Candidate], metric: str, task: Task) -> list[str]:
    """One sentence an arm: where its methods come from and what is believed of them."""
    reasons = []
    for arm in arms:
        if arm.role is ArmRole.BASELINE:
            continue
        parts = []
        for binding in arm.units:
            each = by_unit[binding.unit]
            parts.append(
                f"{each.unit.name} (relevance {each.relevance:.3f}, P(gain in {metric}) {each.expected.chance:.2f} "
                f"from {_behind(each)})"
            )
        reasons.append(f"arm {arm.id} on {task.id}: {' with '.join(parts)}")
    return reasons


def _behind(candidate: Candidate) -> str:
    """Return what the expectation rests on."""
    pairs, claims = candidate.expected.trials, len(candidate.expected.claims)
    parts = [f"{pairs} seed pairs here"] if pairs else []
    parts += [f"{claims} {'claim' if claims == 1 else 'claims'}"] if claims else []
    return " and ".join(parts) or "no claim or trial yet"
