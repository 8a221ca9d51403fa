"""Fixtures: stores in which trials are already recorded, through the writers, without running anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from graph.keys import hashed_key, name_key
from graph.names import name_properties
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore
from graph.vocabulary.outcome import FailureLabel, Measured, Outcome
from graph.vocabulary.plan import Plan, PlannedTrial
from graph.write.outcome import record_outcome
from graph.write.plan import write_plan, write_trials

Values = Callable[[str, int], "Mapping[str, float] | FailureLabel"]


class Records:
    """Writes plans with outcomes, methods and claims into a store."""

    def __init__(self, store: GraphStore) -> None:
        self.store = store

    def run(self, plan: Plan, values: Values, *, split: str = "val") -> None:
        """Record *plan* with what *values* gives for (arm, seed): measurements, or how the trial failed."""
        write_plan(self.store, plan, at="2026-01-01T00:00:00Z")
        planned = list(plan.trials())
        if split == "test":
            planned = [
                PlannedTrial(arm.id, plan.trial(arm, seed, "test")) for seed in plan.confirm_seeds for arm in plan.arms
            ]
            write_trials(self.store, plan.id, planned)
        arms = {each.spec.id: each for each in planned}
        claims = self.store.claim(Label.TRIAL, len(arms), "test", 60.0, now=0.0, keys=list(arms))
        pairs = []
        for claim in claims:
            each = arms[claim.ref.key]
            value = values(each.arm, each.spec.seed)
            failed = isinstance(value, FailureLabel)
            pairs.append(
                (
                    claim,
                    Outcome(
                        trial=each.spec.id,
                        label=value if isinstance(value, FailureLabel) else None,
                        measurements=()
                        if failed
                        else tuple(
                            Measured(metric=name, value=number, split=split)
                            for name, number in dict(value).items()  # type: ignore[call-overload]
                        ),
                        wall_s=1.0,
                        at=f"2026-01-01T00:00:{each.spec.seed:02d}Z",
                    ),
                )
            )
        record_outcome(self.store, pairs)

    def method(self, name: str) -> str:
        """Write a Method and return its key."""
        self.store.upsert_nodes(Label.METHOD, [{"key": name_key(name), **name_properties(name)}])
        return name_key(name)

    def claim(self, method: str, direction: str, *, metric: str | None = None, live: bool = True, n: int = 0) -> str:
        """Write a claim of a document of its own about the Method *method* and return its key."""
        document = hashed_key("doc", method, direction, metric, live, n)
        key = hashed_key("claim", document)
        owned = {"document": document, "extraction": "x"}
        self.store.upsert_nodes(
            Label.DOCUMENT, [{"key": document, "kind": "paper", "extraction": "x" if live else "newer"}]
        )
        self.store.upsert_nodes(Label.CLAIM, [{"key": key, "direction": direction, **owned}])
        self.store.upsert_edges(
            EdgeType.HAS_INTERVENTION, Label.CLAIM, Label.METHOD, [{"src": key, "dst": method, **owned}]
        )
        if metric is not None:
            self.store.upsert_nodes(Label.METRIC, [{"key": name_key(metric), **name_properties(metric)}])
            self.store.upsert_edges(
                EdgeType.HAS_METRIC, Label.CLAIM, Label.METRIC, [{"src": key, "dst": name_key(metric), **owned}]
            )
        return key

    def pattern(self, key: str, *methods: str) -> str:
        """Write a pattern that is composed of *methods*, the first of them its core."""
        self.store.upsert_nodes(Label.PATTERN, [{"key": key, "name": key}])
        self.store.upsert_edges(
            EdgeType.COMPOSED_OF,
            Label.PATTERN,
            Label.METHOD,
            [
                {"src": key, "dst": method, "role": "component" if place else "core"}
                for place, method in enumerate(methods)
            ],
        )
        return key


@pytest.fixture
def records(sqlite_store: GraphStore) -> Records:
    """Writes into an empty SQLite store."""
    return Records(sqlite_store)


@pytest.fixture
def measured() -> Callable[..., Any]:
    """Makes values for `Records.run`: each arm's gain over a baseline that differs by seed, with a little spread."""

    def make(gains: Mapping[str, float], *, spread: float = 0.001) -> Values:
        def values(arm: str, seed: int) -> Mapping[str, float]:
            noise = spread * ((seed * 7) % 5 - 2)
            gain = gains.get(arm, 0.0) + (noise if gains.get(arm) is not None else 0.0)
            base = 0.9 + 0.001 * seed
            return {"accuracy": base + gain, "nll": 0.3 - gain, "ece": 0.05 + gain}

        return values

    return make
