"""One question to the endpoint: sent with a JSON Schema, retried with jitter by the client, paid from the ledger.

The `openai` client retries 408, 409, 429, 5xx and lost connections with exponential back-off and jitter, and heeds
``Retry-After``. An answer that is no JSON of the schema, or is cut off, is asked for once more and then given up.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pydantic import ValidationError

from graph.canonical import content_hash
from ingest.extract.llm.answers import ANSWERS, Answer, Kind
from ingest.extract.llm.errors import LlmNotInstalled, LlmUnavailable
from ingest.extract.llm.ledger import Ledger
from ingest.extract.llm.prompt import prompt, schema
from ingest.settings import LlmSettings

if TYPE_CHECKING:
    from openai import OpenAI

_ATTEMPTS = 2  # for an answer that cannot be read
_CHARACTERS_PER_TOKEN = 3.0  # fewer than any tokenizer needs for English prose: estimates err on the dear side
_SEED = 0


def question(heading: str, text: str) -> str:
    """Return what is asked about one passage."""
    return f"Section: {heading or 'untitled'}\n\nPassage:\n{text}"


def tokens_of(kind: Kind, asked: str) -> int:
    """Return about how many tokens a question sends, schema included; never fewer than the endpoint will count."""
    return math.ceil((len(prompt(kind)) + len(str(schema(kind))) + len(asked)) / _CHARACTERS_PER_TOKEN)


def key_of(settings: LlmSettings, kind: Kind, asked: str) -> str:
    """Return the name of a question: all that decides its answer."""
    return content_hash([settings.identity, prompt(kind), schema(kind), asked])


class Client:
    """Asks one endpoint, through one ledger. Safe for threads."""

    def __init__(self, settings: LlmSettings, ledger: Ledger) -> None:
        self._settings = settings
        self._ledger = ledger
        self._openai = _connect(settings)

    def ask(self, kind: Kind, heading: str, text: str) -> Answer | str:
        """Return the answer about one passage, kept or new; or, as text, why no answer could be read.

        Raises:
            LlmUnavailable: the endpoint cannot be used.
            LlmBudgetSpent: the budget does not hold the question.
        """
        asked = question(heading, text)
        key = key_of(self._settings, kind, asked)
        if (kept := self._ledger.answer(key)) is not None:
            return ANSWERS[kind].model_validate_json(kept)
        reason = ""
        for _ in range(_ATTEMPTS):
            body, whole = self._send(kind, asked)
            if not whole:
                reason = "the answer was cut off"
                continue
            try:
                answer = ANSWERS[kind].model_validate_json(body)
            except ValidationError:
                reason = "the answer was not the JSON that was asked for"
                continue
            self._ledger.keep(key, body)
            return answer
        return reason

    def _send(self, kind: Kind, asked: str) -> tuple[str, bool]:
        """Send one request; return its text and whether it is whole."""
        import openai

        settings = self._settings
        reservation = self._ledger.reserve(settings, tokens_of(kind, asked))
        sent = received = 0
        try:
            reply = self._openai.chat.completions.create(
                model=settings.model,
                messages=[{"role": "system", "content": prompt(kind)}, {"role": "user", "content": asked}],
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": f"{kind}_answer", "strict": True, "schema": schema(kind)},
                },
                temperature=0,
                seed=_SEED,
                max_tokens=settings.answer_tokens,
            )
            if reply.usage is not None:
                sent, received = reply.usage.prompt_tokens, reply.usage.completion_tokens
            else:
                sent, received = tokens_of(kind, asked), settings.answer_tokens
            choice = reply.choices[0] if reply.choices else None
        except openai.APIStatusError as error:
            raise LlmUnavailable(_said(settings, error)) from error
        except openai.OpenAIError as error:
            raise LlmUnavailable(
                f"{settings.base_url} did not answer: {error}; see that it runs, then retry"
            ) from error
        finally:
            self._ledger.settle(settings, reservation, sent, received)
        if choice is None:
            return "", False
        return choice.message.content or "", choice.finish_reason != "length"


def _said(settings: LlmSettings, error: object) -> str:
    status = getattr(error, "status_code", 0)
    if status in {401, 403}:
        return f"{settings.base_url} refused the key ({status}): set PATTERNBOOK_LLM_API_KEY"
    if status == 404:
        return f"{settings.base_url} knows no model {settings.model!r}: set PATTERNBOOK_LLM_MODEL"
    if status == 429:
        return f"{settings.base_url} kept saying that it is busy (429), {settings.retries + 1} times: retry later"
    return f"{settings.base_url} answered {status}: {str(error)[:200]}"


def _connect(settings: LlmSettings) -> OpenAI:
    try:
        from openai import OpenAI
    except ImportError as error:
        raise LlmNotInstalled("the language model reader needs: pip install 'patternbook[llm]'") from error
    return OpenAI(
        base_url=settings.base_url,
        api_key=settings.api_key.get_secret_value(),
        timeout=settings.timeout_s,
        max_retries=settings.retries,
    )
