"""Slots: a fixed number, held by processes, freed by the kernel."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.parse.grobid import GrobidUnavailable
from ingest.parse.grobid.slots import Slots

HOLDER = """
import os, sys
from pathlib import Path
from ingest.parse.grobid.slots import Slots
with Slots("http://x", 1, folder=Path(sys.argv[1])).one():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_each_holder_has_a_slot_of_its_own(tmp_path: Path) -> None:
    """Two of two."""
    slots = Slots("http://x", 2, folder=tmp_path)
    with slots.one() as first, slots.one() as second:
        assert {0, 1} == {first, second}


def test_servers_do_not_share_slots(tmp_path: Path) -> None:
    """Another address, another count."""
    with Slots("http://x", 1, folder=tmp_path).one() as first, Slots("http://y", 1, folder=tmp_path).one() as second:
        assert (0, 0) == (first, second)


def test_the_slot_of_a_killed_process_is_free(tmp_path: Path) -> None:
    """Who waits is told by trying: the second attempt finds the holder killed."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert "held\n" == holder.stdout.readline()
    waits: list[float] = []

    def kill_the_holder(pause: float) -> None:
        waits.append(pause)
        holder.kill()
        holder.wait(30)

    with Slots("http://x", 1, folder=tmp_path, sleep=kill_the_holder).one() as number:
        assert 0 == number
    assert 1 == len(waits)
    holder.stdout.close()
    if holder.stdin is not None:
        holder.stdin.close()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "file").touch()
    with pytest.raises(GrobidUnavailable, match="file"), Slots("http://x", 1, folder=tmp_path / "file").one():
        pass
