"""Explaining a name: what it is one with and why, and why what is near it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.schema import Label, Ref
from graph.store.interface import GraphStore
from graph.vocabulary.extraction import NameType
from graph.write.by_hand import keep_apart
from ingest.resolve import explain, pair_called, resolve
from ingest.resolve.errors import AmbiguousName, UnknownName

Paper = Callable[..., tuple[Any, Callable[[GraphStore], None]]]


def _write(store: GraphStore, *papers: tuple[Any, Callable[[GraphStore], None]]) -> None:
    for _, write in papers:
        write(store)
    resolve(store, run="r")


def test_the_group_with_rules_and_papers(store: GraphStore, paper: Paper) -> None:
    """Each member with its rule and score, and the papers whose live quotes write it."""
    _write(store, paper("One", ["label smoothing"]), paper("Two", ["label-smoothings", "label smoothing"]))
    (found,) = explain(store, "Label Smoothing").names
    assert (found.canonical, found.shown_as) == ("label-smoothing", "label smoothing")
    target, other = found.members
    assert (target.rule, target.papers, target.quotes) == (None, 2, 2)
    assert [paper.title for paper in target.named_in] == ["One", "Two"]
    assert (other.key, other.rule, other.score, other.papers) == ("label-smoothings", "spelling", 1.0, 1)


def test_quotes_that_are_superseded_do_not_count(store: GraphStore, paper: Paper) -> None:
    """Only live quotes are counted."""
    old = paper("A draft", ["mixup"], source="a.md")
    _write(store, old, paper("Other", ["mixup"]))
    _write(store, paper("A final version", ["dropout"], source="a.md", supersedes=old[0].key))
    (found,) = explain(store, "mixup").names
    assert [(member.quotes, member.papers) for member in found.members] == [(1, 1)]


@pytest.mark.parametrize(
    ("names", "asked", "other", "why"),
    [
        (["CIFAR-10", "CIFAR-100"], "CIFAR-10", "cifar-100", "numbers differ: 10 and 100"),
        (["BERT", "BERT-base"], "BERT", "bert-base", "is a variant: it adds 'base'"),
        (["BERT-large", "BERT-base"], "BERT-base", "bert-large", "two variants of one: 'base' and 'large'"),
        (["memory", "memory network"], "memory", "memory-network", "'network' may be half of the name"),
        (["graph attention", "graph attention pooling"], "graph attention", "graph-attention-pooling", "no rule holds"),
    ],
)
def test_why_what_is_near_is_not_joined(
    store: GraphStore, paper: Paper, names: list[str], asked: str, other: str, why: str
) -> None:
    """Each name that is like it comes with the reason."""
    _write(store, paper("One", names))
    (found,) = explain(store, asked).names
    assert why in {near.key: near.why for near in found.nearby}[other]


def test_an_ambiguous_short_form_says_what_it_means(store: GraphStore, paper: Paper) -> None:
    """Its meanings with their quotes, and neither is joined."""
    _write(
        store,
        paper("One", defines=[("LS", "label smoothing")]),
        paper("Two", defines=[("LS", "least squares")]),
        paper("Three", defines=[("LS", "least squares")]),
    )
    (found,) = explain(store, "LS").names
    assert [(each.long, each.quotes) for each in found.stands_for] == [("least squares", 2), ("label smoothing", 1)]
    why = {near.key: near.why for near in found.nearby}
    assert "defined in several ways: least squares (2), label smoothing (1)" in why["label-smoothing"]


def test_what_people_decided_is_shown(store: GraphStore, paper: Paper) -> None:
    """Who, what, why and when; and the other name is near, with that reason."""
    _write(store, paper("One", ["GAN"]), paper("Two", ["GANs"]))
    keep_apart(store, Ref(Label.METHOD, "gan"), Ref(Label.METHOD, "gans"), by="ann", reason="two", at="now")
    resolve(store, run="r")
    (found,) = explain(store, "GAN").names
    assert [(each.decision, each.key, each.by, each.reason) for each in found.decided] == [
        ("apart", "gans", "ann", "two")
    ]
    assert [near.why for near in found.nearby] == ["kept apart by ann: two"]


def test_a_name_of_several_kinds_is_explained_for_each(store: GraphStore, paper: Paper) -> None:
    """Unless one kind is asked for, or a reference is given."""
    _write(store, paper("One", ["mixup"]), paper("Two", ["mixup"], type=NameType.TASK))
    assert [each.label for each in explain(store, "mixup").names] == ["Method", "Task"]
    assert [each.label for each in explain(store, "mixup", Label.TASK).names] == ["Task"]
    assert [each.label for each in explain(store, "Task/mixup").names] == ["Task"]


def test_an_unknown_name_brings_suggestions(store: GraphStore, paper: Paper) -> None:
    """What is called almost so, or nothing."""
    _write(store, paper("One", ["label smoothing", "dropout"]))
    with pytest.raises(UnknownName, match="did you mean label smoothing") as caught:
        explain(store, "lable smoothing")
    assert caught.value.suggestions == ("label smoothing",)
    with pytest.raises(UnknownName, match=r"called 'zzz'$"):
        explain(store, "zzz")


def test_two_names_of_one_kind_are_found_together(store: GraphStore, paper: Paper) -> None:
    """The kind that both have; several are for the caller to choose from, none is an error."""
    _write(store, paper("One", ["mixup", "cutmix"]), paper("Two", ["mixup", "digits"], type=NameType.DATASET))
    assert pair_called(store, "mixup", "cutmix") == (Ref(Label.METHOD, "mixup"), Ref(Label.METHOD, "cutmix"))
    with pytest.raises(UnknownName):
        pair_called(store, "cutmix", "digits")
    _write(store, paper("Three", ["cutmix"], type=NameType.DATASET))
    with pytest.raises(AmbiguousName, match="Method and Dataset"):
        pair_called(store, "mixup", "cutmix")
    assert pair_called(store, "mixup", "cutmix", Label.DATASET)[0].label is Label.DATASET
