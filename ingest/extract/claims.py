"""Claims: one method changes an outcome, for better, for worse, or not.

A sentence is cut into clauses. In a clause a verb (or "better", "worse", "no significant effect") says what happens;
the method that does it stands before the verb and the outcome after it, or the other way round ("accuracy rose with
dropout"). *Direction is about better and worse*: for a metric where lower is better, "reduces" improves. A negation
turns the claim into "no difference", a hedge lowers the confidence. A claim whose intervention is not a method that the
document names (or "we", "our method", where it proposes one; or "it", after a sentence about one method) is refused.
Not read: questions, purposes ("to improve …"), and what is asked rather than found ("whether …").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from graph.vocabulary.extraction import Direction, NameType, StatedClaim
from ingest.extract import claim_words as words
from ingest.extract.claim_events import Event, effect_said, find_events, is_negated
from ingest.extract.claim_words import Effect
from ingest.extract.confidence import CLAIM, CLAIM_PRONOUN, CLAIM_VAGUE, HEDGED, OTHERS
from ingest.extract.outcomes import Outcome, is_nameless, named_outcome, outcomes
from ingest.extract.reading import Hit, Reading
from ingest.extract.refusals import Refusals
from ingest.extract.relations import Name as Span
from ingest.extract.relations import RelationType, relations
from ingest.extract.sections import Part
from ingest.extract.subjects import (
    LIST_GAP,
    Name,
    Subject,
    adjacent_subject,
    agent_after,
    clauses,
    ends_in_own,
    goes_on,
    groups,
    in_range,
    is_compared,
    subject_before,
    unique,
)

_IT = re.compile(
    r"^\W*(?:but |while |and |also |yet |although |though |moreover,? |however,? |here,? |in addition,? "
    r"|furthermore,? |interestingly,? |there,? )*"
                 r"(?:(?:on|for) [^,]{3,40}, )?(?:it|they|both|this(?=\s+(?:\w+ly\s+)?(?:\w+[^s\W]s|can|could"
                 r"|may|might|would|led|did|had|was"
                 r"|approach|method|technique|strategy|framework|module|design|scheme|loss)\b)"
                 r"|the (?:method|technique|regulari[sz]er|schedule|loss|penalty|treatment|effect))\b")  # fmt: skip
_NEAR = re.compile(
    r"^(?:\W|\b(?:the|its|their|a|an|both|all|test|mean|average|final|overall|in|of|on|model|network|more"
    r"|further|than|over|held|out|set|validation|significantly|slightly|and)\b|\w+ly\b)*$"
)
_COMPARING = (Effect.BEATS, Effect.BETTER, Effect.WORSE, Effect.UP, Effect.DOWN)
_UPON = re.compile(r"\s+(?:up)?on\b")
_SURE = (Effect.BETTER, Effect.WORSE, Effect.SAME)
_PREPOSITION = re.compile(r"[,;(]|\b(?:than|on|in|by|with|for|over|compared|of|to|from|at|when|while|and|under|as)\b")
_MODIFIERS = 3  # words between "higher" and what is higher: "higher mean reward accuracy"
_MOST_COMPARATORS = 4
_MOST_OUTCOMES = 3
_MOST_DATASETS = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A claim, and the outcomes that only it names (mentions must exist for them)."""

    claim: StatedClaim
    outcome: Hit | None


