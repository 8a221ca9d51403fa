"""Fixtures that every room uses: stores of record, each test with an empty one.

`store` runs a test on both stores, `sqlite_store` on SQLite alone. The Neo4j half needs a server: the one whose address
is in PATTERNBOOK_TEST_NEO4J (**its database is emptied**), else one that scripts/neo4j-local starts for the session.
Without Java 17 and Maven those tests are skipped and say so; with PATTERNBOOK_REQUIRE_NEO4J=1, as in CI, they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph.store import open_store
from graph.store.interface import GraphStore

if TYPE_CHECKING:
    import neo4j

NEO4J_LOCAL = Path(__file__).parents[1] / "scripts" / "neo4j-local"


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[GraphStore]:
    """An empty SQLite store in a file of its own."""
    store = open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}")
    yield store
    store.close()


@pytest.fixture(scope="session")
def neo4j_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Neo4j, one for the whole session; what is in it is whatever the last test left."""
    if given := os.environ.get("PATTERNBOOK_TEST_NEO4J"):
        yield given
        return
    if missing := [name for name in ("java", "mvn") if shutil.which(name) is None]:
        reason = (
            f"no Neo4j: {' and '.join(missing)} not found; install Java 17 and Maven, or set PATTERNBOOK_TEST_NEO4J"
        )
        if os.environ.get("PATTERNBOOK_REQUIRE_NEO4J") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    home = tmp_path_factory.mktemp("neo4j")
    started = subprocess.run(
        [NEO4J_LOCAL, "start", "--home", home, "--heap", "768m"], capture_output=True, text=True, check=False
    )
    if started.returncode != 0:
        pytest.fail(f"Neo4j did not start: {started.stderr}")
    yield started.stdout.strip()
    subprocess.run([NEO4J_LOCAL, "stop", "--home", home], capture_output=True, check=True)


@pytest.fixture(scope="session")
def _neo4j_driver(neo4j_url: str) -> Iterator[neo4j.Driver]:
    import neo4j

    with neo4j.GraphDatabase.driver(neo4j_url, notifications_min_severity="OFF") as driver:
        yield driver


@pytest.fixture
def clean_neo4j_url(neo4j_url: str, _neo4j_driver: neo4j.Driver) -> str:
    """The address of a Neo4j whose database holds nothing; constraints and indexes stay."""
    with _neo4j_driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
    return neo4j_url


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each kind, for tests that open it themselves."""
    if request.param == "neo4j":
        url: str = request.getfixturevalue("clean_neo4j_url")
        return url
    return f"sqlite:///{tmp_path / 'graph.sqlite'}"


@pytest.fixture
def store(store_url: str) -> Iterator[GraphStore]:
    """An empty store of each kind."""
    store = open_store(store_url)
    yield store
    store.close()
