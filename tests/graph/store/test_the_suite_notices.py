"""The contract suite fails on a store with a bug: for each rule, one seeded bug and the file that must notice it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CONTRACT = HERE.parents[1] / "contract"

BUGS = {
    "a_partial_row_replaces": "test_upsert_nodes.py",
    "none_is_ignored": "test_upsert_nodes.py",
    "unchanged_counts_as_updated": "test_upsert_nodes.py",
    "create_only_is_forgotten": "test_upsert_nodes.py",
    "missing_ends_vanish": "test_upsert_edges.py",
    "a_batch_is_many_transactions": "test_write_batch.py",
    "nan_is_let_through": "test_values.py",
    "duplicates_overwrite": "test_upsert_nodes.py",
    "deletion_leaves_edges": "test_delete_nodes.py",
    "compare_reads_outside_the_lock": "test_compare_and_set.py",
    "claims_read_outside_the_lock": "test_claim.py",
    "the_fence_ignores_the_attempt": "test_finish.py",
    "finish_forgets_to_roll_back": "test_finish.py",
    "a_lease_lapses_early": "test_claim.py",
    "lost_items_are_never_given_up": "test_claim.py",
    "enqueue_restarts": "test_enqueue.py",
    "pages_lose_a_row": "test_scan.py",
    "edges_come_as_stored": "test_scan.py",
    "absent_values_come_first": "test_find_nodes.py",
    "loops_are_seen_twice": "test_neighbours.py",
    "the_limit_is_forgotten": "test_subgraph.py",
    "stop_words_are_dropped": "test_search_text.py",
    "terms_are_not_stemmed": "test_search_text.py",
    "iteration_stops_after_a_page": "test_scan.py",
}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[int, str]]:
    """Exit code and output of the contract file of each bug."""
    command = [sys.executable, HERE / "seeded_bugs.py", *(f"{bug}:{CONTRACT / file}" for bug, file in BUGS.items())]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE.parents[2], timeout=500)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    return {each["bug"]: (each["code"], each["output"]) for each in results}


@pytest.mark.parametrize("bug", BUGS)
def test_a_seeded_bug_is_noticed(bug: str, outcomes: dict[str, tuple[int, str]]) -> None:
    """A test of the file fails: it did not crash, nor was nothing collected."""
    code, output = outcomes[bug]
    assert code == 1, output
    assert "failed" in output
