"""What counts as a name: ends, kinds, and what is refused, with an encoder that finds what a test tells it to."""

from __future__ import annotations

import numpy as np
import pytest

from graph.vocabulary.document import Reference
from graph.vocabulary.extraction import NameType
from ingest.extract import extractor
from ingest.extract.encoder import FoundSpan, Guideline, SentenceRead
from ingest.extract.extractor import extract

VECTOR = np.zeros(4, dtype=np.float32)
METHOD, TASK, DATASET, METRIC = NameType


class Finder:
    """Finds each of the given phrases wherever it stands."""

    name = "encoder/9"

    def __init__(self, phrases):
        self.phrases = phrases

    def read(self, sentences):
        """Return a read for each sentence, with the given phrases where they stand."""
        return [
            SentenceRead(
                contribution=0.1,
                is_contribution=False,
                units=(0.0,) * 12,
                roles=(0.1,) * 7,
                mentions=tuple(
                    FoundSpan(type, Guideline.SCIREX, at, at + len(phrase), sure)
                    for phrase, type, sure in self.phrases
                    if (at := sentence.text.find(phrase)) >= 0
                ),
                phrases=(),
                vector=VECTOR,
                states=VECTOR[None][:0],
                token_ranges=(),
            )
            for sentence in sentences
        ]


@pytest.fixture
def names(monkeypatch, make_document):
    """The names of a text in which the encoder finds the given phrases; with what was refused, and why."""

    def read(text, phrases, references=()):
        monkeypatch.setattr(extractor, "open_encoder", lambda: Finder(phrases))
        document = make_document(title="On socks", sections=[("Method", text)])
        extraction = extract(document.model_copy(update={"references": references}))
        found = {(mention.type, mention.name) for mention in extraction.mentions}
        return found, {refusal.what: refusal.reason for refusal in extraction.refused}

    return read


def test_a_class_of_things_and_its_sort_are_no_name(names):
    """However often a document speaks of its latent representation, no other paper has that one."""
    text = "The latent representation is small. A latent representation folds. Each latent representation fades."
    found, refused = names(text, [("latent representation", METHOD, 0.95)])
    assert found == set()
    assert refused["latent representation"] == "common words for a sort of thing"


@pytest.mark.parametrize(("sentences", "kept"), [(2, False), (3, True)])
def test_a_phrase_without_capitals_is_a_term_where_three_sentences_use_it(names, sentences, kept):
    """Words for one thing recur; a description is made once or twice."""
    text = " ".join(f"The drawer coattention layer folds sock {number}." for number in range(sentences))
    found, _ = names(text, [("drawer coattention layer", METHOD, 0.9)])
    assert ((METHOD, "drawer coattention layer") in found) is kept


def test_a_phrase_that_the_document_proposes_is_a_name(names):
    """What a paper proposes is named once, if need be."""
    found, _ = names("We propose a rotating drawer transformer. It folds.", [])
    assert (METHOD, "rotating drawer transformer") in found


def test_a_task_has_a_task_for_its_last_word(names):
    """Two sentences make a task of "sock segmentation"; none makes one of "the sock setting"."""
    text = "For sock segmentation we fold. Later sock segmentation ends. In the sock setting all is well. "
    text += "The sock setting stays. Yet the sock setting ends."
    found, refused = names(text, [("sock segmentation", TASK, 0.9), ("sock setting", TASK, 0.9)])
    assert found == {(TASK, "sock segmentation")}
    assert refused["sock setting"] == "a setting or a problem, no task"


def test_how_hard_a_task_is_is_no_part_of_its_name(names):
    """The name of "a challenging sock segmentation task" is sock segmentation."""
    text = "A challenging sock segmentation task awaits. The challenging sock segmentation task ends."
    found, _ = names(text, [("challenging sock segmentation task", TASK, 0.9)])
    assert found == {(TASK, "sock segmentation")}


def test_what_a_run_is_set_to_is_no_metric(names):
    """A learning rate measures nothing."""
    text = "The initial learning rate is low. An initial learning rate drops. Our initial learning rate ends."
    found, refused = names(text, [("initial learning rate", METRIC, 0.9)])
    assert found == set()
    assert "initial learning rate" in refused


@pytest.mark.parametrize("shard", ["ε -SockNet", "k SockNet", "SOCK NET"])
def test_shards_are_no_names(names, shard):
    """A symbol of a formula, and a name that the text breaks while it also prints it whole."""
    found, refused = names(f"SOCKNET folds. With {shard} we fold socks.", [(shard, METHOD, 0.95)])
    assert shard not in {name for _, name in found}
    assert refused[shard] in {"part of a formula", "a name that the text breaks"}


@pytest.mark.parametrize("phrase", ["SockFold toolkit", "Swiss Sock Foundation", "Titan X"])
def test_tools_and_places_are_no_methods(names, phrase):
    """Software, hardware and who paid are named beside methods, and are none."""
    assert names(f"Then the {phrase} folds socks.", [(phrase, METHOD, 0.9)])[0] == set()


