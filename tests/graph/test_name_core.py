"""Cores of names: what people put around a name is taken away, what tells names apart is not."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graph.name_core
from graph.keys import normal_name
from graph.name_core import core
from graph.schema import Label


def test_the_examples_hold() -> None:
    """What the docstrings show is so."""
    assert doctest.testmod(graph.name_core).failed == 0


@given(label=st.sampled_from(list(Label)), name=st.text(min_size=1, max_size=60).filter(normal_name))
def test_a_core_depends_on_the_normal_form_alone(label: Label, name: str) -> None:
    """Every spelling of one key has one core, which is never empty and fits an index."""
    found = core(label, name)
    assert found == core(label, normal_name(name))
    assert found.words
    assert 0 < len(found.form) <= 200


@pytest.mark.parametrize(
    ("label", "one", "other"),
    [
        (Label.DATASET, "the CIFAR-10 dataset", "CIFAR-10"),
        (Label.DATASET, "SQuAD v1.1", "SQuAD 1.1"),
        (Label.DATASET, "WMT'14 En-De", "WMT14 English-German"),
        (Label.TASK, "classification of images", "image classification"),
        (Label.TASK, "the task of object detection", "object detection"),
        (Label.TASK, "named entity recognition (NER)", "named entity recognition"),
        (Label.METHOD, "a convolution neural net", "convolutional neural networks"),
        (Label.METHOD, "naïve Bayes classifiers", "naive Bayes classifier"),
        (Label.METRIC, "F-measure", "F1 score"),
        (Label.METRIC, "root mean square error", "root-mean-squared error"),
        (Label.PROBLEM, "the problem of mode collapse", "mode collapse"),
    ],
)
def test_one_core(label: Label, one: str, other: str) -> None:
    """Articles, general heads, inversion, a repeated short form, and words of one sense."""
    assert core(label, one).form == core(label, other).form


@pytest.mark.parametrize(
    ("label", "one", "other"),
    [
        (Label.TASK, "generation of images from text", "generation of text from images"),
        (Label.METHOD, "Transformer (big)", "Transformer"),
        (Label.DATASET, "CIFAR-10", "CIFAR-100"),
        (Label.METHOD, "attention network", "attention task"),
        (Label.METRIC, "precision", "recall"),
    ],
)
def test_two_cores(label: Label, one: str, other: str) -> None:
    """Order beside a preposition, a bracket that says something, and heads of another kind of thing."""
    assert core(label, one).form != core(label, other).form


def test_what_was_taken_away_is_said() -> None:
    """The rules need it: "memory network" is no memory."""
    assert core(Label.METHOD, "memory networks").heads == ("network",)
    assert core(Label.METHOD, "memory").heads == ()
