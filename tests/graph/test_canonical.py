"""Canonical bytes: equal values give equal bytes."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from graph.canonical import canonical_json, content_hash, sha256_hex

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_VALUES)
def test_a_round_trip_gives_the_same_bytes(value: object) -> None:
    """What was read back from JSON has the bytes it was written as."""
    assert canonical_json(orjson.loads(canonical_json(value))) == canonical_json(value)


@given(st.dictionaries(st.text(), st.integers(-(2**63), 2**63 - 1)))
def test_the_order_of_fields_does_not_count(value: dict[str, int]) -> None:
    """Two dictionaries with the same fields are one value."""
    assert content_hash(dict(reversed(list(value.items())))) == content_hash(value)


def test_the_bytes_are_fixed() -> None:
    """The form itself never changes: ids of plans and trials rest on it."""
    assert canonical_json({"b": [1, 2.5, None, True], "a": "é"}) == '{"a":"é","b":[1,2.5,null,true]}'.encode()
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
