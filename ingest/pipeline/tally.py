"""Counting while an ingest runs; `IngestReport` is what is said at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.pipeline.report import IngestReport
from ingest.sources.remark import Remark
from ingest.sources.source import SourceFile


@dataclass
class Tally:
    """The counters and remarks of one run."""

    done: int = 0
    unchanged: int = 0
    nodes: int = 0
    edges: int = 0
    refused: int = 0
    merged: int = 0
    parses: int = 0
    extractions: int = 0
    failures: list[Remark] = field(default_factory=list)
    notices: list[Remark] = field(default_factory=list)

    def fail(self, file: SourceFile, kind: str, message: str) -> None:
        """Count a file that is not in, now or from before."""
        self.failures.append(Remark(source=file.source, kind=kind, message=message))

    def report(self, *, run: str | None, seconds: float) -> IngestReport:
        """Return the report; remarks are in the order of their sources, equal ones once."""
        failures = _sorted(self.failures)
        return IngestReport(
            run=run,
            done=self.done,
            unchanged=self.unchanged,
            failed=len(failures),
            nodes_written=self.nodes,
            edges_written=self.edges,
            refused=self.refused,
            merged=self.merged,
            parses=self.parses,
            extractions=self.extractions,
            seconds=round(seconds, 3),
            failures=failures,
            notices=_sorted(self.notices),
        )


def _sorted(remarks: list[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted({remark.order: remark for remark in remarks}.values(), key=lambda each: each.order))
