"""A paper and its reviews as two extractions: which claims the arguments speak about, without a graph.

Names are known as this paper alone writes them. In the graph they are known as the corpus joins them, so that compile
may link an argument that is not linked here.
"""

from __future__ import annotations

from collections import defaultdict

from graph.keys import normal_name
from graph.vocabulary.document import Document, Frozen
from graph.vocabulary.extraction import Extraction, MethodRole
from ingest.extract.reviews.on_claims import Ground, KnownName, SeenClaim, SeenPoint, claims_spoken_of


class SpokenOfClaim(Frozen):
    """Argument number `point` of the reviews speaks about claim number `claim` of the paper."""

    reviews: str
    point: int
    claim: int
    confidence: float
    ground: Ground


def spoken_of(paper: Document, stated: Extraction, reviews: Document, argued: Extraction) -> list[SpokenOfClaim]:
    """Return at most one link for each argument of *argued*, in reading order."""
    points = [
        SeenPoint(str(number), _one_line(each.span.quote), frozenset(map(normal_name, each.about)))
        for number, each in enumerate(argued.points)
    ]
    return [
        SpokenOfClaim(
            reviews=reviews.key,
            point=int(each.point),
            claim=int(each.claim),
            confidence=each.confidence,
            ground=each.ground,
        )
        for each in claims_spoken_of(_claims(paper, stated), points)
    ]


def _claims(paper: Document, stated: Extraction) -> list[SeenClaim]:
    spelled: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for mention in stated.mentions:
        spelled[mention.name].update(dict.fromkeys((mention.name, _one_line(mention.span.quote))))
    for acronym in stated.acronyms:
        spelled[acronym.long][acronym.short] = None
    own = {each.name for each in stated.mentions if each.role is MethodRole.PROPOSED}

    def known(name: str | None) -> tuple[KnownName, ...]:
        return () if name is None else (KnownName(normal_name(name), tuple(spelled.get(name, {name: None}))),)

    return [
        SeenClaim(
            key=str(number),
            sentence=_one_line(paper.quote(paper.sentences[each.sentence])),
            interventions=known(each.intervention),
            comparators=known(each.comparator),
            outcomes=known(each.outcome),
            own=each.intervention in own,
        )
        for number, each in enumerate(stated.claims)
    ]


def _one_line(text: str) -> str:
    return " ".join(text.split())
