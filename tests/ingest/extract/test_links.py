"""Links: where they point, what lies there, whose it is."""

from __future__ import annotations

import pytest

from graph.addresses import address_of, is_whole
from graph.vocabulary.extraction import ResourceKind, StatedLink
from ingest.extract import extract

CODE, DATA, MODEL, PAGE = ResourceKind.CODE, ResourceKind.DATA, ResourceKind.MODEL, ResourceKind.PAGE


def links_of(make_document, text: str, *, heading: str = "Experiments") -> tuple[StatedLink, ...]:
    return extract(make_document(sections=[(heading, text)])).links


@pytest.mark.parametrize(
    ("text", "url", "kind", "own"),
    [
        ("Our code is available at https://github.com/foo/bar.", "https://github.com/foo/bar", CODE, True),
        ("Code: https://github.com/foo/bar", "https://github.com/foo/bar", CODE, True),
        ("1 Code available at github.com/foo/bar .", "https://github.com/foo/bar", CODE, True),
        ("We release our models at https://huggingface.co/foo/bar .", "https://huggingface.co/foo/bar", MODEL, True),
        ("The data set is available at https://zenodo.org/record/123 .", "https://zenodo.org/record/123", DATA, True),
        ("Project page: https://foo.github.io/bar/", "https://foo.github.io/bar/", PAGE, True),
        (
            "We use the implementation of FooNet at https://github.com/foo/net .",
            "https://github.com/foo/net",
            CODE,
            False,
        ),
        ("The official code is available at https://github.com/foo/net .", "https://github.com/foo/net", CODE, False),
        ("2 https://github.com/foo/net", "https://github.com/foo/net", CODE, False),
        ("It was downloaded from https://www.kaggle.com/c/foo .", "https://www.kaggle.com/c/foo", DATA, False),
        (
            "See https://huggingface.co/datasets/foo/bar for the questions.",
            "https://huggingface.co/datasets/foo/bar",
            DATA,
            False,
        ),
    ],
)  # fmt: skip
def test_what_lies_there_and_whose_it_is(make_document, text: str, url: str, kind: ResourceKind, own: bool):
    """Host and words say what lies behind a link, and whether the paper itself publishes it."""
    (link,) = links_of(make_document, text)
    assert (link.url, link.kind, link.own) == (url, kind, own)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Our code is at https: //github.com/foo/bar .", "https://github.com/foo/bar"),
        ("Our code is at https://github.com/\nfoo/bar .", "https://github.com/foo/bar"),
        ("Our code is at https://github. com/foo/bar-baz .", "https://github.com/foo/bar-baz"),
        ("Our code is at https://github.com/foo/bar\\_ baz .", "https://github.com/foo/bar_baz"),
        ("Our code is at https://github.com/foo/bar/ for everyone.", "https://github.com/foo/bar/"),
        ("Our code (https://github.com/foo/bar) is open.", "https://github.com/foo/bar"),
    ],
)
def test_breaks_are_undone(make_document, text: str, url: str):
    """An address that a converter broke is one address; the words behind a whole one are none of it."""
    (link,) = links_of(make_document, text)
    assert link.url == url


def test_the_span_is_what_the_text_prints(make_document):
    """The span of a broken address is verbatim, breaks included."""
    document = make_document(sections=[("Experiments", "Our code is at https://github.com/ foo/bar .")])
    (link,) = extract(document).links
    assert link.span.quote == "https://github.com/ foo/bar"
    assert document.text[link.span.char_start : link.span.char_end] == link.span.quote


@pytest.mark.parametrize(
    "text",
    [
        "The licence is at https://creativecommons.org/licenses/by/4.0/ .",
        "An article at https://example.org/2024/05/why tells more.",
        "See the guidelines on code at https://nips.cc/public/guides/CodeSubmissionPolicy .",
    ],
)
def test_articles_and_policies_are_passed_over(make_document, text: str):
    """What is neither code, data, a model nor a project page is no link of ours."""
    assert links_of(make_document, text) == ()


def test_the_bibliography_is_not_read(make_document):
    """Links in references belong to the works cited."""
    assert links_of(make_document, "[1] Foo. Bar. https://github.com/foo/bar , 2020.", heading="References") == ()


def test_half_an_address_is_refused(make_document):
    """A link that names no repository is refused with its reason."""
    extraction = extract(make_document(sections=[("Experiments", "Our code is at https://github.com/foo .")]))
    assert extraction.links == ()
    assert "link without a whole address" in [refusal.reason for refusal in extraction.refused]


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/Foo/Bar",
        "http://www.github.com/foo/bar/",
        "github.com/foo/bar.git",
        "https://github.com/foo/bar/tree/main/src?tab=readme#top",
    ],
)
def test_a_repository_has_one_address(url: str):
    """However a link to a repository is written, it names one thing."""
    assert address_of(url) == "github.com/foo/bar"


def test_other_paths_keep_their_case():
    """Outside the hosts of repositories, case tells addresses apart."""
    assert address_of("https://drive.google.com/file/d/AbC") != address_of("https://drive.google.com/file/d/abc")


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://github.com/foo", False),
        ("https://github.com/foo/bar", True),
        ("https://huggingface.co/datasets/foo", False),
        ("https://example.org", True),
        ("https://www", False),
    ],
)
def test_whole_addresses(url: str, whole: bool):
    """On a host of repositories owner and name are needed, elsewhere a host."""
    assert is_whole(url) is whole
