"""The home folder: files whole or not at all, one store per home."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph.canonical import sha256_hex
from graph.errors import HomeDamaged, HomeError, HomeFull, StoreMismatch
from graph.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_bytes_come_back_by_their_hash(home: Home) -> None:
    """What was put is returned under its sha256; what was not is None."""
    sha = home.put_bytes(b"a paper")
    assert sha == sha256_hex(b"a paper")
    assert home.get_bytes(sha) == b"a paper"
    assert home.get_bytes(sha256_hex(b"another")) is None


def test_putting_the_same_bytes_again_writes_nothing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is there is not written a second time."""
    home.put_bytes(b"a paper")
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("wrote again"))
    home.put_bytes(b"a paper")


def test_an_altered_file_is_named(home: Home) -> None:
    """Content that no longer fits its name is an error, never an answer."""
    sha = home.put_bytes(b"a paper")
    (home.path / "bytes" / sha[:2] / sha).write_bytes(b"a forged paper")
    with pytest.raises(HomeDamaged, match=sha):
        home.get_bytes(sha)


def test_artefacts_are_apart_by_stage(home: Home) -> None:
    """The same key of two stages names two artefacts."""
    home.write_artefact("parse", "k1", b"one")
    assert home.read_artefact("parse", "k1") == b"one"
    assert home.read_artefact("extract", "k1") is None


@pytest.mark.parametrize("key", ["../x", "a/b", "", ".hidden", "A"])
def test_a_key_cannot_leave_the_folder(home: Home, key: str) -> None:
    """Keys that could name a file elsewhere are refused."""
    with pytest.raises(ValueError, match="cannot name an artefact"):
        home.write_artefact("parse", key, b"")


def test_a_home_belongs_to_one_store(home: Home) -> None:
    """A second store is refused in a sentence that names both."""
    home.bind("store-a")
    home.bind("store-a")
    assert home.store_id == "store-a"
    with pytest.raises(StoreMismatch, match=r"belongs to the store store-a.*store-b"):
        home.bind("store-b")


def test_a_full_disk_leaves_nothing_half(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the error says so, and neither the file nor a rest of it is there."""
    home.put_bytes(b"first")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(HomeFull, match="nothing was written"):
            home.put_bytes(b"second")
    assert home.get_bytes(sha256_hex(b"second")) is None
    assert list((home.path / "tmp").iterdir()) == []


def test_a_home_that_is_a_file_is_an_error_in_words(tmp_path: Path) -> None:
    """A path that cannot be a folder raises our error, not a bare OSError."""
    (tmp_path / "home").write_text("")
    with pytest.raises(HomeError, match="cannot write"):
        Home(tmp_path / "home").put_bytes(b"x")


def test_a_kill_before_the_rename_leaves_no_file(home: Home, tmp_path: Path) -> None:
    """A writer that dies with its file on the way leaves only a leftover, which is removed later."""
    program = (
        "import os, sys, pathlib; from graph.home import Home;"
        "pathlib.Path.replace = lambda self, target: os._exit(9);"
        "Home(pathlib.Path(sys.argv[1])).put_bytes(b'half')"
    )
    done = subprocess.run([sys.executable, "-c", program, str(home.path)], check=False)
    assert done.returncode == 9
    assert home.get_bytes(sha256_hex(b"half")) is None
    assert home.remove_leftovers(now=4e9) == 1
    assert home.put_bytes(b"half") == sha256_hex(b"half")
    assert tmp_path.exists()


def test_fresh_leftovers_stay(home: Home) -> None:
    """A file that a live writer may still be writing is not removed."""
    home.put_bytes(b"x")
    (home.path / "tmp" / "1-a").write_bytes(b"on its way")
    assert home.remove_leftovers(now=0.0) == 0
