"""Trace: from a node to the quotes, arguments and trials that carry it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from graph.errors import UnknownNode
from graph.keys import name_key
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import GraphStore
from graph.trace import ROUTES, trace
from graph.vocabulary.document import Format
from graph.write.paper import write_paper


def _write(store: GraphStore, text: Any) -> Any:
    write_paper(store, text.document, text.extraction, run="r1", source="study.pdf")
    return text


def _labels(store: GraphStore, ref: Ref) -> list[list[str]]:
    return [[node.label.value for node in path] for path in trace(store, ref).paths]


@pytest.fixture
def studied(store: GraphStore, text: Any) -> GraphStore:
    """One paper with a claim, and a review of it."""
    study = text("We use mixup.", "Mixup improves accuracy.", "Labels are noisy.", format=Format.PDF)
    _write(store, study.mention(0, "mixup").claim(1, "mixup").problem(2, "Labels are noisy"))
    _write(store, text("One seed for mixup is not enough.", kind="review").mention(0, "mixup").point(0, ["mixup"]))
    return store


def test_a_method_leads_to_its_quotes_and_to_what_reviewers_say(studied: GraphStore) -> None:
    """Every quote of the name, and every argument about it, down to the sentence."""
    assert _labels(studied, Ref(Label.METHOD, "mixup")) == [
        ["Method", "Evidence", "Document", "Paper"],
        ["Method", "Evidence", "Document", "Paper"],
        ["Method", "ReviewPoint", "Evidence", "Document", "Paper"],
    ]


def test_a_quote_is_shown_with_its_stance_and_place(studied: GraphStore) -> None:
    """The path of a claim says which words, where, and that they support it."""
    (claim,) = studied.scan(Label.CLAIM)
    (path,) = trace(studied, claim.ref).paths
    quote = path[1].document()
    assert quote["label"] == "Evidence"
    assert (quote["quote"], quote["stance"], quote["section"]) == ("Mixup improves accuracy.", "supports", "Body")
    assert path[2].document()["sources"] == ["study.pdf"]
    assert path[3].document()["title"] == "A study"
    assert not {"run", "extraction", "tally"} & set(quote)


def test_a_problem_leads_to_its_sentence(studied: GraphStore) -> None:
    """A stated problem is traced like a name."""
    ref = Ref(Label.PROBLEM, name_key("Labels are noisy"))
    assert _labels(studied, ref) == [["Problem", "Evidence", "Document", "Paper"]]


def test_a_merged_name_is_traced_through_its_aliases(studied: GraphStore, text: Any) -> None:
    """The quotes of an alias are those of its canonical name too, one hop longer."""
    _write(studied, text("We use mix-up.", title="Another").mention(0, "mix-up"))
    edge = {"src": "mixup", "dst": "mix-up", "rule": "spelling", "score": 1.0, "by": "rules/1"}
    studied.upsert_edges(EdgeType.MERGED_INTO, Label.METHOD, Label.METHOD, [edge])
    paths = _labels(studied, Ref(Label.METHOD, "mix-up"))
    assert paths[0] == ["Method", "Evidence", "Document", "Paper"]
    assert paths[1:] == [["Method", "Method", "Evidence", "Document", "Paper"]] * 2


def test_superseded_facts_are_no_path(studied: GraphStore, text: Any) -> None:
    """What an extraction no longer says carries nothing."""
    study = text("We use mixup.", "Mixup improves accuracy.", "Labels are noisy.", format=Format.PDF)
    _write(studied, study.mention(0, "mixup"))
    (claim,) = studied.scan(Label.CLAIM)
    assert trace(studied, claim.ref).paths == ()


def test_the_limit_cuts_and_says_so(store: GraphStore, text: Any) -> None:
    """Shortest paths first, then by reference, and a flag when there are more."""
    study = text(*(f"We use mixup {index}." for index in range(5)))
    for index in range(5):
        study.mention(index, "mixup")
    _write(store, study)
    ref = Ref(Label.METHOD, "mixup")
    cut = trace(store, ref, limit=3)
    assert (len(cut.paths), cut.truncated) == (3, True)
    whole = trace(store, ref, limit=5)
    assert (len(whole.paths), whole.truncated) == (5, False)
    assert cut.paths == whole.paths[:3]


def test_live_paths_are_found_behind_superseded_ones(store: GraphStore, text: Any) -> None:
    """Many superseded quotes of a name do not hide the one that is live."""
    study = text(*(f"We use mixup {index}." for index in range(30)))
    for index in range(30):
        study.mention(index, "mixup")
    _write(store, study)
    study.items["mentions"] = study.items["mentions"][-1:]
    _write(store, study)
    found = trace(store, Ref(Label.METHOD, "mixup"), limit=2)
    assert (len(found.paths), found.truncated) == (1, False)


def test_many_trials_leave_room_for_sentences(studied: GraphStore) -> None:
    """Where the limit cuts, the routes take turns; what is returned is ordered as ever."""
    trials = [f"trial:{index:02d}" for index in range(30)]
    studied.upsert_nodes(Label.TRIAL, [{"key": key, "state": "done"} for key in trials])
    studied.upsert_edges(EdgeType.RUNS, Label.TRIAL, Label.METHOD, [{"src": key, "dst": "mixup"} for key in trials])
    found = trace(studied, Ref(Label.METHOD, "mixup"), limit=6)
    assert found.truncated
    assert [[node.label.value for node in path] for path in found.paths] == [
        *([["Method", "Trial"]] * 3),
        *([["Method", "Evidence", "Document", "Paper"]] * 2),
        ["Method", "ReviewPoint", "Evidence", "Document", "Paper"],
    ]


def test_a_trial_is_its_own_evidence(store: GraphStore) -> None:
    """Measurement → Trial; a Trial is a path of one node."""
    store.upsert_nodes(Label.TRIAL, [{"key": "trial:1", "task": "digits", "state": "done"}])
    store.upsert_nodes(Label.MEASUREMENT, [{"key": "m1", "metric": "accuracy", "value": 0.5}])
    store.upsert_edges(EdgeType.MEASURED_IN, Label.MEASUREMENT, Label.TRIAL, [{"src": "m1", "dst": "trial:1"}])
    assert _labels(store, Ref(Label.TRIAL, "trial:1")) == [["Trial"]]
    assert _labels(store, Ref(Label.MEASUREMENT, "m1")) == [["Measurement", "Trial"]]


def test_a_plan_leads_through_its_patterns_to_sentences_and_trials(studied: GraphStore) -> None:
    """From a plan down to what was read and what was run."""
    (claim,) = studied.scan(Label.CLAIM)
    studied.upsert_nodes(Label.PATTERN, [{"key": "p1", "name": "mixing"}])
    studied.upsert_nodes(Label.PLAN, [{"key": "plan:1", "intent": "less noise"}])
    studied.upsert_nodes(Label.TRIAL, [{"key": "trial:1", "state": "done"}])
    edges = [
        (EdgeType.SUPPORTED_BY, Label.PATTERN, Label.CLAIM, "p1", claim.key),
        (EdgeType.DRAWS_ON, Label.PLAN, Label.PATTERN, "plan:1", "p1"),
        (EdgeType.PART_OF, Label.TRIAL, Label.PLAN, "trial:1", "plan:1"),
    ]
    for type, src_label, dst_label, src, dst in edges:
        studied.upsert_edges(type, src_label, dst_label, [{"src": src, "dst": dst}])
    assert _labels(studied, Ref(Label.PLAN, "plan:1")) == [
        ["Plan", "Trial"],
        ["Plan", "Pattern", "Claim", "Evidence", "Document", "Paper"],
    ]


def test_a_node_that_is_not_there_is_an_error(store: GraphStore) -> None:
    """An unknown reference is no empty trace."""
    with pytest.raises(UnknownNode, match="Method/nothing"):
        trace(store, Ref(Label.METHOD, "nothing"))


def test_every_label_that_states_something_has_a_route() -> None:
    """Only the labels that keep the books are left out."""
    assert set(Label) - set(ROUTES) == {Label.META, Label.ITEM, Label.RUN, Label.LEASE}


def test_tracing_imports_nothing_heavy() -> None:
    """The path of a question stays light."""
    program = (
        "import sys, graph.trace;"
        "heavy = {'torch', 'transformers', 'spacy', 'pymupdf', 'sklearn', 'numpy'} & set(sys.modules);"
        "sys.exit(str(sorted(heavy)) if heavy else 0)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
