"""One document read by a language model: its passages asked about side by side, the answers grounded in order.

Guarantees: the outcome depends on the answers alone, never on which came first. In the passages that were answered,
claims, results, problems and points are the model's; elsewhere they are those of the reading that was there before.
Names are those of both. What could not be read is refused by passage, and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import (
    ComponentRun,
    Extraction,
    StatedClaim,
    StatedPoint,
    StatedProblem,
    StatedResult,
)
from ingest.extract.bounds import bounded
from ingest.extract.llm.answers import Answer, PaperAnswer, ReviewAnswer
from ingest.extract.llm.client import Client
from ingest.extract.llm.grounding import Grounded, Grounding
from ingest.extract.llm.ledger import Ledger
from ingest.extract.llm.passages import Passage, passages
from ingest.extract.llm.prompt import llm_version
from ingest.extract.refusals import Refusals
from ingest.settings import LlmSettings

_Stated = TypeVar("_Stated", StatedClaim, StatedProblem, StatedResult, StatedPoint)


@dataclass(frozen=True)
class LlmReading:
    """What a model said of one document and the document bears out, with the passages that were answered."""

    grounded: Grounded
    answered: tuple[Passage, ...]
    refusals: Refusals


def read_with_llm(document: Document, before: Extraction, settings: LlmSettings, ledger: Ledger) -> Extraction:
    """Return *before*, the reading without a model, bettered by what the model reads in *document*.

    Raises:
        LlmUnavailable, LlmBudgetSpent, LlmNotInstalled: nothing was read; answers so far are kept in the ledger.
    """
    reading = _ask(document, passages(document), Client(settings, ledger), settings.concurrency)
    return _united(before, reading, llm_version(settings.model))


def _ask(document: Document, asked: Sequence[Passage], client: Client, concurrency: int) -> LlmReading:
    refusals = Refusals()
    grounding = Grounding(document, refusals)
    answered: list[Passage] = []

    def ask(passage: Passage) -> Answer | str:
        return client.ask(passage.kind, passage.heading, passage.text(document))

    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        futures = [pool.submit(ask, passage) for passage in asked]
        try:
            answers = [future.result() for future in futures]
        finally:
            for future in futures:  # after a failure, what has not been sent is not sent
                future.cancel()
    for passage, answer in zip(asked, answers, strict=True):
        if isinstance(answer, PaperAnswer):
            grounding.paper(passage, answer)
        elif isinstance(answer, ReviewAnswer):
            grounding.review(passage, answer)
        else:
            refusals.add(passage.text(document), answer, passage.first)
            continue
        answered.append(passage)
    return LlmReading(grounding.kept, tuple(answered), refusals)


def _united(before: Extraction, reading: LlmReading, version: str) -> Extraction:
    read = {index for passage in reading.answered for index in range(passage.first, passage.last)}
    kept = reading.grounded

    def union(own: Sequence[_Stated], others: Sequence[_Stated]) -> list[_Stated]:
        rest = [each for each in others if each.sentence not in read]
        return sorted(list(dict.fromkeys(own)) + rest, key=lambda each: each.sentence)

    places = {(each.type, each.span.char_start, each.span.char_end, each.name) for each in before.mentions}
    new = [m for m in kept.mentions if (m.type, m.span.char_start, m.span.char_end, m.name) not in places]
    mentions = sorted([*before.mentions, *dict.fromkeys(new)], key=lambda each: each.span.char_start)
    kept_mentions, claims, results = bounded(
        mentions, union(kept.claims, before.claims), union(kept.results, before.results), reading.refusals
    )
    runs = [
        ComponentRun(
            component=version, part=kind, sentences=sum(p.last - p.first for p in reading.answered if p.kind == kind)
        )
        for kind in ("paper", "review")
        if any(p.kind == kind for p in reading.answered)
    ]
    return before.model_copy(
        update={
            "extractor": f"{before.extractor} {version}",
            "mentions": kept_mentions,
            "claims": claims,
            "results": results,
            "problems": tuple(union(kept.problems, before.problems)),
            "points": tuple(union(kept.points, before.points)),
            "read_by": (*before.read_by, *runs),
            "refused": (*before.refused, *reading.refusals.result()),
        }
    )