class ClaimReader:
    """Reads the sentences of one document in order; remembers the last subject, for "it"."""

    def __init__(self, *, own: str | None, refusals: Refusals) -> None:
        self._own = own
        self._refusals = refusals
        self._last: Subject | None = None
        self._last_index = -2

    def read(self, reading: Reading) -> list[Found]:
        """Return the claims of one sentence."""
        if reading.part in (Part.TITLE, Part.UNREAD) or reading.text.rstrip().endswith("?"):
            return []
        if not words.ANY.search(reading.lower):
            self._remember(reading, None)
            return []
        found: list[Found] = []
        subject: Subject | None = None
        for start, end in clauses(reading.lower):
            subject, claims = self._clause(reading, start, end, subject)
            found.extend(claims)
        self._remember(reading, subject)
        return found

    def _remember(self, reading: Reading, subject: Subject | None) -> None:
        methods = unique(hit.name for hit in reading.hits if hit.type is NameType.METHOD)
        if subject is None and len(methods) == 1:
            subject = Subject(tuple(methods))
        if subject is not None:
            self._last, self._last_index = subject, reading.index

    def _clause(
        self, reading: Reading, start: int, end: int, inherited: Subject | None
    ) -> tuple[Subject | None, list[Found]]:
        events = find_events(reading.lower, start, end)
        if not events:
            own = self._own if ends_in_own(reading.lower, start, end) else None
            return subject_before(reading, start, end, own) or inherited, []
        methods = in_range(reading, NameType.METHOD, start, end)
        found: list[Found] = []
        subject = self._subject(reading, methods, events, start=start, end=end)
        if subject is None and goes_on(reading.lower[start : events[0].start]):
            subject = inherited
        everything = outcomes(reading)
        for number, event in enumerate(events):
            stop = events[number + 1].start if number + 1 < len(events) else end
            begin = events[number - 1].end if number else start
            if number and (fresh := adjacent_subject(reading, begin, event.start)):
                subject = fresh
            found.extend(self._event(reading, event, subject, everything, span=(begin, stop), clause=(start, end)))
        return subject, found

    def _subject(
        self, reading: Reading, methods: Sequence[Name], events: Sequence[Event], *, start: int, end: int
    ) -> Subject | None:
        first = events[0]
        before = subject_before(reading, start, first.start, self._own)
        if first.passive or before is None or before.pronoun:
            of = first.noun or first.effect is Effect.SAME
            agent = (
                None
                if first.gerund or first.effect is Effect.BEATS
                else agent_after(reading, methods, first.end, end, of=of)
            )
            if agent is not None and (before is None or first.passive or before.pronoun):
                return agent
        if before is not None:
            return before
        fresh = self._last_index == reading.index - 1 and self._last is not None
        if fresh and self._last is not None and _IT.match(reading.lower[start : first.start + 1]):
            return Subject(self._last.names, pronoun=True)
        return None

    def _event(
        self,
        reading: Reading,
        event: Event,
        subject: Subject | None,
        everything: Sequence[Outcome],
        *,
        span: tuple[int, int],
        clause: tuple[int, int],
    ) -> list[Found]:
        about = _about(reading, event, everything, span=span, clause=clause)
        against = _comparators(reading, event, clause)
        if subject is not None and subject.combined:
            self._refusals.add(reading.text[clause[0] : clause[1]].strip(), "effect of a combination", reading.index)
            return []
        if subject is None or not subject.names:
            if about or event.effect in (Effect.BEATS, Effect.BETTER, Effect.WORSE):
                self._refusals.add(
                    reading.text[clause[0] : clause[1]].strip(), "claim without a named method", reading.index
                )
            return []
        text = reading.text[clause[0] : clause[1]]
        negated = event.effect is not Effect.SAME and is_negated(reading.lower, event, clause[0])
        if event.effect is Effect.BETTER and _itself(reading, event, subject, clause):
            return []
        against = [name for name in against if name not in subject.names]
        if not against and event.effect in _COMPARING:
            against = _related(reading, subject, clause)
        effect = effect_said(
            reading.text, reading.lower, event, measured=bool(about), compared=bool(against), span=span, clause=clause
        )
        if effect is None:
            return []
        size = None if event.effect is Effect.SAME or negated else _size(reading, event, span)
        datasets = (
            [each.hit.name for each in in_range(reading, NameType.DATASET, event.start, span[1])]
            or [each.hit.name for each in in_range(reading, NameType.DATASET, *clause)]
            or [hit.name for hit in reading.hits if hit.type is NameType.DATASET]
        )
        tasks = unique(hit.name for hit in reading.hits if hit.type is NameType.TASK)
        confidence = CLAIM if about else CLAIM_VAGUE
        if subject.pronoun:
            confidence = min(confidence, CLAIM_PRONOUN)
        if words.HEDGE.search(text.lower()):
            confidence *= HEDGED
        if reading.part is Part.RELATED or words.OTHERS_WORK.search(reading.text[: clause[1]]):
            confidence *= OTHERS
        found: list[Found] = []
        for outcome in _or_none(about[:_MOST_OUTCOMES]):
            direction = _direction(effect, outcome, negated=negated, removed=subject.removed)
            if direction is None:
                continue
            for intervention in subject.names:
                for comparator in _or_none(against[:_MOST_COMPARATORS]):
                    for dataset in _or_none(unique(datasets)[:_MOST_DATASETS]):
                        claim = StatedClaim(
                            intervention=intervention,
                            comparator=comparator,
                            outcome=outcome.name if outcome else None,
                            dataset=dataset,
                            task=tasks[0] if len(tasks) == 1 else None,
                            direction=direction,
                            size=size,
                            sentence=reading.index,
                            confidence=round(confidence, 3),
                        )
                        found.append(Found(claim, outcome.hit if outcome and outcome.name else None))
        return found


def _itself(reading: Reading, event: Event, subject: Subject, clause: tuple[int, int]) -> bool:
    """Say whether the subject is what is improved on: "its successor …, improving on FooNet" is no claim of FooNet."""
    if not _UPON.match(reading.lower[event.end : clause[1]]):
        return False
    behind = in_range(reading, NameType.METHOD, event.end, clause[1])
    return bool(behind) and behind[0].hit.name in subject.names


