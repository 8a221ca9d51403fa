"""scripts/neo4j-local: a server of one's own, with a password."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import StoreUnavailable
from graph.schema import Label
from graph.store import open_store

SCRIPT = Path(__file__).parents[3] / "scripts" / "neo4j-local"
PASSWORD = "a password of eight and more"


def script(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return subprocess.run([SCRIPT, *arguments], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def home(neo4j_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a running server that asks for a password."""
    assert neo4j_url  # skips where there is no Neo4j at all
    if shutil.which("mvn") is None or shutil.which("java") is None:
        pytest.skip("Java 17 and Maven are needed to start a server")
    home = tmp_path_factory.mktemp("guarded")
    started = script("start", "--home", home, "--password", PASSWORD, "--heap", "512m", "--short-lived")
    assert started.returncode == 0, started.stderr
    yield home
    script("stop", "--home", home)


@pytest.mark.neo4j
@pytest.mark.slow
def test_a_second_start_tells_where_it_runs(home: Path) -> None:
    """Start and status of a running home print the same address."""
    second, status = script("start", "--home", home), script("status", "--home", home)
    assert "already running" in second.stderr
    assert second.stdout == status.stdout
    assert second.stdout.startswith("bolt://127.0.0.1:")


@pytest.mark.neo4j
@pytest.mark.slow
def test_credentials(home: Path) -> None:
    """The right password opens; a wrong one and none are refused in a sentence that says what to set."""
    url = script("status", "--home", home).stdout.strip()
    store = open_store(url, user="neo4j", password=PASSWORD)
    assert {Label.META: 1} == store.counts().nodes
    store.close()
    for given in ("wrong password", None):
        with pytest.raises(StoreUnavailable, match="refused the user or password; set PATTERNBOOK_STORE_USER"):
            open_store(url, password=given)


@pytest.mark.neo4j
@pytest.mark.slow
def test_stop_stops(home: Path) -> None:
    """After a stop nothing answers, and a second stop has nothing to do."""
    assert "stopped bolt://127.0.0.1:" in script("stop", "--home", home).stdout
    assert "nothing runs" in script("stop", "--home", home).stdout
    status = script("status", "--home", home)
    assert (1, "nothing answers") == (status.returncode, status.stdout[:15])


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    """Without Java: what is needed, how to get it, and exit code 3."""
    command = [sys.executable, SCRIPT, "start", "--home", tmp_path / "home"]
    nothing = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=nothing)
    assert (3, "") == (done.returncode, done.stdout)
    assert "Neo4j needs Java 17" in done.stderr
    assert "apt-get install" in done.stderr
