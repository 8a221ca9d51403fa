"""Each command, as people and as programs use it. What is printed with --json is held against its published schema."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import jsonschema
import pytest

from service.cli.app import COMMANDS
from service.schemas import names, read_schema

INTENT = "a small network overfits on few labelled images of digits"


def _valid(name: str, document: object) -> None:
    jsonschema.Draft202012Validator(json.loads(read_schema(name))).validate(document)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(patternbook, name: str) -> None:
    """Nobody has to guess how a command is called."""
    ran = patternbook(name, "--help")
    assert ran.code == 0
    assert "Example" in ran.out
    assert f"patternbook {name}" in ran.out


def test_ingest_tells_what_it_did(patternbook) -> None:
    """The report of CONTRACT §5, valid against its schema; a second run writes nothing."""
    Path("papers").mkdir()
    Path("papers/a.md").write_text("---\ntitle: On dropout\n---\n# Abstract\nDropout improves accuracy on digits.\n")
    first = patternbook("ingest", "papers", "--workers", "0", "--json")
    _valid("ingest", first.document)
    assert first.code == 0
    assert (first.document["done"], first.document["failed"]) == (1, 0)
    assert first.document["nodes_written"] > 0
    second = patternbook("ingest", "papers", "--workers", "0", "--json").document
    assert (0, 1, 0, 0) == (second["done"], second["unchanged"], second["nodes_written"], second["edges_written"])


def test_ingest_names_what_failed_and_ends_with_one(patternbook) -> None:
    """One bad file keeps nothing else out; the table for people shows its reason too."""
    Path("papers").mkdir()
    Path("papers/a.md").write_text("---\ntitle: On dropout\n---\n# Abstract\nDropout improves accuracy on digits.\n")
    Path("papers/empty.pdf").write_bytes(b"")
    ran = patternbook("ingest", "papers", "--workers", "0", "--json")
    assert ran.code == 1
    assert (1, 1) == (ran.document["done"], ran.document["failed"])
    assert [each["class"] for each in ran.document["failures"]] == ["EmptyFile"]
    shown = patternbook("ingest", "papers", "--workers", "0")
    assert shown.code == 1
    assert "papers/empty.pdf" in shown.out
    assert "EmptyFile" in patternbook("status").out


def test_a_path_that_is_not_there_is_wrong_use(patternbook) -> None:
    """Nothing was ingested, so it is not exit 1."""
    ran = patternbook("ingest", "nowhere", "--json")
    assert (2, "") == (ran.code, ran.out)
    assert "nowhere" in ran.err


def test_status_of_nothing_makes_nothing(patternbook) -> None:
    """Looking at an empty folder leaves it empty; every label is there with a zero."""
    ran = patternbook("status", "--json")
    _valid("status", ran.document)
    assert (ran.code, ran.document["counts"]["Paper"], ran.document["snapshot"]) == (0, 0, None)
    assert not any(ran.document["counts"].values())
    assert not Path(".patternbook").exists()


def test_status_of_a_corpus(patternbook, home: Path) -> None:
    """Counts, states, hash and snapshot, for programs and for people."""
    ran = patternbook("status", "--json")
    _valid("status", ran.document)
    assert ran.document["counts"]["Paper"] == 2
    assert ran.document["items"] == {"pending": 0, "running": 0, "done": 3, "failed": 0, "quarantined": 0}
    assert len(ran.document["graph_hash"]) == 64
    assert (home / "snapshots" / ran.document["snapshot"]).is_dir()
    assert "Files     3 done" in patternbook("status").out


@pytest.mark.usefixtures("home")
def test_ask_answers_with_verbatim_evidence(patternbook) -> None:
    """The answer names the snapshot, parts of each score, and sentences; nothing was degraded."""
    ran = patternbook("ask", INTENT, "--json")
    _valid("ask", ran.document)
    assert (ran.code, ran.document["fallbacks"]) == (0, [])
    first = ran.document["matches"][0]
    assert {"pattern", "name", "score", "parts", "evidence"} <= set(first)
    quotes = [each["quote"] for match in ran.document["matches"] for each in match["evidence"]]
    assert "Label smoothing improves accuracy on digits." in quotes
    assert "Label smoothing improves accuracy on digits." in patternbook("ask", INTENT).out


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("intent", ["", "   ", "\udcff"])
def test_an_intent_that_says_nothing_is_wrong_use(patternbook, intent: str) -> None:
    """A sentence, exit 2."""
    ran = patternbook("ask", intent)
    assert (2, "") == (ran.code, ran.out)
    assert "intent" in ran.err


@pytest.mark.parametrize("arguments", [("ask", "x"), ("plan", "x")])
def test_without_a_snapshot_a_question_ends_with_three(patternbook, arguments: tuple[str, ...]) -> None:
    """And says which command makes one; nothing is created."""
    ran = patternbook(*arguments, "--json")
    assert (3, "") == (ran.code, ran.out)
    assert "patternbook compile" in ran.err
    assert not Path(".patternbook").exists()


@pytest.mark.parametrize(
    "arguments",
    [("trace", "Method/x"), ("run", "plan:0"), ("export", "x.jsonl"), ("compile",), ("resolve",)],
)
def test_without_a_graph_a_reading_command_ends_with_three(patternbook, arguments: tuple[str, ...]) -> None:
    """A mistyped home gives a sentence, not an empty graph."""
    ran = patternbook(*arguments, "--home", "typo")
    assert ran.code == 3
    assert "there is no graph at sqlite:///typo/graph.sqlite" in ran.err
    assert not Path("typo").exists()


def test_a_damaged_snapshot_is_named_and_compile_mends_it(patternbook, home: Path) -> None:
    """Exit 3 with the file's name; after a compile the question is answered."""
    snapshot = home / "snapshots" / patternbook("status", "--json").document["snapshot"]
    (snapshot / "vectors.npy").write_bytes(b"")
    ran = patternbook("ask", INTENT)
    assert ran.code == 3
    assert "vectors.npy" in ran.err
    assert patternbook("doctor").code == 3
    assert patternbook("compile").code == 0
    assert patternbook("ask", INTENT).code == 0


