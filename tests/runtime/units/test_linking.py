"""Units find their Method nodes through names, containment, acronyms and merges; nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from graph.keys import name_key
from graph.names import name_properties
from graph.schema import EdgeType, Label
from graph.store.interface import GraphStore
from runtime.units.linking import Links, link_units


def methods(store: GraphStore, *names: str, **properties: Any) -> None:
    rows = [{"key": name_key(name), **name_properties(name), **properties} for name in names]
    store.upsert_nodes(Label.METHOD, rows)


def merge(store: GraphStore, one: str, other: str) -> None:
    src, dst = sorted((name_key(one), name_key(other)), reverse=True)
    row = {"src": src, "dst": dst, "rule": "test", "score": 1.0, "by": "test"}
    store.upsert_edges(EdgeType.MERGED_INTO, Label.METHOD, Label.METHOD, [row])


def linked(store: GraphStore) -> dict[str, tuple[str, ...]]:
    return link_units(store).methods()


@pytest.mark.parametrize(
    ("name", "unit", "rule"),
    [
        ("Label-Smoothing", "label_smoothing", "name"),
        ("label smoothing regularisation", "label_smoothing", "name"),
        ("mix-up", "mixup", "name"),
        ("AdamW optimiser", "adamw", "name"),
        ("L2-regularisation", "weight_decay", "name"),
        ("Gaussian error linear units", "gelu", "name"),
        ("warm up", "warmup", "name"),
        ("standard dropout regularization", "dropout", "name"),
        ("vanilla dropout technique", "dropout", "containment"),
        ("EMA", "ema", "acronym"),
        ("SWA", "swa", "acronym"),
    ],
)
def test_spellings_meet(sqlite_store: GraphStore, name: str, unit: str, rule: str) -> None:
    """Hyphens, plurals, British forms, words around it, and acronyms lead to the unit."""
    methods(sqlite_store, name)
    links = link_units(sqlite_store)

    assert links.methods() == {unit: (name_key(name),)}
    assert rule in {links.of_unit(unit)[0].rule, "name" if rule == "containment" else rule}


@pytest.mark.parametrize(
    "name",
    ["variational dropout", "manifold mixup", "online label smoothing", "adam", "dropout for graphs", "federated"],
)
def test_another_method_that_shares_words_is_not_linked(sqlite_store: GraphStore, name: str) -> None:
    """A name with words that make it another method stays apart: likeness is not identity."""
    methods(sqlite_store, name)

    assert linked(sqlite_store) == {}


def test_merged_names_stand_as_one_under_the_smallest_key(sqlite_store: GraphStore) -> None:
    """A group is linked by any of its members, over several merges, and is named by its root."""
    methods(sqlite_store, "label smoothing", "a soft target rule", "zz targets")
    merge(sqlite_store, "label smoothing", "a soft target rule")
    merge(sqlite_store, "zz targets", "label smoothing")
    links = link_units(sqlite_store)

    assert links.methods() == {"label_smoothing": ("a-soft-target-rule",)}
    assert [link.unit for link in links.of_method("zz-targets")] == ["label_smoothing"]
    assert links.members("a-soft-target-rule") == ("a-soft-target-rule", "label-smoothing", "zz-targets")


def test_an_acronym_that_papers_define_otherwise_is_not_linked(sqlite_store: GraphStore) -> None:
    """FL is federated learning where the papers say so."""
    methods(sqlite_store, "FL", tally={"surfaces": {"FL": 3}, "long": {"federated-learning": 3}})

    assert linked(sqlite_store) == {}


def test_an_acronym_that_papers_define_as_the_unit_is_linked(sqlite_store: GraphStore) -> None:
    """FL is focal loss where most quotes say so."""
    methods(sqlite_store, "FL", tally={"surfaces": {"FL": 3}, "long": {"focal-loss": 2, "federated-learning": 1}})

    assert linked(sqlite_store) == {"focal_loss": ("fl",)}


def test_the_surest_rule_wins(sqlite_store: GraphStore) -> None:
    """A group that is met by name and by acronym is linked once, by name."""
    methods(sqlite_store, "EMA", "exponential moving average")
    merge(sqlite_store, "EMA", "exponential moving average")
    links = link_units(sqlite_store).of_unit("ema")

    assert [(link.method, link.rule, link.score) for link in links] == [("ema", "name", 1.0)]


def test_an_empty_store_links_nothing(sqlite_store: GraphStore) -> None:
    """No Method, no link."""
    assert link_units(sqlite_store) == Links((), {})


def test_links_are_the_same_on_both_stores(store: GraphStore) -> None:
    """The search for words differs inside, what is linked does not."""
    methods(store, "Label-Smoothing", "vanilla dropout technique", "EMA", "variational dropout", "mixup")
    merge(store, "mixup", "EMA")

    assert [(link.unit, link.method, link.rule) for link in link_units(store).links] == [
        ("dropout", "vanilla-dropout-technique", "containment"),
        ("ema", "ema", "acronym"),
        ("label_smoothing", "label-smoothing", "name"),
        ("mixup", "ema", "name"),
    ]
