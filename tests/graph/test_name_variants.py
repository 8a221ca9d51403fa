"""Variants: sizes, versions, settings and parts are read off the name."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graph.name_variants
from graph.keys import normal_name
from graph.name_variants import variant
from graph.names import squash
from graph.schema import Label


def test_the_examples_hold() -> None:
    """What the docstrings show is so."""
    assert doctest.testmod(graph.name_variants).failed == 0


@pytest.mark.parametrize(
    ("label", "name", "parent"),
    [
        (Label.METHOD, "BERT-large", "BERT"),
        (Label.METHOD, "ResNet50", "ResNet"),
        (Label.METHOD, "ViT-B/16", "ViT-B"),
        (Label.METHOD, "Detector v2", "Detector"),
        (Label.METHOD, "FooNetV2", "FooNet"),
        (Label.METHOD, "FooNet++", "FooNet"),
        (Label.METHOD, "two-layer LSTM", "LSTM"),
        (Label.DATASET, "SQuAD 2.0", "SQuAD"),
        (Label.DATASET, "FooSet test set", "FooSet"),
        (Label.DATASET, "WMT14 English-French", "WMT14"),
        (Label.METRIC, "macro-F1", "F1"),
        (Label.METRIC, "ROUGE-L", "ROUGE"),
        (Label.METRIC, "recall@5", "recall"),
        (Label.METRIC, "top-5 accuracy", "accuracy"),
        (Label.TASK, "Chinese named entity recognition", "named entity recognition"),
        (Label.TASK, "3D object detection", "object detection"),
    ],
)
def test_a_variant_names_its_parent(label: Label, name: str, parent: str) -> None:
    """One thing is added, and the rest is the other name."""
    assert variant(label, name).parent == squash(parent)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        (Label.METHOD, "word2vec"),
        (Label.METHOD, "dropout"),
        (Label.METHOD, "C++"),
        (Label.METRIC, "F1"),
        (Label.METRIC, "top-1"),
        (Label.METHOD, "large"),
        (Label.PROBLEM, "overfitting on 10 images"),
        (Label.TASK, "English"),
        (Label.METRIC, '(")'),
    ],
)
def test_a_name_of_its_own_has_no_parent(label: Label, name: str) -> None:
    """Digits that belong to the name, names that are nothing but what others add, kinds without sizes."""
    assert variant(label, name).parent is None


@given(label=st.sampled_from(list(Label)), name=st.text(min_size=1, max_size=60).filter(normal_name))
def test_a_variant_depends_on_the_normal_form_alone(label: Label, name: str) -> None:
    """Every spelling of one key has one parent and one family, and what is added is said wherever there is a parent."""
    found = variant(label, name)
    assert found == variant(label, normal_name(name))
    assert bool(found.added) == (found.parent is not None) == (found.family is not None)
