"""The role of a method in its sentence."""

from __future__ import annotations

import pytest

from graph.vocabulary.extraction import MethodRole
from ingest.extract import extract


@pytest.mark.parametrize(
    ("heading", "text", "name", "role"),
    [
        ("Introduction", "We propose FoldNet for small data.", "FoldNet", MethodRole.PROPOSED),
        ("Introduction", "We study label smoothing on small data.", "label smoothing", MethodRole.USED),
        ("Introduction", "We investigate the effect of mixup on calibration.", "mixup", MethodRole.USED),
        ("Set-up", "The network is trained with AdamW.", "AdamW", MethodRole.USED),
        ("Results", "We compare with random forests and XGBoost.", "XGBoost", MethodRole.BASELINE),
        ("Results", "Mixup outperforms dropout on digits.", "dropout", MethodRole.BASELINE),
        ("Results", "Mixup outperforms dropout on digits.", "mixup", MethodRole.USED),
        ("Introduction", "FoldNet consists of a graph attention network and a pointer network.",
         "graph attention network", MethodRole.COMPONENT),
        ("Related work", "Mixup was applied to speech.", "mixup", MethodRole.MENTIONED),
    ],
)  # fmt: skip
def test_role(make_document, heading: str, text: str, name: str, role: MethodRole) -> None:
    """The cue, the claim or the part of the paper gives the role."""
    extraction = extract(make_document(sections=[(heading, text)]))
    assert role in {mention.role for mention in extraction.mentions if mention.name == name}
