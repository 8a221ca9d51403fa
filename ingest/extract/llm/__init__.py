"""Extraction by a language model behind any OpenAI-compatible endpoint: optional, budgeted, grounded.

`read_with_llm(document, …)` asks about passages of the document and keeps of the answers only what quotes the document
verbatim. Answers are kept by content, so that a run that was stopped goes on where it was, and asks nothing twice.
"""

from ingest.extract.llm.estimate import Estimate, estimate
from ingest.extract.llm.ledger import Ledger
from ingest.extract.llm.reader import LlmReading, read_with_llm

__all__ = ["Estimate", "Ledger", "LlmReading", "estimate", "read_with_llm"]
