from graph.vocabulary.extraction import NameType
from ingest.extract.sections import Part
from ingest.extract.train.corpora import ncg_sentences, units_of, word_ranges
from ingest.extract.train.encoded import IGNORED
from ingest.extract.train.measure import gold_spans


def _one(documents, source):
    return next(each for each in documents if each.document.source == source)


def test_lines_keep_their_numbers_and_sections():
    """Numbers are those of the file; a heading is a sentence and begins its section; references end the text."""
    lines = ["title", "Sorting socks", "abstract", "We sort .", "", "Results", "It works .", "References", "[1] A ."]
    sentences, numbers = ncg_sentences(lines)
    assert [1, 2, 3, 4, 6, 7] == numbers
    assert ["title", "title", "abstract", "abstract", "Results", "Results"] == [each.heading for each in sentences]
    assert [Part.TITLE, Part.ABSTRACT, Part.RESULTS] == [sentences[n].part for n in (1, 3, 5)]


def test_contribution_lines_are_labelled_and_others_are_not(documents):
    """A line of sentences.txt is a contribution; every other line of the article is none."""
    ncg = _one(documents, "ncg").document
    assert {2, 4, 8} == {n for n, labels in zip(ncg.number, ncg.labels, strict=True) if labels.contribution}
    assert all(labels.contribution is not None for labels in ncg.labels)


def test_phrases_are_known_only_where_somebody_looked(documents):
    """Outside contribution sentences nobody marked phrases: they are unknown, not absent."""
    ncg = _one(documents, "ncg")
    known = [n for n, spans in zip(ncg.document.number, gold_spans(ncg, "phrases"), strict=True) if spans is not None]
    assert [2, 4, 8] == known


def test_units_are_those_whose_triples_the_phrases_build():
    """A sentence belongs to the unit that its own phrases speak for, not to one that shares a predicate."""
    triples = {"results": [("Results", "reaches", "accuracy")], "model": [("Model", "has", "gates")]}
    assert frozenset({"results"}) == units_of({"reaches", "accuracy", "has"}, triples)
    assert frozenset() == units_of({"nothing"}, triples)


def test_mentions_of_whole_documents_are_ranges_of_their_sentence(documents):
    """A token range of a document becomes characters of the sentence it stands in."""
    document = _one(documents, "scirex").document
    found = [
        (sentence.text[start:end], kind)
        for sentence, labels in zip(document.sentences, document.labels, strict=True)
        for start, end, kind in labels.scirex or ()
    ]
    name = document.key
    assert [(name, NameType.METHOD), (name, NameType.METHOD), ("sock sorting", NameType.TASK)] == found


def test_a_set_teaches_only_its_own_heads(documents):
    """Where a set says nothing, the tags say nothing."""
    for source, head in (("ncg", "scirex"), ("scirex", "phrases"), ("tdmsci", "scirex")):
        tags = _one(documents, source).tags[head]
        assert {IGNORED} == {tag for window in tags for tag in window}


def test_word_ranges_are_the_words_between_spaces():
    """Every run without a space is a word."""
    assert ((0, 2), (3, 6)) == word_ranges("We run ")
    assert word_ranges("  ") == ()
