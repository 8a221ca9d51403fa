"""Groups from pairs: order plays no part, and what is kept apart stays apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.resolve.cluster import groups_of, merges_of, pair_of
from ingest.resolve.rules import Decision

_NODES = "abcdefgh"
_PAIRS = st.dictionaries(
    st.tuples(st.sampled_from(_NODES), st.sampled_from(_NODES))
    .filter(lambda p: p[0] != p[1])
    .map(lambda p: pair_of(*p)),
    st.sampled_from([0.7, 0.9, 1.0]).map(lambda score: Decision("r", score)),
)
_APART = st.sets(
    st.tuples(st.sampled_from(_NODES), st.sampled_from(_NODES))
    .filter(lambda p: p[0] != p[1])
    .map(lambda p: pair_of(*p)),
    max_size=3,
)


@given(pairs=_PAIRS, apart=_APART, order=st.randoms())
def test_no_order_decides(pairs: dict, apart: set, order: object) -> None:
    """The same nodes, pairs and partings give the same groups and edges in whatever order they are handed in."""
    shuffled = list(pairs.items())
    order.shuffle(shuffled)
    nodes = list(_NODES)
    order.shuffle(nodes)
    expected = groups_of(_NODES, pairs, sorted(apart))
    found = groups_of(nodes, dict(shuffled), sorted(apart, reverse=True))
    assert found == expected
    for group in expected:
        assert merges_of(group, dict(shuffled)) == merges_of(group, pairs)


@given(pairs=_PAIRS, apart=_APART)
def test_what_is_kept_apart_stays_apart(pairs: dict, apart: set) -> None:
    """No group holds two nodes of which somebody said that they are not one, and every node is in one group."""
    groups = groups_of(_NODES, pairs, apart)
    assert sorted(node for group in groups for node in group) == list(_NODES)
    assert not [pair for pair in apart for group in groups if set(pair) <= set(group)]


def test_an_edge_says_what_joined_it() -> None:
    """Each edge goes to the smallest key; one that was joined through another member names it."""
    pairs = {("a", "b"): Decision("spelling", 1.0), ("b", "c"): Decision("near", 0.8)}
    (group,) = groups_of("abc", pairs, ())
    assert [(each.src, each.dst, each.rule, each.via) for each in merges_of(group, pairs)] == [
        ("b", "a", "spelling", None),
        ("c", "a", "near", "b"),
    ]
