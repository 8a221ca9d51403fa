"""What the encoder and the rules make of one document together, with an encoder that finds what a test tells it to."""

from __future__ import annotations

import numpy as np
import pytest

from graph.vocabulary.document import SectionRole
from graph.vocabulary.extraction import NameType, SentenceRole
from ingest.extract import extractor
from ingest.extract.encoder import FoundSpan, Guideline, SentenceRead
from ingest.extract.extractor import extract
from ingest.extract.trained import spans_of
from ingest.settings import Components, ExtractSettings

VECTOR = np.zeros(4, dtype=np.float32)


def _read(mentions=(), roles=()):
    return SentenceRead(
        contribution=0.1,
        is_contribution=False,
        units=(0.0,) * 12,
        roles=roles or (0.1,) * 7,
        mentions=tuple(mentions),
        phrases=(),
        vector=VECTOR,
        states=VECTOR[None][:0],
        token_ranges=(),
    )


class FakeEncoder:
    """Finds each of the given phrases wherever it stands."""

    name = "encoder/9"

    def __init__(self, phrases, roles=()):
        self.phrases, self.roles, self.seen = phrases, roles, []

    def read(self, sentences):
        """Return a read for each sentence, with the given phrases where they stand."""
        self.seen = list(sentences)
        found = []
        for sentence in sentences:
            spans = []
            for phrase, kind, confidence in self.phrases:
                if (at := sentence.text.find(phrase)) >= 0:
                    spans.append(FoundSpan(kind, Guideline.SCIREX, at, at + len(phrase), confidence))
            found.append(_read(spans, self.roles))
        return found


@pytest.fixture
def encoder(monkeypatch):
    def use(phrases, roles=()):
        fake = FakeEncoder(phrases, roles)
        monkeypatch.setattr(extractor, "open_encoder", lambda: fake)
        return fake

    return use


@pytest.fixture
def study(make_document):
    return make_document(
        title="Folding socks",
        abstract="We train a contrastive sock folder on DrawerSet. It beats dropout by far.",
        sections=[
            ("Experiments", "The contrastive sock folder reaches an accuracy of 91.2 on DrawerSet."),
            ("References", "Smith. Socks. 1999."),
            ("Appendix", "The contrastive sock folder needs no socks."),
        ],
    )


def _names(extraction):
    return {(mention.type, mention.name) for mention in extraction.mentions}


def test_the_encoder_names_what_no_rule_knows(encoder, study):
    """A method that no list holds and no cue announces is a mention, as sure as the encoder is."""
    encoder([("contrastive sock folder", NameType.METHOD, 0.83)])
    found = [each for each in extract(study).mentions if each.name == "contrastive sock folder"]
    assert len(found) == 2
    assert {0.83} == {each.confidence for each in found}
    assert all(study.text[each.span.char_start : each.span.char_end] == each.span.quote for each in found)


def test_rules_alone_do_not_ask_the_encoder(encoder, study):
    """The setting `rules` gives what a package without weights gives."""
    fake = encoder([("contrastive sock folder", NameType.METHOD, 0.83)])
    extraction = extract(study, settings=ExtractSettings(components=Components.RULES))
    assert fake.seen == []
    assert (NameType.METHOD, "contrastive sock folder") not in _names(extraction)
    assert ["rules"] == [run.component.split("/")[0] for run in extraction.read_by]


def test_without_weights_the_extraction_says_that_rules_read(monkeypatch, study):
    """No encoder is no silent loss: `read_by` names the rules alone."""
    monkeypatch.setattr(extractor, "open_encoder", lambda: None)
    monkeypatch.setattr(extractor, "load_leaderboard", lambda: None)
    extraction = extract(study)
    assert extraction.roles == ()
    assert ["rules"] == [run.component.split("/")[0] for run in extraction.read_by]


def test_who_read_how_much_is_said(encoder, study):
    """Each component is named with the part and the number of sentences."""
    encoder([])
    runs = {(run.component, run.part): run.sentences for run in extract(study).read_by}
    assert runs["encoder/9", "body"] == 4


def test_appendices_are_read_only_where_asked(encoder, study):
    """What follows the references costs a third of the time and is left to the setting."""
    fake = encoder([])
    extract(study)
    assert not any("needs no socks" in sentence.text for sentence in fake.seen)
    extract(study, settings=ExtractSettings(appendices=True))
    assert any("needs no socks" in sentence.text for sentence in fake.seen)


def test_the_encoder_sees_headings_as_it_learnt_them(encoder, study):
    """Title and abstract have the headings of the annotated sets, the others their own."""
    fake = encoder([])
    extract(study)
    assert ["title", "abstract", "abstract", "Experiments"] == [sentence.heading for sentence in fake.seen]


