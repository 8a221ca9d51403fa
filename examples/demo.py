"""The whole way in three minutes: papers and reviews → graph → patterns → plan → run → another plan → a sentence.

Runs the `patternbook` command as a person would, on examples/corpus, in a home of its own (.patternbook-demo), which it
makes anew and leaves for you to look at. Stops with the command's own exit code if one fails.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HOME = Path(".patternbook-demo")
COMMAND = Path(sys.executable).with_name("patternbook")
INTENT = "reduce overfitting of a small network trained on few labelled digits"


def main() -> None:
    """Run the demo."""
    if HOME.exists():
        shutil.rmtree(HOME)
    corpus = Path(os.path.relpath(HERE / "corpus"))
    heading("Read twelve small papers and their reviews, once")
    patternbook("ingest", str(corpus))
    heading("Compile what they say into patterns and a snapshot that answers in milliseconds")
    patternbook("compile")
    heading("Ask: which patterns speak to this intent, with evidence for and against?")
    patternbook("ask", INTENT, "-k", "3")
    heading("Plan an experiment from them")
    patternbook("plan", INTENT)
    before = answer("plan", INTENT)
    heading("Run it: every trial in a child process under limits, scored outside")
    patternbook("run", before["id"], may_fail=True)
    heading("The same question again: what was learnt changes the plan, for a stated reason")
    patternbook("plan", INTENT)
    after = answer("plan", INTENT)
    heading("Why is this in the plan? From the new plan down to a sentence on a page")
    patternbook("trace", f"Plan/{after['id']}", "--limit", "8")
    if before["id"] == after["id"]:
        raise SystemExit("The run changed nothing in the plan, which it should have.")
    print(f"\nDone. The graph of this demo is in {HOME}: patternbook --home {HOME} status")


def heading(text: str) -> None:
    """Say what comes next."""
    print(f"\n\033[1m── {text}\033[0m" if sys.stdout.isatty() else f"\n── {text}", flush=True)


def patternbook(*arguments: str, may_fail: bool = False) -> None:
    """Show the command and run it, its output on the terminal; *may_fail* lets exit code 1 (some items failed) pass."""
    print(f"$ patternbook --home {HOME} {shlex.join(arguments)}", flush=True)
    code = subprocess.run([COMMAND, "--home", HOME, *arguments], check=False).returncode
    if code and not (may_fail and code == 1):
        raise SystemExit(code)


def answer(*arguments: str) -> dict[str, Any]:
    """Run the command with --json and return its document."""
    done = subprocess.run([COMMAND, "--home", HOME, *arguments, "--json"], check=True, stdout=subprocess.PIPE)
    document: dict[str, Any] = json.loads(done.stdout)
    return document


if __name__ == "__main__":
    main()