@pytest.mark.usefixtures("home")
def test_trace_ends_on_a_sentence_of_a_paper(patternbook) -> None:
    """From a method to a quote, its document and its paper."""
    ran = patternbook("trace", "Method/label-smoothing", "--json")
    _valid("trace", ran.document)
    assert ran.code == 0
    assert [step["label"] for step in ran.document["paths"][0]] == ["Method", "Evidence", "Document", "Paper"]
    assert ran.document["truncated"] is False
    assert "“Label smoothing improves accuracy on digits.”" in patternbook("trace", "method/label-smoothing").out


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("Method/nothing", "does not exist"),
        ("label-smoothing", "write Label/key"),
        ("Method/Not A Key", "is not a key"),
    ],
)
def test_a_reference_to_nothing_is_wrong_use(patternbook, reference: str, says: str) -> None:
    """Exit 2, and what is wrong with it."""
    ran = patternbook("trace", reference, "--json")
    assert (2, "") == (ran.code, ran.out)
    assert says in ran.err


@pytest.mark.usefixtures("home")
def test_trace_keeps_to_its_limit(patternbook) -> None:
    """At most --limit paths, and it says that there are more."""
    document = patternbook("trace", "Method/label-smoothing", "--limit", "1", "--json").document
    assert (len(document["paths"]), document["truncated"]) == (1, True)


@pytest.mark.usefixtures("home")
def test_a_plan_is_saved_and_can_be_handed_in_again(patternbook) -> None:
    """The published form is valid, its id is verified, and the same intent gives the same plan."""
    document = patternbook("plan", INTENT, "--seeds", "2", "--json").document
    _valid("plan", document)
    Path("plan.json").write_text(json.dumps(document))
    assert patternbook("plan", "--file", "plan.json", "--json").document == document
    assert patternbook("plan", INTENT, "--seeds", "2", "--json").document["id"] == document["id"]
    assert patternbook("status", "--json").document["counts"]["Plan"] == 1
    assert document["id"] in patternbook("plan", INTENT, "--seeds", "2").out


@pytest.mark.usefixtures("home")
def test_an_edited_plan_must_lose_its_id_and_then_is_another(patternbook) -> None:
    """An id that does not fit the content is refused; without one it gets its own."""
    document = patternbook("plan", INTENT, "--seeds", "2", "--json").document
    edited = {**document, "seeds": [3, 4]}
    Path("plan.json").write_text(json.dumps(edited))
    refused = patternbook("plan", "--file", "plan.json", "--json")
    assert (2, "") == (refused.code, refused.out)
    assert "remove the id of an edited plan" in refused.err
    del edited["id"]
    Path("plan.json").write_text(json.dumps(edited))
    taken = patternbook("plan", "--file", "plan.json", "--json")
    assert taken.code == 0
    assert taken.document["id"] != document["id"]
    assert taken.document["seeds"] == [3, 4]


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "is not valid JSON"),
        ("[]", "a JSON object is expected"),
        ('{"intent": "x"}', "hypothesis: Field required"),
        ('{"intent": "x", "surprise": 1}', "surprise: Extra inputs are not permitted"),
    ],
)
def test_a_file_that_is_no_plan_is_explained(patternbook, content: str, says: str) -> None:
    """Exit 2; every field that is wrong is named."""
    Path("plan.json").write_text(content)
    ran = patternbook("plan", "--file", "plan.json")
    assert ran.code == 2
    assert says in ran.err


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "one of the two"),
        (("x", "--file", "plan.json"), "one of the two"),
        (("--file", "plan.json", "--seeds", "3"), "--task and --seeds are for drafting"),
        (("--file", "nowhere.json"), "cannot be read"),
        ((INTENT, "--task", "moon-landing"), "'moon-landing' is not a task of this installation"),
    ],
)
def test_plan_explains_wrong_use(patternbook, arguments: tuple[str, ...], says: str) -> None:
    """Exit 2 and a sentence."""
    ran = patternbook("plan", *arguments)
    assert ran.code == 2
    assert says in ran.err


