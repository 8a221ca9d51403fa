"""Candidates of links and their features: which predicate leads to a term, and from which subject.

A term is the object of a triple through a phrase of its sentence or through the unsaid ``has`` or ``name``; the subject
is the unit itself, a term of the same sentence, or a term that earlier sentences left open (a heading-like phrase, or
the last sentence's first term). Both choices are scored apart and multiplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.extract.contributions.phrase_context import Phrase, word_class

HAS_LINK, NAME_LINK = -1, -2
ROOT, OPEN_HEADING, OPEN_TERM = -1, -2, -3

_PREDICATE_WINDOW = (-5, 2)
_SUBJECT_WINDOW = (-10, 3)
_LEAST = 0.03
_FAR = 12


@dataclass(frozen=True, slots=True)
class LinkContext:
    """A sentence ready for links: its phrases, how likely each is a predicate, its unit, and what is open before it."""

    phrases: tuple[Phrase, ...]
    predicate: tuple[float, ...]
    unit: int
    open_heading: str
    open_term: str


def predicate_candidates(context: LinkContext, term: int) -> list[int]:
    """Return the phrases that could lead to phrase *term*, then the unsaid links."""
    low, high = max(0, term + _PREDICATE_WINDOW[0]), min(len(context.phrases), term + _PREDICATE_WINDOW[1] + 1)
    near = [at for at in range(low, high) if at != term and context.predicate[at] > _LEAST]
    return [*near, HAS_LINK, NAME_LINK]


def subject_candidates(context: LinkContext, term: int, link: int) -> list[int]:
    """Return the terms that phrase *term* could be said of, through *link*: phrases, then the unit and what is open."""
    low, high = max(0, term + _SUBJECT_WINDOW[0]), min(len(context.phrases), term + _SUBJECT_WINDOW[1] + 1)
    near = [at for at in range(low, high) if at not in (term, link) and context.predicate[at] < 1 - _LEAST]
    outside = [ROOT]
    if context.open_heading:
        outside.append(OPEN_HEADING)
    if context.open_term:
        outside.append(OPEN_TERM)
    return [*near, *outside]


def is_object_candidate(context: LinkContext, term: int) -> bool:
    """Say whether phrase *term* may be a term at all."""
    return context.predicate[term] < 1 - _LEAST


def _gap(context: LinkContext, one: int, other: int) -> tuple[str, ...]:
    """The words between two phrases, phrases in between included."""
    low, high = sorted((one, other))
    words: list[str] = []
    for at in range(low + 1, high + 1):
        words += context.phrases[at].gap_before
        if at < high:
            words += context.phrases[at].words
    return tuple(words)


def _gap_features(words: Sequence[str]) -> list[float]:
    return [
        min(_FAR, len(words)),
        float("," in words),
        float("and" in words or "or" in words),
        float("(" in words),
        float(")" in words),
        float(":" in words or ";" in words or "." in words),
        float("respectively" in words),
        word_class(words[0]) if words else 0,
        word_class(words[-1]) if words else 0,
    ]


def _between(context: LinkContext, one: int, other: int) -> tuple[float, float]:
    """How many terms and predicates stand between two phrases."""
    low, high = sorted((one, other))
    predicates = sum(context.predicate[low + 1 : high])
    return high - low - 1 - predicates, predicates


def _own(context: LinkContext, at: int) -> list[float]:
    """Features of one phrase as it stands."""
    if at < 0:
        return [float(at), 0, 0, 0, 0, 0, 0, 0, 0]
    phrase = context.phrases[at]
    return [
        context.predicate[at],
        word_class(phrase.first),
        word_class(phrase.last),
        min(8, len(phrase.words)),
        float(phrase.is_number),
        float(phrase.text[:1].isupper()),
        word_class(phrase.gap_before[-1]) if phrase.gap_before else 0,
        min(_FAR, len(phrase.gap_before)),
        min(_FAR, at),
    ]


def _neighbour(context: LinkContext, at: int) -> list[float]:
    if not 0 <= at < len(context.phrases):
        return [-1, 0, 0]
    return [context.predicate[at], word_class(context.phrases[at].first), float(context.phrases[at].is_number)]


def predicate_features(context: LinkContext, term: int, link: int) -> list[float]:
    """Return the features of *term* being reached through *link*."""
    row = [float(context.unit), float(len(context.phrases))]
    row += _own(context, term)
    row += _neighbour(context, term - 1) + _neighbour(context, term - 2) + _neighbour(context, term + 1)
    row += _gap_features(context.phrases[term].gap_before)
    row += _own(context, link)
    if link >= 0:
        row += [float(term - link), *_between(context, link, term), *_gap_features(_gap(context, link, term))]
        row += _neighbour(context, link - 1)
        row += [float(context.phrases[link].text == context.phrases[term].text)]
    else:
        row += [0.0] * (3 + 9) + [-1, 0, 0] + [0.0]
    return row


def subject_features(context: LinkContext, term: int, link: int, subject: int) -> list[float]:
    """Return the features of *subject* having *term* through *link*."""
    anchor = link if link >= 0 else term
    row = [float(context.unit), float(len(context.phrases)), float(bool(context.open_heading))]
    row += _own(context, term) + _own(context, link)
    row += [float(term - link) if link >= 0 else 0.0]
    row += _own(context, subject)
    if subject >= 0:
        row += [float(anchor - subject), float(term - subject), *_between(context, subject, anchor)]
        row += _gap_features(_gap(context, subject, anchor))
        row += _neighbour(context, subject - 1) + _neighbour(context, subject + 1)
    else:
        row += [-99.0, -99.0, 0.0, 0.0] + [0.0] * 9 + [-1, 0, 0] + [-1, 0, 0]
    before = [at for at in range(anchor) if context.predicate[at] < 0.5]
    row += [float(len(before)), float(anchor - before[-1]) if before else -1.0]
    row += _neighbour(context, anchor - 1) + _neighbour(context, anchor - 2)
    row += [
        float(subject >= 0 and bool(before) and subject == before[0]),
        float(subject >= 0 and bool(before) and subject == before[-1]),
    ]
    return row
