"""What people ask and decide about names: explained, joined, parted, or left to the rules again."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from pydantic import Field

from graph.errors import LeaseHeld
from graph.schema import Label
from graph.store.interface import GraphStore
from graph.vocabulary.document import Frozen
from graph.write.by_hand import keep_apart, keep_together, take_back
from graph.write.generation import raise_generation
from ingest.resolve import ResolveReport, pair_called, resolve
from service.errors import WrongUse

RUN = "run:resolve"


class NameDecision(StrEnum):
    """What can be decided about two names."""

    JOIN = "join"
    SPLIT = "split"
    UNDO = "undo"


class DecisionDocument(Frozen):
    """What somebody decided about two names: ``patternbook resolve --join``, ``--split`` and ``--undo``."""

    decision: NameDecision
    label: str
    one: str = Field(description="key")
    other: str = Field(description="key")
    by: str
    reason: str
    at: str
    changed: bool = Field(description="whether that was news; False: it had been decided so before")
    carried_out: bool = Field(description="False: another resolve is at work, and the next one will carry it out")
    report: ResolveReport = Field(description="what resolve did at once")


def kind_called(kind: str | None) -> Label | None:
    """Return the label that *kind* names, in any case.

    Raises:
        WrongUse: there is no such kind of name.
    """
    kinds = {each.value.casefold(): each for each in _KINDS}
    if kind is None:
        return None
    if kind.casefold() not in kinds:
        raise WrongUse(f"--kind {kind!r} is none of {', '.join(kinds)}")
    return kinds[kind.casefold()]


_KINDS = (Label.METHOD, Label.TASK, Label.DATASET, Label.METRIC, Label.PROBLEM)


def decide(
    store: GraphStore, decision: NameDecision, one: str, other: str, *, kind: Label | None, by: str, reason: str
) -> DecisionDocument:
    """Record a decision about the names called *one* and *other*, and carry it out.

    Raises:
        UnknownName, AmbiguousName: the names are not there, or as several kinds of thing.
        WrongUse: they are one name, or nobody is said to decide.
    """
    first, second = pair_called(store, one, other, kind)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        if decision is NameDecision.UNDO:
            written = take_back(store, first, second)
        else:
            keep = keep_together if decision is NameDecision.JOIN else keep_apart
            written = keep(store, first, second, by=by, reason=reason, at=at)
    except ValueError as error:
        raise WrongUse(str(error)) from error
    try:
        report, carried_out = resolve(store, run=RUN), True
    except LeaseHeld:
        report, carried_out = ResolveReport(), False
    if report.written:
        raise_generation(store)
    return DecisionDocument(
        decision=decision,
        label=first.label.value,
        one=first.key,
        other=second.key,
        by=by,
        reason=reason,
        at=at,
        changed=written.written > 0,
        carried_out=carried_out,
        report=report,
    )
