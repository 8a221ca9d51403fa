"""Ask: an intent becomes ranked patterns with evidence for and against.

encode once → candidates of each kind, by words and by meaning → walk → patterns → evidence and beliefs → choose
different ones. A pure function of (snapshot, beliefs in the store, intent, settings): equal input, equal answer.

Nothing degrades silently: whatever was missing is a sentence in `Answer.fallbacks`. Imports neither torch nor any other
heavy library; a question costs the encoding of one text, a few searches in memory maps and one read of the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.embed import Embedder
from graph.errors import EmbedderUnavailable, StoreMismatch, StoreUnavailable
from graph.schema import Label
from graph.snapshot import Snapshot
from graph.snapshot.analysis import words
from graph.store.interface import GraphStore
from runtime.retrieve.answer import Answer, EmbedderUsed, HeldBelief
from runtime.retrieve.beliefs import belief_score, read_beliefs
from runtime.retrieve.candidates import Kind, Query, candidates
from runtime.retrieve.errors import EmptyIntent, UnreadableIntent, WrongCount
from runtime.retrieve.paths import paths_to
from runtime.retrieve.present import present
from runtime.retrieve.scoring import Scored, diversify, pool, score_patterns
from runtime.retrieve.settings import EDGE_WEIGHTS, SEED_WEIGHTS, RetrieveSettings
from runtime.retrieve.walk import code_weights, personalised_pagerank

_STRANGE = 0.3  # share of pieces the encoder does not know, above which its vector says little


def ask(
    snapshot: Snapshot,
    store: GraphStore | None,
    intent: str,
    *,
    k: int = 5,
    embedder: Embedder | None = None,
    settings: RetrieveSettings | None = None,
) -> Answer:
    """Return up to *k* patterns that answer *intent*.

    *embedder* replaces the snapshot's own; it must have the same model hash. *store* None: no beliefs are read.

    Raises:
        EmptyIntent, UnreadableIntent: there is nothing to look for.
        WrongCount: *k* is below 1.
        StoreMismatch: the snapshot was compiled from another store.
    """
    settings = settings or RetrieveSettings()
    intent = _checked(intent, k)
    fallbacks: list[str] = []
    query, used = _encode(snapshot, intent, embedder, settings, fallbacks)
    now = _look_at_store(snapshot, store, fallbacks)

    kinds = {label: candidates(snapshot, query, label, settings.candidates) for label in snapshot.kinds}
    seeds = _seeds(kinds, settings.seeds)
    mass = personalised_pagerank(
        snapshot,
        seeds,
        code_weights(snapshot, EDGE_WEIGHTS),
        damping=settings.damping,
        steps=settings.steps,
        tolerance=settings.tolerance,
    )
    scored = score_patterns(snapshot, query, kinds, pool(snapshot, kinds, mass, settings.pool), settings)
    best = scored[: max(settings.finalists, k)]
    records = {each.row: snapshot.record(each.row) for each in best}
    held = _weigh_beliefs(best, records, store if now else None, intent, settings, fallbacks)
    matches = tuple(
        present(snapshot, each, records[each.row], held[each.row], paths_to(snapshot, each, kinds, seeds))
        for each in diversify(snapshot, best, records, k, settings.diversity)
    )
    if not matches:
        fallbacks.append(_why_nothing(snapshot))
    return Answer(
        intent=intent,
        snapshot=snapshot.id,
        fallbacks=tuple(fallbacks),
        matches=matches,
        embedder=used,
        weights={
            **settings.parts.model_dump(),
            "repeats": -settings.diversity,
            "dense": settings.dense,
            "variants": settings.variants,
            "words": round(1 - settings.dense, 6),
        },
        generation=snapshot.generation,
        graph_generation=now.generation if now else None,
        belief_generation=now.belief_generation if now else None,
    )


@dataclass(frozen=True)
class _Now:
    """Where the store stands."""

    generation: int
    belief_generation: int


def _checked(intent: str, k: int) -> str:
    intent = intent.strip()
    if not intent:
        raise EmptyIntent("the intent is empty: say in a sentence what you want to find out or to improve")
    try:
        intent.encode()
    except UnicodeEncodeError as error:
        raise UnreadableIntent(f"the intent is no valid text (character {error.start}): write it in UTF-8") from error
    if k < 1:
        raise WrongCount(f"{k} matches cannot be returned: ask for at least 1")
    return intent


def _encode(
    snapshot: Snapshot, intent: str, embedder: Embedder | None, settings: RetrieveSettings, fallbacks: list[str]
) -> tuple[Query, EmbedderUsed | None]:
    terms = snapshot.lexical.numbers(words(intent))
    known = any(term is not None for term in terms)
    vector = used = None
    try:
        encoder = _encoder(snapshot, embedder)
    except EmbedderUnavailable as error:
        fallbacks.append(f"words only: {error}")
    else:
        used = EmbedderUsed(model=encoder.model_id, maker=encoder.maker, dimension=encoder.dimension)
        vector = encoder.embed([intent])[0]
        if not np.any(vector):
            vector = None
            fallbacks.append("words only: the embedder finds nothing to read in the intent")
        elif encoder.maker == "hash":
            fallbacks.append("spelling instead of meaning: the snapshot was compiled with embedder = 'hash'")
        elif (strange := _strange(encoder, intent)) > _STRANGE:
            fallbacks.append(
                f"meaning is uncertain: {encoder.model_id} does not know {strange:.0%} of the pieces of this text"
            )
    if not known and vector is not None and len(snapshot):
        fallbacks.append("meaning only: no word of the intent occurs in the corpus")
    return Query(vector, terms, settings.dense), used


def _encoder(snapshot: Snapshot, embedder: Embedder | None) -> Embedder:
    encoder = embedder or snapshot.embedder()
    made_by = snapshot.manifest.embedder
    if encoder.model_hash != made_by.model_hash:
        raise EmbedderUnavailable(
            f"{encoder.model_id} is not the model that made the snapshot's vectors, {made_by.model_id}"
        )
    return encoder


def _strange(encoder: Embedder, intent: str) -> float:
    share = getattr(encoder, "unknown_share", None)
    return float(share(intent)) if share else 0.0


def _look_at_store(snapshot: Snapshot, store: GraphStore | None, fallbacks: list[str]) -> _Now | None:
    if store is None:
        fallbacks.append("no beliefs: no store was given, so what trials taught is not in this answer")
        return None
    try:
        meta = store.get_nodes(Label.META, ["store"]).get("store")
    except StoreUnavailable as error:
        fallbacks.append(f"no beliefs: {error}")
        return None
    values = meta.properties if meta else {}
    if values.get("store_id") != snapshot.manifest.store_id:
        raise StoreMismatch(
            f"the snapshot {snapshot.id} was compiled from the store {snapshot.manifest.store_id}, but the store that "
            f"was opened is {values.get('store_id')}: run patternbook compile, or give the right --store and --home"
        )
    now = _Now(int(values.get("generation") or 0), int(values.get("belief_generation") or 0))
    if now.generation > snapshot.generation:
        fallbacks.append(
            f"older than the graph: the snapshot holds generation {snapshot.generation}, the graph is at "
            f"{now.generation}; run patternbook compile to see what is new"
        )
    return now


def _seeds(kinds: Mapping[Label, Kind], size: int) -> dict[int, float]:
    """Where the walk starts: the best candidates of each kind; squared, so that a near hit outweighs many far ones."""
    return {
        int(row): SEED_WEIGHTS.get(label, 0.0) * float(value) ** 2
        for label, kind in kinds.items()
        for row, value in zip(kind.rows[:size], kind.scores[:size], strict=True)
        if value > 0
    }


def _weigh_beliefs(
    scored: list[Scored],
    records: Mapping[int, Mapping[str, Any]],
    store: GraphStore | None,
    intent: str,
    settings: RetrieveSettings,
    fallbacks: list[str],
) -> dict[int, tuple[HeldBelief, ...]]:
    """Add the part `belief` to each pattern and put them in order again; return the beliefs by row."""
    by_method: dict[str, tuple[HeldBelief, ...]] = {}
    if store is not None:
        try:
            keys = [key for each in scored for key in records[each.row]["core_keys"]]
            by_method = read_beliefs(store, keys, intent)
        except StoreUnavailable as error:
            fallbacks.append(f"no beliefs: {error}")
    held = {}
    for each in scored:
        keys = records[each.row]["core_keys"]
        held[each.row] = tuple(belief for key in keys for belief in by_method.get(key, ()))
        each.parts["belief"] = belief_score(held[each.row])
        each.score += settings.parts.belief * each.parts["belief"]
    scored.sort(key=lambda each: (-each.score, each.row))
    return held


def _why_nothing(snapshot: Snapshot) -> str:
    if not snapshot.rows(Label.PATTERN):
        return "no match: the snapshot holds no patterns; ingest papers, then run patternbook compile"
    return "no match: nothing in the corpus shares a word or a meaning with the intent"
