"""How a match was reached."""

from __future__ import annotations

import numpy as np

from graph.schema import Label, Ref
from graph.snapshot import Snapshot
from runtime.retrieve.candidates import Kind
from runtime.retrieve.paths import paths_to
from runtime.retrieve.scoring import Scored

PATTERN, BETWEEN, FAR = Ref(Label.PATTERN, "mixup"), Ref(Label.METHOD, "adamw"), "Paper/softerlabelsforsmallnetworks"


def _row(snapshot: Snapshot, ref: Ref) -> int:
    row = snapshot.row(ref)
    assert row is not None
    return row


def test_the_path_leads_over_the_node_between(snapshot: Snapshot):
    """Where nothing of the pattern is like the intent, the path takes two steps, each edge with its direction."""
    far = _row(snapshot, Ref.parse(FAR))
    row = _row(snapshot, PATTERN)
    rows, scores = np.array([far]), np.array([0.5], np.float32)
    kinds = {Label.PAPER: Kind(rows, scores, scores, scores, {far: 0.5})}
    (path,) = paths_to(snapshot, Scored(row, {}, {}), kinds, {far: 1.0})
    assert [(hop.edge, hop.reverse, hop.ref) for hop in path] == [
        (None, False, FAR),
        ("USES", False, str(BETWEEN)),
        ("COMPOSED_OF", True, str(PATTERN)),
    ]


def test_no_path_where_nothing_is_near(snapshot: Snapshot):
    """A pattern that no seed reaches in two steps has no path rather than an invented one."""
    row = _row(snapshot, Ref(Label.PATTERN, "paper:asurveyoflosssurfaces"))
    assert paths_to(snapshot, Scored(row, {}, {}), {}, {}) == ()
