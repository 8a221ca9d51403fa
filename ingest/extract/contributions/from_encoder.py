"""Contribution sentences as the encoder finds them: which sentences, which phrases, how sure of both."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.extract.contributions.sentences import ContributionSentence
from ingest.extract.encoder import SentenceIn, SentenceRead


def contribution_sentences(
    sentences: Sequence[SentenceIn], read: Sequence[SentenceRead], *, numbers: Sequence[int], size: int
) -> list[ContributionSentence]:
    """Return the sentences that the encoder takes for contributions, in reading order.

    *numbers* count the sentences of the document from 1 (they need not be all of it), *size* is how many it has.
    """
    return [
        ContributionSentence(
            number=number,
            text=sentence.text,
            heading=sentence.heading,
            place=number / size,
            phrases=tuple((phrase.start, phrase.end) for phrase in each.phrases),
            units=each.units,
            probability=each.contribution,
            phrase_confidences=tuple(phrase.confidence for phrase in each.phrases),
        )
        for sentence, each, number in zip(sentences, read, numbers, strict=True)
        if each.is_contribution
    ]
