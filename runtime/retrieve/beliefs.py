"""What trials have taught about the methods of a match, read from the store as it is now.

Beliefs are never in a snapshot: what a run taught a second ago counts for the next question. A belief counts the more,
the nearer its context is to the intent (shared words of its task and metric) and the more trials stand behind it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from graph.schema import Label, Ref
from graph.snapshot.analysis import words
from graph.store.interface import GraphStore
from runtime.retrieve.answer import HeldBelief

_FAR = 0.5  # what a belief from a context without a shared word still counts
_PER_METHOD = 20


def read_beliefs(store: GraphStore, methods: Sequence[str], intent: str) -> dict[str, tuple[HeldBelief, ...]]:
    """Return the beliefs about each method, nearest context first."""
    if not methods:
        return {}
    asked = set(words(intent))
    found = store.find_nodes(
        Label.BELIEF, {"method": tuple(sorted(set(methods)))}, limit=_PER_METHOD * len(set(methods))
    )
    held: dict[str, list[HeldBelief]] = {}
    for node in found:
        values = node.properties
        belief = HeldBelief(
            ref=str(node.ref),
            method=str(Ref(Label.METHOD, str(values["method"]))),
            task=str(values.get("task") or ""),
            metric=str(values.get("metric") or ""),
            mean=float(values.get("mean") or 0),
            sd=float(values.get("sd") or 0),
            trials=int(values.get("trials") or 0),
            failed=int(values.get("failed") or 0),
            nearness=_nearness(asked, f"{values.get('task', '')} {values.get('metric', '')}"),
        )
        held.setdefault(str(values["method"]), []).append(belief)
    return {
        method: tuple(sorted(beliefs, key=lambda belief: (-belief.nearness, -belief.trials, belief.ref)))
        for method, beliefs in held.items()
    }


def belief_score(beliefs: Iterable[HeldBelief]) -> float:
    """Return −1 to 1: how sure it is that the methods help (1) or harm (−1); 0 without a trial.

    For each belief ``2 · Φ(mean / sd) − 1``, weighted by nearness and by ``trials / (trials + 5)``; failed trials
    take off their share.
    """
    total = weight = 0.0
    for belief in beliefs:
        tried = belief.trials + belief.failed
        if not tried:
            continue
        sure = math.erf(belief.mean / (belief.sd * math.sqrt(2))) if belief.sd > 0 else float(belief.mean > 0)
        share = belief.nearness * tried / (tried + 5)
        total += share * (sure * belief.trials - belief.failed) / tried
        weight += belief.nearness
    return max(-1.0, min(1.0, total / weight)) if weight else 0.0


def _nearness(asked: set[str], context: str) -> float:
    own = set(words(context.replace("_", " ")))
    return _FAR + (1 - _FAR) * (len(own & asked) / len(own) if own else 0.0)
