"""What a document states becomes rows with a quote each, or is refused with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from graph.errors import UngroundedFact
from graph.keys import name_key
from graph.schema import EdgeType, Label
from graph.vocabulary.document import Review
from graph.vocabulary.extraction import MethodRole, Span, StatedProblem
from graph.write.facts import Facts, check_grounded
from graph.write.read_facts import facts_of


def _facts(text: Any) -> Facts:
    facts = facts_of(text.document, text.extraction, paper="astudy", run="r1")
    check_grounded(facts)
    return facts


def _edges(facts: Facts, type: EdgeType) -> list[tuple[str, str]]:
    return sorted((src, dst) for kind, _, src, _, dst in facts.edges if kind is type)


def test_evidence_is_the_whole_sentence(text: Any) -> None:
    """A mention quotes its sentence verbatim, with offsets, and keeps the words of the mention on the edge."""
    facts = _facts(text("First.", "We use Label Smoothing here.").mention(1, "Label Smoothing"))
    (row,) = facts.nodes[Label.EVIDENCE].values()
    assert (row["quote"], row["char_start"], row["char_end"]) == ("We use Label Smoothing here.", 7, 35)
    (edge,) = (value for key, value in facts.edges.items() if key[0] is EdgeType.EVIDENCED_BY)
    assert (edge["surface"], edge["stance"]) == ("Label Smoothing", "mentions")


def test_only_quoted_sentences_are_nodes(text: Any) -> None:
    """A sentence that nothing was read from is no node."""
    assert len(_facts(text("Nothing.", "We use mixup.").mention(1, "mixup")).nodes[Label.EVIDENCE]) == 1


def test_a_quote_that_is_not_verbatim_is_refused_alone(text: Any) -> None:
    """An item whose quote differs from the text goes, with its reason; the others stay."""
    study = text("We use mixup.", "It is slow.").mention(0, "mixup")
    forged = Span(char_start=14, char_end=16, quote="XX")
    study.items["problems"] = [StatedProblem(kind="symptom", span=forged, sentence=1, confidence=0.5)]
    facts = _facts(study)
    assert list(facts.nodes[Label.METHOD]) == ["mixup"]
    assert [each.sentence for each in facts.refused] == [1]
    assert "verbatim" in facts.refused[0].reason


def test_a_quote_outside_its_sentence_is_refused(text: Any) -> None:
    """A verbatim quote from another sentence than the one named does not count."""
    study = text("We use mixup.", "It is slow.")
    stray = StatedProblem(kind="symptom", span=study.span(1, "slow"), sentence=0, confidence=0.5)
    study.items["problems"] = [stray]
    assert "not inside sentence 0" in _facts(study).refused[0].reason


def test_a_sentence_that_is_not_there_is_refused(text: Any) -> None:
    """An item that points at no sentence is refused."""
    assert "no sentence 7" in _facts(text("We use mixup.").claim(7, "mixup")).refused[0].reason


def test_a_claim_on_a_method_nobody_quotes_is_refused_by_name(text: Any) -> None:
    """The refusal of a fact without evidence names the node."""
    facts = _facts(text("It is better.").claim(0, "mixup"))
    assert "Method/mixup has no evidence" in facts.refused[0].reason
    assert Label.CLAIM not in facts.nodes


def test_a_claim_keeps_the_parts_that_have_evidence(text: Any) -> None:
    """An optional part without evidence is refused; the claim stays, and says only what it can show."""
    facts = _facts(
        text("We use mixup.", "mixup improves accuracy.").mention(0, "mixup").claim(1, "mixup", dataset="MNIST")
    )
    (claim,) = facts.nodes[Label.CLAIM].values()
    assert claim["statement"] == "mixup improves performance"
    assert [each.what for each in facts.refused] == ["Dataset 'MNIST' of the claim on 'mixup'"]


def test_a_claim_is_linked_to_what_it_speaks_of(text: Any) -> None:
    """Intervention, comparator, metric: one edge each; the quote supports the claim."""
    study = text("Mixup improves accuracy over dropout by 2 %.")
    study.claim(0, "mixup", comparator="dropout", outcome="accuracy", size="2 %")
    facts = _facts(study)
    (key,) = facts.nodes[Label.CLAIM]
    assert _edges(facts, EdgeType.HAS_INTERVENTION) == [(key, "mixup")]
    assert _edges(facts, EdgeType.HAS_COMPARATOR) == [(key, "dropout")]
    assert _edges(facts, EdgeType.HAS_METRIC) == [(key, "accuracy")]
    assert facts.nodes[Label.CLAIM][key]["statement"] == "mixup improves accuracy over dropout (2 %)"


def test_a_size_that_is_not_printed_is_refused(text: Any) -> None:
    """An effect size has to stand in the sentence."""
    facts = _facts(text("Mixup improves accuracy.").claim(0, "mixup", size="5 %"))
    (claim,) = facts.nodes[Label.CLAIM].values()
    assert claim["size"] is None
    assert "'5 %' does not stand" in facts.refused[0].reason


@pytest.mark.parametrize(("printed", "value"), [("91.3", 91.3), ("91.2", float("inf"))])
def test_a_result_has_to_be_printed_and_finite(text: Any, printed: str, value: float) -> None:
    """A value that the sentence does not print, or that is no number, is refused."""
    facts = _facts(text("The accuracy is 91.2.").result(0, "accuracy", printed, value))
    assert len(facts.refused) == 1
    assert Label.RESULT not in facts.nodes


def test_a_method_with_a_role_is_not_just_mentioned(text: Any) -> None:
    """MENTIONS stands only for methods that have no other role, whichever was read first."""
    study = text("Mixup.", "We use mixup.", "Mixup.")
    study.mention(0, "Mixup").mention(1, "mixup", role=MethodRole.USED).mention(2, "Mixup")
    facts = _facts(study)
    assert _edges(facts, EdgeType.MENTIONS) == []
    assert _edges(facts, EdgeType.USES) == [(study.document.key, "mixup")]


def test_a_short_form_gets_a_node_that_says_what_it_stands_for(text: Any) -> None:
    """A defined acronym is a node of its own, evidenced by the sentence that defines it."""
    study = text("We use label smoothing (LS).", "LS helps.")
    study.mention(0, "label smoothing").mention(1, "LS", "label smoothing").acronym(0, "LS", "label smoothing")
    facts = _facts(study)
    assert sorted(facts.nodes[Label.METHOD]) == ["label-smoothing", "ls"]
    said = {
        (key[2], edge["surface"], edge["acronym_of"])
        for key, edge in facts.edges.items()
        if key[0] is EdgeType.EVIDENCED_BY
    }
    assert said == {
        ("label-smoothing", "label smoothing", None),
        ("label-smoothing", "LS", "label smoothing"),
        ("ls", "LS", "label smoothing"),
    }


def test_a_review_does_not_say_what_the_paper_works_on(text: Any) -> None:
    """Names in a review are quoted and mentioned, but give the review no task, dataset or role."""
    study = text("You should use mixup on MNIST.", kind="review")
    study.mention(0, "mixup", role=MethodRole.USED).mention(0, "MNIST", type="Dataset")
    facts = _facts(study)
    assert _edges(facts, EdgeType.MENTIONS) == [(study.document.key, "mixup")]
    assert _edges(facts, EdgeType.USES) + _edges(facts, EdgeType.EVALUATES_ON) == []


def test_a_review_point_is_about_its_paper_and_what_it_names(text: Any) -> None:
    """A point carries its review's rating and reaches the paper and the methods it names."""
    study = text("Only one seed was run for mixup.", kind="review", reviews=(Review(), Review(rating=3.0)))
    facts = _facts(study.mention(0, "mixup").point(0, about=["mixup", "dropout"], review=1))
    ((key, row),) = facts.nodes[Label.REVIEW_POINT].items()
    assert row["rating"] == 3.0
    assert _edges(facts, EdgeType.ABOUT) == [(key, "astudy"), (key, "mixup")]
    assert [each.reason for each in facts.refused] == ["the document has no quote that names 'dropout'"]


