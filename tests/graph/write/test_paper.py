"""write_paper: all or nothing, one live text per paper, the same graph whatever the order."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import LeaseLost, StaleWrite, UngroundedFact
from graph.graph_hash import graph_hash
from graph.live import live_nodes
from graph.schema import Label
from graph.store import open_store
from graph.store.interface import Finish, GraphStore, WriteReport
from graph.vocabulary.document import Format, Review
from graph.write.paper import key_of_paper, write_paper


def _write(store: GraphStore, text: Any, **options: Any) -> Any:
    return write_paper(store, text.document, text.extraction, run="r1", **options)


def _live(store: GraphStore, label: Label) -> list[str]:
    return [node.key for node in live_nodes(store, label)]


def _paper(store: GraphStore, text: Any) -> dict[str, Any]:
    key = key_of_paper(text.document)
    return dict(store.get_nodes(Label.PAPER, [key])[key].properties)


@pytest.fixture
def pdf(text: Any) -> Any:
    """A study as PDF."""
    return text("We use mixup.", format=Format.PDF, venue="Here 2025").mention(0, "mixup")


@pytest.fixture
def tei(text: Any) -> Any:
    """The same study as TEI: other words, and a year that the PDF lacks."""
    return text("We use dropout.", format=Format.TEI, year=2024, venue="There").mention(0, "dropout")


@pytest.fixture
def reviews(text: Any) -> Any:
    """Two reviews and a decision on the study."""
    given = (Review(rating=4.0), Review(rating=7.0), Review(is_meta=True, decision="Accept"))
    return text("Only one seed was run.", kind="review", reviews=given).point(0)


def test_a_paper_is_written_with_its_facts(store: GraphStore, pdf: Any) -> None:
    """Document, Paper, quote and name are there, and nothing was refused."""
    written = _write(store, pdf, stem="d/study", source="study.pdf")
    assert written.paper == "astudy"
    assert written.refused == written.notices == ()
    assert _live(store, Label.METHOD) == ["mixup"]
    assert _paper(store, pdf)["extracted"] == pdf.document.key
    document = store.get_nodes(Label.DOCUMENT, [pdf.document.key])[pdf.document.key].properties
    assert (document["stem"], document["sources"], document["resolved"]) == ("d/study", ["study.pdf"], False)


def test_writing_again_writes_nothing(store: GraphStore, pdf: Any, reviews: Any) -> None:
    """The second writing of the same texts changes no row."""
    for each in (pdf, reviews):
        _write(store, each, source="a")
    for each in (pdf, reviews):
        again = _write(store, each, source="a").report
        assert (again.created, again.updated) == (0, 0)


def test_the_better_text_is_live_in_either_order(pdf: Any, tei: Any) -> None:
    """PDF before TEI, whichever came first; the other one is linked and its facts are not live."""
    hashes = set()
    for order in ((pdf, tei), (tei, pdf)):
        store = open_store("sqlite:///:memory:")
        notices = [_write(store, each).notices for each in order]
        assert _live(store, Label.METHOD) == ["mixup"]
        assert _live(store, Label.DOCUMENT) == sorted([pdf.document.key, tei.document.key])
        assert [notice.kind for notice in notices[1]] == ["same paper"]
        hashes.add(graph_hash(store))
        store.close()
    assert len(hashes) == 1


def test_a_paper_takes_what_its_best_text_lacks_from_the_next(store: GraphStore, pdf: Any, tei: Any) -> None:
    """Each property comes from the best text that has it."""
    for each in (tei, pdf):
        _write(store, each)
    properties = _paper(store, pdf)
    assert (properties["venue"], properties["year"]) == ("Here 2025", 2024)


def test_a_linked_text_without_extraction_is_passed_over(store: GraphStore, pdf: Any, tei: Any) -> None:
    """A better text that was never extracted does not silence one that was."""
    _write(store, tei)
    write_paper(store, pdf.document, None, run="r1")
    assert _live(store, Label.METHOD) == ["dropout"]


def test_an_abstract_comes_last(store: GraphStore, text: Any, tei: Any) -> None:
    """The abstract of a review file is live while it is alone, and only then."""
    abstract = text("We use cutout.", kind="abstract", format=Format.JSON).mention(0, "cutout")
    _write(store, abstract)
    assert _live(store, Label.METHOD) == ["cutout"]
    _write(store, tei)
    assert _live(store, Label.METHOD) == ["dropout"]


def test_reviews_give_scores_and_decision(store: GraphStore, pdf: Any, reviews: Any) -> None:
    """Ratings come in review order without the meta-review; the decision is the meta-review's."""
    for each in (pdf, reviews):
        _write(store, each)
    properties = _paper(store, pdf)
    assert (properties["scores"], properties["decision"]) == ([4.0, 7.0], "Accept")
    assert len(_live(store, Label.REVIEW_POINT)) == 1


