import numpy as np
import pytest

from ingest.extract.encoder.runtime import Encoder
from ingest.extract.encoder.sentences import SentenceIn, sentence_of_words
from ingest.extract.train import encoder as command
from ingest.extract.train import loop
from ingest.extract.train.export import export
from ingest.extract.train.predict import predict
from ingest.extract.train.settings import TrainingSettings
from ingest.extract.weights import load_component

SETTINGS = TrainingSettings(epochs=1, tdmsci_passes=1, pieces=300, scirex_part=1.0)


class _Folder:
    def __init__(self, path):
        self.path = path


@pytest.fixture(scope="module")
def component(annotated, small_base, tokenizer, tmp_path_factory):
    """The component that the training command leaves."""
    folder = tmp_path_factory.mktemp("component")
    tokenizer.save(str(small_base / "tokenizer.json"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "find_model", lambda: _Folder(small_base))
        manifest = command.train_encoder(
            annotated,
            folder / "encoder",
            folder / "work",
            settings=SETTINGS,
            store="fp16",
            join_tuning=False,
            threads=1,
            log=lambda _: None,
        )
    load_component.cache_clear()
    loaded = load_component("encoder", under=folder)
    assert loaded is not None
    assert loaded.manifest == manifest
    return loaded


def test_the_manifest_says_what_was_learnt_from(component, documents):
    """Every paper of training and tuning is listed, and no test paper is."""
    manifest = component.manifest
    for source in ("ncg", "scirex", "tdmsci"):
        mine = [each.document for each in documents if each.document.source == source]
        listed = {*manifest.trained_on[source], *manifest.tuned_on[source]}
        for document in mine:
            assert (document.split != "test") == (document.paper_hash in listed)


def test_the_card_is_made_of_the_manifest(component):
    """The card names the licence, the data and the figures."""
    card = (component.folder / "CARD.md").read_text()
    assert "CC-BY-SA" in card
    assert all(data.name in card for data in component.manifest.data_sets)
    assert all(figure.figure in card for figure in component.manifest.figures)


def test_equal_documents_give_equal_reads(component):
    """The same sentences, read twice, give the same bytes."""
    encoder = Encoder.open(component)
    sentences = [SentenceIn("We propose Sockformer .", "abstract"), SentenceIn("It sorts socks .", "Results")]
    one, other = encoder.read(sentences), encoder.read(sentences)
    for first, second in zip(one, other, strict=True):
        assert first.mentions == second.mentions
        assert first.roles == second.roles
        assert first.vector.tobytes() == second.vector.tobytes()


def test_a_section_is_read_the_same_beside_other_sections(component):
    """Vectors and mentions of a section do not depend on what else the document holds."""
    encoder = Encoder.open(component)
    section = [SentenceIn("Sockformer sorts socks .", "Method")]
    more = [SentenceIn(f"Sentence {n} of another section .", "Results") for n in range(30)]
    alone, beside = encoder.scores(section)[1], encoder.scores([*section, *more])[1]
    assert alone.vectors[0].tobytes() == beside.vectors[0].tobytes()


def test_words_and_text_are_read_alike(component):
    """A sentence given as words and the same sentence as text have the same vectors."""
    encoder = Encoder.open(component)
    words = encoder.read([sentence_of_words(["Sockformer", "sorts", "socks", "."])])[0]
    text = encoder.read([SentenceIn("Sockformer sorts socks .")])[0]
    assert words.vector.tobytes() == text.vector.tobytes()


def test_nothing_is_read_in_nothing(component):
    """No sentences, or sentences without a letter, are no error."""
    encoder = Encoder.open(component)
    assert encoder.read([]) == []
    (empty,) = encoder.read([SentenceIn("  ")])
    assert empty.mentions == ()


def test_joining_the_tuning_papers_needs_frozen_settings(annotated, tmp_path):
    """Thresholds are set before the tuning papers are learnt from."""
    with pytest.raises(ValueError, match="train without the tuning papers first"):
        command.train_encoder(
            annotated,
            tmp_path / "encoder",
            tmp_path / "work",
            settings=SETTINGS,
            store="fp16",
            join_tuning=True,
            threads=1,
            log=lambda _: None,
        )


def test_a_folder_without_papers_is_refused(tmp_path):
    """Nothing to learn from is said, not trained on."""
    with pytest.raises(ValueError, match="no annotated papers"):
        command.train_encoder(
            tmp_path,
            tmp_path / "encoder",
            tmp_path / "work",
            settings=SETTINGS,
            store="fp16",
            join_tuning=False,
            threads=1,
            log=lambda _: None,
        )


@pytest.mark.parametrize(("store", "tolerance"), [("fp32", 0.03), ("fp16", 0.05), ("int8", 0.5)])
def test_an_exported_network_says_what_the_network_says(documents, small_base, tokenizer, tmp_path, store, tolerance):
    """The graphs that ship give the scores of the network they were made from, up to how numbers are kept.

    The network in training multiplies in half precision, hence the tolerance of the single-precision store.
    """
    network = loop.new_network(small_base, SETTINGS)
    export(network, tmp_path, store)
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    document = next(each for each in documents if each.document.source == "ncg")
    (expected,) = predict(network, [document])
    encoder = Encoder.of_folder(tmp_path, command._undecided(network))
    _, found = encoder.scores(document.document.sentences)
    assert np.abs(expected.sentences - found.sentences).max() < tolerance
    for head, chains in expected.tags.items():
        for one, other in zip(chains, found.tags[head], strict=True):
            assert one.shape == other.shape
            assert np.abs(one - other).max() < tolerance
