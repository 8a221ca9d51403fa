"""The outermost frame of the command line: the one place where an error becomes an exit code.

Guarantees: every way out has a code of CONTRACT §5 (0, 1, 2, 3, 70, and 130 for Ctrl-C), a sentence on stderr, and
nothing on stdout that the command did not mean to print. A bug shows no traceback: it is kept in a log file whose path
is named. Imports nothing but Typer until a command needs it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from service.cli.app import app

_DONE, _BROKEN_PIPE, _BUG, _INTERRUPTED = 0, 1, 70, 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code."""
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code; errors are told on stderr."""
    _replace_closed_streams()
    try:
        app(arguments, prog_name="patternbook")
    except SystemExit as leave:
        code = leave.code if isinstance(leave.code, int) else _DONE
        if code == _INTERRUPTED:
            _say("Stopped. What was finished is kept; run the same command again to go on.")
        return code
    except KeyboardInterrupt:
        _say("Stopped. What was finished is kept; run the same command again to go on.")
        return _INTERRUPTED
    except BrokenPipeError:  # the reader of our output has gone
        _drop_output()
        return _BROKEN_PIPE
    except Exception as error:  # noqa: BLE001  # the last frame: whatever is not in the table is a bug, and told as one
        return _explain(error, arguments)
    return _DONE


def _replace_closed_streams() -> None:
    """Give a caller that closed stdout or stderr a place to write to: nobody will read it, and nothing breaks."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # as long as the process
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # as long as the process


def _drop_output() -> None:
    """Let what is still buffered for stdout go nowhere, so that the interpreter does not stumble over it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explain(error: Exception, arguments: Sequence[str]) -> int:
    from service.errors import ExitCode, OutputLost, classify

    if isinstance(error, OutputLost):
        _drop_output()
    verdict = classify(error)
    if verdict.exit_code is not ExitCode.BUG:
        _say(f"patternbook: {error}")
        return verdict.exit_code
    log = _write_log(error, arguments)
    _say(f"patternbook: this is a bug in Patternbook ({type(error).__name__}: {_first_line(error)}).")
    _say(f"The details are in {log}; please attach that file to a report.")
    return _BUG


def _write_log(error: Exception, arguments: Sequence[str]) -> Path:
    """Keep the traceback under HOME/logs, or in the temporary folder where HOME cannot be written."""
    from importlib.metadata import version

    from service.cli.options import home_folder

    now = datetime.now(UTC)
    python = sys.version.split()[0]
    text = "\n".join(
        [
            f"patternbook {version('patternbook')}, Python {python}, {now.isoformat(timespec='seconds')}",
            f"arguments: {' '.join(_without_secrets(arguments))}",
            "",
            *traceback.format_exception(error),
        ]
    )
    name = f"bug-{now:%Y%m%dT%H%M%S}-{os.getpid()}.log"
    for folder in (home_folder(arguments) / "logs", Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        except OSError:
            continue
        return folder / name
    return Path("no file: neither the home nor the temporary folder can be written")


def _without_secrets(arguments: Sequence[str]) -> Iterator[str]:
    """Yield *arguments* with passwords blanked, in either spelling of an option."""
    is_secret = False
    for argument in arguments:
        option, equals, _ = argument.partition("=")
        if is_secret:
            yield "***"
        else:
            yield f"{option}=***" if equals and "password" in option else argument
        is_secret = not equals and not is_secret and argument.startswith("--") and "password" in argument


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no message"])[0][:200]


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
