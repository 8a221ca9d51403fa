"""What a reading would cost, without asking: the dry run."""

from __future__ import annotations

from collections.abc import Iterable

from graph.vocabulary.document import Document, Frozen
from ingest.extract.llm.client import key_of, question, tokens_of
from ingest.extract.llm.ledger import Ledger
from ingest.extract.llm.passages import passages
from ingest.settings import LlmSettings


class Estimate(Frozen):
    """Upper bounds: an answer is counted at its longest, a question at three characters a token."""

    documents: int = 0
    passages: int = 0
    answered_before: int = 0
    tokens_sent: int = 0
    tokens_received: int = 0
    cost: float = 0.0
    budget_tokens: int
    budget_cost: float | None = None
    spent_tokens: int
    spent_cost: float

    @property
    def fits(self) -> bool:
        """Whether the budget holds all of it."""
        tokens = self.spent_tokens + self.tokens_sent + self.tokens_received
        paid = self.budget_cost is None or self.spent_cost + self.cost <= self.budget_cost
        return tokens <= self.budget_tokens and paid


def estimate(documents: Iterable[Document], settings: LlmSettings, ledger: Ledger) -> Estimate:
    """Return what reading *documents* would cost; passages that have an answer cost nothing."""
    count = asked = kept = sent = 0
    for document in documents:
        count += 1
        for passage in passages(document):
            text = question(passage.heading, passage.text(document))
            if ledger.answer(key_of(settings, passage.kind, text)) is not None:
                kept += 1
                continue
            asked += 1
            sent += tokens_of(passage.kind, text)
    received = asked * settings.answer_tokens
    spent = ledger.spent()
    return Estimate(
        documents=count,
        passages=asked + kept,
        answered_before=kept,
        tokens_sent=sent,
        tokens_received=received,
        cost=settings.cost(sent, received),
        budget_tokens=settings.max_tokens,
        budget_cost=settings.max_cost,
        spent_tokens=spent.tokens,
        spent_cost=spent.cost,
    )
