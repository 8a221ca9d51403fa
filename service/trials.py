"""Trials as the doors show them: read from the store, with their plans and measurements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from graph.home import Home
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, Node
from runtime.execute import FindingRow
from service.documents import InPlan, TrialDocument, TrialsDocument
from service.errors import NotThere

LOG_CHARS = 4000
# Neither a trial's plans nor a plan's trials come near it; a store needs some limit.
_ALL = 100_000


def read_trial(store: GraphStore, key: str, *, home: Home) -> TrialDocument:
    """Return the trial called *key*, with the end of its log under *home*.

    Raises:
        NotThere: there is no such trial.
    """
    found = store.get_nodes(Label.TRIAL, [key])
    if key not in found:
        raise NotThere(f"there is no trial {key!r}")
    document = _documents(store, [found[key]])[0]
    return document.model_copy(update={"log": read_log(home, found[key])})


def read_log(home: Home, trial: Node) -> str:
    """Return the last `LOG_CHARS` of what the child of *trial* printed; empty where nothing was kept on this machine.

    A pack has one log for all its trials. A child prints what it likes: what could steer a terminal is replaced.
    """
    name = trial.properties.get("log")
    try:
        text = (home.logs / str(name)).read_bytes().decode("utf-8", "replace") if name else ""
    except OSError:
        return ""
    return "".join(each if each.isprintable() or each in "\n\t" else "\ufffd" for each in text[-LOG_CHARS:])


def list_trials(
    store: GraphStore, *, plan: str | None = None, state: str | None = None, limit: int = 100, after: str | None = None
) -> TrialsDocument:
    """Return a page of trials, of one *plan* and in one *state* if given.

    Raises:
        NotThere: there is no such plan.
    """
    if plan is None:
        where = {"state": state} if state else None
        nodes = store.find_nodes(Label.TRIAL, where, limit=limit + 1, after=after)
    else:
        nodes = [
            node
            for node in trials_of(store, plan)
            if (state is None or node.properties["state"] == state) and (after is None or node.key > after)
        ][: limit + 1]
    page = nodes[:limit]
    return TrialsDocument(
        trials=tuple(_documents(store, page)), next=page[-1].key if page and len(nodes) > limit else None
    )


def trials_of(store: GraphStore, plan: str) -> list[Node]:
    """Return the trials of a plan by key.

    Raises:
        NotThere: there is no such plan.
    """
    ref = Ref(Label.PLAN, plan)
    if plan not in store.get_nodes(Label.PLAN, [plan]):
        raise NotThere(f"there is no plan {plan!r}")
    edges = store.neighbours([ref], [EdgeType.PART_OF], "in", limit_per_ref=_ALL)[ref]
    return sorted((node for _, node in edges), key=lambda node: node.key)


def all_trials(store: GraphStore, plan: str) -> tuple[TrialDocument, ...]:
    """Return every trial of a plan.

    Raises:
        NotThere: there is no such plan.
    """
    return tuple(_documents(store, trials_of(store, plan)))


def findings_of(store: GraphStore, plan: str) -> tuple[FindingRow, ...]:
    """Return what the statistics say of a plan so far, test first, by arm and metric."""
    ref = Ref(Label.PLAN, plan)
    nodes = [node for _, node in store.neighbours([ref], [EdgeType.CONCLUDES], "in", limit_per_ref=_ALL)[ref]]
    types = [EdgeType.COMPUTED_FROM, EdgeType.SUPPORTS, EdgeType.CONTRADICTS]
    around = store.neighbours([node.ref for node in nodes], types, "out", limit_per_ref=_ALL)
    findings = []
    for node in nodes:
        linked: dict[EdgeType, list[Node]] = defaultdict(list)
        for edge, other in around[node.ref]:
            linked[edge.type].append(other)
        findings.append(
            FindingRow(
                id=node.key,
                trials=tuple(each.key for each in linked[EdgeType.COMPUTED_FROM]),
                supports=tuple(str(each.ref) for each in linked[EdgeType.SUPPORTS]),
                contradicts=tuple(str(each.ref) for each in linked[EdgeType.CONTRADICTS]),
                **node.properties,
            )
        )
    return tuple(sorted(findings, key=lambda each: (each.split, each.arm, each.metric)))


def _documents(store: GraphStore, nodes: Sequence[Node]) -> list[TrialDocument]:
    around = store.neighbours(
        [node.ref for node in nodes], [EdgeType.PART_OF, EdgeType.MEASURED_IN], limit_per_ref=_ALL
    )
    documents = []
    for node in nodes:
        plans: dict[str, list[str]] = defaultdict(list)
        measured: dict[str, float] = {}
        for edge, other in around[node.ref]:
            if edge.type is EdgeType.PART_OF:
                plans[other.key].append(str(edge.properties.get("arm", "")))
            else:
                measured[str(other.properties["metric"])] = float(other.properties["value"])
        documents.append(_document(node, plans, measured))
    return documents


def _document(node: Node, plans: dict[str, list[str]], measured: dict[str, float]) -> TrialDocument:
    values = node.properties
    failure = values.get("failure") or {}
    return TrialDocument(
        id=node.key,
        task=values["task"],
        units=tuple(values.get("units", ())),
        seed=values["seed"],
        split=values["split"],
        state=values["state"],
        label=values.get("label") or failure.get("class"),
        message=str(failure.get("message", "")),
        measurements=dict(sorted(measured.items())),
        plans=tuple(InPlan(plan=plan, arm=arm) for plan, arms in sorted(plans.items()) for arm in sorted(arms)),
        attempt=values.get("attempt", 0),
        wall_s=values.get("wall_s"),
        device=values.get("device"),
        at=values.get("at"),
    )
