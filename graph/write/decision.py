"""Record a decision on a plan: approved, started, paused, edited, finished. A plan itself never changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.errors import UnknownNode
from graph.keys import hashed_key
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore, UpsertEdges, UpsertNodes
from graph.write.existing import existing


def record_decision(
    store: GraphStore,
    plan: str,
    *,
    kind: str,
    by: str,
    reason: str,
    at: str,
    arm: str | None = None,
    estimate: Mapping[str, Any] | None = None,
) -> str:
    """Record that *by* decided *kind* on the plan with key *plan*, on one *arm* if given; return the Decision's key.

    *estimate* is what somebody who starts trials expects them to cost.

    The same decision at the same time is one node, so a repeated call records nothing new.

    Raises:
        UnknownNode: there is no such plan.
    """
    ref = Ref(Label.PLAN, plan)
    if ref not in existing(store, [ref]):
        raise UnknownNode(f"{ref} does not exist, so nothing can be decided about it")
    about = {} if arm is None else {"arm": arm}
    key = hashed_key("decision", plan, kind, by, reason, at, *about.values())
    row: dict[str, Any] = {"key": key, "kind": kind, "by": by, "reason": reason, "at": at, **about}
    if estimate is not None:
        row["estimate"] = dict(estimate)
    store.write_batch(
        [
            UpsertNodes(Label.DECISION, [row]),
            UpsertEdges(EdgeType.DECIDES, Label.DECISION, Label.PLAN, [{"src": key, "dst": plan}]),
        ]
    )
    return key
