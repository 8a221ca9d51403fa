"""What became of an objection: answered in the thread, and taken up by the chair.

Two sentences speak of the same thing where they share telling words (`likeness`, rarity among the sentences of the
file). Who says what decides the rest. Every link names the
sentence that makes it and how sure it is; where nothing is said, nothing is stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import Answer, AnswerState, DecisionRole, StatedPoint, Weighed
from ingest.extract.reviews.labels import OBJECTING, SentenceLabel
from ingest.extract.reviews.likeness import Weigher, cosine, rarity

# Cosine from which two sentences speak of one thing: the lowest at which four of five pairs do, on the pairs labelled
# by reading (benchmarks/labels/reviews_links.jsonl, `use` choose). That both have the same aspect adds nothing there.
_SAME = 0.26
_SURE = 0.45  # and from which there is little doubt; a convention, too few labelled pairs lie above it

_RESOLVED = re.compile(
    r"\b(?:address(?:ed|es)?|resolv(?:ed|es)|clarif(?:ied|ies|y|ication)|answer(?:ed|s)?|satisf(?:ied|actory|ying"
    r"|actorily)"
    r"|clear(?:ed|s) up|alleviat(?:ed|es)|convinc(?:ed|ing)|fixed|cleared)\b|\b(?:rais|increas|updat|improv)(?:e"
    r"|ed|ing) (?:my|the|their) "
    r"(?:score|rating|evaluation)|\bno (?:further|more|other|remaining) (?:concern|question|issue)s?",
    re.IGNORECASE,
)
_REMAINS = re.compile(
    r"\bremain(?:s|ed|ing)?\b|\bstill\b|\bunresolved\b|\bunaddressed\b|\bnot (?:been )?(?:fully |entirely "
    r"|completely |adequately "
    r"|sufficiently |really )?(?:address|resolv|convinc|answer|clarif|satisf)\w*|\b(?:cannot|can't|could not"
    r"|couldn't|did not"
    r"|didn't|does not|doesn't|do not|don't) (?:fully |really )?(?:address|resolve|convince|answer|change|agree)\w*"
    r"|\bunconvinced\b|\b(?:keep|maintain)(?:ing|s)? (?:my|the|their) (?:score|rating|evaluation|negative)"
    r"|\bhowever\b.{0,60}\bconcern",
    re.IGNORECASE,
)
_OF_CONCERNS = re.compile(r"\b(?:concern|question|issue|comment|point|weakness|doubt|review)s?\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|each|fully|completely)\b|\bno (?:further|more|other|remaining)\b", re.IGNORECASE)
_SOME = re.compile(
    r"\b(?:some|several|most(?:ly)?|many|partial(?:ly)?|part of|one of|a few|largely|main(?:ly)?)\b", re.IGNORECASE
)
_ASKED = re.compile(
    r"\b(?:should|must|shall|needs? to|suggest\w*|encourag\w*|urge\w*|please|could|would|hope|expect\w*|ask\w*"
    r"|recommend\w*"
    r"|request\w*|to be (?:addressed|resolved|clarified)|if)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\b(?:post|after)[- ](?:the )?(?:rebuttal|discussion|response)|\bin (?:the|their) (?:rebuttal|response"
    r"|discussion)|\brebuttal\b"
    r"|\bauthors?'? (?:response|repl(?:y|ies)|rebuttal)|\bupdate(?:d)? (?:after|post)",
    re.IGNORECASE,
)
_RESTS = re.compile(
    r"\b(?:main|major|primary|key|central|decisive|critical|fundamental|biggest|most important|serious|significant) "
    r"(?:\w+ )?(?:concern|reason|weakness|issue|strength|limitation|shortcoming|problem|merit|contribution)s?\b"
    r"|\b(?:therefore|thus|hence|consequently|for (?:these|this) reasons?|based on|due to|given (?:the|these|this"
    r"|that)|because of"
    r"|outweighs?|in light of)\b.{0,120}\b(?:accept|reject|recommend|decision|below|bar)\w*"
    r"|\b(?:recommend|decision|accept|reject)\w*\b.{0,80}\b(?:because|due to|since|as the|given|based on)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence that may speak of others: its text and its telling stems."""

    index: int
    text: str
    weights: Mapping[str, float]


def followed_up(
    document: Document, points: Sequence[StatedPoint], labels: Mapping[int, SentenceLabel]
) -> list[StatedPoint]:
    """Return *points* with what the threads and meta-reviews of *document* say of them."""
    if not points:
        return []
    by_role = _lines(document)
    weighed = Weigher(_rarity(document))
    spoken = [weighed.of(point.span.quote) for point in points]
    chairs = [
        _Line(index, text, weighed.of(text))
        for index, text, _ in by_role.get(None, ())
        if document.reviews and _is_meta(document, index)
    ]
    found = []
    for point, words in zip(points, spoken, strict=True):
        meta = document.reviews[point.review].is_meta
        answer = None if meta or point.polarity not in OBJECTING else _answer(point, words, by_role, chairs, weighed)
        taken_up = None if meta else _weighed(point, words, chairs, labels)
        found.append(point.model_copy(update={"answer": answer, "weighed": taken_up}))
    return found


def near_in_decision(
    document: Document, points: Sequence[StatedPoint], least: float
) -> list[tuple[StatedPoint, int, float]]:
    """Return, for each point of a reviewer, the sentence of a meta-review most like it and how alike they are.

    Pairs below *least* are left out. Whatever the sentence does counts: this is for choosing `_SAME`, and measuring it.
    """
    weighed = Weigher(_rarity(document))
    chairs = [
        _Line(index, text, weighed.of(text))
        for index, text, _ in _lines(document).get(None, ())
        if document.reviews and _is_meta(document, index)
    ]
    found = []
    for point in points:
        if document.reviews[point.review].is_meta or not chairs:
            continue
        words = weighed.of(point.span.quote)
        near, _, line = max(
            ((cosine(words, line.weights), -line.index, line) for line in chairs), key=lambda each: each[:2]
        )
        if near >= least:
            found.append((point, line.index, near))
    return found