def test_a_point_of_a_review_that_is_not_there_is_refused(text: Any) -> None:
    """The index of the review has to exist."""
    facts = _facts(text("Only one seed was run.", kind="review").point(0, review=4))
    assert "no review 4" in facts.refused[0].reason


def test_a_review_sentence_with_a_name_is_never_quoted(text: Any) -> None:
    """Whatever was read from it is refused; the reason does not repeat the name."""
    study = text("As Prof. Jane Doe says, one seed is not enough.", "One seed only.", kind="review")
    facts = _facts(study.point(0).point(1))
    assert len(facts.nodes[Label.REVIEW_POINT]) == 1
    assert "names a person" in facts.refused[0].reason
    assert "Doe" not in facts.refused[0].reason


def test_an_argument_may_take_several_sentences(text: Any) -> None:
    """Each sentence it runs over is a quote; if one of them names a person, nothing of it is quoted."""
    study = text("One seed.", "That is not enough.", "Ask Prof. Jane Doe.", kind="review")
    study.point(0).point(1)
    for index, last in ((0, 1), (1, 2)):
        whole = study.document.text[
            study.document.sentences[index].char_start : study.document.sentences[last].char_end
        ]
        start = study.document.sentences[index].char_start
        span = Span(char_start=start, char_end=start + len(whole), quote=whole)
        study.items["points"][index] = study.items["points"][index].model_copy(update={"span": span})
    facts = _facts(study)
    ((key, row),) = facts.nodes[Label.REVIEW_POINT].items()
    assert row["text"] == "One seed. That is not enough."
    assert [src for src, _ in _edges(facts, EdgeType.EVIDENCED_BY)] == [key, key]
    assert ["names a person" in each.reason for each in facts.refused] == [True]