def _comparators(reading: Reading, event: Event, clause: tuple[int, int]) -> list[str]:
    lower = reading.lower
    methods = in_range(reading, NameType.METHOD, *clause)
    found: list[Name] = [each for each in methods if is_compared(lower, clause[0], each)]
    if event.effect is Effect.BEATS or (event.effect is Effect.BETTER and not event.passive and not event.noun):
        behind = groups(lower, [each for each in methods if each.start >= event.end])
        if behind and not re.search(
            r"\b(?:on|by|with|when|using|in|for|via|through|of)\b|,", lower[event.end : behind[0][0].start]
        ):
            found.extend(each for each in behind[0] if each not in found)
    if event.effect is Effect.SAME and (match := re.search(r"\bbetween\b", lower[event.end : clause[1]])):
        both = [each for each in methods if each.start >= event.end + match.end()]
        found.extend(both[1:2])
    return unique(each.hit.name for each in found)


def _related(reading: Reading, subject: Subject, clause: tuple[int, int]) -> list[str]:
    """Return the methods that the sentence compares the subject with, by the words between their names."""
    methods = in_range(reading, NameType.METHOD, *clause)
    if len({each.hit.name for each in methods}) < 2:
        return []
    spans = [Span(each.start, each.end, NameType.METHOD) for each in methods]
    found: list[str] = []
    for each in relations(reading.text, spans):
        if each.type is RelationType.COMPARE:
            one, other = methods[each.head].hit.name, methods[each.tail].hit.name
            if one in subject.names and other not in subject.names:
                found.append(other)
    return unique(found)


def _about(
    reading: Reading, event: Event, everything: Sequence[Outcome], *, span: tuple[int, int], clause: tuple[int, int]
) -> list[Outcome]:
    """Return the outcomes of *event*: beside it, else the first after it, else the last before it."""
    lower = reading.lower
    if event.adjective is not None and (entry := named_outcome(event.adjective)):
        hit = Hit(
            reading.word_at(event.start), reading.word_before(event.end), NameType.METRIC, entry.name, "quality", entry
        )
        return [Outcome(event.start, event.end, None if is_nameless(entry) else entry.name, entry.better, hit)]
    inner = [each for each in everything if event.start <= each.start and each.end <= event.end]
    after = [each for each in everything if event.end <= each.start and each.end <= span[1]]
    before = [each for each in everything if span[0] <= each.start and each.end <= event.start]
    left = lower[before[-1].end : event.start] if before else ""
    beside_left = (
        before[-1:]
        if before
        and not (event.compared and "," in left)
        and _NEAR.match(
            re.sub(
                r"\b(?:is|are|was|were|has|have|had|been|did|does|do|not|n't|also|then|of \w+|on \w+(?: \w+)?|to)\b",
                " ",
                lower[before[-1].end : event.start],
            )
        )
        else []
    )
    gap = lower[event.end : after[0].start] if after else ""
    modified = event.compared and len(gap.split()) <= _MODIFIERS and not _PREPOSITION.search(gap)
    beside_right = after[:1] if after and (modified or _NEAR.match(gap)) else []
    if inner:
        return inner[:1]
    if beside_left and (event.intransitive or event.passive or not beside_right):
        return _coordinated(lower, before, backwards=True)
    if beside_right:
        return _coordinated(lower, after)
    if event.effect is Effect.BEATS:
        in_terms = re.search(r"\b(?:in|on|in terms of|for)\s+", lower[event.end : clause[1]])
        return after[:1] if after and in_terms else []
    if after and not event.compared and "," not in gap and len(gap.split()) <= (9 if event.effect in _SURE else 4):
        return _coordinated(lower, after)
    if event.effect is Effect.SAME and before:
        return before[-1:]
    return before[-1:] if before and event.intransitive else []


def _coordinated(lower: str, found: Sequence[Outcome], *, backwards: bool = False) -> list[Outcome]:
    ordered = list(reversed(found)) if backwards else list(found)
    kept = ordered[:1]
    for each in ordered[1:_MOST_OUTCOMES]:
        first, second = (each, kept[-1]) if backwards else (kept[-1], each)
        if not LIST_GAP.match(lower[first.end : second.start]):
            break
        kept.append(each)
    return list(reversed(kept)) if backwards else kept


def _direction(effect: Effect, outcome: Outcome | None, *, negated: bool, removed: bool) -> Direction | None:
    if effect is Effect.SAME or negated:
        return Direction.NO_DIFFERENCE
    if effect in (Effect.UP, Effect.DOWN):
        if outcome is None:
            return None
        good = (outcome.better > 0) == (effect is Effect.UP)
    else:
        good = effect is not Effect.WORSE
    return Direction.IMPROVES if good is not removed else Direction.DEGRADES


def _size(reading: Reading, event: Event, span: tuple[int, int]) -> str | None:
    """Return the effect as printed: after the verb, else right before it ("a 2% improvement")."""
    after = words.SIZE.search(reading.text, event.end, span[1])
    match = after or words.SIZE.search(reading.text, max(span[0], event.start - 40), span[1])
    if match is None:
        return None
    return next((group.strip().rstrip(".,") for group in match.groups() if group), None)


_T = TypeVar("_T")


def _or_none(items: Sequence[_T]) -> Sequence[_T | None]:
    return items or (None,)
