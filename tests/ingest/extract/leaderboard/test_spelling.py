"""How names are written."""

from __future__ import annotations

import pytest

from graph.vocabulary.extraction import NameType
from ingest.extract.leaderboard.spelling import cased, spellings, tokens


@pytest.mark.parametrize("text", ["FooConf-2003", "FooConf2003", "fooconf 03", "FooConf03"])
def test_one_name_has_one_sequence_of_tokens(text: str) -> None:
    """Hyphens, case and two-digit years make no difference."""
    assert ("fooconf", "2003") == tokens(text)


def test_pairs_of_languages_are_written_out() -> None:
    """A translation pair in codes is also met in words."""
    assert ("foo", "2011", "english", "german") in spellings(NameType.DATASET, "FOO 2011 EN-DE")


def test_a_short_name_in_capitals_is_no_ordinary_word() -> None:
    """RACE is met as RACE alone."""
    assert cased("RACE") == "=RACE"
    assert (("=RACE",),) == spellings(NameType.DATASET, "RACE")


def test_brackets_and_general_words_may_be_missing() -> None:
    """A corpus in brackets and words is also met by its bare name."""
    assert ("foobank",) in spellings(NameType.DATASET, "FooBank (English) corpus")
