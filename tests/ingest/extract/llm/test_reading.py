"""A document read through an endpoint: what is kept, what is dropped, what is asked again."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import Direction, Extraction
from ingest.extract import extract
from ingest.extract.llm import Ledger, estimate, read_with_llm
from ingest.extract.llm.errors import LlmBudgetSpent, LlmUnavailable
from ingest.settings import LlmSettings

Reply = tuple[int, bytes, dict[str, str]]
Step = Callable[[dict[str, Any]], Reply]
EMPTY: dict[str, list[Any]] = {"mentions": [], "problems": [], "claims": [], "results": []}


@pytest.fixture
def read(paper: Document, settings: LlmSettings, ledger: Ledger) -> Callable[..., Extraction]:
    def run(**changes: Any) -> Extraction:
        return read_with_llm(paper, extract(paper), settings.model_copy(update=changes), ledger)

    return run


@pytest.fixture
def answers(completion: Callable[..., Reply]) -> Callable[..., Step]:
    """A step that answers every passage with the same items."""

    def made(**items: list[dict[str, Any]]) -> Step:
        return lambda _: completion(json.dumps(EMPTY | items))

    return made


def reasons(extraction: Extraction) -> set[str]:
    return {each.reason for each in extraction.refused}


def test_claims_and_results_are_grounded(endpoint: Any, good: Step, read: Callable[..., Extraction]) -> None:
    """An answer becomes items at the sentence that its quote stands in, and the reading says who read."""
    endpoint.script = [good]
    extraction = read()
    claim = next(each for each in extraction.claims if each.comparator == "BarNet")
    assert (claim.intervention, claim.outcome, claim.dataset, claim.size, claim.direction) == (
        "FooNet",
        "accuracy",
        "ToySet",
        "2.1 points",
        Direction.IMPROVES,
    )
    assert [("FooNet", 91.2, "91.2%")] == [(each.method, each.value, each.printed) for each in extraction.results]
    assert "llm:toy/paper-1,review-1" in extraction.extractor
    assert 4 == sum(run.sentences for run in extraction.read_by if run.component.startswith("llm:"))


def test_every_name_of_a_claim_is_a_mention(endpoint: Any, good: Step, read: Callable[..., Extraction]) -> None:
    """The writer needs a place for each name."""
    endpoint.script = [good]
    names = {(each.type.value, each.name) for each in read().mentions}
    assert {("Method", "FooNet"), ("Method", "BarNet"), ("Metric", "accuracy"), ("Dataset", "ToySet")} <= names


def test_the_schema_goes_with_the_question(endpoint: Any, good: Step, read: Callable[..., Extraction]) -> None:
    """Strict, all fields required, none added."""
    endpoint.script = [good]
    read()
    sent = endpoint.requests[0]["response_format"]["json_schema"]
    assert sent["strict"] is True
    assert sent["schema"]["additionalProperties"] is False
    assert set(sent["schema"]["required"]) == set(sent["schema"]["properties"])


def test_an_invented_quote_is_dropped_and_counted(
    endpoint: Any, answers: Callable[..., Step], read: Callable[..., Extraction]
) -> None:
    """What the document does not say never gets in."""
    invented = {"quote": "FooNet cures everything", "kind": "problem"}
    endpoint.script = [answers(problems=[invented])]
    extraction = read()
    assert 2 == sum(each.reason == "quote is not in the passage" for each in extraction.refused)
    assert not [each for each in extraction.problems if "cures" in each.span.quote]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"intervention": "QuxNet"}, "name is not in the passage"),
        ({"size": "9.9 points"}, "value or size is not in the quote"),
    ],
)
def test_a_claim_with_something_invented_is_dropped(
    endpoint: Any,
    good: Step,
    completion: Callable[..., Reply],
    read: Callable[..., Extraction],
    change: Any,
    reason: str,
) -> None:
    """A true quote does not excuse an invented name or size."""

    def step(body: dict[str, Any]) -> Reply:
        answer = json.loads(json.loads(good(body)[1])["choices"][0]["message"]["content"])
        answer["claims"] = [claim | change for claim in answer["claims"]]
        return completion(json.dumps(answer))

    endpoint.script = [step]
    extraction = read()
    assert reason in reasons(extraction)
    assert not [each for each in extraction.claims if each.comparator == "BarNet"]


def test_a_value_that_is_not_the_printed_one_is_dropped(
    endpoint: Any, good: Step, completion: Callable[..., Reply], read: Callable[..., Extraction]
) -> None:
    """91.2% printed and 19.2 answered: refused."""

    def step(body: dict[str, Any]) -> Reply:
        answer = json.loads(json.loads(good(body)[1])["choices"][0]["message"]["content"])
        answer["results"] = [result | {"value": 19.2} for result in answer["results"]]
        return completion(json.dumps(answer))

    endpoint.script = [step]
    assert "value is not the one that is printed" in reasons(read())


@pytest.mark.parametrize("content", ["", "I am sorry, but", '{"mentions": [', "[]", '{"claims": 3}', "null"])
def test_garbage_is_asked_again_and_then_refused_by_passage(
    endpoint: Any, completion: Callable[..., Reply], read: Callable[..., Extraction], content: str
) -> None:
    """Two questions a passage, no items, a refusal each; what the rules read stands."""
    endpoint.script = [lambda _: completion(content)]
    extraction = read()
    assert 4 == len(endpoint.requests)
    assert 2 == sum(each.reason == "the answer was not the JSON that was asked for" for each in extraction.refused)
    assert not [run for run in extraction.read_by if run.component.startswith("llm:")]


def test_an_answer_that_was_cut_off_is_not_believed(
    endpoint: Any, completion: Callable[..., Reply], read: Callable[..., Extraction]
) -> None:
    """Even where what came looks like JSON."""
    endpoint.script = [lambda _: completion(json.dumps(EMPTY), finish="length")]
    assert "the answer was cut off" in reasons(read())


def test_a_second_try_may_be_better(
    endpoint: Any, good: Step, completion: Callable[..., Reply], read: Callable[..., Extraction]
) -> None:
    """Garbage once, then an answer: nothing is refused."""
    endpoint.script = [lambda _: completion("no"), good]
    extraction = read(concurrency=1)
    assert 3 == len(endpoint.requests)
    assert not [each for each in extraction.refused if "answer" in each.reason]


def busy(_: dict[str, Any]) -> Reply:
    """What an endpoint says that has too much to do; it asks to be asked again at once."""
    return 429, b'{"error": {"message": "slow down"}}', {"Retry-After-Ms": "1", "Content-Type": "application/json"}


def test_a_storm_of_429_is_waited_out(endpoint: Any, good: Step, read: Callable[..., Extraction]) -> None:
    """Refused twice, then answered."""
    endpoint.script = [busy, busy, good]
    extraction = read(concurrency=1)
    assert 4 == len(endpoint.requests)
    assert extraction.claims


def test_a_storm_that_does_not_end_fails_the_file(
    endpoint: Any, read: Callable[..., Extraction], ledger: Ledger
) -> None:
    """With a sentence that says so; nothing is spent."""
    endpoint.script = [busy]
    with pytest.raises(LlmUnavailable, match="busy"):
        read()
    assert 0 == ledger.spent().tokens


@pytest.mark.parametrize(("status", "says"), [(401, "KEY"), (404, "MODEL"), (500, "500")])
def test_an_endpoint_that_refuses(endpoint: Any, read: Callable[..., Extraction], status: int, says: str) -> None:
    """The sentence says which setting to change."""
    endpoint.script = [lambda _: (status, b'{"error": {"message": "no"}}', {"Retry-After-Ms": "1"})]
    with pytest.raises(LlmUnavailable, match=says):
        read()


def test_an_endpoint_that_is_not_there(read: Callable[..., Extraction]) -> None:
    """Nothing listens: said, with the address."""
    with pytest.raises(LlmUnavailable, match=r"127\.0\.0\.1:9"):
        read(base_url="http://127.0.0.1:9/v1", retries=0)


def test_nothing_is_asked_twice(endpoint: Any, good: Step, read: Callable[..., Extraction]) -> None:
    """A second reading is the same and asks nothing."""
    endpoint.script = [good]
    first = read()
    asked = len(endpoint.requests)
    assert first == read()
    assert asked == len(endpoint.requests)


def test_a_reading_that_was_stopped_goes_on(endpoint: Any, good: Step, read: Callable[..., Extraction]) -> None:
    """The passage that was answered before the endpoint failed is not asked again."""
    endpoint.script = [good, lambda _: (500, b"{}", {"Retry-After-Ms": "1"})]
    with pytest.raises(LlmUnavailable):
        read(concurrency=1, retries=0)
    endpoint.script = [good]
    endpoint.requests.clear()
    assert read().claims
    assert 1 == len(endpoint.requests)


def test_the_budget_holds(endpoint: Any, good: Step, read: Callable[..., Extraction]) -> None:
    """A question that the budget does not hold is not asked."""
    endpoint.script = [good]
    with pytest.raises(LlmBudgetSpent, match="llm_max_tokens"):
        read(max_tokens=2100)
    assert [] == endpoint.requests
    with pytest.raises(LlmBudgetSpent, match="llm_max_cost"):
        read(max_cost=0.000001)
    assert [] == endpoint.requests


def test_what_was_used_is_what_the_endpoint_counted(
    endpoint: Any, good: Step, read: Callable[..., Extraction], ledger: Ledger
) -> None:
    """750 tokens a passage at the prices of the settings."""
    endpoint.script = [good]
    read()
    spent = ledger.spent()
    assert (2, 1500) == (spent.requests, spent.tokens)
    assert spent.cost == pytest.approx(2 * (700 * 1.0 + 50 * 2.0) / 1e6)


def test_an_endpoint_that_counts_nothing_is_charged_in_full(
    endpoint: Any, completion: Callable[..., Reply], read: Callable[..., Extraction], ledger: Ledger
) -> None:
    """Without usage the estimate counts."""
    endpoint.script = [lambda _: completion(json.dumps(EMPTY), usage=False)]
    read()
    assert ledger.spent().tokens > 4000


def test_the_dry_run_asks_nothing_and_bounds_the_cost(
    endpoint: Any, good: Step, paper: Document, settings: LlmSettings, ledger: Ledger
) -> None:
    """The estimate before is at least what is used after; afterwards nothing is left to pay."""
    endpoint.script = [good]
    before = estimate([paper], settings, ledger)
    assert (1, 2, 0) == (before.documents, before.passages, before.answered_before)
    assert [] == endpoint.requests
    read_with_llm(paper, extract(paper), settings, ledger)
    assert ledger.spent().tokens <= before.tokens_sent + before.tokens_received
    after = estimate([paper], settings, ledger)
    assert (2, 0) == (after.answered_before, after.tokens_sent)


def test_requests_are_bounded(endpoint: Any, good: Step, read: Callable[..., Extraction]) -> None:
    """With a concurrency of one, no two requests meet."""
    endpoint.script = [good]
    read(concurrency=1)
    assert 1 == endpoint.most_together


def test_requests_run_side_by_side(endpoint: Any, good: Step, read: Callable[..., Extraction]) -> None:
    """With a concurrency of two, both passages are asked about before one is answered."""
    both = threading.Barrier(2, timeout=30)

    def step(body: dict[str, Any]) -> Reply:
        both.wait()
        return good(body)

    endpoint.script = [step]
    assert read(concurrency=2).claims


def test_a_review_gives_points(
    endpoint: Any,
    completion: Callable[..., Reply],
    make_review: Callable[..., Document],
    settings: LlmSettings,
    ledger: Ledger,
) -> None:
    """A point of a review stands at its sentence, and belongs to its review."""
    review = make_review(
        [(SectionRole.REVIEW_WEAKNESSES, "There is no comparison with BarNet. The text is hard to follow in places.")]
    )
    answer = {
        "points": [
            {
                "quote": "There is no comparison with BarNet.",
                "aspect": "baselines",
                "polarity": "negative",
                "about": ["BarNet", "QuxNet"],
            }
        ]
    }
    endpoint.script = [lambda _: completion(json.dumps(answer))]
    extraction = read_with_llm(review, extract(review), settings, ledger)
    point = next(each for each in extraction.points if each.confidence == 0.7)
    assert ("baselines", ("BarNet",), 0) == (point.aspect.value, point.about, point.review)
