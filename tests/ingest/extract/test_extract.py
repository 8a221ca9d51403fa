"""`extract` as a whole: pure, grounded, closed under its own names, bounded."""

from __future__ import annotations

import subprocess
import sys

import pytest

from graph.vocabulary.extraction import Extraction, NameType
from ingest.extract import EXTRACTOR, extract
from ingest.extract.bounds import MENTIONS_PER_NAME


@pytest.fixture
def study(make_document):
    """Return a short study with most kinds of item."""
    return make_document(
        "FoldNet: label smoothing for small data",
        abstract="We propose FoldNet. Small networks suffer from over-\nfitting. FoldNet outperforms dropout on wine.",
        sections=[
            ("Introduction", "Label smoothing (LS) is common. We ask whether mixup helps on digits."),
            ("Results", "LS reduces ECE on digits but harms accuracy. FoldNet reaches 97.1% accuracy on wine."),
            ("Limitations", "We did not tune the learning rate of each arm."),
        ],
    )


def test_the_same_document_gives_the_same_extraction(study) -> None:
    """A second call gives an equal result."""
    assert extract(study) == extract(study)


def test_the_extractor_is_named_with_its_version(study) -> None:
    """Each extraction says who made it."""
    assert extract(study).extractor == EXTRACTOR


def test_every_span_is_verbatim(study) -> None:
    """A span's quote is what the document holds at its range, inside the sentence it names."""
    extraction = extract(study)
    spans = [(each.span, each.sentence) for each in (*extraction.mentions, *extraction.problems)]
    assert spans
    for span, index in spans:
        assert study.text[span.char_start : span.char_end] == span.quote
        sentence = study.sentences[index]
        assert sentence.char_start <= span.char_start < span.char_end <= sentence.char_end


def test_every_name_in_a_claim_or_result_is_a_mention(study) -> None:
    """What a claim or a result speaks of is also named by a mention of the right kind."""
    extraction = extract(study)
    named = {(mention.type, mention.name) for mention in extraction.mentions}
    wanted = {
        *((NameType.METHOD, claim.intervention) for claim in extraction.claims),
        *((NameType.METHOD, claim.comparator) for claim in extraction.claims),
        *((NameType.METRIC, claim.outcome) for claim in extraction.claims),
        *((NameType.DATASET, claim.dataset) for claim in extraction.claims),
        *((NameType.METHOD, result.method) for result in extraction.results),
        *((NameType.METRIC, result.metric) for result in extraction.results),
        *((NameType.DATASET, result.dataset) for result in extraction.results),
    }
    assert extraction.claims
    assert extraction.results
    assert {each for each in wanted if each[1]} <= named


def test_one_name_has_a_bounded_number_of_mentions(make_document) -> None:
    """The hundredth 'dropout' of a paper is not kept."""
    document = make_document(sections=[("Results", "The network uses dropout here. " * 40)])
    found: Extraction = extract(document)
    assert sum(mention.name == "dropout" for mention in found.mentions) == MENTIONS_PER_NAME


def test_symbols_are_not_read(make_document) -> None:
    """A formula gives nothing, and is counted."""
    extraction = extract(make_document(sections=[("Method", "x_1 + y_2 = \\alpha(z_3) ^ 2 / {4} || 5.")]))
    assert extraction.mentions == ()
    assert any(each.reason.startswith("sentence is") for each in extraction.refused)


def test_an_empty_document_gives_an_empty_extraction(make_document) -> None:
    """No sentences, no items, no error."""
    extraction = extract(make_document("", sections=[]))
    assert (extraction.mentions, extraction.claims, extraction.problems) == ((), (), ())


def test_importing_the_package_imports_no_heavy_library() -> None:
    """The tokenizer (spaCy, and torch through it) is imported by the first call, not by the import."""
    code = "import sys, ingest.extract; print([m for m in ('spacy', 'torch') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
