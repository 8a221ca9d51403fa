"""The rules: what is one name, and what must never become one."""

from __future__ import annotations

import pytest

from graph.keys import name_key, normal_name
from ingest.resolve.rules import Name, decide


def _name(surface: str, long: tuple[str, ...] = ()) -> Name:
    return Name(name_key(surface), normal_name(surface), {surface: 1}, {normal_name(each): 1 for each in long})


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("label smoothing", "label-smoothings", "spelling"),
        ("data set", "datasets", "spelling"),
        ("ResNet-50", "ResNet 50", "spelling"),
        ("colour jitter", "color jitter", "spelling"),
        ("L2 regularisation", "L_2 regularization", "spelling"),
        ("GAN", "GANs", "spelling"),
        ("multi-task learning", "multitask learning", "spelling"),
        ("labelled data", "labeled data", "spelling"),
        ("policy", "policies", "spelling"),
        ("matrix factorisation", "matrices factorization", "spelling"),
        ("stochastic gradient descent", "stochatic gradient descent", "near"),
        ("knowledge distillation loss", "knowledge distilation loss", "near"),
    ],
)
def test_variants_are_one(one: str, other: str, rule: str) -> None:
    """Two spellings of one name are merged, by the rule that says so, either way round."""
    first, second = decide(_name(one), _name(other)), decide(_name(other), _name(one))
    assert first is not None
    assert first == second
    assert first.rule == rule


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("BERT", "RoBERTa"),
        ("ResNet-50", "ResNet-101"),
        ("GPT-3.5", "GPT-35"),
        ("C", "C++"),
        ("C++", "C#"),
        ("top-1 1", "top-11"),
        ("CIFAR-10", "CIFAR-100"),
        ("supervised learning", "unsupervised learning"),
        ("convex optimization", "nonconvex optimization"),
        ("symmetric cross entropy loss", "asymmetric cross entropy loss"),
        ("image to text generation", "text to image generation"),
        ("DART", "DARTS"),
        ("intra-class variation", "inter-class variation"),
        ("DeiT", "DeiT v2"),
        ("affective computing methods", "effective computing methods"),
        ("loss", "less"),
        ("adam", "adamw"),
        ("L1 loss", "L2 loss"),
        ("word2vec embeddings", "word3vec embeddings"),
        ("A*", "A"),
        ("Mistral 7B instruct tuning", "Mixtral 7B instruct tuning"),
    ],
)
def test_names_that_differ_in_meaning_stay_two(one: str, other: str) -> None:
    """Digits, versions, signs, negations, word order and short words tell names apart."""
    assert decide(_name(one), _name(other)) is None
    assert decide(_name(other), _name(one)) is None


def test_an_acronym_is_what_all_definitions_say() -> None:
    """One long form: merged. Two: left alone."""
    long, short = _name("label smoothing"), _name("LS", ("label smoothing",))
    assert decide(short, long) is not None
    assert decide(long, short) == decide(short, long)
    assert decide(_name("LS", ("label smoothing", "least squares")), long) is None


def test_a_dead_name_is_nobodys_other_name() -> None:
    """Without a live quote no rule applies."""
    assert decide(Name("gans", "gans", {}, {}), _name("GAN")) is None