def test_agreement_makes_a_rule_surer_and_keeps_its_name(encoder, study):
    """Where both see the same words, the list gives the name and the surer of the two the confidence."""
    encoder([("dropout", NameType.METHOD, 0.97)])
    (mention,) = [each for each in extract(study).mentions if each.span.quote == "dropout"]
    assert (mention.name, mention.confidence) == ("dropout", 0.97)


def test_a_longer_mention_replaces_what_no_list_knows(encoder, make_document):
    """ZipNet is announced by a cue; the encoder sees "ZipNet folder cell" and is sure of it."""
    document = make_document(sections=[("Method", "We propose a method called ZipNet. The ZipNet folder cell helps.")])
    encoder([("ZipNet folder cell", NameType.METHOD, 0.9)])
    assert (NameType.METHOD, "ZipNet folder cell") in _names(extract(document))
    encoder([("ZipNet folder cell", NameType.METHOD, 0.55)])
    assert (NameType.METHOD, "ZipNet folder cell") not in _names(extract(document))


def test_a_name_of_the_lists_stays_inside_a_longer_phrase(encoder, study):
    """The graph is about names that papers share: "dropout by far" is dropout."""
    encoder([("dropout by far", NameType.METHOD, 0.95)])
    assert (NameType.METHOD, "dropout") in _names(extract(study))


def test_a_phrase_of_one_sentence_is_a_description(encoder, make_document):
    """What only the encoder sees, without capitals and once, names nothing that another paper could share."""
    document = make_document(sections=[("Method", "The folder sorts by a rotating drawer scheme. It is fast.")])
    encoder([("rotating drawer scheme", NameType.METHOD, 0.95)])
    extraction = extract(document)
    assert (NameType.METHOD, "rotating drawer scheme") not in _names(extraction)
    assert any(refusal.reason == "a phrase that one sentence uses" for refusal in extraction.refused)


def test_a_data_set_is_named_without_its_class(encoder, make_document):
    """The name of "the FooBank dataset" is FooBank, as rules name it."""
    document = make_document(sections=[("Data", "All of it is taken from the FooBank dataset of socks.")])
    encoder([("FooBank dataset", NameType.DATASET, 0.9)])
    assert (NameType.DATASET, "FooBank") in _names(extract(document))


def test_general_words_are_no_names(encoder, study):
    """The annotated sets mark "folder" and "network"; a graph of methods has no use for them."""
    encoder([("folder", NameType.METHOD, 0.95)])
    extraction = extract(study)
    assert (NameType.METHOD, "folder") not in _names(extraction)


def test_sentences_have_their_likeliest_role(encoder, study):
    """A role below one half is none."""
    encoder([], roles=(0.1, 0.2, 0.1, 0.9, 0.1, 0.1, 0.1))
    assert {SentenceRole.RESULT} == {each.role for each in extract(study).roles}
    encoder([], roles=(0.1, 0.2, 0.1, 0.4, 0.1, 0.1, 0.1))
    assert extract(study).roles == ()


def test_captions_add_mentions_of_known_names_only(encoder, study):
    """A caption names what the body has or a list knows; its other words are left alone."""
    start = len(study.text)
    text = study.text + "Figure 1: dropout against the wooden thing."
    document = study.model_copy(
        update={
            "text": text,
            "sections": (
                *study.sections,
                study.sections[0].model_copy(
                    update={"role": SectionRole.CAPTION, "heading": "", "char_start": start, "char_end": len(text)}
                ),
            ),
            "sentences": (
                *study.sentences,
                study.sentences[0].model_copy(
                    update={"char_start": start, "char_end": len(text), "section": len(study.sections)}
                ),
            ),
        }
    )
    encoder([("dropout", NameType.METHOD, 0.9), ("wooden thing", NameType.METHOD, 0.9)])
    last = len(document.sentences) - 1
    assert ["dropout"] == [each.name for each in extract(document).mentions if each.sentence == last]


def test_of_overlapping_mentions_the_surer_stays():
    """Two guidelines may see one name: one mention comes out."""
    read = _read(
        [
            FoundSpan(NameType.TASK, Guideline.TDMSCI, 0, 12, 0.9),
            FoundSpan(NameType.METHOD, Guideline.SCIREX, 5, 12, 0.7),
            FoundSpan(NameType.METRIC, Guideline.SCIREX, 20, 24, 0.4),
        ]
    )
    assert [(0, 12)] == [(span.start, span.end) for span in spans_of(read)]


def test_extraction_with_an_encoder_is_the_same_twice(encoder, study):
    """A pure function of document, settings and weights."""
    encoder([("contrastive sock folder", NameType.METHOD, 0.83), ("DrawerSet", NameType.DATASET, 0.7)])
    assert extract(study) == extract(study)
