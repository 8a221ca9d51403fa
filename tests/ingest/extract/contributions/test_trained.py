"""The trained reader of triples: it learns, its arrays say what was learnt, its answers stay within what was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.extract.contributions.alignment import align
from ingest.extract.contributions.build import build_triples
from ingest.extract.contributions.model import TripleModel, Tuned, load, save
from ingest.extract.contributions.training.component import score, train_triples
from ingest.extract.contributions.training.triples import Prepared, prepare, train_model
from ingest.extract.contributions.units import decide_units
from ingest.extract.encoder import UNITS
from ingest.extract.gold import Gold, KnowledgeBase, NcgArticle, Split
from ingest.extract.weights import load_component


@pytest.fixture(scope="module")
def prepared(articles: Sequence[NcgArticle]) -> list[Prepared]:
    return prepare(articles)


@pytest.fixture(scope="module")
def model(prepared: list[Prepared]) -> TripleModel:
    return train_model(prepared[:30], trees=20, leaves=4, rate=0.3)


def test_every_triple_of_clean_annotations_finds_its_line(articles: Sequence[NcgArticle]) -> None:
    """Nothing is left out where object, predicate and subject stand in one line."""
    aligned = align(articles[0])
    assert 0 == aligned.left_out
    assert {4, 6, 8} == {triple.line for triple in aligned.triples}


def test_it_learns_a_fixed_wording(prepared: list[Prepared], model: TripleModel) -> None:
    """Unseen articles in the wording of the seen ones are read right."""
    assert score(prepared[30:], model).f1 > 0.9


def test_arrays_on_disk_read_the_same(prepared: list[Prepared], model: TripleModel, tmp_path: Path) -> None:
    """What was saved answers as what was trained."""
    save(model, tmp_path / "m.npz")
    loaded = load(tmp_path / "m.npz", model.tuned)
    sentences = prepared[35].sentences
    assert [t[:4] for t in map(_key, build_triples(sentences, model))] == [
        t[:4] for t in map(_key, build_triples(sentences, loaded))
    ]


def _key(triple: Any) -> tuple[str, str, str, str]:
    return triple.unit, triple.subject, triple.predicate, triple.object


def test_objects_are_phrases_that_were_given(model: TripleModel, sentence: Any) -> None:
    """Whatever it says of a sentence it has not seen, it says with the sentence's own phrases."""
    given = sentence("[quiet rivers] [carry] [blue stones] and [0.5] [of] [green sand]")
    phrases = {given.text[start:end] for start, end in given.phrases}
    said = [triple for triple in build_triples([given], model) if triple.sentence >= 0]
    assert {triple.object for triple in said} <= phrases
    assert {triple.predicate for triple in said} <= phrases | {"has", "name", "has research problem"}


@pytest.mark.parametrize("marked", ["", "no phrase at all", "[one]"])
def test_a_sentence_with_hardly_any_phrase_is_no_trouble(model: TripleModel, sentence: Any, marked: str) -> None:
    """Nothing to link: nothing is said, or the one term."""
    assert len(build_triples([sentence(marked)], model)) <= 2


def test_no_sentence_no_triple(model: TripleModel) -> None:
    """An empty document is read as one."""
    assert () == build_triples([], model)


def test_rivals_do_not_share_a_document() -> None:
    """The same content is a model or an approach, not both: the likelier in sum stays."""
    probabilities = np.full((3, len(UNITS)), 1e-3, dtype=np.float32)
    for row, (one, other) in enumerate([(0.6, 0.3), (0.3, 0.6), (0.7, 0.2)]):
        probabilities[row, UNITS.index("model")], probabilities[row, UNITS.index("approach")] = one, other
    nothing = np.zeros((len(UNITS), len(UNITS)), dtype=np.float32)
    decided = decide_units(probabilities, nothing, rivalry=4.0, order=0.0)
    assert {UNITS.index("model")} == set(decided)


def test_the_command_trains_tunes_and_writes_a_component(articles: Sequence[NcgArticle], tmp_path: Path) -> None:
    """The manifest lists what was trained and tuned on, apart, and never a test paper."""
    gold = Gold(tuple(articles), (), (), (), KnowledgeBase((), (), ()))
    manifest = train_triples(gold, tmp_path / "triples")
    component = load_component("triples", under=tmp_path)
    assert component is not None
    trained, tuned = set(manifest.trained_on["ncg"]), set(manifest.tuned_on["ncg"])
    test = {digest for article in articles if article.split is Split.TEST for digest in article.paper.hashes}
    assert trained
    assert tuned
    assert not trained & tuned
    assert not test & (trained | tuned)
    assert Tuned(**{name: float(str(value)) for name, value in component.manifest.settings.items()})


def test_a_triple_is_no_surer_than_what_it_rests_on(model: TripleModel, prepared: list[Prepared]) -> None:
    """Doubt about the sentence or a phrase is doubt about the triple, and enough doubt leaves it unsaid."""
    given = prepared[35].sentences
    doubted = [replace(each, probability=0.5, phrase_confidences=(0.5,) * len(each.phrases)) for each in given]
    sure = {_key(each): each.confidence for each in build_triples(given, model)}
    unsure = {_key(each): each.confidence for each in build_triples(doubted, model)}
    assert sure.keys() == unsure.keys()
    assert all(unsure[key] <= 0.25 * sure[key] + 1e-9 for key in sure if key[1] != "Contribution")
    strict = replace(model, tuned=replace(model.tuned, said=0.5))
    assert () == build_triples(doubted, strict)


def test_joining_keeps_what_was_set_on_tuning_papers(articles: Sequence[NcgArticle], tmp_path: Path) -> None:
    """The joined component learns from both, with the settings and calibration of the run before it."""
    gold = Gold(tuple(articles), (), (), (), KnowledgeBase((), (), ()))
    with pytest.raises(ValueError, match="train once without"):
        train_triples(gold, tmp_path / "triples", join_tuning=True)
    alone = train_triples(gold, tmp_path / "triples")
    joined = train_triples(gold, tmp_path / "triples", join_tuning=True)
    assert (alone.settings, alone.calibration) == (joined.settings, joined.calibration)
    assert set(alone.trained_on["ncg"]) | set(alone.tuned_on["ncg"]) == set(joined.trained_on["ncg"])
