"""The HTTP API: what it answers, and that everything that goes wrong is a problem document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.api.backend import Backend
from service.schemas import read_schema
from service.settings import Settings

INTENT = "a small network overfits on few labelled images of digits"


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of the app in the folder of this test; the app is started and closed."""
    with TestClient(create_app(Settings()), raise_server_exceptions=False) as client:
        yield client


def _problem(response, status: int) -> dict[str, object]:
    """Return the problem document of a response; fails if it is none."""
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    problem = response.json()
    jsonschema.Draft202012Validator(json.loads(read_schema("problem"))).validate(problem)
    assert problem["status"] == status
    return problem


def _valid(name: str, response) -> dict[str, object]:
    document = response.json()
    jsonschema.Draft202012Validator(json.loads(read_schema(name))).validate(document)
    return document


def test_alive_without_anything(client: TestClient) -> None:
    """The process answers for itself, and makes nothing."""
    assert client.get("/healthz").json() == {"status": "ok"}
    assert not Path(".patternbook").exists()


def test_not_ready_without_a_store(client: TestClient) -> None:
    """Readiness says what is missing."""
    assert "there is no graph" in _problem(client.get("/readyz"), 503)["detail"]


@pytest.mark.usefixtures("home")
def test_ready_with_store_and_snapshot(client: TestClient) -> None:
    """Store and snapshot are named."""
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["store"]) == ("ok", "sqlite")
    assert ready["snapshot"]


@pytest.mark.usefixtures("home")
def test_ask_answers_as_the_command_does(client: TestClient, patternbook) -> None:
    """One question, one answer, whatever the door."""
    answer = client.post("/v1/ask", json={"intent": INTENT, "limit": 2})
    assert answer.status_code == 200
    assert _valid("ask", answer) == patternbook("ask", INTENT, "--limit", "2", "--json").document


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "body.intent"),
        ({"intent": ""}, "body.intent"),
        ({"intent": "x", "limit": 0}, "body.limit"),
        ({"intent": "x", "limt": 3}, "body.limt"),
        ([], "body"),
    ],
)
def test_a_body_of_the_wrong_form_says_where(client: TestClient, body: object, where: str) -> None:
    """422 with a list of what is wrong where."""
    problem = _problem(client.post("/v1/ask", json=body), 422)
    assert where in [each["where"] for each in problem["invalid"]]


def test_a_body_that_is_no_json_is_a_problem(client: TestClient) -> None:
    """Broken JSON is the client's mistake."""
    response = client.post("/v1/ask", content=b"{", headers={"content-type": "application/json"})
    assert "JSON" in _problem(response, 422)["detail"]


@pytest.mark.usefixtures("home")
def test_an_intent_of_spaces_is_a_problem(client: TestClient) -> None:
    """What the room refuses has the same form as what the frame refuses."""
    assert _problem(client.post("/v1/ask", json={"intent": "   "}), 422)["type"].endswith(":wrong-use")


def test_a_question_without_a_snapshot_is_503(client: TestClient) -> None:
    """And says what to do."""
    problem = _problem(client.post("/v1/ask", json={"intent": "x"}), 503)
    assert problem["type"] == "urn:patternbook:problem:snapshot"
    assert "patternbook compile" in problem["detail"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/nowhere", 404), ("PUT", "/v1/ask", 405)])
def test_a_path_or_method_that_is_not_there_is_a_problem(
    client: TestClient, method: str, path: str, status: int
) -> None:
    """The frame's own errors are problem documents too."""
    assert path in _problem(client.request(method, path), status)["detail"]


def test_a_bug_is_a_problem_without_a_traceback(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """500; the client sees that it is a bug, the log sees which."""

    def broken(_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Backend, "snapshot", broken)
    response = client.post("/v1/ask", json={"intent": "x"})
    assert _problem(response, 500)["type"].endswith(":bug")
    assert "Traceback" not in response.text
    assert "secret detail" not in response.text


@pytest.mark.usefixtures("home")
def test_a_node_has_its_properties_and_named_edges(client: TestClient) -> None:
    """Labels are matched in any case; a page of edges, and whether there are more."""
    node = _valid("node", client.get("/v1/nodes/method/label-smoothing"))
    assert (node["label"], node["key"], node["truncated"]) == ("Method", "label-smoothing", False)
    assert {"EVIDENCED_BY", "COMPOSED_OF"} <= {edge["type"] for edge in node["edges"]}
    cut = client.get("/v1/nodes/Method/label-smoothing", params={"limit": 1}).json()
    assert (len(cut["edges"]), cut["truncated"]) == (1, True)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("path", ["nodes/Method/nothing", "nodes/Moon/x", "trace/Method/nothing", "trials/trial:0"])
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    """A node, a label, a trial."""
    assert _problem(client.get(f"/v1/{path}"), 404)["type"].endswith(":not-there")


@pytest.mark.usefixtures("home")
def test_trace_is_that_of_the_command(client: TestClient, patternbook) -> None:
    """The same document."""
    traced = _valid("trace", client.get("/v1/trace/Method/label-smoothing"))
    assert traced == patternbook("trace", "Method/label-smoothing", "--json").document


@pytest.mark.usefixtures("home")
def test_a_plan_is_drafted_shown_and_handed_in(client: TestClient) -> None:
    """201 with its place; the start of the id is enough; handed in again it is the same plan."""
    created = client.post("/v1/plans", json={"intent": INTENT, "seeds": 2})
    plan = _valid("plan", created)
    assert created.status_code == 201
    assert client.get(created.headers["location"]).json() == plan
    assert client.get(f"/v1/plans/{plan['id'][:12]}").json() == plan
    assert client.post("/v1/plans", json={"plan": plan}).json() == plan


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "one of the two"),
        ({"intent": "x", "plan": {}}, "one of the two"),
        ({"plan": {"intent": "x"}}, "hypothesis: Field required"),
        ({"intent": "x", "task": "moon-landing"}, "moon-landing"),
    ],
)
def test_a_plan_that_cannot_be_is_a_problem(client: TestClient, body: object, says: str) -> None:
    """422 and a sentence."""
    assert says in _problem(client.post("/v1/plans", json=body), 422)["detail"]


