import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.extract.encoder.tags import (
    FORBIDDEN,
    allowed,
    begin,
    inside,
    span_probability,
    spans,
    tag_count,
    tags_of,
    viterbi,
)


def _best_by_trying_all(scores, transitions):
    best, path = -np.inf, ()
    for tags in itertools.product(range(scores.shape[1]), repeat=len(scores)):
        total = transitions[0, tags[0]] + scores[0, tags[0]]
        for row in range(1, len(scores)):
            total += transitions[tags[row - 1], tags[row]] + scores[row, tags[row]]
        if total > best + 1e-6:
            best, path = total, tags
    return list(path)


def test_viterbi_finds_the_best_of_all_sequences():
    """The decoder's answer is the one that trying every sequence gives, for chains of different lengths at once."""
    draw = np.random.default_rng(3)
    chains = [draw.normal(size=(length, 5)).astype(np.float32) for length in (4, 1, 3, 5)]
    transitions = allowed(2) + draw.normal(size=(5, 5)).astype(np.float32)
    assert [_best_by_trying_all(chain, transitions) for chain in chains] == viterbi(chains, transitions)


def test_an_inside_tag_never_begins_a_span():
    """Scores that want I after O get a span that begins with B, or none."""
    scores = np.full((3, 3), -5, dtype=np.float32)
    scores[:, inside(0)] = 5
    (tags,) = viterbi([scores], allowed(1))
    assert tags[0] == begin(0) or tags[0] == 0
    assert all(later != inside(0) or earlier in (begin(0), inside(0)) for earlier, later in itertools.pairwise(tags))


def test_chains_without_words_have_no_tags():
    """An empty sentence among others is no error."""
    assert [[], [0]] == viterbi([np.zeros((0, 3), np.float32), np.array([[9, 0, 0]], np.float32)], allowed(1))
    assert viterbi([], allowed(1)) == []


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4), st.integers(0, 3)), max_size=6))
def test_tags_of_spans_spell_those_spans(drawn):
    """Spans without overlaps survive the way to tags and back."""
    wanted: list[tuple[int, int, int]] = []
    for first, length, kind in drawn:
        span = (first, min(10, first + length), kind)
        if all(span[1] <= other[0] or span[0] >= other[1] for other in wanted):
            wanted.append(span)
    assert sorted(wanted) == spans(tags_of(wanted, 10))


def test_of_two_spans_on_one_word_the_first_stays():
    """Overlaps are not mixed into a third span."""
    assert [(0, 3, 0)] == spans(tags_of([(0, 3, 0), (2, 5, 1)], 6))


def test_a_span_is_as_probable_as_its_weakest_word():
    """A long name is not less likely for being long."""
    probabilities = np.array([[0.1, 0.9, 0.0], [0.3, 0.0, 0.7], [0.8, 0.1, 0.1]], dtype=np.float32)
    assert abs(0.7 - span_probability(probabilities, 0, 2, 0)) < 1e-6
    assert abs(0.3 - span_probability(probabilities, 0, 1, 0)) < 1e-6


def test_only_a_span_of_its_own_kind_goes_on():
    """I of one kind after B of another is forbidden."""
    matrix = allowed(2)
    assert matrix.shape == (tag_count(2), tag_count(2))
    assert matrix[begin(0), inside(1)] == FORBIDDEN
    assert matrix[begin(1), inside(1)] == 0
