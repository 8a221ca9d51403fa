"""Which number of a paper's tables is its value for a (task, dataset, metric): every number with its features.

What tells: labels and caption that name the metric and the dataset, bold print, the best value of its column by the
metric's direction, and a row that is the paper's own ("ours", the name in the title) and cites nobody.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.extract.leaderboard.evidence import Name
from ingest.extract.leaderboard.labels import Labels
from ingest.extract.leaderboard.spelling import capitals, tokens
from ingest.extract.leaderboard.vocabulary import Number, NumberTable

_OWN = re.compile(
    r"\b(?:ours?|this (?:work|paper|study|approach)|proposed|we|full model|our (?:model|method|system))\b",
    re.IGNORECASE,
)
_CITES = re.compile(r"\b(?:19|20)\d\d\b|\bet al\b|\[\s*\d+\s*\]")
_BASELINE = re.compile(
    r"\b(?:baseline|human|previous|state of the art|sota|without|w/o|majority|random)\b|^\s*-", re.IGNORECASE
)
_TEST, _DEV = (
    re.compile(r"\btest\b", re.IGNORECASE),
    re.compile(r"\b(?:dev|development|valid\w*|train\w*)\b", re.IGNORECASE),
)
_RESULTS = re.compile(
    r"\b(?:results?|performance|comparison|compar\w+|scores?|accurac\w+|state.of.the.art|evaluation)\b", re.IGNORECASE
)
_OTHER = re.compile(
    r"\b(?:statistic\w*|hyper.?param\w*|ablation|size|example|distribution|time|speed|parameters)\b", re.IGNORECASE
)
_PROSE = re.compile(r"[A-Za-z]{4}")  # "±0.25asreported…": a caption that an extractor took for a cell
_VALUE = re.compile(r"[-+−]?\d*\.?\d+")


@dataclass(frozen=True, slots=True)
class Choice:
    """A number that may be the value: which table, which number of it, and its features."""

    table: int
    number: Number
    features: tuple[float, ...]


def value_of(printed: str) -> float | None:
    """Return the number in a cell as printed, or None."""
    match = _VALUE.search(printed.replace(",", ""))
    if _PROSE.search(printed):
        return None
    return float(match.group().replace("−", "-")) if match else None


def same_value(printed: str, other: str) -> bool:
    """Say whether two printed numbers are equal but for a percent sign and zeros at the end."""
    return plain(printed) == plain(other)


def plain(printed: str) -> str:
    """Return a number as printed, without percent sign and trailing zeros."""
    text = printed.strip().removesuffix("%").strip()
    if "." in text and re.fullmatch(r"[-+]?\d*\.\d+", text):
        text = text.rstrip("0").rstrip(".")
    return text


def choices(
    tables: Sequence[NumberTable],
    task: Name,
    dataset: Name,
    metric: Name,
    labels: Labels,
    *,
    own: Sequence[str] = (),
    text: str = "",
) -> list[Choice]:
    """Return every number of *tables* with its features for one (task, dataset, metric).

    *labels* knows the names that labels may have; *own* are names of the paper's own method; *text* is its
    abstract.
    """
    found: list[Choice] = []
    in_text = frozenset(_VALUE.findall(text))
    fits = [[_fit(table, number, dataset, metric, labels) for number in table.numbers] for table in tables]
    best = max((fit.total for each in fits for fit in each), default=0.0)
    for index, table in enumerate(tables):
        caption = _words(table.caption)
        citing = sum(bool(_CITES.search(" ".join(number.rows))) for number in table.numbers) / max(
            1, len(table.numbers)
        )
        about = (
            metric.covered(caption), dataset.covered(caption), task.covered(caption),
            float(bool(_RESULTS.search(table.caption))), float(bool(_OTHER.search(table.caption))),
            float(bool(_TEST.search(table.caption))), float(bool(_DEV.search(table.caption))),
            index / max(1, len(tables)), float(len(tables)), min(len(table.numbers), 200) / 50,
            *labels.says(metric, [table.caption]), *labels.says(dataset, [table.caption]), citing,
        )  # fmt: skip
        peers = _peers(table, fits[index])
        bolds = sum(number.bold for number in table.numbers)
        for number, fit in zip(table.numbers, fits[index], strict=True):
            value = value_of(number.printed)
            if value is None:
                continue
            group = peers[fit.total]
            features = (
                *about,
                fit.metric, fit.dataset, fit.total, fit.total - best,
                *labels.says(metric, number.columns), *labels.says(metric, number.rows),
                *labels.says(dataset, number.columns), *labels.says(dataset, number.rows),
                *_labels(number, caption, dataset, metric, task),
                *_row(number, own),
                *group.standing(value, number, metric.known.better),
                float(number.bold), float(bolds > 0),
                *_shape(number.printed, value),
                float(number.printed in in_text),
            )  # fmt: skip
            found.append(Choice(index, number, features))
    return found


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well the labels of a number and its caption name a metric and a dataset; below nought: they name others."""

    metric: float
    dataset: float

    @property
    def total(self) -> float:
        """Both together."""
        return self.metric + self.dataset


