"""What a child left is read and removed without trusting it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runtime.sandbox.left import Unreadable, read_left, remove


def test_a_plain_file_is_read(tmp_path: Path) -> None:
    """In folders below, too; what is not there is None."""
    (tmp_path / "out" / "one").mkdir(parents=True)
    (tmp_path / "out" / "one" / "file").write_bytes(b"content")

    assert read_left(tmp_path, "out/one/file", most_bytes=7) == b"content"
    assert read_left(tmp_path, "out/two/file", most_bytes=7) is None


@pytest.mark.parametrize("name", ["link", "door/file", "pipe", "folder", "long"])
def test_nothing_else_is(tmp_path: Path, name: str) -> None:
    """No link at any step, no pipe (which would hold the reader for ever), no folder, nothing too long."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_bytes(b"secret")
    (tmp_path / "link").symlink_to(tmp_path / "real" / "file")
    (tmp_path / "door").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "long").write_bytes(bytes(11))
    with pytest.raises(Unreadable):
        read_left(tmp_path, name, most_bytes=10)


def test_folders_too_deep_for_recursion_and_closed_ones_are_removed(tmp_path: Path) -> None:
    """A child makes them on purpose; links are removed and not followed."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "file").touch()
    folder = tmp_path / "folder"
    (folder / "closed" / "inner").mkdir(parents=True)
    (folder / "link").symlink_to(tmp_path / "kept")
    here = os.open(folder, os.O_RDONLY)
    try:
        for _ in range(1100):
            os.mkdir("d", dir_fd=here)
            deeper = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = deeper
    finally:
        os.close(here)
    (folder / "closed").chmod(0)
    remove(folder)

    assert not folder.exists()
    assert (tmp_path / "kept" / "file").exists()


def test_removing_what_is_gone_does_nothing(tmp_path: Path) -> None:
    """As after a clean-up by another."""
    remove(tmp_path / "gone")

    assert list(tmp_path.iterdir()) == []
