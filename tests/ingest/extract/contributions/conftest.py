"""Contribution sentences and annotated articles written for these tests, in the annotators' conventions."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ingest.extract.contributions import ContributionSentence
from ingest.extract.gold import NcgArticle, read_ncg

Sentence = Callable[..., ContributionSentence]


@pytest.fixture
def sentence() -> Sentence:
    """Make a contribution sentence whose phrases stand in square brackets."""

    def make(marked: str, *, number: int = 1, heading: str = "Results", place: float = 0.7) -> ContributionSentence:
        text, ranges = "", []
        for part in re.split(r"(\[[^\]]*\])", marked):
            if part.startswith("["):
                ranges.append((len(text), len(text) + len(part) - 2))
            text += part.strip("[]")
        return ContributionSentence(number, text, heading, place, tuple(ranges))

    return make


_METHODS = ("Tree Net", "Leaf Net", "Root Net", "Bark Net", "Moss Net", "Fern Net", "Pine Net", "Palm Net")
_SETS = ("Meadow", "Forest", "Garden", "Orchard")


def _article(folder: Path, number: int) -> None:
    """Write one article: a problem, a model, two settings and a result, in fixed wording."""
    method, other = _METHODS[number % 8], _METHODS[(number + 3) % 8]
    data, task = _SETS[number % 4], f"{_SETS[(number + 1) % 4].lower()} parsing"
    lines = [
        "title",
        f"{method} number {number} for {task}",
        "abstract",
        f"We propose {method} with {number + 2} gates .",
        "Training details",
        f"We use dropout of 0.{number + 1} .",
        "Results",
        f"{method} outperforms {other} on {data} .",
    ]
    phrases = {
        2: [task],
        4: ["propose", method, "with", f"{number + 2} gates"],
        6: ["use", "dropout", "of", f"0.{number + 1}"],
        8: [method, "outperforms", other, "on", data],
    }
    triples = {
        "research-problem": [("Contribution", "has research problem", task)],
        "model": [
            ("Contribution", "has", "Model"),
            ("Model", "propose", method),
            (method, "with", f"{number + 2} gates"),
        ],
        "hyperparameters": [
            ("Contribution", "has", "Hyperparameters"),
            ("Hyperparameters", "use", "dropout"),
            ("dropout", "of", f"0.{number + 1}"),
        ],
        "results": [
            ("Contribution", "has", "Results"),
            ("Results", "has", method),
            (method, "outperforms", other),
            (other, "on", data),
        ],
    }
    (folder / "triples").mkdir(parents=True)
    (folder / f"P00-{1000 + number}-Stanza-out.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "sentences.txt").write_text("\n".join(map(str, phrases)) + "\n", encoding="utf-8")
    rows = []
    for line, its in phrases.items():
        at = 0
        for phrase in its:
            start = lines[line - 1].index(phrase, at)
            at = start + len(phrase)
            rows.append(f"{line}\t{start}\t{at}\t{phrase}")
    (folder / "entities.txt").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for unit, its_triples in triples.items():
        text = "\n".join("(" + "||".join(triple) + ")" for triple in its_triples)
        (folder / "triples" / f"{unit}.txt").write_text(text + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Sequence[NcgArticle]:
    """Forty articles of one wording: a reader that learns at all learns them."""
    root = tmp_path_factory.mktemp("ncg")
    for number in range(40):
        _article(root / f"{number:02}", number)
    return read_ncg(root)
