"""A question about a name is answered by what is known of its variants, too, and says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.schema import EdgeType, Label
from graph.snapshot import Snapshot
from graph.store.interface import UpsertEdges
from graph.write.variants import variant_ops
from runtime.retrieve import Answer, RetrieveSettings, ask
from runtime.retrieve.answer import Match

ASKED = "what is known of Zenet?"
_WITHOUT = RetrieveSettings(variants=0)


@pytest.fixture
def read(corpus: Any) -> Any:
    """Three papers: on Zenet, on Zenet50, whose name shares no word with it, and on something else."""
    for title, text, method in (
        ("Residual paths for galaxies", "Zenet improves the recall of galaxies.", "Zenet"),
        ("Fifty layers for radiographs", "Zenet50 degrades the recall of small lesions.", "Zenet50"),
        ("Gates for long sentences", "Gating improves the recall of distant words.", "gating"),
    ):
        direction = "degrades" if "degrades" in text else "improves"
        used = {"text": text, "names": [(EdgeType.USES, Label.METHOD, method)]}
        corpus.paper(title, {**used, "claim": {"intervention": method, "direction": direction}})
    return corpus


@pytest.fixture
def placed(read: Any, recompile: Callable[[], Snapshot]) -> Snapshot:
    """The snapshot of the papers with Zenet50 placed as a variant of Zenet."""
    rows = [{"src": "zenet50", "dst": "zenet", "added": "50"}]
    read.store.write_batch(variant_ops(Label.METHOD, rows, ["zenet", "zenet50"], run="test"))
    return recompile()


def _match(answer: Answer, name: str) -> Match:
    return next(match for match in answer.matches if match.name == name)


def _refs(match: Match) -> list[list[tuple[str | None, bool, str]]]:
    return [[(hop.edge, hop.reverse, hop.ref) for hop in path] for path in match.paths]


def test_the_path_goes_over_the_variant(placed: Snapshot):
    """The variant's pattern answers, and its path says from which name and that it is a variant of it."""
    over_the_variant = [
        (None, False, "Method/zenet"),
        ("VARIANT_OF", True, "Method/zenet50"),
        ("COMPOSED_OF", True, "Pattern/zenet50"),
    ]
    assert over_the_variant in _refs(_match(ask(placed, None, ASKED), "Zenet50"))


def test_what_is_known_of_the_variant_counts_less(placed: Snapshot):
    """A variant counts, by the share that the answer states, and the name that was asked for comes first."""
    answer = ask(placed, None, ASKED)
    own, variant = _match(answer, "Zenet").parts["method"], _match(answer, "Zenet50").parts["method"]
    assert answer.weights["variants"] == 0.5
    assert variant == pytest.approx(0.5 * own, rel=1e-4)
    assert answer.matches[0].name == "Zenet"


def test_the_variant_comes_before_what_has_nothing_to_do_with_it(placed: Snapshot):
    """With its variants counted, the answer on Zenet puts Zenet50 before gating, by more than without."""

    def lead(settings: RetrieveSettings) -> float:
        answer = ask(placed, None, ASKED, settings=settings)
        return _match(answer, "Zenet50").score - _match(answer, "gating").score

    assert lead(RetrieveSettings()) > max(0.0, lead(_WITHOUT))


def test_the_evidence_of_the_variant_is_shown(placed: Snapshot):
    """Who asks about the name sees what a variant of it was found to do."""
    quotes = [quote.quote for quote in _match(ask(placed, None, ASKED), "Zenet50").evidence]
    assert "Zenet50 degrades the recall of small lesions." in quotes


def test_a_variant_that_is_asked_for_stands_for_itself(placed: Snapshot):
    """A question about the variant reaches its pattern directly, and the general name gets nothing from it."""
    asked = "what is known of Zenet50?"
    answer = ask(placed, None, asked)
    assert ("Method/zenet50", "Pattern/zenet50") in [
        (path[0].ref, path[1].ref) for path in _match(answer, "Zenet50").paths
    ]
    plain = ask(placed, None, asked, settings=_WITHOUT)
    assert _match(answer, "Zenet").parts["method"] == _match(plain, "Zenet").parts["method"]


@pytest.mark.usefixtures("read")
def test_names_that_are_no_variants_of_each_other_pass_nothing(recompile: Callable[[], Snapshot]):
    """Where no edge says so, a like spelling makes no variant."""
    paths = [path for match in ask(recompile(), None, ASKED).matches for path in match.paths]
    assert paths
    assert all(hop.edge != "VARIANT_OF" for path in paths for hop in path)


def test_merged_names_have_their_variants_together(read: Any, recompile: Callable[[], Snapshot]):
    """A variant of an alias is a variant of the name that the group goes by; one merged with it is none any more."""
    rows = [{"src": "zenet50", "dst": "zenet", "added": "50"}, {"src": "gating", "dst": "zenet", "added": "x"}]
    read.store.write_batch(
        [
            *variant_ops(Label.METHOD, rows, [], run="test"),
            UpsertEdges(
                EdgeType.MERGED_INTO,
                Label.METHOD,
                Label.METHOD,
                [{"src": "zenet", "dst": "gating", "rule": "test", "score": 1.0, "by": "test"}],
            ),
        ]
    )
    snapshot = recompile()
    code = snapshot.edge_code(EdgeType.VARIANT_OF)
    found = [
        (snapshot.ref(row).key, snapshot.ref(other).key)
        for row in snapshot.rows(Label.METHOD)
        for other, its, _ in zip(*snapshot.adjacency.entries(row), strict=True)
        if its == code
    ]
    assert found == [("zenet50", "gating")]
