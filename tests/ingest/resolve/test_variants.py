"""Variants in the graph: edges between names that exist, whichever came first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from graph.graph_hash import graph_hash
from graph.live import live_edges
from graph.schema import EdgeType
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.vocabulary.extraction import NameType
from ingest.resolve import resolve

Paper = Callable[..., tuple[Any, Callable[[GraphStore], None]]]


def _variants(store: GraphStore) -> list[tuple[str, str, str]]:
    edges = live_edges(store, EdgeType.VARIANT_OF)
    return sorted((edge.src.key, edge.dst.key, edge.properties["added"]) for edge in edges)


def test_a_variant_is_an_edge_and_no_merge(store: GraphStore, paper: Paper) -> None:
    """BERT-base-uncased leads to BERT-base and to BERT, and all three stay names of their own."""
    for _, write in (paper("One", ["BERT", "BERT-base-uncased"]), paper("Two", ["BERT-base"])):
        write(store)
    resolve(store, run="r")
    assert _variants(store) == [
        ("bert-base", "bert", "base"),
        ("bert-base-uncased", "bert", "base uncased"),
        ("bert-base-uncased", "bert-base", "uncased"),
    ]
    assert not list(live_edges(store, EdgeType.MERGED_INTO))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_it_plays_no_part_which_came_first(paper: Paper, order: tuple[int, ...]) -> None:
    """Resolved after each paper or once at the end, in any order: the same edges."""
    papers = [paper("One", ["ResNet"]), paper("Two", ["ResNet-50", "ResNets"]), paper("Three", ["ResNet-101"])]
    hashes = set()
    for at_once in (False, True):
        store = open_store("sqlite:///:memory:")
        for index in order:
            papers[index][1](store)
            if not at_once:
                resolve(store, run="r")
        resolve(store, run="r")
        assert [(src, added) for src, dst, added in _variants(store) if dst == "resnet"] == [
            ("resnet-101", "101"),
            ("resnet-50", "50"),
        ]
        hashes.add(graph_hash(store))
        store.close()
    assert len(hashes) == 1


def test_siblings_are_not_joined_by_way_of_a_third_name(store: GraphStore, paper: Paper) -> None:
    """Two versions of one name stay two, whatever the other spellings of both are merged with."""
    for _, write in (
        paper("One", ["FooNet-50", "FooNet 50 model", "FooNet-101"]),
        paper("Two", ["FooNet 101 model", "FooNet50"]),
    ):
        write(store)
    resolve(store, run="r")
    merges = {(edge.src.key, edge.dst.key) for edge in live_edges(store, EdgeType.MERGED_INTO)}
    assert merges == {("foonet-50-model", "foonet-50"), ("foonet50", "foonet-50"), ("foonet-101-model", "foonet-101")}


def test_a_part_of_a_dataset_is_a_variant_of_it(store: GraphStore, paper: Paper) -> None:
    """The test set of a dataset is not the dataset; "the X dataset" is."""
    _, write = paper("One", ["FooSet", "the FooSet dataset", "FooSet test set"], type=NameType.DATASET)
    write(store)
    resolve(store, run="r")
    assert _variants(store) == [("fooset-test-set", "fooset", "test set")]
    merges = [(edge.src.key, edge.dst.key) for edge in live_edges(store, EdgeType.MERGED_INTO)]
    assert merges == [("the-fooset-dataset", "fooset")]
