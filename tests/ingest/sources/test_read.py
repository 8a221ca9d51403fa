"""Reading a file whole, once, and knowing that it held still."""

from __future__ import annotations

import hashlib
import os
import socket
from pathlib import Path

import pytest

from ingest.sources import ChangedWhileRead, EmptyFile, FileTooLarge, NotARegularFile, Unreadable, read_source
from ingest.sources import read as read_module

LIMIT = 1_000_000


def test_the_bytes_come_with_their_hash(tmp_path: Path) -> None:
    """Content, sha256 and stat belong together."""
    (tmp_path / "a").write_bytes(b"abc")
    read = read_source(str(tmp_path / "a"), max_bytes=LIMIT)
    assert read.content == b"abc"
    assert hashlib.sha256(b"abc").hexdigest() == read.sha256
    assert read.stat.size_bytes == 3


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    """No bytes are no paper."""
    (tmp_path / "a").touch()
    with pytest.raises(EmptyFile):
        read_source(str(tmp_path / "a"), max_bytes=LIMIT)


def test_a_sparse_file_of_400_mb_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size alone is enough; not a byte is asked for."""
    with (tmp_path / "a").open("wb") as file:
        file.truncate(400_000_000)
    monkeypatch.setattr(read_module, "sha256", lambda _: pytest.fail("it was read"))
    with pytest.raises(FileTooLarge, match=r"400 MB.*max_file_mb = 200"):
        read_source(str(tmp_path / "a"), max_bytes=200_000_000)


@pytest.mark.timeout(10)
def test_a_fifo_is_refused_at_once(tmp_path: Path) -> None:
    """Nobody writes to it, so reading would never end."""
    os.mkfifo(tmp_path / "a")
    with pytest.raises(NotARegularFile):
        read_source(str(tmp_path / "a"), max_bytes=LIMIT)


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has a path and no content."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("a")
        with pytest.raises(NotARegularFile):
            read_source("a", max_bytes=LIMIT)


def test_a_device_is_refused() -> None:
    """It may never end."""
    with pytest.raises(NotARegularFile):
        read_source("/dev/zero", max_bytes=LIMIT)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    """It was there when the folder was listed."""
    with pytest.raises(Unreadable, match="No such file"):
        read_source(str(tmp_path / "a"), max_bytes=LIMIT)


def test_a_file_that_changed_once_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second read is whole."""
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    calls = iter([True, True, True, False, False])
    real = read_module._stat

    def stat(raw: os.stat_result) -> object:
        seen = real(raw)
        if next(calls, False) and raw.st_size < 8:
            path.write_bytes(b"a new text")
        return seen

    monkeypatch.setattr(read_module, "_stat", stat)
    assert read_source(str(path), max_bytes=LIMIT).content == b"a new text"


def test_a_file_that_keeps_changing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two reads, then it is left for another day."""
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    real = read_module._stat

    def stat(raw: os.stat_result) -> object:
        with path.open("ab") as file:
            file.write(b"more")
        return real(raw)

    monkeypatch.setattr(read_module, "_stat", stat)
    with pytest.raises(ChangedWhileRead):
        read_source(str(path), max_bytes=LIMIT)


def test_a_rewrite_that_keeps_size_and_time_shows_in_the_token(tmp_path: Path) -> None:
    """The change time cannot be put back."""
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    before, times = read_module.stat_token(str(path)), path.stat()
    path.write_bytes(b"xyz")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert before != read_module.stat_token(str(path))