def test_a_review_without_its_paper_waits_for_it(store: GraphStore, pdf: Any, reviews: Any) -> None:
    """An orphan review makes the Paper, and the paper's text joins it."""
    assert _write(store, reviews).paper == _write(store, pdf).paper
    assert store.counts().nodes[Label.PAPER] == 1


def test_a_new_extraction_supersedes_the_old(store: GraphStore, text: Any) -> None:
    """The facts of the old extraction stay in the store and are not live."""
    study = text("We use mixup and dropout.").mention(0, "mixup")
    _write(store, study)
    study.items["mentions"] = []
    _write(store, study.mention(0, "dropout"))
    assert _live(store, Label.METHOD) == ["dropout"]
    assert store.counts().nodes[Label.METHOD] == 2
    fresh = open_store("sqlite:///:memory:")
    _write(fresh, study)
    assert graph_hash(fresh) == graph_hash(store)
    fresh.close()


def test_a_changed_file_takes_the_place_of_the_old(store: GraphStore, text: Any) -> None:
    """After a change under another title the old text, its facts and its paper are not live."""
    old = text("We use mixup.", title="A draft").mention(0, "mixup")
    new = text("We use dropout.", title="A final version").mention(0, "dropout")
    _write(store, old, source="a.md")
    _write(store, new, source="a.md", supersedes=old.document.key)
    assert _live(store, Label.PAPER) == ["afinalversion"]
    assert _live(store, Label.METHOD) == ["dropout"]
    fresh = open_store("sqlite:///:memory:")
    _write(fresh, new, source="a.md")
    assert graph_hash(fresh) == graph_hash(store)
    fresh.close()


def test_a_file_that_changes_back_is_live_again(store: GraphStore, text: Any) -> None:
    """Writing the first version again supersedes the second."""
    old, new = text("We use mixup.").mention(0, "mixup"), text("We use dropout.").mention(0, "dropout")
    _write(store, old, source="a.md")
    _write(store, new, source="a.md", supersedes=old.document.key)
    _write(store, old, source="a.md", supersedes=new.document.key)
    assert _live(store, Label.METHOD) == ["mixup"]


def test_a_copy_keeps_the_old_version_alive(store: GraphStore, text: Any) -> None:
    """A version that another path still holds is not superseded."""
    old = text("We use mixup.", title="A draft").mention(0, "mixup")
    new = text("We use dropout.", title="A final version").mention(0, "dropout")
    for source in ("a.md", "copy.md"):
        _write(store, old, source=source)
    _write(store, new, source="a.md", supersedes=old.document.key)
    assert _live(store, Label.METHOD) == ["dropout", "mixup"]


