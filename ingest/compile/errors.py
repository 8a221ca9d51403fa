"""What can go wrong while compiling, beside what the graph raises (`graph.errors`)."""

from __future__ import annotations


class CompileError(Exception):
    """Base of all errors of compile. The message is a sentence for the person who reads it."""


class GraphMoving(CompileError):
    """The graph was written to during every reading of it."""
