"""Retrieve: an intent becomes ranked patterns with evidence for and against.

`ask(snapshot, store, intent)` is the stage; `Answer` is what it returns.
"""

from runtime.retrieve.answer import Answer, Match, Quote
from runtime.retrieve.ask import ask
from runtime.retrieve.errors import EmptyIntent, RetrieveError
from runtime.retrieve.settings import RetrieveSettings

__all__ = ["Answer", "EmptyIntent", "Match", "Quote", "RetrieveError", "RetrieveSettings", "ask"]
