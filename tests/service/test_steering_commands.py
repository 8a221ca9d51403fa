"""``patternbook pause``, ``resume``, ``cancel`` and ``instruct``, the same over HTTP, and the log of a trial."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.schemas import read_schema
from service.settings import Settings

EXAMPLE = Path(__file__).parents[2] / "examples" / "projects" / "wine-shell"
Command = Callable[..., Any]


@pytest.fixture
def plan(patternbook: Command, tmp_path: Path) -> str:
    """The id of a plan for the example in shell, which has not been run."""
    project = shutil.copytree(EXAMPLE, tmp_path / "wine")
    drafted: str = patternbook("plan", "--task", project, "--json").document["id"]
    return drafted


@pytest.fixture
def client(plan: str) -> Iterator[TestClient]:
    """A client of the app on the same home."""
    assert plan
    with TestClient(create_app(Settings()), raise_server_exceptions=False) as client:
        yield client


def test_a_paused_plan_is_shown_refused_and_resumed(patternbook: Command, plan: str) -> None:
    """Status names it with its trials; a run ends with code 2 and the command that takes it back."""
    paused = patternbook("pause", plan, "--reason", "the machine is needed", "--json").document
    status = patternbook("status", "--json").document
    refused = patternbook("run", plan)
    resumed = patternbook("resume", plan)

    jsonschema.Draft202012Validator(json.loads(read_schema("plan-standing"))).validate(paused)
    assert (paused["state"], paused["decisions"][0]["reason"]) == ("paused", "the machine is needed")
    assert [(each["plan"], each["state"]) for each in status["plans"]] == [(plan, "paused")]
    assert set(status["plans"][0]["trials"]) == {"pending"}
    assert refused.code == 2
    assert f"patternbook resume {plan}" in refused.err
    assert (resumed.code, "going" in resumed.out) == (0, True)


def test_a_cancelled_plan_says_so_to_people(patternbook: Command, plan: str) -> None:
    """With who decided, and how to take it back; the plan may be named by the start of its id."""
    ran = patternbook("cancel", plan.removeprefix("plan:")[:12], "--reason", "wrong task")

    assert ran.code == 0
    assert "cancelled by command line: wrong task" in ran.out
    assert "patternbook resume" in ran.out
    assert "cancelled" in patternbook("status").out


def test_an_arm_is_left_out(patternbook: Command, plan: str) -> None:
    """By its name; one that the plan has not is refused with those that it has."""
    arms = patternbook("plan", "--task", "wine", "--json").document["arms"]
    wrong = patternbook("instruct", plan, "--leave-out", "nothing")
    done = patternbook("instruct", plan, "it is known", "--leave-out", arms[1]["id"], "--json").document

    assert wrong.code == 2
    assert arms[1]["id"] in wrong.err
    assert done["left_out"] == [arms[1]["id"]]


def test_an_instruction_needs_words_or_arms(patternbook: Command, plan: str) -> None:
    """Nothing is recorded where nothing is said."""
    assert patternbook("instruct", plan).code == 2
    assert (
        patternbook("instruct", plan, "look at wine first", "--json").document["decisions"][0]["kind"] == "instructed"
    )


def test_decisions_over_http(client: TestClient, plan: str) -> None:
    """201 with where the plan stands; a run of a paused plan is refused at once; its document says why."""
    paused = client.post(f"/v1/plans/{plan}/decisions", json={"kind": "paused", "reason": "lunch"})
    refused = client.post(f"/v1/plans/{plan}/run")
    shown = client.get(f"/v1/plans/{plan}/run").json()
    wrong = client.post(f"/v1/plans/{plan}/decisions", json={"kind": "left_out"})
    resumed = client.post(f"/v1/plans/{plan}/decisions", json={"kind": "resumed"})

    assert (paused.status_code, paused.json()["state"]) == (201, "paused")
    assert (refused.status_code, "lunch" in refused.json()["detail"]) == (422, True)
    assert shown["standing"]["state"] == "paused"
    assert wrong.status_code == 422
    assert resumed.json()["state"] == "going"


def test_a_trial_is_shown_with_the_end_of_its_log(patternbook: Command, client: TestClient, tmp_path: Path) -> None:
    """What its child printed, bounded, and without what could steer a terminal."""
    from graph.schema import Label
    from graph.store import open_store

    store = open_store(f"sqlite:///{tmp_path / '.patternbook' / 'graph.sqlite'}")
    trial = next(iter(store.scan_nodes(Label.TRIAL))).key
    store.upsert_nodes(Label.TRIAL, [{"key": trial, "log": "trials/pack-a.log", "state": "failed", "label": "crash"}])
    store.close()
    log = tmp_path / ".patternbook" / "logs" / "trials" / "pack-a.log"
    log.parent.mkdir(parents=True)
    log.write_text("begin\n" + "x" * 10_000 + "\n\x1b[2Jlast line")
    shown = client.get(f"/v1/trials/{trial}").json()["log"]
    traced = patternbook("trace", f"Trial/{trial}")

    assert len(shown) == 4000
    assert shown.endswith("\ufffd[2Jlast line")
    assert traced.code == 0
    assert "last line" in traced.out
    assert "begin" not in traced.out
