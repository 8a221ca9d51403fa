"""``patternbook resolve``: a name is explained, and two names are joined, parted, and left to the rules again."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.store import open_store
from graph.write.lease import hold_lease
from ingest.resolve import Explanations
from ingest.resolve.stage import LEASE
from service.naming import DecisionDocument

pytestmark = pytest.mark.usefixtures("home")


def _group(patternbook, name: str) -> list[str]:
    found = Explanations.model_validate(patternbook("resolve", "--explain", name, "--json").document)
    return [member.key for member in found.names[0].members]


def test_a_name_is_explained(patternbook) -> None:
    """For a person a page with the papers that write it, for a program the same as a document."""
    page = patternbook("resolve", "--explain", "label smoothing")
    assert page.code == 0
    assert "Label smoothing for small image data" in page.out
    found = Explanations.model_validate(patternbook("resolve", "--explain", "label smoothing", "--json").document)
    assert [(each.label, each.key) for each in found.names] == [("Method", "label-smoothing")]


def test_a_decision_is_carried_out_at_once_and_can_be_undone(patternbook) -> None:
    """Joined with a name and a reason, then undone: the graph hash is what it was."""
    before = patternbook("status", "--json").document["graph_hash"]
    said = ("--by", "ann", "--reason", "one thing here")
    joined = patternbook("resolve", "--join", "dropout", "label smoothing", *said, "--json")
    made = DecisionDocument.model_validate(joined.document)
    assert (made.by, made.reason, made.changed, made.carried_out, made.report.merged) == (
        *("ann", "one thing here"),
        *(True, True, 1),
    )
    assert _group(patternbook, "dropout") == ["dropout", "label-smoothing"]
    undone = DecisionDocument.model_validate(
        patternbook("resolve", "--undo", "dropout", "label smoothing", "--json").document
    )
    assert undone.report.parted == 1
    assert _group(patternbook, "dropout") == ["dropout"]
    assert patternbook("status", "--json").document["graph_hash"] == before


def test_a_decision_outlives_a_reingest(patternbook) -> None:
    """The folder is ingested again, with a changed file."""
    patternbook("resolve", "--join", "dropout", "label smoothing")
    Path("papers").mkdir()
    Path("papers/new.md").write_text("# A new paper\n\n## Abstract\nWe use dropout and label smoothing.\n", "utf-8")
    assert patternbook("ingest", "papers", "--workers", "0", "--json").code == 0
    assert patternbook("resolve", "--full", "--json").code == 0
    assert _group(patternbook, "dropout") == ["dropout", "label-smoothing"]


def test_parting_what_was_joined_is_said_in_words(patternbook) -> None:
    """The page says what was decided; the same once more is no news."""
    patternbook("resolve", "--join", "dropout", "label smoothing")
    assert "are not one" in patternbook("resolve", "--split", "dropout", "label smoothing").out
    assert "nothing was written" in patternbook("resolve", "--split", "dropout", "label smoothing").out
    assert "decided by hand" in patternbook("resolve", "--explain", "dropout").out


def test_a_decision_beside_another_resolve_is_kept_for_later(patternbook) -> None:
    """It is recorded, and the answer says that it is yet to be carried out."""
    store = open_store("sqlite:///.patternbook/graph.sqlite")
    with hold_lease(store, LEASE, owner="somebody", ttl_s=600, clock=lambda: 1e12):
        made = patternbook("resolve", "--join", "dropout", "label smoothing", "--json").document
    store.close()
    assert (made["changed"], made["carried_out"]) == (True, False)
    assert patternbook("resolve", "--json").document["merged"] == 1


def test_read_groups_what_a_file_reports_on(patternbook) -> None:
    """Under all the names that it has in the file."""
    Path("a.md").write_text(
        "# Graph Parser\n\n## Abstract\n"
        "We propose Graph Parser (GP). GP outperforms dropout on digits by 1.2 % accuracy.\n",
        "utf-8",
    )
    reported = patternbook("read", "a.md", "--json").document["reported"]
    assert ("Method", "dropout") in {(each["type"], each["name"]) for each in reported}
    assert "Reports on: " in patternbook("read", "a.md").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--explain", "lable smoothing"), "did you mean Label smoothing"),
        (("--join", "dropout", "nothing like it"), "nothing in the graph is called 'nothing like it'"),
        (("--split", "dropout", "Dropout"), "two nodes of one kind"),
        (("--explain", "dropout", "--kind", "paper"), "is none of method, task"),
        (("--explain", "dropout", "--full"), "one at a time"),
        (("--join", "dropout", "label smoothing", "--by", "rules/2"), "nobody's name"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(patternbook, arguments: tuple[str, ...], said: str) -> None:
    """Exit 2, and nothing is written."""
    before = patternbook("status", "--json").document["graph_hash"]
    done = patternbook("resolve", *arguments)
    assert done.code == 2
    assert said in done.err
    assert patternbook("status", "--json").document["graph_hash"] == before