def test_a_field_is_no_method(names):
    """All of computer vision is no method of one paper."""
    text = "In computer vision we fold. Later computer vision ends. All computer vision rests."
    assert names(text, [("computer vision", METHOD, 0.9)])[0] == set()


def test_a_short_form_is_what_its_long_form_is(names):
    """What is said of "the SS datasets" makes no data set of sock segmentation."""
    text = "We study sock segmentation (SS). We fold on the SS datasets. Such SS datasets end. An SS dataset is left."
    found, _ = names(text, [("sock segmentation", TASK, 0.9)])
    assert {type for type, name in found if name == "sock segmentation"} == {TASK}


def test_the_surname_of_a_cited_author_is_no_method(names):
    """In "the bound of Sockson" somebody is named."""
    reference = Reference(char_start=0, char_end=1, authors=("Sockson",), title="Bounds")
    text = "Here the bound of Sockson holds."
    assert names(text, [("Sockson", METHOD, 0.9)])[0] == {(METHOD, "Sockson")}
    found, refused = names(text, [("Sockson", METHOD, 0.9)], (reference,))
    assert found == set()
    assert refused["Sockson"] == "the name of an author"


def test_a_capital_says_nothing_of_a_word_printed_small_elsewhere(names):
    """At one place "Masking", at another "masking": an ordinary word."""
    found, _ = names("We see Folding at work. Here folding is usual.", [("Folding", METHOD, 0.9)])
    assert found == set()


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("reasoning model s4-Sock", "s4-Sock"),
        ("second-best SockNet", "SockNet"),
        ("SockNet model", "SockNet"),
        ("SockNet [3] model", "SockNet"),
        ("SockNet G", "SockNet"),
        ("six large SockNets", "SockNets"),
        ("with or without SockNet", "SockNet"),
        ("SockLM-70M", "SockLM-70M"),
        ("SockNet Sockson et al.", "SockNet"),
        ("objective function S-SockNet", "S-SockNet"),
    ],
)
def test_a_name_is_cut_out_of_its_phrase(names, phrase, name):
    """Class words, praise, citations and symbols beside a name are no part of it."""
    found, _ = names(f"Then the {phrase} folds socks.", [(phrase, METHOD, 0.9)])
    assert found == {(METHOD, name)}


def test_what_is_done_with_a_name_is_a_name(names):
    """SockNet refinement is more than SockNet."""
    found, _ = names("By SockNet refinement we fold.", [("SockNet refinement", METHOD, 0.9)])
    assert found == {(METHOD, "SockNet refinement")}


@pytest.mark.parametrize(("sure", "kind"), [(0.9, DATASET), (0.55, METHOD)])
def test_a_name_is_of_one_kind(names, sure, kind):
    """A cue makes SockShapes a method, the encoder sees a data set at each place: the surer counts everywhere."""
    text = "We use SockShapes here. All of SockShapes fits. Then SockShapes ends."
    found, _ = names(text, [("SockShapes", DATASET, sure)])
    assert {type for type, name in found if name == "SockShapes"} == {kind}


def test_the_known_names_of_a_list_tell_what_the_others_are(names):
    """What is listed with MNIST and CIFAR-10 is a data set, whatever a weak cue says."""
    text = "We use MNIST [3], SockShapes [4], and CIFAR-10 here."
    found, _ = names(text, [("SockShapes", METHOD, 0.6)])
    assert (DATASET, "SockShapes") in found


def test_a_size_of_parameters_makes_a_method(names):
    """SockLM-7B is a model, wherever it is evaluated on."""
    found, _ = names("All of it was SockLM-7B before.", [("SockLM-7B", DATASET, 0.8)])
    assert found == {(METHOD, "SockLM-7B")}


def test_a_bench_is_a_data_set(names):
    """However it is used, SockBench holds data."""
    assert names("Then SockBench folds.", [("SockBench", METHOD, 0.9)])[0] == {(DATASET, "SockBench")}


def test_what_does_something_is_a_method(names):
    """A sock tagger is no task."""
    text = "A neural sock tagger folds. The neural sock tagger ends. Each neural sock tagger rests."
    found, _ = names(text, [("neural sock tagger", TASK, 0.9)])
    assert found == {(METHOD, "neural sock tagger")}


def test_a_title_in_capitals_has_no_name_by_its_capitals(make_document):
    """In "VERY LARGE SOCKS: A STUDY" each word looks like a name, and none is."""
    document = make_document(title="VERY LARGE SOCKS: A STUDY OF DRAWERS", sections=[("Method", "We fold.")])
    assert extract(document).mentions == ()


def test_a_clause_before_a_colon_is_no_name(make_document):
    """The title "Put SOCKS on Lines: …" names nothing by its first part."""
    document = make_document(title="Put SOCKS on Lines: A Study", sections=[("Method", "We fold.")])
    assert extract(document).mentions == ()