def _fit(table: NumberTable, number: Number, dataset: Name, metric: Name, labels: Labels) -> _Fit:
    return _Fit(_fit_of(metric, table, number, labels), _fit_of(dataset, table, number, labels))


def _fit_of(name: Name, table: NumberTable, number: Number, labels: Labels) -> float:
    columns, rows = labels.says(name, number.columns), labels.says(name, number.rows)
    if columns[0] or rows[0]:
        return 1.0
    if columns[1] or rows[1]:
        return 0.8
    captioned = labels.says(name, [table.caption])
    if columns[2] or rows[2]:
        return -0.5 if not captioned[1] else -0.4
    return 0.6 if captioned[1] else 0.0 if captioned[2] else 0.2


@dataclass(frozen=True, slots=True)
class _Peers:
    """The numbers of one table whose labels fit equally well: what a value is the best of."""

    values: tuple[float, ...]
    uncited: tuple[float, ...]
    bold: int

    def standing(self, value: float, number: Number, better: int) -> tuple[float, ...]:
        """Return how *value* stands among all of them, and among those whose row cites nobody."""
        found: list[float] = [float(min(len(self.values), 40)), float(number.bold and self.bold == 1), float(self.bold)]
        for values in (self.values, self.uncited):
            signed = [better * each for each in values]
            found += [
                float(better * value >= max(signed, default=0.0)),
                sum(each <= better * value for each in signed) / max(1, len(signed)),
            ]
        return tuple(found)


def _peers(table: NumberTable, fits: Sequence[_Fit]) -> dict[float, _Peers]:
    values: defaultdict[float, list[float]] = defaultdict(list)
    uncited: defaultdict[float, list[float]] = defaultdict(list)
    bold: Counter[float] = Counter()
    for number, fit in zip(table.numbers, fits, strict=True):
        value = value_of(number.printed)
        if value is None:
            continue
        values[fit.total].append(value)
        bold[fit.total] += number.bold
        if not _CITES.search(" ".join(number.rows)):
            uncited[fit.total].append(value)
    return {total: _Peers(tuple(each), tuple(uncited[total]), bold[total]) for total, each in values.items()}


@lru_cache(maxsize=100_000)
def _words(text: str) -> frozenset[str]:
    return frozenset((*tokens(text), *capitals(text)))


def _labels(number: Number, caption: frozenset[str], dataset: Name, metric: Name, task: Name) -> tuple[float, ...]:
    columns = frozenset().union(*map(_words, number.columns))
    rows = frozenset().union(*map(_words, number.rows))
    both = columns | rows
    joined = " ".join(number.columns)
    return (
        metric.covered(columns), metric.covered(rows), metric.covered(both | caption),
        max((metric.covered(_words(label)) for label in number.columns), default=0.0),
        dataset.covered(columns), dataset.covered(rows), dataset.covered(both | caption),
        task.covered(columns), task.covered(rows),
        float(bool(_TEST.search(joined))), float(bool(_DEV.search(joined))),
        float(len(number.columns)), float(len(number.rows)),
    )  # fmt: skip


def _row(number: Number, own: Sequence[str]) -> tuple[float, ...]:
    joined = " ; ".join(number.rows)
    squeezed = joined.replace(" ", "").lower()
    return (
        float(bool(_OWN.search(joined))),
        float(bool(_CITES.search(joined))),
        float(bool(_BASELINE.search(joined))),
        float(any(name.replace(" ", "").lower() in squeezed for name in own if len(name) > 2)),
        float("+" in joined),
        float("ensemble" in squeezed),
        float("single" in squeezed),
    )


def _shape(printed: str, value: float) -> tuple[float, ...]:
    decimals = len(printed.rpartition(".")[2]) if "." in printed else 0
    return (
        float(decimals), float(0 <= value <= 1), float(1 < value <= 100), float(value > 100),
        min(abs(value), 1000.0), float("%" in printed),
    )  # fmt: skip