@pytest.mark.usefixtures("home")
def test_a_plan_that_breaks_a_rule_of_this_installation_is_refused(patternbook) -> None:
    """A unit that is not there cannot be run; nothing is saved."""
    document = patternbook("plan", INTENT, "--seeds", "2", "--json").document
    del document["id"]
    text = json.dumps(document).replace("label_smoothing", "time_travel")
    Path("plan.json").write_text(text)
    ran = patternbook("plan", "--file", "plan.json")
    assert ran.code == 2
    assert "time_travel" in ran.err
    assert patternbook("status", "--json").document["counts"]["Plan"] == 1


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_run_brings_a_plan_to_its_end_and_the_next_plan_differs(patternbook) -> None:
    """Trials, findings and a report; the start of the id is enough; a second run reuses every trial."""
    plan = patternbook("plan", INTENT, "--seeds", "3", "--json").document
    ran = patternbook("run", plan["id"].removeprefix("plan:")[:10], "--json")
    _valid("run", ran.document)
    assert ran.code == 0
    assert ran.document["plan"] == plan["id"]
    assert {each["state"] for each in ran.document["trials"]} == {"done"}
    assert len(ran.document["trials"]) >= len(plan["arms"]) * len(plan["seeds"])
    assert ran.document["findings"]
    assert ran.document["report"].startswith("# ")
    again = patternbook("run", plan["id"], "--json").document
    assert all(each["reused"] for each in again["trials"])
    later = patternbook("plan", INTENT, "--json").document
    assert later["parent_plan"] == plan["id"]
    assert later["belief_generation"] > plan["belief_generation"]
    assert f"Otherwise than {plan['id']}" in patternbook("plan", INTENT).out


@pytest.mark.usefixtures("home")
def test_an_id_that_fits_no_plan_or_several_is_wrong_use(patternbook) -> None:
    """Exit 2; of several the first are shown."""
    patternbook("plan", INTENT, "--seeds", "2")
    patternbook("plan", INTENT, "--seeds", "3")
    assert "there is no plan 'plan:zzz'" in patternbook("run", "plan:zzz").err
    several = patternbook("run", "plan:")
    assert several.code == 2
    assert "2 plans have an id that starts with" in several.err


def test_read_shows_a_file_and_stores_nothing(patternbook) -> None:
    """Document, extraction and what was refused."""
    Path("a.md").write_text("---\ntitle: On dropout\n---\n# Abstract\nDropout improves accuracy on digits.\n")
    ran = patternbook("read", "a.md", "--json")
    _valid("read", ran.document)
    assert {"document", "extraction", "refused"} <= set(ran.document)
    assert ran.document["document"]["bibliography"]["title"] == "On dropout"
    assert "On dropout" in patternbook("read", "a.md").out
    assert not Path(".patternbook").exists()


def test_the_page_of_read_says_who_read_and_lists_a_name_once(patternbook) -> None:
    """Names with how often they stand there, statements with their sentence and its place."""
    text = "# On dropout\n\n## Abstract\n\nDropout improves accuracy on MNIST. Dropout is simple.\n"
    Path("a.md").write_text(text)
    page = patternbook("read", "a.md").out
    assert "Parsed by markdown/" in page
    assert "Extracted by rules/" in page
    (row,) = [line for line in page.splitlines() if line.startswith("Method (used)")]
    assert row.split()[-2:] == ["dropout", "3"]  # the title counts
    (claim,) = [line for line in page.splitlines() if line.startswith("claim")]
    assert "dropout improves accuracy" in claim
    assert claim.rstrip().endswith("Abstract")


