import numpy as np

from ingest.extract.encoder.consistency import Consistency, consistent
from ingest.extract.encoder.tags import allowed, begin


def _log(rows):
    return np.log(np.array(rows, dtype=np.float32) + 1e-6)


SURE, UNSURE, NOT = [0.02, 0.96, 0.02], [0.6, 0.38, 0.02], [0.97, 0.02, 0.01]
WORDS = [["Zipnet", "wins"], ["we", "run", "zipnet"], ["other", "words"]]


def test_a_name_that_is_sure_in_one_place_is_found_in_another():
    """The second sentence alone would not have given the name."""
    scores = [_log([SURE, NOT]), _log([NOT, NOT, UNSURE]), _log([NOT, NOT])]
    alone = consistent(WORDS, scores, allowed(1), Consistency(weight=0.0, threshold=0.5))
    together = consistent(WORDS, scores, allowed(1), Consistency(weight=0.5, threshold=0.5))
    assert [0] == [place.sentence for place in alone]
    assert [(0, 0, 1), (1, 2, 3)] == [(place.sentence, place.first, place.last) for place in together]


def test_a_place_below_the_threshold_is_dropped():
    """A weak guess that nothing else in the document supports is not kept."""
    scores = [_log([[0.45, 0.53, 0.02], NOT]), _log([NOT, NOT, NOT]), _log([NOT, NOT])]
    assert consistent(WORDS, scores, allowed(1), Consistency(weight=0.4, threshold=0.6)) == []


def test_places_do_not_overlap_and_come_in_order():
    """Of two readings of a word the surer one stays."""
    words = [["alpha", "beta", "gamma"], ["beta", "gamma"]]
    scores = [
        _log([[0.1, 0.88, 0.02], [0.1, 0.02, 0.88], [0.9, 0.05, 0.05]]),
        _log([[0.2, 0.78, 0.02], [0.2, 0.02, 0.78]]),
    ]
    found = consistent(words, scores, allowed(1), Consistency(weight=0.2, threshold=0.1))
    assert [(0, 0, 2), (1, 0, 2)] == [(place.sentence, place.first, place.last) for place in found]


def test_the_order_of_equal_scores_is_fixed():
    """Two kinds that are equally likely give the same answer every time: the first kind."""
    row = np.zeros(5, dtype=np.float32)
    row[begin(0)] = row[begin(1)] = 0.5
    scores = [np.log(row[None] + 1e-6)]
    (place,) = consistent([["name"]], scores, allowed(2), Consistency(weight=0.0, threshold=0.1))
    assert place.kind == 0
