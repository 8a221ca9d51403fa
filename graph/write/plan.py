"""Write a plan with its trials: one transaction, so a plan is never without its trials, nor a trial without a plan.

Guarantees: a Plan is immutable, writing it again changes nothing. Trials are shared: one that another plan made is
linked and left as it is, whatever state it has reached. Edges to Patterns, Methods and the parent plan are written
where those nodes exist; what does not exist is returned, never dropped in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, Row, UpsertEdges, UpsertNodes, WriteOp, WriteReport
from graph.vocabulary.plan import Plan, PlannedTrial, TrialSpec
from graph.write.existing import existing


@dataclass(frozen=True)
class PlanWritten:
    """What became of the plan. `unlinked` are nodes that it names and the graph does not have."""

    plan: str
    report: WriteReport
    unlinked: tuple[Ref, ...]


def write_plan(
    store: GraphStore, plan: Plan, *, at: str, methods: Mapping[str, Sequence[str]] | None = None
) -> PlanWritten:
    """Write *plan* and put the trials of its selection stage into the queue as pending.

    *methods* maps the id of a unit to the keys of the Methods it implements (as resolved by `runtime`); *at* is a time
    in ISO 8601, kept from the first writing.
    """
    patterns = [(Ref(Label.PATTERN, each.id), each.role) for each in plan.patterns]
    arms = _arms_by_method(plan, methods or {})
    parent = [Ref(Label.PLAN, plan.parent_plan)] if plan.parent_plan else []
    wanted = [*(ref for ref, _ in patterns), *(Ref(Label.METHOD, key) for key in arms), *parent]
    there = existing(store, wanted)
    row = {
        "key": plan.id,
        "intent": plan.intent,
        "hypothesis": plan.hypothesis.statement,
        "task": plan.task.id,
        "document": plan.document(),
        "at": at,
    }
    ops: list[WriteOp] = [
        UpsertNodes(Label.PLAN, [row], create_only=frozenset(row) - {"key"}),
        UpsertEdges(
            EdgeType.DRAWS_ON,
            Label.PLAN,
            Label.PATTERN,
            [{"src": plan.id, "dst": ref.key, "role": role} for ref, role in _once(patterns) if ref in there],
        ),
        UpsertEdges(
            EdgeType.TESTS,
            Label.PLAN,
            Label.METHOD,
            [
                {"src": plan.id, "dst": key, "arm": ", ".join(names)}
                for key, names in arms.items()
                if Ref(Label.METHOD, key) in there
            ],
        ),
        UpsertEdges(
            EdgeType.FOLLOWS,
            Label.PLAN,
            Label.PLAN,
            [{"src": plan.id, "dst": ref.key} for ref in parent if ref in there],
        ),
        *_trial_ops(plan.id, plan.trials()),
    ]
    report = store.write_batch(ops)
    return PlanWritten(plan.id, report, tuple(sorted({ref for ref in wanted if ref not in there})))


def write_trials(store: GraphStore, plan: str, trials: Iterable[PlannedTrial]) -> WriteReport:
    """Put further trials of a written plan into the queue, such as those of its confirmation on test.

    Raises:
        MissingEndpoint: the plan has not been written; nothing was.
    """
    return store.write_batch(_trial_ops(plan, trials))


def _trial_ops(plan: str, trials: Iterable[PlannedTrial]) -> list[WriteOp]:
    """Return what the queue's `enqueue` would do, as operations of the plan's own transaction."""
    specs: dict[str, TrialSpec] = {}
    arms: dict[str, set[str]] = defaultdict(set)
    for planned in trials:
        specs[planned.spec.id] = planned.spec
        arms[planned.spec.id].add(planned.arm)
    nodes: list[Row] = [
        {
            "key": key,
            "task": spec.task.id,
            "units": [binding.unit for binding in spec.units],
            "spec": spec.model_dump(mode="json"),
            "seed": spec.seed,
            "split": spec.split,
            "state": "pending",
            "attempt": 0,
        }
        for key, spec in specs.items()
    ]
    fields = frozenset({"task", "units", "spec", "seed", "split", "state", "attempt"})
    edges = [{"src": key, "dst": plan, "arm": ", ".join(sorted(names))} for key, names in arms.items()]
    return [
        UpsertNodes(Label.TRIAL, nodes, create_only=fields),
        UpsertEdges(EdgeType.PART_OF, Label.TRIAL, Label.PLAN, edges),
    ]


def _arms_by_method(plan: Plan, methods: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    arms: dict[str, set[str]] = defaultdict(set)
    for arm in plan.arms:
        for binding in arm.units:
            for key in methods.get(binding.unit, ()):
                arms[key].add(arm.id)
    return {key: sorted(arms[key]) for key in sorted(arms)}


def _once(patterns: Iterable[tuple[Ref, str]]) -> list[tuple[Ref, str]]:
    """A plan may name a pattern in two roles; an edge has one: the first by name."""
    roles: dict[Ref, str] = {}
    for ref, role in sorted(patterns):
        roles.setdefault(ref, role)
    return list(roles.items())
