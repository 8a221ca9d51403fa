"""What the language model is, and what it may cost."""

from __future__ import annotations

from pydantic import Field, SecretStr

from graph.canonical import content_hash
from graph.vocabulary.document import Frozen


class LlmSettings(Frozen):
    """Settings of the optional reader. Prices are in any one currency; the budget is in the same."""

    base_url: str = Field(description="an OpenAI-compatible endpoint, e.g. 'http://127.0.0.1:8000/v1'")
    model: str = Field(min_length=1, description="the name that the endpoint knows it by")
    api_key: SecretStr = Field(default=SecretStr("none"), description="many local servers want any key")
    max_tokens: int = Field(
        default=1_000_000, gt=0, description="budget: tokens sent and received, over the life of the ledger"
    )
    max_cost: float | None = Field(default=None, gt=0, description="budget: money; None: only tokens count")
    price_in: float = Field(default=0.0, ge=0, description="price of a million tokens sent")
    price_out: float = Field(default=0.0, ge=0, description="price of a million tokens received")
    answer_tokens: int = Field(default=2000, gt=0, description="the longest answer to one passage")
    concurrency: int = Field(default=4, ge=1, le=64, description="requests at a time, of one process")
    timeout_s: float = Field(default=120, gt=0, description="for one request")
    retries: int = Field(default=6, ge=0, description="of one request, on 408, 409, 429, 5xx and lost connections")

    @property
    def identity(self) -> str:
        """A hash of what decides an answer: the model and the length it may have. Keys and budgets are no part."""
        return content_hash([self.model, self.answer_tokens])

    def cost(self, sent: int, received: int) -> float:
        """Return the price of so many tokens."""
        return (sent * self.price_in + received * self.price_out) / 1_000_000
