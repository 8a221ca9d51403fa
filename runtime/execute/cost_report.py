"""What a plan cost, for its report, beside what was estimated before it ran: every number bound to its nodes.

The estimate is that of the plan's first start, as it was recorded then, and is compared with the trials of the
selection that ended since: those that another plan had run cost this one nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, Node
from runtime.execute.bound import Bound, Count, Largest, Piece, Total
from runtime.execute.run_report import TrialRow

_FINAL = frozenset({"done", "failed", "dead"})
_ALL = 100_000
# An estimate is right if it is within this factor of what was used.
FACTOR = 2.0


def cost_lines(store: GraphStore, plan: str, trials: Sequence[TrialRow]) -> list[list[Piece]]:
    """Return the section on cost of the plan with the key *plan*; nothing before a trial has ended."""
    total = cost_total(store, trials)
    return [["## Cost"], [], *total, *estimate_lines(store, plan, trials)] if total else []


def cost_total(store: GraphStore, trials: Sequence[TrialRow]) -> list[list[Piece]]:
    """Return what *trials* have used; nothing before one has ended."""
    refs = tuple(Ref(Label.TRIAL, key) for key in _ended(store, trials))
    return [["All ", Count(refs), " trials: ", *_used(refs), "."], []] if refs else []


def estimate_lines(
    store: GraphStore, plan: str, trials: Sequence[TrialRow], *, on: Bound | None = None
) -> list[list[Piece]]:
    """Return what was estimated of the plan with the key *plan*, beside what its *trials* took; *on* names its task."""
    start = _first_start(store, plan)
    if start is None:
        return []
    nodes = _ended(store, [trial for trial in trials if trial.split == "val"])
    began = str(start.properties["at"])
    since = tuple(Ref(Label.TRIAL, key) for key, node in nodes.items() if str(node.properties.get("at") or "") >= began)
    ref = Ref(Label.DECISION, start.key)
    where: list[Piece] = [on, ": "] if on else []
    return [
        [
            *where,
            "Estimated before the run: ",
            Bound(ref, "estimate/cpu_s", ".1f", absent="an unknown number of"),
            " CPU-seconds for the ",
            Bound(ref, "estimate/trials"),
            " trials of the selection that had not run, known from ",
            Bound(ref, "estimate/basis"),
            ". The ",
            Count(since),
            " that have ended since took ",
            Total(since, "cpu_s", ".1f"),
            ": ",
            _verdict(start.properties["estimate"], [nodes[each.key] for each in since]),
            ".",
        ],
        [],
    ]


def _ended(store: GraphStore, trials: Sequence[TrialRow]) -> dict[str, Node]:
    """Return the nodes of those of *trials* that have ended, by key, in their order."""
    wanted = list(dict.fromkeys(trial.id for trial in trials if trial.state in _FINAL))
    found = store.get_nodes(Label.TRIAL, wanted) if wanted else {}
    return {key: found[key] for key in wanted if key in found}


def _used(refs: tuple[Ref, ...]) -> list[Piece]:
    return [
        Total(refs, "cpu_s", ".1f"),
        " CPU-seconds, ",
        Total(refs, "gpu_s", ".1f"),
        " GPU-seconds, and at most ",
        Largest(refs, "peak_mb", ".0f"),
        " MB of memory in a child",
    ]


def _first_start(store: GraphStore, plan: str) -> Node | None:
    ref = Ref(Label.PLAN, plan)
    found = [node for _, node in store.neighbours([ref], [EdgeType.DECIDES], "in", limit_per_ref=_ALL)[ref]]
    starts = [node for node in found if node.properties.get("kind") == "started" and node.properties.get("estimate")]
    return min(starts, key=lambda node: (str(node.properties["at"]), node.key), default=None)


def _verdict(estimate: Mapping[str, object], nodes: Sequence[Node]) -> str:
    expected = estimate.get("cpu_s")
    used = math.fsum(float(node.properties.get("cpu_s") or 0.0) for node in nodes)
    if not isinstance(expected, int | float) or expected <= 0 or used <= 0:
        return "nothing to compare"
    if len(nodes) != estimate.get("trials"):
        return "not all of them have run"
    if used > FACTOR * expected:
        return "more than twice the estimate"
    return "less than half the estimate" if used < expected / FACTOR else "within a factor of two"
