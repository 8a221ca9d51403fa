"""From scores to what is read: thresholds, spans, calibrated confidences.

A pure function of (sentences, tokens, scores, settings); the same code decides for networks in training and for the
exported one, so that a threshold means the same in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.vocabulary.extraction import NameType
from ingest.extract.encoder.consistency import Consistency, Place, consistent
from ingest.extract.encoder.scores import DocumentScores, log_softmax, sigmoid
from ingest.extract.encoder.sentences import FoundPhrase, FoundSpan, Guideline, SentenceIn, SentenceRead
from ingest.extract.encoder.tags import SCIREX_TYPES, TDMSCI_TYPES, Scores
from ingest.extract.encoder.tidy import tidied
from ingest.extract.encoder.tokens import Tokens
from ingest.extract.weights.calibration import Calibration

PHRASE = Consistency(weight=0.0, threshold=0.0)
MENTIONS = {Guideline.SCIREX: SCIREX_TYPES, Guideline.TDMSCI: TDMSCI_TYPES}


@dataclass(frozen=True)
class Decoding:
    """What was set on tuning papers. `transitions` are the chain scores of each head, forbidden pairs included."""

    transitions: dict[str, Scores]
    contribution_threshold: float
    consistency: dict[str, Consistency]
    calibration: dict[str, Calibration]


def places(
    head: str, texts: Sequence[str], tokens: Sequence[Tokens], scores: DocumentScores, decoding: Decoding
) -> list[Place]:
    """Return the spans that *head* sees in a document, as word ranges."""
    words = [[text[start:end] for start, end in each.words] for text, each in zip(texts, tokens, strict=True)]
    chains = [log_softmax(each) if len(each) else each for each in scores.tags[head]]
    found = consistent(words, chains, decoding.transitions[head], decoding.consistency.get(head, PHRASE))
    return tidied(found, words, head)


def read(
    sentences: Sequence[SentenceIn], tokens: Sequence[Tokens], scores: DocumentScores, decoding: Decoding
) -> list[SentenceRead]:
    """Return what is read in each sentence of a document."""
    texts = [sentence.text for sentence in sentences]
    mentions: list[list[FoundSpan]] = [[] for _ in sentences]
    for guideline, types in MENTIONS.items():
        for place in places(guideline.value, texts, tokens, scores, decoding):
            mentions[place.sentence].append(
                _mention(sentences[place.sentence], tokens[place.sentence], place, guideline, types, decoding)
            )
    contribution = sigmoid(scores.contribution)
    phrases: list[list[FoundPhrase]] = [[] for _ in sentences]
    for place in places("phrases", texts, tokens, scores, decoding):
        start, end = _range(sentences[place.sentence], tokens[place.sentence], place)[:2]
        confidence = _calibrated(decoding, "phrases", place.score)
        phrases[place.sentence].append(FoundPhrase(start, end, confidence))
    units, roles = sigmoid(scores.units), sigmoid(scores.roles)
    return [
        SentenceRead(
            contribution=_calibrated(decoding, "contribution", float(contribution[number])),
            is_contribution=bool(contribution[number] >= decoding.contribution_threshold),
            units=tuple(round(float(each), 6) for each in units[number]),
            roles=tuple(_calibrated(decoding, "roles", float(each)) for each in roles[number]),
            mentions=tuple(mentions[number]),
            phrases=tuple(phrases[number]),
            vector=scores.vectors[number],
            states=scores.states[number],
            token_ranges=tokens[number].ranges,
        )
        for number in range(len(sentences))
    ]


def _mention(
    sentence: SentenceIn,
    tokens: Tokens,
    place: Place,
    guideline: Guideline,
    types: tuple[NameType, ...],
    decoding: Decoding,
) -> FoundSpan:
    start, end, first, last = _range(sentence, tokens, place)
    return FoundSpan(
        type=types[place.kind],
        guideline=guideline,
        start=start,
        end=end,
        confidence=_calibrated(decoding, guideline.value, place.score),
        first_word=first,
        last_word=last,
    )


def _range(sentence: SentenceIn, tokens: Tokens, place: Place) -> tuple[int, int, int, int]:
    """Return characters and given words (−1 where none are given) of *place*, widened to whole given words."""
    start, end = tokens.words[place.first][0], tokens.words[place.last - 1][1]
    touched = [at for at, (first, last) in enumerate(sentence.word_ranges) if first < end and last > start]
    if not touched:
        return start, end, -1, -1
    first, last = touched[0], touched[-1] + 1
    return sentence.word_ranges[first][0], sentence.word_ranges[last - 1][1], first, last


def _calibrated(decoding: Decoding, name: str, score: float) -> float:
    calibration = decoding.calibration.get(name)
    value = calibration.probability(score) if calibration else score
    return round(float(np.clip(value, 0.0, 1.0)), 4)
