"""Settings: where they come from, which wins, and how a mistake is explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.errors import SettingsError
from service.settings import Settings, load_settings, unknown_variables


def _file(text: str) -> None:
    Path("patternbook.toml").write_text(text)


def _message(options: dict[str, object] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(options)
    return str(caught.value)


def test_without_anything_the_store_is_a_file_in_the_home() -> None:
    """The default store follows the home."""
    assert load_settings().store_url == "sqlite:///.patternbook/graph.sqlite"
    assert load_settings({"home": "/srv/pb"}).store_url == "sqlite:////srv/pb/graph.sqlite"


def test_an_option_wins_over_the_environment_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Option, environment, file, default: in that order."""
    _file('home = "from-file"\nworkers = 3\nmax_file_mb = 7\n')
    monkeypatch.setenv("PATTERNBOOK_HOME", "from-environment")
    monkeypatch.setenv("PATTERNBOOK_WORKERS", "4")
    settings = load_settings({"home": "from-option", "store": None})
    assert (Path("from-option"), 4, 7, "packaged") == (
        settings.home,
        settings.workers,
        settings.max_file_mb,
        settings.embedder,
    )


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """PATTERNBOOK_GROBID_URL= does not name a server."""
    monkeypatch.setenv("PATTERNBOOK_GROBID_URL", "")
    assert load_settings().grobid_url is None


def test_a_named_grobid_server_reads_pdfs_unless_said_otherwise() -> None:
    """A server is named to be used; `pdf_reader` has the last word."""
    url = "http://localhost:8070"
    readers = [
        load_settings(options).parse.pdf_reader.value
        for options in ({}, {"grobid_url": url}, {"grobid_url": url, "pdf_reader": "rules"})
    ]
    assert ["rules", "grobid", "rules"] == readers


def test_a_password_in_the_address_of_grobid_is_refused() -> None:
    """The address is kept with each run."""
    assert "user or password" in _message({"grobid_url": "http://me:secret@localhost:8070"})


def test_an_unknown_key_is_refused_with_the_nearest_one() -> None:
    """A key that is spelt wrong is no silent default."""
    _file("wrokers = 3\n")
    assert "patternbook.toml has an unknown key 'wrokers'. Did you mean 'workers'?" in _message()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('workers = "many"', "patternbook.toml, key 'workers': 'many' is not allowed. Allowed: a whole number"),
        ("workers = -1", "Allowed: a whole number from 0 to 256"),
        ('store = "mysql://x"', "the scheme is not known"),
        ('grobid_url = "localhost:8070"', "Allowed: http://HOST:PORT"),
        ('embedder = ""', "Allowed: packaged, hash, a folder"),
        ("[store]\nurl = 3", "key 'store'"),
        ("workers == 3", "patternbook.toml is not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_names_file_key_and_what_is_allowed(text: str, expected: str) -> None:
    """The message says where, which key, and what may stand there."""
    _file(text)
    assert expected in _message()


def test_a_file_that_is_not_utf8_is_explained() -> None:
    """Bytes that are no text give a sentence, not a decoding error."""
    Path("patternbook.toml").write_bytes(b'home = "\xff"')
    assert "patternbook.toml cannot be read" in _message()


def test_a_mistake_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The place is the environment, not the file."""
    monkeypatch.setenv("PATTERNBOOK_MAX_FILE_MB", "lots")
    assert _message().startswith("environment variable PATTERNBOOK_MAX_FILE_MB: 'lots'")


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    """The address is shown in many places, so it may not hold a secret; the refusal does not show it either."""
    message = _message({"store": "neo4j://neo4j:secret@host:7687"})
    assert "give those as store_user and store_password" in message
    assert "secret" not in message


def test_the_password_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither repr nor a dump shows it."""
    monkeypatch.setenv("PATTERNBOOK_STORE_PASSWORD", "hunter2")
    settings = load_settings()
    assert "hunter2" not in repr(settings) + settings.model_dump_json()
    assert settings.password == "hunter2"


def test_every_setting_says_what_it_is_and_what_is_allowed() -> None:
    """The reference page and the messages are made from these."""
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert isinstance(field.json_schema_extra, dict), name
        assert field.json_schema_extra["allowed"], name


def test_a_misspelt_variable_is_found() -> None:
    """Variables of the test suite are not called misspelt."""
    environment = {"PATTERNBOOK_STORE": "x", "PATTERNBOOK_STROE": "x", "PATTERNBOOK_REQUIRE_NEO4J": "1", "HOME": "/"}
    assert unknown_variables(environment) == ["PATTERNBOOK_STROE"]
