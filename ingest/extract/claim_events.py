"""What a clause says happens: verbs, comparisons and nouns of change, each once, with what they say of an outcome.

Not events: what is aimed at ("to improve"), asked ("whether …") or assumed, and comparisons of something that is no
outcome ("a better understanding").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.extract import claim_words as words
from ingest.extract.claim_words import Effect

_NO_EFFECT_AT_ALL = re.compile(
    r"\b(?:effect|impact|influence|difference|improvement|gain|benefit|matter|help|significant"
    r"|indistinguishable)"
)
# What is beaten, where it is no name of the document: other work, or something with a capital or a citation.
_RIVAL = re.compile(
    r"baseline|method|model|approach|state|prior|previous|existing|work|\ball\b|counterpart|others|technique|variant"
    r"|^\s+(?:\w+\s+){0,3}?[A-Z]\w*[A-Z0-9][\w-]*|^\s+(?:the\s+)?[A-Z][\w-]+|^[^.,]{3,40}\[\d"
)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that is said to happen, at *start* to *end* of the sentence."""

    start: int
    end: int
    effect: Effect
    adjective: str | None = None
    passive: bool = False
    intransitive: bool = False
    noun: bool = False
    gerund: bool = False
    compared: bool = False


def find_events(lower: str, start: int, end: int) -> list[Event]:
    """Return the events of a clause in order; of two that overlap, the one that begins first."""
    found: list[Event] = []
    for match in words.NO_EFFECT.finditer(lower, start, end):
        found.append(Event(match.start(), match.end(), Effect.SAME))
    for match in words.ON_PAR.finditer(lower, start, end):
        found.append(Event(match.start(), match.end(), Effect.SAME))
    found += _spared(lower, start, end)
    for pattern in (words.OVERFIT, words.COMPARATIVE, words.SUPERLATIVE, words.NOUN):
        for match in pattern.finditer(lower, start, end):
            effect, adjective = words.effect_of(match)
            noun = pattern is words.NOUN
            before = lower[start : match.start()]
            aim = words.PURPOSE.search(before) or (
                match.group().split()[0].endswith("ing") and words.AIM.search(before)
            )
            if (aim and not words.REPORTED.search(before)) or _asked(lower, start, match.start()):
                continue
            compared = pattern is words.COMPARATIVE
            if noun and words.SHOWN.match(match.group()) and lower[match.end() :].startswith(" of"):
                continue  # "demonstrating the benefit of FooNet": whose benefit it is, the clause before says
            if noun and words.SLIGHT.search(match.group()):
                effect = Effect.SAME
            found.append(Event(match.start(), match.end(), effect, adjective, noun=noun, compared=compared))
    for match in words.VERB.finditer(lower, start, end):
        before = lower[start : match.start()]
        if words.PURPOSE.search(before) and not words.REPORTED.search(before):
            continue
        if words.DETERMINER.search(before) or _asked(lower, start, match.start()):
            continue
        effect, _ = words.effect_of(match)
        verb = match.group("verb")
        if verb.endswith("ing") and words.AIM.search(before) and not words.REPORTED.search(before):
            continue
        if words.BARE.fullmatch(verb) and words.AIM_GOES_ON.search(before) and not words.REPORTED.search(before):
            continue
        if effect is not Effect.SAME and (slight := words.SLIGHT.search(before)) and not before[slight.end() :].strip():
            effect = Effect.SAME
        passive = verb.endswith("ed") and words.BE.search(before) is not None
        found.append(
            Event(
                match.start(),
                match.end(),
                effect,
                passive=passive,
                intransitive=verb in words.INTRANSITIVE,
                gerund=verb.endswith("ing"),
            )
        )
    kept: list[Event] = []
    for event in sorted(found, key=lambda each: (each.start, each.start - each.end)):
        if all(event.start >= other.end for other in kept):
            kept.append(event)
    return kept


def _spared(lower: str, start: int, end: int) -> list[Event]:
    """Return what is kept from happening, unless it is aimed at or asked."""
    return [
        Event(match.start(), match.end(), words.effect_spared(match))
        for match in words.SPARED.finditer(lower, start, end)
        if not words.PURPOSE.search(lower[start : match.start()]) and not _asked(lower, start, match.start())
    ]


def _asked(lower: str, start: int, at: int) -> bool:
    if words.INDIRECT.search(lower, 0, at):
        return True
    return words.ASKED.search(lower, start, at) is not None and "even if" not in lower[start:at]


def is_negated(lower: str, event: Event, start: int) -> bool:
    """Say whether a negation near *event*, in its clause from *start* on, turns it off."""
    near = " ".join(lower[start : event.start].split()[-6:])
    return words.NEGATION.search(near) is not None or bool(
        re.search(r"\b(?:neither|no evidence|none of)\b", lower[start : event.start])
    )


def effect_said(
    text: str,
    lower: str,
    event: Event,
    *,
    measured: bool,
    compared: bool,
    span: tuple[int, int],
    clause: tuple[int, int],
) -> Effect | None:
    """Return what *event* says of a method, or None where it says too little to be a claim.

    *measured*: it has an outcome; *compared*: a method it is compared with is named. *span* ends where the next event
    begins.
    """
    effect, behind = event.effect, lower[event.end : clause[1]]
    if _is_no_claim(lower, event, behind, clause):
        return None
    if measured:
        return effect
    if effect in (Effect.UP, Effect.DOWN):  # more or less of what nothing measures
        if not words.BAD.match(lower[event.end : span[1]]):
            return None
        return Effect.BETTER if effect is Effect.DOWN else Effect.WORSE
    too_little = {
        Effect.SAME: event.compared or not (compared or _NO_EFFECT_AT_ALL.search(lower[event.start : event.end])),
        Effect.BEATS: not compared and not _RIVAL.search(text[event.end : clause[1]]),
    }
    return None if too_little.get(effect) else effect


def _is_no_claim(lower: str, event: Event, behind: str, clause: tuple[int, int]) -> bool:
    """Say whether statements of theory are compared, a threshold is passed, or something is said of itself."""
    if event.compared and words.THEORY.search(lower[clause[0] : event.start]):
        return True
    if event.effect is Effect.BEATS:
        return words.LIMIT.match(behind) is not None
    return event.effect is Effect.SAME and words.ABSOLUTE.match(behind) is not None
