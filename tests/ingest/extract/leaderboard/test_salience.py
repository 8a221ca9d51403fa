"""Clusters of mentions."""

from __future__ import annotations

from graph.vocabulary.extraction import NameType
from ingest.extract.leaderboard.salience import TokenMention, Words, clusters, features

_TEXT = (
    *("The", "Foo", "Bar", "Network", "(", "FBN", ")", "sorts", "pears", "."),
    *("The", "FBN", "model", "wins", "on", "PearSet", "."),
    *("An", "FBN", "and", "a", "QuuxNet", "were", "run"),
)
_PAPER = Words(_TEXT, [(0, 10), (10, 17), (17, 24)], [(0, 24)])


def _mention(text: str, type: NameType, nth: int = 0) -> TokenMention:
    words = text.split()
    starts = [at for at in range(len(_TEXT)) if list(_TEXT[at : at + len(words)]) == words]
    return TokenMention(starts[nth], starts[nth] + len(words), type)


def test_a_defined_acronym_and_a_head_word_make_no_other_name() -> None:
    """A long form, its short form and "FBN model" are one cluster, in the order of their mentions."""
    mentions = [
        _mention("FBN model", NameType.METHOD),
        _mention("Foo Bar Network", NameType.METHOD),
        _mention("FBN", NameType.METHOD, 2),
        _mention("PearSet", NameType.DATASET),
        _mention("QuuxNet", NameType.METHOD),
    ]
    found = clusters(_PAPER, mentions)
    assert [3, 1, 1] == [len(each.mentions) for each in found]
    assert [NameType.METHOD, NameType.DATASET, NameType.METHOD] == [each.type for each in found]


def test_the_order_of_mentions_changes_nothing() -> None:
    """Clusters are a function of the set of mentions."""
    mentions = [_mention("FBN", NameType.METHOD, 1), _mention("PearSet", NameType.DATASET)]
    assert clusters(_PAPER, mentions) == clusters(_PAPER, mentions[::-1])


def test_each_cluster_has_one_row_of_features() -> None:
    """Rows are of one length, whatever the cluster."""
    found = clusters(_PAPER, [_mention("FBN", NameType.METHOD, 1), _mention("PearSet", NameType.DATASET)])
    assert 1 == len({len(row) for row in features(_PAPER, found)})
    assert len(found) == len(features(_PAPER, found))