def test_a_paper_may_name_people(text: Any) -> None:
    """Only reviews are kept from naming people."""
    assert _facts(text("Following Doe et al. (2020) we use mixup.").mention(0, "mixup")).refused == ()


def test_problem_kinds_have_edges_of_their_own(text: Any) -> None:
    """A problem is addressed; limitations and symptoms limit."""
    study = text("Labels are noisy.", "It is slow.")
    study.problem(0, "Labels are noisy").problem(1, "It is slow", kind="limitation")
    facts = _facts(study)
    assert _edges(facts, EdgeType.ADDRESSES) == [(study.document.key, name_key("Labels are noisy"))]
    assert _edges(facts, EdgeType.LIMITED_BY) == [(study.document.key, name_key("It is slow"))]


def test_what_an_extraction_says_is_part_of_its_id(text: Any) -> None:
    """Two extractions of one document by one version that differ are two."""
    study = text("We use mixup and dropout.").mention(0, "mixup")
    first = _facts(study).extraction
    assert _facts(study).extraction == first
    assert _facts(study.mention(0, "dropout")).extraction != first


def test_an_extraction_of_another_document_is_an_error(text: Any) -> None:
    """A mix-up of documents is no refusal of one item but of the whole."""
    with pytest.raises(UngroundedFact, match="was made from document"):
        facts_of(text("One.").document, text("Two.").extraction, paper="astudy", run="r1")


def test_a_fact_without_a_quote_is_named(text: Any) -> None:
    """The check before writing names the node that no quote carries."""
    facts = _facts(text("We use mixup.").mention(0, "mixup"))
    bare = Facts(facts.extraction, facts.extractor, facts.nodes, {}, ())
    with pytest.raises(UngroundedFact, match=r"Evidence/evidence:\w+ has no evidence"):
        check_grounded(bare)


def test_names_are_functions_of_their_normal_form(text: Any) -> None:
    """A new name says its normal form, so that no order of papers decides how it is written."""
    one = _facts(text("We use Label-Smoothing.").mention(0, "Label-Smoothing")).nodes[Label.METHOD]
    other = _facts(text("We use label smoothing.").mention(0, "label smoothing")).nodes[Label.METHOD]
    assert one == other
