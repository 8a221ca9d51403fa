"""Write findings: each with the plan it concludes, the trials it was computed from, and what it speaks for or against.

Guarantees: a finding without a trial cannot be written. A finding is keyed by plan, arm, metric and split, so that
concluding a plan again replaces what was said before, also when fewer trials or other patterns are behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.keys import hashed_key
from graph.schema import EDGES, EdgeType, Label, Ref
from graph.store.interface import GraphStore, WriteReport
from graph.vocabulary.finding import Finding
from graph.write.existing import existing
from graph.write.replace import node_op, replaced_edges

_EDGES = (EdgeType.CONCLUDES, EdgeType.COMPUTED_FROM, EdgeType.SUPPORTS, EdgeType.CONTRADICTS)


@dataclass(frozen=True)
class FindingsWritten:
    """Keys in the order given. `unlinked` are nodes a finding speaks for or against that the graph does not have."""

    keys: tuple[str, ...]
    report: WriteReport
    unlinked: tuple[Ref, ...]


def finding_key(finding: Finding) -> str:
    """Return the key of *finding*."""
    return hashed_key("finding", finding.plan, finding.arm, finding.metric, finding.split)


def write_findings(store: GraphStore, findings: Sequence[Finding]) -> FindingsWritten:
    """Write *findings* in one transaction.

    Raises:
        MissingEndpoint: a plan or a trial that a finding names does not exist; nothing was written.
        ValueError: a finding supports or contradicts something that is neither Pattern, Claim nor Method.
    """
    rows, edges = [], []
    for finding in findings:
        key = finding_key(finding)
        rows.append(
            {
                "key": key,
                **finding.model_dump(mode="json", exclude={"trials", "supports", "contradicts"}),
            }
        )
        source = Ref(Label.FINDING, key)
        edges.append((source, EdgeType.CONCLUDES, Ref(Label.PLAN, finding.plan)))
        edges.extend((source, EdgeType.COMPUTED_FROM, Ref(Label.TRIAL, trial)) for trial in finding.trials)
        edges.extend((source, EdgeType.SUPPORTS, ref) for ref in _targets(EdgeType.SUPPORTS, finding.supports))
        edges.extend((source, EdgeType.CONTRADICTS, ref) for ref in _targets(EdgeType.CONTRADICTS, finding.contradicts))
    optional = [ref for _, type, ref in edges if type in {EdgeType.SUPPORTS, EdgeType.CONTRADICTS}]
    there = existing(store, optional)
    missing = sorted({ref for ref in optional if ref not in there})
    linked = [edge for edge in edges if edge[2] not in missing]
    sources = [Ref(Label.FINDING, row["key"]) for row in rows]
    report = store.write_batch(
        [node_op(Label.FINDING, rows), *replaced_edges(store, sources, _EDGES, [(*edge, {}) for edge in linked])]
    )
    return FindingsWritten(tuple(row["key"] for row in rows), report, tuple(missing))


def _targets(type: EdgeType, references: Iterable[str]) -> list[Ref]:
    allowed = {target for _, target in EDGES[type].ends}
    targets = [Ref.parse(reference) for reference in references]
    for target in targets:
        if target.label not in allowed:
            raise ValueError(f"a finding cannot speak of {target}: only of {', '.join(sorted(allowed))}")
    return targets
