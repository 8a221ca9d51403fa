"""Resolve: which names mean one thing, and which papers are one work. A stage of its own, after the papers are in."""

from ingest.resolve.explain import explain
from ingest.resolve.explanation import Explanations
from ingest.resolve.lookup import pair_called
from ingest.resolve.report import ResolveReport
from ingest.resolve.stage import resolve

__all__ = ["Explanations", "ResolveReport", "explain", "pair_called", "resolve"]
