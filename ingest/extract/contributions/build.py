"""From contribution sentences with phrases to triples, with the trained models.

Guarantees: every object, said predicate and said subject is verbatim a phrase of a sentence given; triples of a
document do not repeat; the order is that of the sentences. A pure function of its arguments. A triple's confidence is
that of its link (calibrated), times that of the sentence and of its phrases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ingest.extract.contributions.lexical import type_features
from ingest.extract.contributions.links import (
    HAS_LINK,
    NAME_LINK,
    OPEN_HEADING,
    OPEN_TERM,
    ROOT,
    LinkContext,
    is_object_candidate,
    predicate_candidates,
    predicate_features,
    subject_candidates,
    subject_features,
)
from ingest.extract.contributions.model import TripleModel
from ingest.extract.contributions.phrase_context import Phrase, phrases_of
from ingest.extract.contributions.sentences import (
    CODE,
    CONTRIBUTION,
    HAS,
    NAME,
    RESEARCH_PROBLEM,
    ROOTS,
    ContributionSentence,
    ContributionTriple,
    with_roots,
)
from ingest.extract.contributions.units import decide_units, unit_probabilities
from ingest.extract.encoder.sentences import UNITS

_UNSAID = {HAS_LINK: HAS, NAME_LINK: NAME}
_CODE_MARKS = ("http", "github", "www", "://")


@dataclass
class Open:
    """What earlier sentences of a unit left open: the text of a heading-like phrase, and the last first term."""

    heading: str = ""
    term: str = ""


def is_heading_like(sentence: ContributionSentence, phrases: Sequence[Phrase]) -> bool:
    """Say whether a sentence is one phrase and nothing else to speak of: what follows may be said of it."""
    return len(phrases) == 1 and len(phrases[0].gap_before) + len(phrases[0].gap_after) <= 3 and bool(sentence.text)


def predicate_probabilities(model: TripleModel, phrases: Sequence[Phrase]) -> tuple[float, ...]:
    """Return how likely each phrase is a predicate."""
    return tuple(float(model.types.probabilities(type_features(phrases, at))[0]) for at in range(len(phrases)))


def build_triples(sentences: Sequence[ContributionSentence], model: TripleModel) -> tuple[ContributionTriple, ...]:
    """Return the triples of one document's contribution *sentences*, in their order."""
    probabilities = unit_probabilities(sentences, model.units, encoder_weight=model.tuned.encoder_weight)
    units = decide_units(probabilities, model.transitions, rivalry=model.tuned.rivalry, order=model.tuned.order)
    found: dict[tuple[str, str, str, str], ContributionTriple] = {}
    opened: dict[int, Open] = {}
    for sentence, unit, row in zip(sentences, units, probabilities, strict=True):
        phrases = phrases_of(sentence)
        name, sure = UNITS[unit], float(row[unit])
        predicate = predicate_probabilities(model, phrases)
        if name == RESEARCH_PROBLEM:
            new = _problems(sentence, phrases, predicate, sure)
        elif name == CODE:
            new = _code(sentence, phrases, sure)
        else:
            state = opened.setdefault(unit, Open())
            context = LinkContext(phrases, predicate, unit, state.heading, state.term)
            new = _linked(sentence, context, name, sure, model)
            advance(state, sentence, phrases, predicate)
        for triple in new:
            if triple.confidence < model.tuned.said:
                continue
            found.setdefault((triple.unit, triple.subject, triple.predicate, triple.object), triple)
    return with_roots(tuple(found.values()))


def advance(state: Open, sentence: ContributionSentence, phrases: Sequence[Phrase], predicate: Sequence[float]) -> None:
    """Note what *sentence* leaves open for the next of its unit."""
    if is_heading_like(sentence, phrases):
        state.heading, state.term = phrases[0].text, ""
        return
    terms = [phrase.text for phrase, share in zip(phrases, predicate, strict=True) if share < 0.5]
    state.term = terms[0] if terms else state.term


def _problems(
    sentence: ContributionSentence, phrases: Sequence[Phrase], predicate: Sequence[float], sure: float
) -> list[ContributionTriple]:
    return [
        ContributionTriple(
            RESEARCH_PROBLEM,
            CONTRIBUTION,
            "has research problem",
            phrase.text,
            sentence.number,
            sure * (1 - share) * sentence.probability * sentence.phrase_confidence(at),
        )
        for at, (phrase, share) in enumerate(zip(phrases, predicate, strict=True))
        if share < 0.5
    ]


def _code(sentence: ContributionSentence, phrases: Sequence[Phrase], sure: float) -> list[ContributionTriple]:
    return [
        ContributionTriple(
            CODE,
            CONTRIBUTION,
            "Code",
            phrase.text,
            sentence.number,
            sure * sentence.probability * sentence.phrase_confidence(at),
        )
        for at, phrase in enumerate(phrases)
        if any(mark in phrase.text.casefold() for mark in _CODE_MARKS)
    ]


def _linked(
    sentence: ContributionSentence, context: LinkContext, unit: str, sure: float, model: TripleModel
) -> list[ContributionTriple]:
    found: list[ContributionTriple] = []
    for term, link, subject, probability in scored_links(context, model):
        phrases = context.phrases
        subjects = {ROOT: ROOTS[unit], OPEN_HEADING: context.open_heading, OPEN_TERM: context.open_term}
        confidence = probability * sure
        if model.calibration is not None:
            confidence = model.calibration.probability(confidence)
        confidence *= sentence.probability
        for at in (term, link, subject):
            confidence *= sentence.phrase_confidence(at) if at >= 0 else 1.0
        found.append(
            ContributionTriple(
                unit,
                subjects[subject] if subject < 0 else phrases[subject].text,
                _UNSAID[link] if link < 0 else phrases[link].text,
                phrases[term].text,
                sentence.number,
                confidence,
            )
        )
    return found


def scored_links(context: LinkContext, model: TripleModel) -> list[tuple[int, int, int, float]]:
    """Return the kept (term, link, subject) of a sentence with their probabilities, in the order of terms."""
    pairs = [
        (term, link)
        for term in range(len(context.phrases))
        if is_object_candidate(context, term)
        for link in predicate_candidates(context, term)
    ]
    if not pairs:
        return []
    of_pair = model.links.probabilities(np.array([predicate_features(context, *pair) for pair in pairs]))
    worth = [(pair, float(share)) for pair, share in zip(pairs, of_pair, strict=True) if share > 0.05]
    triples = [
        (term, link, subject, share)
        for (term, link), share in worth
        for subject in subject_candidates(context, term, link)
    ]
    if not triples:
        return []
    rows = np.array([subject_features(context, term, link, subject) for term, link, subject, _ in triples])
    of_subject = model.subjects.probabilities(rows)
    by_term: dict[int, list[tuple[float, int, int]]] = {}
    for (term, link, subject, share), chance in zip(triples, of_subject, strict=True):
        by_term.setdefault(term, []).append((share * float(chance), link, subject))
    kept: list[tuple[int, int, int, float]] = []
    for term, options in by_term.items():
        ranked = sorted(options, key=lambda each: (-each[0], each[1], each[2]))
        for rank, (probability, link, subject) in enumerate(ranked):
            if probability >= (model.tuned.least if rank == 0 else model.tuned.also):
                kept.append((term, link, subject, probability))
    return kept