def _answer(
    point: StatedPoint,
    words: Mapping[str, float],
    by_role: Mapping[SectionRole | None, Sequence[tuple[int, str, int]]],
    chairs: Sequence[_Line],
    weighed: Weigher,
) -> Answer | None:
    """The reviewer's own last word before the chair's, a word on this point before one on all; then a mere reply."""
    own = [
        _Line(index, text, weighed.of(text))
        for index, text, review in (*by_role.get(SectionRole.REVIEW_FOLLOWUP, ()), *by_role.get(None, ()))
        if review == point.review and (index, text, review) in _later(by_role, point.review)
    ]
    for lines, trust in ((own, 1.0), ([line for line in chairs if _AFTER.search(line.text)], 0.8)):
        if (said := _verdict(words, lines, own=trust == 1.0)) is not None:
            state, line, confidence = said
            return Answer(state=state, sentence=line.index, confidence=round(confidence * trust, 3))
    replies = [
        _Line(index, text, weighed.of(text))
        for index, text, review in by_role.get(SectionRole.REVIEW_RESPONSE, ())
        if review == point.review
    ]
    best = _nearest(words, replies)
    if best is None:
        return None
    line, near = best
    return Answer(state=AnswerState.REPLIED, sentence=line.index, confidence=round(min(0.9, 0.4 + near / 2), 3))


def _later(
    by_role: Mapping[SectionRole | None, Sequence[tuple[int, str, int]]], review: int
) -> frozenset[tuple[int, str, int]]:
    """Return what a reviewer says after the authors answered: follow-ups, and what stands below "post rebuttal"."""
    said = [*by_role.get(SectionRole.REVIEW_FOLLOWUP, ())]
    after = False
    for each in by_role.get(None, ()):
        if each[2] != review:
            continue
        after = after or _AFTER.search(each[1]) is not None
        if after:
            said.append(each)
    return frozenset(said)


def _verdict(
    words: Mapping[str, float], lines: Sequence[_Line], *, own: bool
) -> tuple[AnswerState, _Line, float] | None:
    """Return what *lines* say of a point: the most specific verdict, of equals the last.

    A word on concerns in general counts where it is the reviewer's *own*, or says that it means all of them.
    """
    best: tuple[float, int, AnswerState, _Line] | None = None
    for place, line in enumerate(lines):
        remains = _REMAINS.search(line.text) is not None
        if not remains and (_RESOLVED.search(line.text) is None or _ASKED.search(line.text)):
            continue  # that something should be addressed says that it was not, but not by whom and when
        near = cosine(words, line.weights)
        if near >= _SAME:
            sure = 0.7 if near < _SURE else 0.85
        elif remains or _OF_CONCERNS.search(line.text) is None or _SOME.search(line.text):
            continue  # which of the concerns is not said
        else:
            sure = 0.6 if _ALL.search(line.text) or own else 0.0
        if not sure:
            continue
        state = AnswerState.REMAINS if remains else AnswerState.RESOLVED
        if best is None or (sure, place) >= best[:2]:
            best = sure, place, state, line
    return None if best is None else (best[2], best[3], best[0])


def _weighed(
    point: StatedPoint, words: Mapping[str, float], chairs: Sequence[_Line], labels: Mapping[int, SentenceLabel]
) -> Weighed | None:
    """Return the sentence of a meta-review that takes *point* up, if one does."""
    best: tuple[float, _Line] | None = None
    for line in chairs:
        label = labels.get(line.index)
        if label is None or label.polarity is None:
            continue
        if (label.polarity in OBJECTING) != (point.polarity in OBJECTING):
            continue
        near = cosine(words, line.weights)
        if near >= _SAME and (best is None or near > best[0]):
            best = near, line
    if best is None:
        return None
    near, line = best
    role = DecisionRole.DECISIVE if _RESTS.search(line.text) else DecisionRole.NAMED
    return Weighed(role=role, sentence=line.index, confidence=round(min(0.95, 0.35 + near), 3))


def _nearest(words: Mapping[str, float], lines: Iterable[_Line]) -> tuple[_Line, float] | None:
    near = [(cosine(words, line.weights), -line.index, line) for line in lines]
    best = max(near, key=lambda each: each[:2], default=None)
    return (best[2], best[0]) if best and best[0] >= _SAME else None


def _lines(document: Document) -> dict[SectionRole | None, list[tuple[int, str, int]]]:
    """Return the sentences of replies by their role, and those of the reviews themselves under None."""
    found: dict[SectionRole | None, list[tuple[int, str, int]]] = {}
    for index, sentence in enumerate(document.sentences):
        section = document.sections[sentence.section]
        if section.review is None:
            continue
        reply = section.role in (SectionRole.REVIEW_RESPONSE, SectionRole.REVIEW_FOLLOWUP)
        role = section.role if reply else None
        found.setdefault(role, []).append((index, document.quote(sentence), section.review))
    return found


def _is_meta(document: Document, index: int) -> bool:
    review = document.sections[document.sentences[index].section].review
    return review is not None and document.reviews[review].is_meta


def _rarity(document: Document) -> dict[str, float]:
    """Return how rare each stem is among the sentences of the reviews."""
    inside = (each for each in document.sentences if document.sections[each.section].review is not None)
    return rarity(document.quote(each) for each in inside)
