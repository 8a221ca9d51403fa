"""Within one paper: names of one thing come together, names of two do not, and order plays no part."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.schema import Label
from graph.vocabulary.extraction import (
    Acronym,
    Direction,
    Extraction,
    Mention,
    MethodRole,
    NameType,
    Span,
    StatedClaim,
    StatedResult,
)
from ingest.resolve.in_document import one_in_document, reported

_NAMES = ["VQA", "VQA task", "visual question answering", "image captioning", "captioning", "FooNet", "FooNet-B", "Bar"]


def test_a_short_form_and_what_it_stands_for_are_one() -> None:
    """With the definition of the paper, whatever words stand around."""
    counts = {"VQA": 5, "free-form VQA": 1, "Visual Question Answering": 2, "image captioning": 3}
    groups = one_in_document(Label.TASK, counts, [("VQA", "visual question answering")])
    assert groups == [["VQA", "Visual Question Answering", "free-form VQA"], ["image captioning"]]


def test_a_part_of_a_name_means_the_name() -> None:
    """In its paper "segmentation" is the segmentation that the paper is about."""
    groups = one_in_document(Label.TASK, {"semantic segmentation": 9, "segmentation": 4, "translation": 1}, [])
    assert ["segmentation", "semantic segmentation"] in groups


def test_nothing_and_one_name_are_grouped() -> None:
    """No names, no groups; a text that is no name is left out."""
    assert one_in_document(Label.TASK, {}, []) == []
    assert one_in_document(Label.TASK, {"parsing": 1, "  ": 1}, []) == [["parsing"]]


@given(names=st.lists(st.sampled_from(_NAMES), unique=True), order=st.randoms())
def test_every_name_is_in_one_group_whatever_the_order(names: list[str], order: object) -> None:
    """The groups part the names, and are the same for the same names."""
    defined = [("VQA", "visual question answering"), ("FN", "foo network")]
    groups = one_in_document(Label.TASK, dict.fromkeys(names, 1), defined)
    assert sorted(name for group in groups for name in group) == sorted(names)
    shuffled = list(names)
    order.shuffle(shuffled)
    assert one_in_document(Label.TASK, dict.fromkeys(shuffled, 1), defined[::-1]) == groups


def test_a_paper_reports_on_the_names_of_its_results_and_claims() -> None:
    """Grouped by kind, the most mentioned name first; what is only mentioned is left out."""

    def mention(name: str, type: NameType = NameType.METHOD, role: MethodRole | None = None) -> Mention:
        return Mention(
            type=type,
            name=name,
            span=Span(char_start=0, char_end=1, quote="x"),
            sentence=0,
            role=role,
            confidence=1,
        )

    extraction = Extraction(
        document="d",
        extractor="t",
        mentions=(
            mention("graph parser", role=MethodRole.PROPOSED),
            mention("GP"),
            mention("GP"),
            mention("LSTM"),
            mention("FooSet", NameType.DATASET),
        ),
        acronyms=(Acronym(short="GP", long="graph parser", sentence=0),),
        claims=(StatedClaim(intervention="GP", direction=Direction.IMPROVES, sentence=0, confidence=1),),
        results=(
            StatedResult(method="GP", dataset="FooSet", metric="F1", value=1.0, printed="1", sentence=0, confidence=1),
        ),
    )
    found = [(each.type, each.name, each.names, each.mentions) for each in reported(extraction)]
    assert found == [
        (NameType.METHOD, "GP", ("GP", "graph parser"), 3),
        (NameType.DATASET, "FooSet", ("FooSet",), 1),
        (NameType.METRIC, "F1", ("F1",), 0),
    ]
