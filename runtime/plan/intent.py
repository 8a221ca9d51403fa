"""What an intent asks for: which metric, which task. By words, with the reason given; nothing is guessed in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from graph.names import squash, squashed_words
from runtime.tasks import Task


class Choice(NamedTuple):
    """What was chosen, and why."""

    value: str
    reason: str


# In this order: an intent that names calibration and accuracy is about calibration, the rarer word.
_METRIC_WORDS = (
    (
        "ece",
        re.compile(
            r"\b(calibrat\w*|miscalibrat\w*|over-?confiden\w*|under-?confiden\w*|ece|reliab\w*|uncertaint\w*"
            r"|confidence)\b",
            re.IGNORECASE,
        ),
    ),
    ("nll", re.compile(r"\b(nll|(?:log[- ]?)?likelihoods?|log[- ]loss|cross[- ]entropy|perplexity)\b", re.IGNORECASE)),
    ("macro_f1", re.compile(r"\b(macro[- ]?f1|f1|f-?scores?|f-?measure)\b", re.IGNORECASE)),
    ("mae", re.compile(r"\b(mae|mean absolute error|absolute error)\b", re.IGNORECASE)),
    ("r2", re.compile(r"\b(r2|r\^2|r-squared|explained variance)(?:\b|\s|$)", re.IGNORECASE)),
    (
        "accuracy",
        re.compile(
            r"\b(accura\w*|generali[sz]\w*|over-?fit\w*|error|performance|small data"
            r"|few (?:labels|examples|samples))\b",
            re.IGNORECASE,
        ),
    ),
)
_DEFAULT_TASK = "digits-mlp"


def choose_metric(intent: str, task: Task) -> Choice:
    """Return the primary metric that *intent* asks for."""
    for metric, words in _METRIC_WORDS:
        # Where classes are rare, "accuracy" and "performance" are meant of all of them: the task's own metric.
        if (
            metric in task.metrics
            and (metric != "accuracy" or task.primary == metric)
            and (found := words.search(intent))
        ):
            return Choice(metric, f"primary metric {metric}: the intent says {found.group(0)!r}")
    return Choice(task.primary, f"primary metric {task.primary}: the intent names no other")


def choose_task(intent: str, contexts: Iterable[str], tasks: Mapping[str, Task]) -> Choice:
    """Return the task that *intent* names, else the one that most of the matches' *contexts* name, else digits."""
    words = f" {' '.join(squashed_words(intent))} "
    for id in sorted(tasks):
        for name in (id, *tasks[id].names):
            if f" {' '.join(squashed_words(name))} " in words:
                return Choice(id, f"task {id}: the intent says {name!r}")
    by_name = {squash(name): id for id in sorted(tasks, reverse=True) for name in tasks[id].names}
    votes: dict[str, list[str]] = {}
    for context in contexts:
        if (voted := by_name.get(squash(context))) is not None:
            votes.setdefault(voted, []).append(context)
    if votes:
        id = min(votes, key=lambda each: (-len(votes[each]), each))
        return Choice(id, f"task {id}: the matched patterns are about {votes[id][0]!r}")
    id = _DEFAULT_TASK if _DEFAULT_TASK in tasks else min(tasks)
    return Choice(id, f"task {id}: neither the intent nor the matched patterns name a task that runs here; the default")


def same_intent(first: str, second: str) -> bool:
    """Say whether two intents are the same question but for spacing and case."""
    return normal_intent(first).casefold() == normal_intent(second).casefold()


def normal_intent(intent: str) -> str:
    """Return *intent* with single spaces."""
    return " ".join(intent.split())
