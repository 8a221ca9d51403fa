"""Compile: the graph becomes patterns and a snapshot. A deterministic function of the graph.

`compile_snapshot(store, home)` is the stage; `ingest.compile.mine` says what a pattern is.
"""

from ingest.compile.errors import CompileError, GraphMoving
from ingest.compile.report import CompileReport, Progress
from ingest.compile.settings import CompileSettings
from ingest.compile.stage import compile_snapshot

__all__ = ["CompileError", "CompileReport", "CompileSettings", "GraphMoving", "Progress", "compile_snapshot"]
