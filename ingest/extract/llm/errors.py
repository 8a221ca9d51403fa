"""What can go wrong between a document and a language model. Each fails one file; the rest of the batch goes on.

LlmError
├── LlmUnavailable   the endpoint did not answer, refused the key, or kept saying that it is busy
├── LlmBudgetSpent   the next request would exceed the budget of tokens or money
└── LlmNotInstalled  the client library is missing

An answer that is no JSON, or says what the document does not, is no error: what it holds is dropped and counted.
"""

from __future__ import annotations


class LlmError(Exception):
    """Base of all errors of this package. The message is a sentence for the person who reads it."""


class LlmUnavailable(LlmError):
    """The endpoint did not answer in a usable way, after all retries."""


class LlmBudgetSpent(LlmError):
    """The budget does not hold the next request. Answers so far are kept: raise it and run again to go on."""


class LlmNotInstalled(LlmError):
    """The extra ``[llm]`` is not installed."""
