"""Which claims the arguments of the reviews speak about, for every reviewed paper of the corpus.

The sentences of the claims are read from the store, paper by paper; all else is in the corpus, names as resolve joined
them. What links an argument to a claim is decided by `ingest.extract.reviews.on_claims`. Deterministic, and a function
of one paper with its reviews: another paper changes a link only where it changes what a name is joined with.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from graph.write.spoken_of import SpokenOf
from ingest.compile.corpus import Corpus, Paper
from ingest.extract.reviews.on_claims import KnownName, SeenClaim, SeenPoint, claims_spoken_of


def find_spoken_of(store: GraphStore, corpus: Corpus) -> tuple[SpokenOf, ...]:
    """Return at most one link for each argument, ordered by their keys."""
    found: list[SpokenOf] = []
    for paper in corpus.papers.values():
        if paper.claims and paper.points:
            links = claims_spoken_of(list(_claims(store, corpus, paper)), _points(corpus, paper))
            found += [SpokenOf(each.point, each.claim, each.confidence, each.ground.value) for each in links]
    return tuple(sorted(found))


def _claims(store: GraphStore, corpus: Corpus, paper: Paper) -> Iterator[SeenClaim]:
    """The claims in reading order, with what they are quoted from."""
    places = {key: found[0] for key in paper.claims if (found := corpus.places.get((Label.CLAIM, key)))}
    quotes = store.get_nodes(Label.EVIDENCE, sorted({place.evidence for place in places.values()}))
    own = paper.names(EdgeType.PROPOSES)

    def ends(label: Label, keys: list[str]) -> tuple[KnownName, ...]:
        names = corpus.names[label]
        return tuple(KnownName(str(Ref(label, key)), (names[key].name, *names[key].aliases)) for key in keys)

    for key in sorted(places, key=lambda each: (places[each].document, places[each].start, each)):
        about = corpus.claims[key].ends
        interventions = about.get(EdgeType.HAS_INTERVENTION, [])
        yield SeenClaim(
            key=key,
            sentence=_one_line(str(quotes[places[key].evidence].properties.get("quote") or "")),
            interventions=ends(Label.METHOD, interventions),
            comparators=ends(Label.METHOD, about.get(EdgeType.HAS_COMPARATOR, [])),
            outcomes=ends(Label.METRIC, about.get(EdgeType.HAS_METRIC, [])),
            own=any(method in own for method in interventions),
        )


def _points(corpus: Corpus, paper: Paper) -> Iterator[SeenPoint]:
    for key in paper.points:
        point = corpus.points[key]
        yield SeenPoint(key, _one_line(str(point.properties.get("text") or "")), frozenset(map(str, point.names)))


def _one_line(text: str) -> str:
    return " ".join(text.split())
