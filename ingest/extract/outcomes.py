"""What a claim is about: the metrics and qualities of a sentence, each with the sign of 'better'."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from graph.vocabulary.extraction import NameType
from ingest.extract.lexicon import Entry, entries
from ingest.extract.reading import Hit, Reading, longest, matchers

# Too vague to be a node: the claim then speaks of performance in general.
_NAMELESS = frozenset(["performance", "quality", "speed", "efficiency"])
# Behind a quality these make it something to have less of: "fairness violations", "accuracy gap".
_TURNED = frozenset(
    {"violation", "violations", "gap", "gaps", "disparity", "disparities", "degradation", "loss", "losses", "error"}
    | {"errors", "issue", "issues", "problem", "problems", "bias", "biases", "failure", "failures"}
)
_LOWER_HEADS = ("error", "errors", "loss", "distance", "divergence", "latency", "perplexity", "time")


class Outcome(NamedTuple):
    """An outcome at characters *start* to *end* of the normalised sentence. *name* is None where it is too vague."""

    start: int
    end: int
    name: str | None
    better: int
    hit: Hit


def outcomes(reading: Reading) -> list[Outcome]:
    """Return the outcomes of *reading* in order: its metrics, and the qualities the lists name."""
    found = [hit for hit in reading.hits if hit.type is NameType.METRIC]
    taken = {at for hit in reading.hits for at in range(hit.first, hit.last)}
    for first, last, entry in matchers().hits(reading.words):
        if entry.quality and taken.isdisjoint(range(first, last)):
            found.append(Hit(first, last, NameType.METRIC, entry.name, "quality", entry))
    return [_outcome(reading, hit) for hit in longest(found)]


def named_outcome(name: str) -> Entry | None:
    """Return the list entry that a claim's adjective stands for ("better calibrated": calibration)."""
    return _by_name().get(name)


def is_nameless(entry: Entry) -> bool:
    """Say whether an outcome is too vague, or rather a problem, to be a metric of its own."""
    return entry.name in _NAMELESS or (entry.quality and entry.better < 0)


@cache
def _by_name() -> dict[str, Entry]:
    return {entry.name: entry for entry in reversed(entries(NameType.METRIC))}


def _outcome(reading: Reading, hit: Hit) -> Outcome:
    start, end = reading.words[hit.first].start, reading.words[hit.last - 1].end
    better = 1 if hit.entry is None else hit.entry.better
    if better > 0 and hit.last < len(reading.words) and reading.lowers[hit.last] in _TURNED:
        return Outcome(start, reading.words[hit.last].end, None, -1, hit)
    if hit.entry is None:
        return Outcome(start, end, hit.name, -1 if reading.lowers[hit.last - 1] in _LOWER_HEADS else 1, hit)
    return Outcome(start, end, None if is_nameless(hit.entry) else hit.name, hit.entry.better, hit)
