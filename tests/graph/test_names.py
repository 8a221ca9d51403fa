"""Names: what spelling hides, what it must not hide, and what short forms can stand for."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graph.names
from graph.keys import normal_name
from graph.names import abbreviates, derived_forms, gram_bands, name_properties, squash


def test_the_examples_hold() -> None:
    """What the docstrings show is so."""
    assert doctest.testmod(graph.names).failed == 0


@given(st.text(min_size=1, max_size=60).filter(normal_name))
def test_squashing_depends_on_the_normal_form_alone(name: str) -> None:
    """Every spelling of one key has one squashed form, which is never empty and fits an index."""
    assert squash(name) == squash(normal_name(name))
    assert 0 < len(squash(name)) <= 200


@pytest.mark.parametrize(
    ("one", "other"), [("3.5", "35"), ("a 1 1", "a 11"), ("C++", "C"), ("A*", "A"), ("bias", "bia")]
)
def test_what_tells_names_apart_is_kept(one: str, other: str) -> None:
    """Versions, digits and signs survive squashing."""
    assert squash(one) != squash(other)


def test_near_names_share_a_band() -> None:
    """A slip in a long name leaves a band in common."""
    assert set(gram_bands("knowledge distillation loss")) & set(gram_bands("knowledge distilation loss"))


@pytest.mark.parametrize("name", ["dropout", "a" * 30, "long short term loss", "convolutional network v2"])
def test_names_that_cannot_be_compared_have_no_bands(name: str) -> None:
    """Short, monotonous, without a long word, or with a version."""
    assert gram_bands(name) == ()


def test_bands_catch_what_their_similarity_promises() -> None:
    """Slips in long names meet nearly always; names with other initials never."""
    base = "hierarchical contrastive representation learning"
    slips = [base[:i] + base[i + 1 :] for i in range(1, 12)] + [base[:i] + "q" + base[i + 1 :] for i in range(16, 24)]
    bands = set(gram_bands(base))
    assert sum(bool(bands & set(gram_bands(each))) for each in slips) >= 0.9 * len(slips)
    others = [f"{word} contrastive representation learning" for word in ("supervised", "debiased", "local", "graph")]
    assert not [each for each in others if bands & set(gram_bands(each))]


def test_a_new_name_is_shown_by_its_normal_form() -> None:
    """No surface is stored before resolve has counted them."""
    assert name_properties("Label-Smoothing")["name"] == "label smoothing"
    assert derived_forms("dropout")["grams0"] is None


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("MLP", "multilayer perceptron"),
        ("LLMs", "large language models"),
        ("ResNet", "residual network"),
        ("WGAN", "Wasserstein GAN"),
        ("kNN", "k-nearest neighbors"),
        ("Acc.", "accuracy"),
        ("t-SNE", "t-distributed stochastic neighbor embedding"),
        ("NGD", "natural gradient"),
    ],
)
def test_short_forms_are_made_of_beginnings(short: str, long: str) -> None:
    """Initials, beginnings of words, a plural s."""
    assert abbreviates(short, long)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("CORA", "conducted on four datasets"),
        ("CP", "comparable to earlier DPO"),
        ("DNN", "definition 3.1"),
        ("LS", ""),
    ],
)
def test_letters_in_the_right_order_are_not_enough(short: str, long: str) -> None:
    """A phrase that happens to hold the letters is no long form."""
    assert not abbreviates(short, long)