@pytest.mark.usefixtures("home")
def test_a_plan_that_is_not_there_is_404(client: TestClient) -> None:
    """To show and to run."""
    _problem(client.get("/v1/plans/plan:zzz"), 404)
    _problem(client.post("/v1/plans/plan:zzz/run"), 404)


@pytest.mark.usefixtures("home")
def test_trials_come_in_pages(client: TestClient) -> None:
    """Each page gives the next one; together they are all trials of the plan, once."""
    plan = client.post("/v1/plans", json={"intent": INTENT, "seeds": 2}).json()
    seen, after = [], None
    while True:
        params = {"plan": plan["id"], "limit": 3, **({"after": after} if after else {})}
        page = _valid("trials", client.get("/v1/trials", params=params))
        seen += [trial["id"] for trial in page["trials"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == len(plan["arms"]) * 2
    assert seen == sorted(seen)
    everything = client.get("/v1/trials", params={"state": "pending"}).json()["trials"]
    assert [trial["id"] for trial in everything] == seen
    one = _valid("trial", client.get(f"/v1/trials/{seen[0]}"))
    assert (one["state"], one["plans"][0]["plan"]) == ("pending", plan["id"])


@pytest.mark.slow
@pytest.mark.usefixtures("home")
def test_a_run_is_accepted_done_and_shown(client: TestClient) -> None:
    """202 at once; then findings and a report. Asked for again, every trial is reused."""
    plan = client.post("/v1/plans", json={"intent": INTENT, "seeds": 2}).json()
    place = f"/v1/plans/{plan['id']}/run"
    assert client.get(place).json()["state"] == "idle"
    accepted = client.post(place)
    assert accepted.status_code == 202
    assert accepted.json()["state"] in {"queued", "running"}
    assert len(accepted.json()["trials"]) == len(plan["arms"]) * 2
    client.app.state.backend.runs.wait(plan["id"], 300)
    done = client.get(place).json()
    assert (done["state"], done["problem"]) == ("finished", None)
    assert {trial["state"] for trial in done["trials"]} == {"done"}
    assert done["findings"]
    assert done["report"].startswith("# ")


@pytest.mark.usefixtures("home")
def test_a_run_that_fails_says_why(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The problem of the run stands in its document; the request itself was fine."""

    def broken(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("service.api.backend.run_plan", broken)
    plan = client.post("/v1/plans", json={"intent": INTENT, "seeds": 2}).json()
    client.post(f"/v1/plans/{plan['id']}/run")
    client.app.state.backend.runs.wait(plan["id"], 60)
    run = client.get(f"/v1/plans/{plan['id']}/run").json()
    assert (run["state"], run["problem"]["status"]) == ("failed", 500)


def test_a_newer_snapshot_answers_the_next_question(client: TestClient, home: Path, patternbook) -> None:
    """The server need not be restarted after a compile."""
    before = client.post("/v1/ask", json={"intent": INTENT}).json()["snapshot"]
    Path("new.md").write_text("---\ntitle: On mixup\n---\n# Abstract\nMixup improves accuracy on digits.\n")
    assert patternbook("ingest", "new.md", "--workers", "0", "--home", home).code == 0
    stale = client.post("/v1/ask", json={"intent": INTENT}).json()
    assert stale["snapshot"] == before
    assert any("older than the graph" in fallback for fallback in stale["fallbacks"])
    assert patternbook("compile").code == 0
    after = client.post("/v1/ask", json={"intent": INTENT}).json()
    assert after["snapshot"] != before
    assert after["fallbacks"] == []


def test_the_description_is_complete() -> None:
    """Every operation has a summary, a description, problem responses, and examples where it takes a body."""
    document = create_app(Settings()).openapi()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            place = f"{method} {path}"
            assert operation["summary"], place
            assert operation["description"], place
            if path.startswith("/v1"):
                assert "application/problem+json" in operation["responses"]["503"]["content"], place
            if "requestBody" in operation and method == "post":
                assert operation["requestBody"]["content"]["application/json"]["examples"], place


@pytest.mark.parametrize(
    "path",
    [
        "/v1/ask",
        "/v1/plans",
        "/v1/plans/{id}",
        "/v1/plans/{id}/run",
        "/v1/trials",
        "/v1/trials/{id}",
        "/v1/trace/{label}/{key}",
        "/v1/nodes/{label}/{key}",
        "/healthz",
        "/readyz",
    ],
)
def test_every_promised_path_is_there(path: str) -> None:
    """The list of the design."""
    assert path in create_app(Settings()).openapi()["paths"]
