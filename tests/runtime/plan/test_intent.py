"""What an intent asks for: metric and task, each with its reason."""

from __future__ import annotations

import pytest

from runtime.plan.intent import choose_metric, choose_task, normal_intent, same_intent
from runtime.tasks import TASKS


@pytest.mark.parametrize(
    ("intent", "metric"),
    [
        ("improve calibration of small networks", "ece"),
        ("networks are over-confident and inaccurate", "ece"),
        ("lower the negative log-likelihood", "nll"),
        ("reduce overfitting with little data", "accuracy"),
        ("make it better", "accuracy"),
        ("accuracy and calibration", "ece"),
    ],
)
def test_words_choose_the_metric(intent: str, metric: str) -> None:
    """Calibration before accuracy, accuracy where nothing is named."""
    assert choose_metric(intent, TASKS["digits-mlp"]).value == metric


def test_the_reason_quotes_the_intent() -> None:
    """Or says that it names nothing."""
    assert "'miscalibrated'" in choose_metric("Miscalibrated? miscalibrated", TASKS["wine-mlp"]).reason.lower()
    assert "names no other" in choose_metric("make it better", TASKS["wine-mlp"]).reason


@pytest.mark.parametrize(
    ("intent", "contexts", "task"),
    [
        ("raise accuracy on handwritten digits", [], "digits-mlp"),
        ("diagnosis of breast-cancer", ["digits"], "breast-cancer-mlp"),
        ("on wine-mlp please", [], "wine-mlp"),
        ("raise accuracy", ["Wine", "wines", "digits"], "wine-mlp"),
        ("raise accuracy", ["machine translation"], "digits-mlp"),
    ],
)
def test_the_task_is_that_of_the_intent_then_of_the_matches_then_digits(
    intent: str, contexts: list[str], task: str
) -> None:
    """In this order."""
    assert choose_task(intent, contexts, TASKS).value == task


def test_a_default_task_is_said_to_be_one() -> None:
    """Nothing is chosen in silence."""
    assert "the default" in choose_task("raise accuracy", [], TASKS).reason


def test_a_word_inside_another_names_no_task() -> None:
    """Swine is no wine."""
    assert "the default" in choose_task("classify swine", [], TASKS).reason


def test_intents_are_compared_without_spacing_and_case() -> None:
    """One question, written twice."""
    assert same_intent("Raise  accuracy ", "raise accuracy")
    assert not same_intent("raise accuracy", "raise accuracy more")
    assert normal_intent(" a \n b ") == "a b"
