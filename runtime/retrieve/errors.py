"""What can go wrong while retrieving, beside what the graph raises (`graph.errors`)."""

from __future__ import annotations


class RetrieveError(Exception):
    """Base of all errors of retrieval. The message is a sentence for the person who reads it."""


class EmptyIntent(RetrieveError):
    """There is nothing to look for."""


class UnreadableIntent(RetrieveError):
    """The intent is no text that can be encoded."""


class WrongCount(RetrieveError):
    """The number of matches that was asked for is not a positive number."""