def test_a_document_that_gets_another_title_leaves_its_old_paper(store: GraphStore, text: Any) -> None:
    """One document belongs to one paper, also after a better parser read its title."""
    study = text("Only one seed was run.", kind="review", title="Untitled").point(0)
    _write(store, study)
    parsed = study.document.model_copy(
        update={"bibliography": study.document.bibliography.model_copy(update={"title": "A study"})}
    )
    write_paper(store, parsed, study.extraction, run="r2")
    assert _live(store, Label.PAPER) == ["astudy"]
    assert store.counts().nodes[Label.PAPER] == 2
    fresh = open_store("sqlite:///:memory:")
    write_paper(fresh, parsed, study.extraction, run="r2")
    assert graph_hash(fresh) == graph_hash(store)
    fresh.close()


def test_the_item_ends_in_the_same_transaction(store: GraphStore, pdf: Any) -> None:
    """When the claim was lost nothing is written; when it is held, both are."""
    store.enqueue(Label.ITEM, [{"key": "item:1"}])
    (late,) = store.claim(Label.ITEM, 1, "a", 1.0, now=0.0)
    (held,) = store.claim(Label.ITEM, 1, "b", 1.0, now=10.0)
    with pytest.raises(LeaseLost):
        _write(store, pdf, finish=Finish(late, "done"))
    assert Label.DOCUMENT not in store.counts().nodes
    _write(store, pdf, finish=Finish(held, "done", {"document": pdf.document.key}))
    assert store.get_nodes(Label.ITEM, ["item:1"])["item:1"].properties["state"] == "done"
    assert _live(store, Label.METHOD) == ["mixup"]


def test_a_key_that_is_no_hash_is_refused(store: GraphStore, pdf: Any) -> None:
    """A Document's key has to be a content hash."""
    forged = pdf.document.model_copy(update={"key": "mine"})
    with pytest.raises(UngroundedFact, match="is not the sha256"):
        write_paper(store, forged, None, run="r1")


class _Interrupted:
    """A store in which another writer of the same paper gets in before each of the first *times* commits."""

    def __init__(self, store: GraphStore, other: Any, times: int) -> None:
        self._store, self._other, self._left = store, other, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write_batch(self, ops: Any) -> WriteReport:
        if self._left:
            self._left -= 1
            _write(self._store, self._other)
            self._other.items["mentions"].pop()
        return self._store.write_batch(ops)


def test_a_writer_that_read_too_early_tries_again(store: GraphStore, pdf: Any, text: Any) -> None:
    """Another text of the paper that gets in between is seen; neither is lost."""
    other = text("We use dropout and cutout.", format=Format.TEI).mention(0, "dropout").mention(0, "cutout")
    _write(_Interrupted(store, other, 2), pdf)
    assert _live(store, Label.METHOD) == ["mixup"]
    assert len(_live(store, Label.DOCUMENT)) == 2


def test_a_writer_that_never_gets_through_says_so(store: GraphStore, pdf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a bounded number of attempts the error is ours, and nothing was written."""

    def busy(_: Any) -> WriteReport:
        raise StaleWrite("busy")

    monkeypatch.setattr(type(store), "write_batch", lambda _, ops: busy(ops))
    with pytest.raises(StaleWrite, match="100 times"):
        _write(store, pdf)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(5)), twice=st.integers(0, 4))
def test_any_order_gives_the_same_graph(text: Any, order: list[int], twice: int) -> None:
    """Five texts of two papers with reviews, in any order and with one written twice: one graph hash."""
    texts = [
        text("We use mixup.", format=Format.PDF, venue="Here").mention(0, "mixup"),
        text("We use mixup and dropout.", format=Format.PDF, year=2025).mention(0, "dropout"),
        text("We use cutout.", format=Format.MARKDOWN, doi="10.1/x").mention(0, "cutout"),
        text("Only one seed.", kind="review", decision="Reject").point(0),
        text("We use mixup here.", title="Another", format=Format.TEI).mention(0, "mixup"),
    ]
    store = open_store("sqlite:///:memory:")
    for index in itertools.chain(order, [twice]):
        _write(store, texts[index])
    found = graph_hash(store)
    store.close()
    expected = open_store("sqlite:///:memory:")
    for each in texts:
        _write(expected, each)
    assert found == graph_hash(expected)
    expected.close()
