"""Names: what is found, what it is called, what is refused."""

from __future__ import annotations

import pytest

from graph.vocabulary.extraction import Extraction, NameType
from ingest.extract import extract


def names(extraction: Extraction, type: NameType) -> set[str]:
    return {mention.name for mention in extraction.mentions if mention.type is type}


UNITS = [
    ("label-smoothing", "label smoothing"),
    ("Label Smoothing", "label smoothing"),
    ("label smoothing regularization", "label smoothing"),
    ("dropout", "dropout"),
    ("weight decay", "weight decay"),
    ("Mixup", "mixup"),
    ("cosine annealing", "cosine schedule"),
    ("a cosine learning rate schedule", "cosine schedule"),
    ("an exponential moving average of the weights", "exponential moving average"),
    ("EMA", "exponential moving average"),
    ("Gaussian input noise", "input noise"),
    ("AdamW", "AdamW"),
    ("focal loss", "focal loss"),
    ("gradient-norm clipping", "gradient clipping"),
    ("clipping gradients", "gradient clipping"),
]


@pytest.mark.parametrize(("surface", "name"), UNITS)
def test_the_built_in_units_are_read_in_each_spelling(make_document, surface: str, name: str) -> None:
    """Hyphens, case, plurals and usual aliases lead to one name; the span stays as written."""
    document = make_document(sections=[("Set-up", f"The network is trained with {surface} for 50 epochs.")])
    assert name in names(extract(document), NameType.METHOD)


@pytest.mark.parametrize(
    "surface", ["digits", "the digits data set", "wine", "the wine data", "breast cancer", "MNIST"]
)
def test_the_built_in_data_sets_are_read_in_a_data_position(make_document, surface: str) -> None:
    """Everyday words are data sets after 'on' and beside 'data'."""
    document = make_document(sections=[("Set-up", f"We train a network on {surface} with twenty seeds.")])
    assert names(extract(document), NameType.DATASET)


@pytest.mark.parametrize(
    "text",
    ["Patients with breast cancer were excluded.", "The last digits are rounded.", "A glass of wine was served."],
)
def test_an_everyday_word_is_no_data_set_elsewhere(make_document, text: str) -> None:
    """Wine, digits and breast cancer mean themselves where no data is spoken of."""
    assert not names(extract(make_document(sections=[("Set-up", text)])), NameType.DATASET)


def test_a_metric_word_in_another_meaning_is_no_metric(make_document) -> None:
    """'Error bars', 'mixed precision' and 'recall that' measure nothing."""
    text = "Error bars show deviations. We use mixed precision. Recall that seeds are paired."
    assert not names(extract(make_document(sections=[("Results", text)])), NameType.METRIC)


def test_a_new_name_is_learnt_from_its_cue_and_found_again(make_document) -> None:
    """A method that no list holds is named once with a cue, and found in every sentence."""
    document = make_document(
        abstract="We propose a method called FoldNet.",
        sections=[("Results", "Seeds are paired. FoldNet needs less memory.")],
    )
    found = [mention for mention in extract(document).mentions if mention.name == "FoldNet"]
    assert {mention.sentence for mention in found} == {1, 3}


def test_the_title_names_the_proposed_method(make_document) -> None:
    """'Name: what it does' is how a method is introduced."""
    extraction = extract(make_document("FoldNet: folding for small data", sections=[("Results", "FoldNet is small.")]))
    assert "FoldNet" in names(extraction, NameType.METHOD)


def test_a_benchmark_in_the_title_is_a_data_set(make_document) -> None:
    """'Name: a benchmark for …' introduces a data set."""
    extraction = extract(
        make_document("FoldBench: a benchmark for folding", sections=[("Data", "FoldBench is small.")])
    )
    assert "FoldBench" in names(extraction, NameType.DATASET)


def test_a_size_makes_another_name(make_document) -> None:
    """BERT-large and ResNet-50 are names of their own; 'BERT-based' is BERT."""
    text = "We use BERT-large and ResNet-50. A BERT-based tagger is the baseline."
    assert {"BERT-large", "ResNet-50", "BERT"} <= names(
        extract(make_document(sections=[("Set-up", text)])), NameType.METHOD
    )


@pytest.mark.parametrize(
    "phrase", ["the model", "our method", "previous methods", "a novel framework", "a simple approach"]
)
def test_a_phrase_that_says_nothing_is_no_name(make_document, phrase: str) -> None:
    """General words announce nothing, whatever the cue."""
    document = make_document(sections=[("Method", f"We propose {phrase}. We use {phrase}. We compare with {phrase}.")])
    assert not names(extract(document), NameType.METHOD)


def test_what_is_refused_is_listed_with_its_reason(make_document) -> None:
    """A candidate that was dropped is in the answer."""
    document = make_document(sections=[("Method", "We compare with folding methods on MNIST.")])
    assert "a class of things, not one" in {each.reason for each in extract(document).refused}


def test_references_are_not_read(make_document) -> None:
    """Titles in the bibliography name nothing that this paper uses."""
    document = make_document(sections=[("References", "Dropout: a way to prevent overfitting. We use MNIST.")])
    assert extract(document).mentions == ()


def test_a_checklist_is_not_read(make_document) -> None:
    """The form that a venue asks for is not the paper's text."""
    document = make_document(sections=[("NeurIPS Paper Checklist", "We use dropout on MNIST.")])
    assert extract(document).mentions == ()
