"""`search_text`: all terms, any characters, the same hit set on both stores."""

from __future__ import annotations

import pytest

from graph.schema import Label
from graph.store.interface import GraphStore

QUOTES = {
    "a": "We propose label smoothing for image classification.",
    "b": "Label-smoothed networks; the labels are smooth (see [3]).",
    "c": "The C++ code does NOT use a mixup OR a dropout",
    "d": "naïve Bayes, façade, İstanbul, STRASSE and Straße, ﬁne-tuning",
    "e": "to be or not to be, that is the question",
    "f": "accuracy of 93.5% on CIFAR-10 (p < 0.05), F_1 = 2²",
    "g": "Σίσυφος 深度学习 обучение",
    "h": "relational relationally generalizations oscillators agreed hopping dying",
    "i": "x" * 70 + " " + "supercalifragilistic" * 20,
}


@pytest.fixture
def quotes(store: GraphStore) -> GraphStore:
    """A store with the quotes above, and names that hold the same words."""
    store.upsert_nodes(Label.EVIDENCE, [{"key": key, "quote": quote} for key, quote in QUOTES.items()])
    store.upsert_nodes(Label.METHOD, [{"key": "m", "name": "Label smoothing"}, {"key": "n"}])
    return store


def found(store: GraphStore, query: str, label: Label = Label.EVIDENCE, k: int = 100) -> str:
    """Return the keys found, in key order."""
    return "".join(sorted(hit.ref.key for hit in store.search_text(label, query, k=k)))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("label smoothing", "ab"),
        ("SMOOTHED LABELS", "ab"),
        ("smooth label image", "a"),
        ("label elephant", ""),
        ("c", "c"),
        ("c++", "c"),
        ("C#", "c"),
        ("not", "ce"),
        ("NOT to", "e"),
        ("or AND not", ""),
        ("the question", "e"),
        ("naive façade", "d"),
        ("facade", "d"),
        ("istanbul", "d"),
        ("strasse", "d"),
        ("fine tuning", "d"),
        ("93.5%", "f"),
        ("cifar-10", "f"),
        ("f_1", "f"),
        ("22", "f"),
        ("σισυφος", "g"),
        ("ΣΊΣΥΦΟΣ", "g"),
        ("深度学习", "g"),
        ("Обучение", "g"),
        ("relation", "h"),
        ("generalization", "h"),
        ("oscillate", "h"),
        ("hop die", ""),
        ("x" * 90, "i"),
        ("supercalifragilistic" * 30, "i"),
        ("", ""),
        ("   ", ""),
        ("+ - && || ! ( ) { } [ ] ^ ~ * ? : \\ /", ""),
        ("quote:label", ""),
        ("lab*", ""),
        ("la?el", ""),
        ("label~", "ab"),
        ("label^2", ""),
        ("label smoothing label", "ab"),
    ],
)
def test_hits_hold_all_terms(quotes: GraphStore, query: str, expected: str) -> None:
    """Words in lower case and without accents, Porter's stems, no word too common, nothing read as syntax."""
    assert expected == found(quotes, query)


SYNTAX = [
    *('"', "'", '"label', 'label"', '""', '"label smoothing"', "(label", "label)", "[label", "{label TO z}", "`"),
    *("label AND", "AND", "OR", "NOT", "NOT label", "NEAR(label smooth)", "label : x", "terms : label", "-label"),
    *("+label", "label^", "^label", "label*", "*", "?", "~", "\\", "\\label", "label\\", "/label/", "//", "&&", "||"),
    *("!", "!label", ":", "::", "$query", "${x}", "%", "';--", "\x01", "a\tb\nc", "\u200b", "\U0001f9ea", "e\u0301"),
    "label\u00adsmoothing",
]


@pytest.mark.parametrize("query", SYNTAX)
def test_no_character_is_syntax(quotes: GraphStore, query: str) -> None:
    """Special characters of FTS5 and of Lucene never raise and never match what does not hold the words beside them."""
    hits = found(quotes, query)
    assert "f" not in hits


def test_only_the_label_asked_for(quotes: GraphStore) -> None:
    """Words of other labels do not matter; labels without searched text have no hits."""
    assert "m" == found(quotes, "label smoothing", Label.METHOD)
    assert "" == found(quotes, "label", Label.TASK)
    assert "" == found(quotes, "label", Label.TRIAL)


def test_best_first_then_by_key(store: GraphStore) -> None:
    """Scores fall; equal scores come in key order; k cuts."""
    names = {"b": "dropout", "a": "dropout", "c": "dropout and a good many other words of no interest"}
    store.upsert_nodes(Label.METHOD, [{"key": key, "name": name} for key, name in names.items()])
    hits = store.search_text(Label.METHOD, "dropout")
    assert ["a", "b", "c"] == [hit.ref.key for hit in hits]
    assert hits[0].score == hits[1].score > hits[2].score
    assert ["a", "b"] == [hit.ref.key for hit in store.search_text(Label.METHOD, "dropout", k=2)]


def test_the_index_follows_the_text(store: GraphStore) -> None:
    """Changed, removed and restored text is found under what it says now."""
    for name, expected in (("mixup", "m"), ("cutmix", ""), (None, ""), ("mixup again", "m"), ("", "")):
        store.upsert_nodes(Label.METHOD, [{"key": "m", "name": name}])
        assert expected == found(store, "mixup", Label.METHOD)
    store.upsert_nodes(Label.METHOD, [{"key": "m", "squash": "mixup"}])
    assert "" == found(store, "mixup", Label.METHOD)


def test_the_stores_own_properties_stay_inside(store: GraphStore) -> None:
    """What is kept for searching or locking is never read back."""
    store.upsert_nodes(Label.METHOD, [{"key": "m", "name": "mixup"}])
    assert {"name"} == set(store.get_nodes(Label.METHOD, ["m"])["m"].properties)
    assert {"name"} == set(next(store.scan_nodes(Label.METHOD)).properties)
