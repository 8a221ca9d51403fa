"""Record what became of trials: state, measurements and links in the one transaction that checks the fence.

Guarantees: an executor that lost its claim records nothing, so a trial is recorded once however often it was run; a
pack of trials is recorded as a whole. A kill before the call returns leaves either all of the pack or none of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.keys import hashed_key
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import Claimed, Finish, GraphStore, UpsertEdges, UpsertNodes, WriteOp, WriteReport
from graph.vocabulary.outcome import Outcome
from graph.write.existing import existing


@dataclass(frozen=True)
class OutcomesRecorded:
    """What was written. `unlinked` are Methods that a unit was said to implement and the graph does not have."""

    report: WriteReport
    unlinked: tuple[Ref, ...]


def measurement_key(trial: str, split: str, metric: str) -> str:
    """Return the key of the Measurement of *metric* on *split* in *trial*."""
    return hashed_key("measurement", trial, split, metric)


def record_outcome(
    store: GraphStore,
    outcomes: Iterable[tuple[Claimed, Outcome]],
    *,
    methods: Mapping[str, Sequence[str]] | None = None,
) -> OutcomesRecorded:
    """Record the outcomes of claimed trials, all of them or none.

    *methods* maps the id of a unit to the keys of the Methods it implements: each trial gets an edge to those of its
    units.

    Raises:
        LeaseLost: one of the claims is no longer held; nothing was written.
        ValueError: an outcome belongs to another trial than its claim.
    """
    pairs = list(outcomes)
    for claim, outcome in pairs:
        if claim.ref.key != outcome.trial:
            raise ValueError(f"the outcome of {outcome.trial} was handed in for the claim on {claim.ref.key}")
    runs = sorted(
        {
            (claim.ref.key, key)
            for claim, _ in pairs
            for unit in claim.properties.get("units", ())
            for key in (methods or {}).get(unit, ())
        }
    )
    there = existing(store, (Ref(Label.METHOD, key) for _, key in runs))
    measurements = [
        {
            "key": measurement_key(outcome.trial, measured.split, measured.metric),
            "metric": measured.metric,
            "value": measured.value,
            "split": measured.split,
            "trial": outcome.trial,
        }
        for _, outcome in pairs
        for measured in outcome.measurements
    ]
    ops: list[WriteOp] = [
        UpsertNodes(Label.MEASUREMENT, measurements),
        UpsertEdges(
            EdgeType.MEASURED_IN,
            Label.MEASUREMENT,
            Label.TRIAL,
            [{"src": row["key"], "dst": row["trial"]} for row in measurements],
        ),
        UpsertEdges(
            EdgeType.RUNS,
            Label.TRIAL,
            Label.METHOD,
            [{"src": trial, "dst": key} for trial, key in runs if Ref(Label.METHOD, key) in there],
        ),
    ]
    report = store.finish([_finish(claim, outcome) for claim, outcome in pairs], ops)
    missing = sorted({Ref(Label.METHOD, key) for _, key in runs} - there)
    return OutcomesRecorded(report, tuple(missing))


def _finish(claim: Claimed, outcome: Outcome) -> Finish:
    failed = outcome.label is not None
    return Finish(
        claim,
        "failed" if failed else "done",
        {
            "label": outcome.label.value if outcome.label else None,
            "failure": {"class": outcome.label.value, "message": outcome.message} if outcome.label else None,
            "wall_s": outcome.wall_s,
            "device": outcome.device,
            **outcome.cost.model_dump(),
            "environment": outcome.environment,
            "log": outcome.log,
            "artefact": outcome.artefact,
            "at": outcome.at,
        },
    )
