"""Keys: safe in a URL, different for different names, the same whatever the spelling of white space."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.keys import hashed_key, is_key, name_key, normal_name, normal_title, paper_key


@given(st.text(min_size=1))
def test_every_name_gets_a_key_that_is_safe(name: str) -> None:
    """Whatever a paper calls its method, the key has the form of CONTRACT §1; a name of nothing has none."""
    if normal_name(name):
        assert is_key(name_key(name))
    else:
        with pytest.raises(ValueError, match="empty name"):
            name_key(name)


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_two_normal_forms_have_two_keys(one: str, other: str) -> None:
    """Where slugging loses a character, a hash keeps names apart."""
    first, second = normal_name(one), normal_name(other)
    if first and second:
        assert (name_key(one) == name_key(other)) == (first == second)


def test_signs_tell_names_apart() -> None:
    """C, C++ and C# are three names."""
    assert len({name_key("C"), name_key("C++"), name_key("C#")}) == 3


def test_a_readable_name_has_a_readable_key() -> None:
    """Nothing is added where nothing was lost."""
    assert name_key("Label-Smoothing ") == "label-smoothing"


def test_a_paper_is_keyed_by_title_then_id_then_content() -> None:
    """The title wins over ids, ids over the content hash."""
    assert paper_key(title="Über Alles: 2!", ids=("doi:1",), content_sha256="ab") == paper_key(
        title="über alles 2", content_sha256="cd"
    )
    assert paper_key(title="…", ids=("arxiv:2101.1",), content_sha256="ab").startswith("arxiv2101.1~")
    assert paper_key(title="", ids=(), content_sha256="ab" * 32) == "ab" * 32


def test_a_title_is_letters_and_digits() -> None:
    """Compatibility forms, case, spaces and punctuation do not count."""
    assert normal_title("Ｄeep  Learning: A-Survey") == "deeplearningasurvey"


def test_a_hashed_key_depends_on_every_part() -> None:
    """Parts are told apart, not joined."""
    assert hashed_key("x", "ab", "c") != hashed_key("x", "a", "bc")
    assert is_key(hashed_key("x", "ab", None, 1.5))
