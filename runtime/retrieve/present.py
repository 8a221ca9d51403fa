"""From a scored pattern to a match: its quotes, names, objections and beliefs, read from the snapshot's records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.schema import Label, Ref
from graph.snapshot import Snapshot
from graph.vocabulary.document import Box
from graph.vocabulary.extraction import Stance
from runtime.retrieve.answer import HeldBelief, Hop, Match, Named, Objection, ObjectionKind, Quote
from runtime.retrieve.scoring import Scored

_PER_STANCE = 3
_OBJECTIONS = 5


def present(
    snapshot: Snapshot,
    scored: Scored,
    record: Mapping[str, Any],
    beliefs: Sequence[HeldBelief],
    paths: tuple[tuple[Hop, ...], ...],
) -> Match:
    """Return the match for *scored*, whose record is *record*."""
    quoted = {of: evidence for evidence, of, _ in record["quotes"]}
    return Match(
        pattern=str(snapshot.ref(scored.row)),
        name=record["name"],
        score=round(scored.score, 6),
        parts={name: round(value, 6) for name, value in sorted(scored.parts.items())},
        evidence=_quotes(snapshot, scored, record),
        summary=record["summary"],
        support=record["support"],
        claims_for=record["claims_for"],
        claims_against=record["claims_against"],
        objection_count=record["objection_count"],
        trials=record["trials"],
        failures=record["failures"],
        problems=_named(Label.PROBLEM, record["problems"]),
        methods=_named(Label.METHOD, record["methods"]),
        tasks=_named(Label.TASK, record["tasks"]),
        datasets=_named(Label.DATASET, record["datasets"]),
        metrics=_named(Label.METRIC, record["metrics"]),
        baselines=_named(Label.METHOD, record["baselines"]),
        papers=_named(Label.PAPER, record["papers"]),
        limits=tuple(record["limits"]),
        objections=_objections(snapshot, record, record["objections"][:_OBJECTIONS], quoted),
        objection_kinds=_objection_kinds(snapshot, record, quoted),
        beliefs=tuple(beliefs),
        paths=paths,
    )


def _named(label: Label, listed: Sequence[Mapping[str, Any]]) -> tuple[Named, ...]:
    return tuple(
        Named(
            ref=str(Ref(label, each["key"])),
            name=each["name"],
            role=each.get("role", ""),
            papers=each.get("papers", 1 if label is Label.PAPER else 0),
        )
        for each in listed
    )


def _quotes(snapshot: Snapshot, scored: Scored, record: Mapping[str, Any]) -> tuple[Quote, ...]:
    """The first few of each stance: for, against, and what the match was found by before other mentions."""
    found_by = {str(snapshot.ref(row)) for row in scored.via.values()}
    listed = sorted(record["quotes"], key=lambda quote: quote[1] not in found_by)
    chosen = [
        quote
        for stance in (Stance.SUPPORTS, Stance.CONTRADICTS, Stance.MENTIONS)
        for quote in [each for each in listed if each[2] == stance][:_PER_STANCE]
    ]
    opposite = _opposite(record)
    shown = (_quote(snapshot, key, of, stance, opposite.get(of, ())) for key, of, stance in chosen)
    return tuple(quote for quote in shown if quote is not None)


def _opposite(record: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the claims that contradict each contested claim of a pattern."""
    found: dict[str, tuple[str, ...]] = {}
    for one, other in record.get("contradictions", ()):
        claims = str(Ref(Label.CLAIM, one)), str(Ref(Label.CLAIM, other))
        for claim, against in (claims, claims[::-1]):
            found[claim] = (*found.get(claim, ()), against)
    return found


def _quote(snapshot: Snapshot, key: str, of: str, stance: str, contradicts: tuple[str, ...]) -> Quote | None:
    row = snapshot.row(Ref(Label.EVIDENCE, key))
    if row is None:
        return None
    record = snapshot.record(row)
    paper = record.get("paper")
    boxes = record.get("boxes")
    return Quote(
        document=str(Ref(Label.DOCUMENT, record["document"])),
        quote=record["quote"],
        section=record["section"],
        page=record.get("page"),
        boxes=tuple(Box(**box) for box in boxes) if boxes else None,
        stance=Stance(stance),
        of=of,
        evidence=str(Ref(Label.EVIDENCE, key)),
        paper=str(Ref(Label.PAPER, paper)) if paper else None,
        paper_title=record["paper_title"],
        contradicts=contradicts,
    )


def _objection_kinds(
    snapshot: Snapshot, record: Mapping[str, Any], quoted: Mapping[str, str]
) -> tuple[ObjectionKind, ...]:
    kinds = []
    for group in record.get("objection_groups", ()):
        quotes = _objections(snapshot, record, group["points"], quoted)
        counted = {name: value for name, value in group.items() if name != "points"}
        kinds.append(ObjectionKind(**counted, quotes=quotes))
    return tuple(kinds)


def _objections(
    snapshot: Snapshot, record: Mapping[str, Any], keys: Sequence[str], quoted: Mapping[str, str]
) -> tuple[Objection, ...]:
    own = set(record["core_keys"])
    shown = []
    for key in keys:
        ref = Ref(Label.REVIEW_POINT, key)
        row = snapshot.row(ref)
        if row is None:
            continue
        point = snapshot.record(row)
        method = next((each for each in point["methods"] if each in own), None)
        about = Ref(Label.METHOD, method) if method else Ref(Label.PAPER, point["paper"])
        evidence = quoted.get(str(ref))
        shown.append(
            Objection(
                ref=str(ref),
                text=point["name"],
                aspect=point["aspect"],
                about=str(about),
                evidence=str(Ref(Label.EVIDENCE, evidence)) if evidence else None,
            )
        )
    return tuple(shown)
