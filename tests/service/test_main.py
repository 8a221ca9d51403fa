"""The outermost frame: exit codes, what is printed where, and what becomes of a bug."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import service.status


def test_help_is_printed_and_ends_well(patternbook) -> None:
    """--help is no error."""
    ran = patternbook("--help")
    assert (ran.code, ran.err) == (0, "")
    assert "Usage: patternbook" in ran.out


def test_without_a_command_the_help_is_shown_as_wrong_use(patternbook) -> None:
    """Nobody is left without a hint."""
    ran = patternbook()
    assert ran.code == 2
    assert "ingest" in ran.out + ran.err


def test_an_unknown_command_is_wrong_use_with_the_nearest(patternbook) -> None:
    """A spelling mistake gets a suggestion."""
    ran = patternbook("stauts")
    assert ran.code == 2
    assert "status" in ran.err


def test_a_wrong_setting_is_a_sentence_on_stderr(patternbook) -> None:
    """Exit 2, one line, nothing on stdout."""
    ran = patternbook("status", "--store", "mysql://x", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("patternbook: option --store: 'mysql://x' is not allowed")


def test_options_before_the_command_count_and_those_after_win(patternbook) -> None:
    """--home may stand on either side."""
    assert patternbook("--home", "a", "status", "--json").document["home"] == "a"
    assert patternbook("--home", "a", "status", "--home", "b", "--json").document["home"] == "b"


def test_a_bug_gives_a_sentence_and_a_log_and_no_traceback(patternbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 70; the traceback is in the file that the message names."""

    def broken(_: object) -> None:
        raise RuntimeError("the roof fell in")

    monkeypatch.setattr(service.status, "read_status", broken)
    ran = patternbook("status", "--home", "here", "--json")
    assert (ran.code, ran.out) == (70, "")
    assert "this is a bug in Patternbook (RuntimeError: the roof fell in)" in ran.err
    assert "Traceback" not in ran.err
    (log,) = Path("here/logs").glob("bug-*.log")
    assert str(log) in ran.err
    assert "Traceback" in log.read_text()
    assert "arguments: status --home here --json" in log.read_text()


def test_the_log_of_a_bug_holds_no_password(patternbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is meant to be sent to somebody."""

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("service.export.export_to", broken)
    patternbook("export", "--into", "neo4j://h:1", "--into-password", "hunter2", "--home", "here")
    patternbook("export", "--into", "neo4j://h:1", "--into-password=hunter2", "--home", "here")
    for log in Path("here/logs").glob("bug-*.log"):
        assert "hunter2" not in log.read_text()


def test_a_home_that_cannot_be_written_does_not_hide_the_bug(patternbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log then goes to the temporary folder."""

    def broken(_: object) -> None:
        raise RuntimeError("x")

    Path("file").write_text("")
    monkeypatch.setattr(service.status, "read_status", broken)
    ran = patternbook("status", "--home", "file")
    assert ran.code == 70
    assert "The details are in /" in ran.err


def test_ctrl_c_is_a_sentence_and_code_130(patternbook, monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback for somebody who changed their mind."""

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(service.status, "read_status", interrupted)
    ran = patternbook("status")
    assert (ran.code, ran.err) == (130, "Stopped. What was finished is kept; run the same command again to go on.\n")


def test_a_reader_that_leaves_early_is_no_bug() -> None:
    """``patternbook … | head -1`` ends without a traceback and without a log."""
    command = [sys.executable, "-m", "service.cli", "status", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read().decode()
    assert "Traceback" not in errors
    assert not list(Path(".patternbook").glob("logs/bug-*"))


def _ends(*arguments: str, redirect: str) -> tuple[int, str]:
    """How ``patternbook`` ends with its output redirected by a shell, and what it says on stderr."""
    call = shlex.join([sys.executable, "-m", "service.cli", *arguments])
    done = subprocess.run(["sh", "-c", f"{call} {redirect}"], stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("status", "--json"), ("status",), ("schema", "ask")])
def test_an_answer_that_cannot_be_written_is_no_bug(arguments: tuple[str, ...]) -> None:
    """A full disk behind stdout: exit 3 and a sentence."""
    code, said = _ends(*arguments, redirect="> /dev/full")
    assert code == 3
    assert said.startswith("patternbook: the answer could not be written to stdout: No space left")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("redirect", [">&-", ">&- 2>&-"])
def test_closed_streams_do_no_harm(redirect: str) -> None:
    """A caller that closed stdout, or both, still gets the exit code."""
    assert _ends("status", redirect=redirect)[0] == 0
    assert _ends("status", "--store", "mysql://x", redirect=redirect)[0] == 2


def test_a_signal_from_outside_ends_the_process() -> None:
    """SIGINT to a real process: 130."""
    code = (
        "import os, signal, service.status\n"
        "service.status.read_status = lambda _: os.kill(os.getpid(), signal.SIGINT)\n"
        "from service.cli.main import main\n"
        "main(['status'])\n"
    )
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 128 + signal.SIGINT
    assert "Traceback" not in done.stderr


def test_version_is_printed(patternbook) -> None:
    """The version of the package."""
    assert patternbook("--version").out.startswith("patternbook 0.")