def test_read_links_an_argument_of_the_reviews_to_the_claim_it_speaks_about(patternbook) -> None:
    """In JSON by the numbers of both; on the page in the words of the claim, beside the argument alone."""
    Path("a.md").write_text("# On dropout\n\n## Abstract\n\nDropout improves accuracy on MNIST.\n")
    said = "It is not convincing that dropout improves accuracy on MNIST: only one seed was run. It is badly written."
    Path("a.reviews.json").write_text(json.dumps({"title": "On dropout", "reviews": [{"review": said}]}))
    read = patternbook("read", "a.md", "--reviews", "a.reviews.json", "--json").document
    _valid("read", read)
    (link,) = read["spoken_of"]
    (reviews,) = [part for part in read["also"] if part["document"]["key"] == link["reviews"]]
    assert "dropout improves accuracy" in reviews["extraction"]["points"][link["point"]]["span"]["quote"]
    assert read["extraction"]["claims"][link["claim"]]["intervention"] == "dropout"
    page = " ".join(patternbook("read", "a.md", "--reviews", "a.reviews.json").out.split())
    assert page.count("the claim that") == 1


def test_read_explains_a_file_that_it_cannot_read(patternbook) -> None:
    """Exit 2 for a path that is not there, and for a file without text."""
    Path("empty.md").write_text("")
    assert patternbook("read", "nowhere.pdf").code == 2
    assert patternbook("read", "empty.md").code == 2


@pytest.mark.usefixtures("home")
def test_resolve_and_compile_of_what_has_not_changed_do_nothing(patternbook) -> None:
    """Both say so, and the snapshot stays."""
    before = patternbook("status", "--json").document
    resolved, compiled = patternbook("resolve", "--json"), patternbook("compile", "--json")
    _valid("resolve", resolved.document)
    _valid("compile", compiled.document)
    assert resolved.document["written"] == 0
    assert (compiled.document["unchanged"], compiled.document["snapshot"]) == (True, before["snapshot"])
    assert patternbook("status", "--json").document["graph_hash"] == before["graph_hash"]


def test_a_home_of_another_store_is_refused(patternbook, home: Path) -> None:
    """Exit 3: home and store do not belong together."""
    Path("other").mkdir()
    Path("b.md").write_text("---\ntitle: B\n---\n# Abstract\nDropout improves accuracy.\n")
    assert patternbook("ingest", "b.md", "--home", "other", "--workers", "0").code == 0
    ran = patternbook("status", "--home", home, "--store", "sqlite:///other/graph.sqlite")
    assert ran.code == 3
    assert "belongs to the store" in ran.err


def test_a_home_whose_store_is_gone_gets_no_new_one(patternbook, home: Path) -> None:
    """Exit 3: an empty graph beside a full home would only hide the loss."""
    (home / "graph.sqlite").rename("elsewhere.sqlite")
    ran = patternbook("ingest", ".", "--workers", "0")
    assert ran.code == 3
    assert "there is nothing at sqlite:///.patternbook/graph.sqlite" in ran.err
    assert not (home / "graph.sqlite").exists()
    assert patternbook("status", "--store", "sqlite:///elsewhere.sqlite").code == 0


def test_looking_at_a_store_binds_no_home(patternbook, home: Path) -> None:
    """A look through another home leaves no trace of it."""
    store = f"sqlite:///{home}/graph.sqlite"
    for command in (("status",), ("doctor",), ("trace", "Method/label-smoothing"), ("export", "x.jsonl")):
        assert patternbook(*command, "--home", "other", "--store", store).code == 0
    assert not Path("other").exists()


def test_a_database_of_somebody_else_is_refused(patternbook) -> None:
    """Exit 3, and it is left as it is."""
    with sqlite3.connect("theirs.db") as database:
        database.execute("CREATE TABLE precious (x)")
    ran = patternbook("status", "--store", "sqlite:///theirs.db")
    assert ran.code == 3
    with sqlite3.connect("theirs.db") as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == [("precious",)]


def test_a_server_that_does_not_answer_ends_with_three(patternbook) -> None:
    """A sentence with the address, without a traceback of the driver."""
    ran = patternbook("status", "--store", "bolt://127.0.0.1:9", "--json")
    assert (3, "") == (ran.code, ran.out)
    assert "127.0.0.1:9" in ran.err
    assert "Traceback" not in ran.err


def test_schema_prints_what_is_published(patternbook) -> None:
    """Every published schema is valid JSON Schema; an unknown name is wrong use."""
    assert patternbook("schema").out.split() == names()
    for name in names():
        jsonschema.Draft202012Validator.check_schema(json.loads(patternbook("schema", name).out))
    assert patternbook("schema", "moon").code == 2
