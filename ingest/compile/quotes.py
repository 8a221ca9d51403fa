"""Which sentences are shown with a pattern: for it, against it, on its problem, and what reviewers objected.

Chosen once, when the corpus is compiled, so that a question only reads them. Each side has its own places, so that
praise never crowds out an objection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from graph.schema import Label, Ref
from graph.vocabulary.extraction import Stance
from graph.vocabulary.pattern import MinedPattern
from ingest.compile.corpus import Corpus, Place

FOR, AGAINST, PROBLEMS, METHODS, OBJECTIONS = 4, 4, 3, 2, 4


class ShownQuote(NamedTuple):
    """An Evidence key, what it carries, and how it stands to the pattern."""

    evidence: str
    of: Ref
    stance: Stance


def choose_quotes(corpus: Corpus, pattern: MinedPattern, *, contested: Sequence[str] = ()) -> tuple[ShownQuote, ...]:
    """Return the quotes of *pattern*, most telling first, each sentence once.

    *contested* are the claims that other papers contradict, in order: they come before others of their side.
    """
    place = {key: number for number, key in enumerate(dict.fromkeys(contested))}
    claims_for = sorted(pattern.claims_for, key=lambda key: place.get(key, len(place)))
    claims_against = sorted(pattern.claims_against, key=lambda key: place.get(key, len(place)))
    documents = {document for each in pattern.papers for document in corpus.papers[each.paper].documents}
    core = [each.key for each in pattern.methods if each.role == "core"]

    def of(label: Label, keys: Iterable[str], limit: int, stance: Stance, *, own: bool) -> list[ShownQuote]:
        found: dict[str, tuple[int, ShownQuote]] = {}
        said: Counter[str] = Counter()
        for key in keys:
            places = corpus.places.get((label, key), [])
            near = [place for place in places if not own or place.document in documents]
            if near and (place := _surest(near)).evidence not in found:
                # One sentence of each document before the second of any: two papers say more than one paper twice.
                found[place.evidence] = said[place.document], ShownQuote(place.evidence, Ref(label, key), stance)
                said[place.document] += 1
        ranked = sorted(found.values(), key=lambda each: each[0])
        return [quote for _, quote in ranked[:limit]]

    chosen = [
        *of(Label.CLAIM, claims_for, FOR, Stance.SUPPORTS, own=False),
        *of(Label.CLAIM, claims_against, AGAINST, Stance.CONTRADICTS, own=False),
        *of(Label.REVIEW_POINT, pattern.objections, OBJECTIONS, Stance.CONTRADICTS, own=False),
        *of(Label.PROBLEM, (each.key for each in pattern.problems), PROBLEMS, Stance.MENTIONS, own=True),
        *_of_core(corpus, core, documents),
    ]
    if not chosen:
        chosen = list(_first_words(corpus, pattern))
    once: dict[str, ShownQuote] = {}
    for quote in chosen:
        once.setdefault(quote.evidence, quote)
    return tuple(once.values())


def _surest(places: list[Place]) -> Place:
    return min(places, key=lambda place: (-place.confidence, place.document, place.start, place.evidence))


def _of_core(corpus: Corpus, core: list[str], documents: set[str]) -> Iterator[ShownQuote]:
    for key in core:
        places = [place for place in corpus.places.get((Label.METHOD, key), []) if place.document in documents]
        ranked = sorted(places, key=lambda place: (-place.confidence, place.document, place.start, place.evidence))
        seen: set[str] = set()
        for place in ranked:
            if place.document in seen:
                continue
            seen.add(place.document)
            yield ShownQuote(place.evidence, Ref(Label.METHOD, key), Stance.MENTIONS)
            if len(seen) == METHODS:
                return


def _first_words(corpus: Corpus, pattern: MinedPattern) -> Iterator[ShownQuote]:
    """The first sentence that was quoted from the paper: better than a pattern nobody can check."""
    for each in pattern.papers:
        places = (corpus.first_evidence.get(document) for document in corpus.papers[each.paper].documents)
        if known := [place for place in places if place is not None]:
            yield ShownQuote(known[0].evidence, Ref(Label.PAPER, each.paper), Stance.MENTIONS)
            return
