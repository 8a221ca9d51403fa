"""Normal forms of short texts, and the one cleaning that a PDF's words go through."""

from __future__ import annotations

import pytest

from ingest.parse.text_normalisation import clean_pdf_word, compose_accents, letters_and_digits, without_numbers


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("e\ufb00ect", "effect"),
        ("di\ufb03cult", "difficult"),
        ("a\x00b\x07", "ab"),
        ("10²", "10²"),
        ("na\u200bme", "name"),
        ("\ud83d", ""),
    ],
)
def test_words_of_a_pdf(word: str, expected: str) -> None:
    """Ligatures become letters and what no store takes is dropped; nothing else changes."""
    assert expected == clean_pdf_word(word)


def test_letters_and_digits_are_equal_for_two_printings() -> None:
    """Case, spaces, hyphens and ligatures do not matter."""
    assert letters_and_digits("E\ufb00ects  of Self-Training") == letters_and_digits("EFFECTS OF SELFTRAINING")


def test_running_heads_are_equal_without_their_numbers() -> None:
    """The heads "Page 3 of 9" and "Page 12 of 19" are one running head."""
    assert without_numbers("Page 3 of 9") == without_numbers("Page 12  of 19")


@pytest.mark.parametrize(
    ("printed", "name"),
    [("J¨org", "Jörg"), ("Universit´e", "Université"), ("C¸ elik", "Çelik"), ("Yli-Jyr¨a", "Yli-Jyrä")],
)
def test_accents_before_their_letters(printed: str, name: str) -> None:
    """An accent that TeX printed before its letter is composed with it."""
    assert name == compose_accents(printed)
