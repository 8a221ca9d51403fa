"""Values that the running text reports: a metric and a number side by side, whose and on what.

Read: "92.3% accuracy", "BLEU of 28.4", "an F1 score of 0.91 on X", "accuracy rose from 92.1% to 93.4%" (two values).
Not read: differences ("by 2.3 points"), and numbers whose metric the sentence does not name; these are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from graph.vocabulary.extraction import NameType, StatedResult
from ingest.extract.confidence import RESULT, RESULT_FAR
from ingest.extract.reading import Hit, Reading
from ingest.extract.refusals import Refusals
from ingest.extract.sections import Part
from ingest.extract.subjects import Name, clauses, in_range, subject_of, unique

_VALUE = (
    r"(?P<{0}>(?<![\w.-])[+-]?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)?(?:\.\d+)?(?<=\d))(?P<{0}_unit>\s?(?:%|\\%|percent\b))?"
    r"(?:\s?(?:±|\+/-|\\pm)\s?\d*\.?\d+\s?%?)?(?!\w)(?!\.\d)"
)
_AFTER = re.compile(
    r"\s*(?:\([^)]{1,12}\)\s*)?(?:(?:scores?|rates?|values?|points?|results?)\s+)?"
    r"(?:(?:of|on|for|with|in)\s+(?!\d)(?:[\w.+-]+\s+){1,6}?)?"
    r"(?:of|is|was|were|are|=|:|reache[sd]|equals|equal to|at|stands at|stood at|remained|stayed at|to)\s+"
    r"(?:(?:about|around|roughly|only|just|nearly|almost|approximately|up to|as high as|over|above|below|at|the)\s+)*"
    + _VALUE.format("value")
)
_FROM_TO = re.compile(
    r"[^.;]{0,60}?\bfrom\s+"
    + _VALUE.format("first")
    + r"\s*(?:\([^)]*\)\s*)?to\s+(?:about |around |only )?"
    + _VALUE.format("value")
)
_COLON = re.compile(r"\s*[(=:]\s*" + _VALUE.format("value"))
_BEFORE = re.compile(
    _VALUE.format("value")
    + r"\s*(?:(?:in|of|test|validation|average|mean|overall|relative|final|classification|points?|on|the"
    r"|macro|micro)\s+){0,3}$"
)
_FAR = re.compile(
    r"\b(?:achiev\w+|obtain\w*|reach\w*|attain\w*|scor\w+|yield\w*|gives?|gave|gets?|got|perform\w*|has|had"
    r"|with)\s+(?:an? |about |around |only |a score of )?" + _VALUE.format("value")
)
_DELTA = re.compile(
    r"(?:\bby|\bimprovements? of|\bgains? of|\bincreases? of|\breductions? of|\bdrops? of|\bdifferences? of"
    r"|\bboost of|\bdecreases? of|\bup to|\+|\bchange of|\bmargins? of|\bover|\bmore than|\bat least)\s*$"
)
# "improves by 1.2% accuracy", "surpasses it by 1.3 BLEU": what stands before the metric is a difference.
_CHANGE = re.compile(
    r"\b(?:by|gains?|gap|improve[sd]?|improvements?|improving|outperform\w*|surpass\w*|boost\w*|promot\w*|contribut\w*"
    r"|exceed\w*|differs?|drops?|increase[sd]?|decrease[sd]?|reduces?|degrad\w*|every)\b"
    r"(?:(?!\b(?:to|achiev\w*|obtain\w*|reach\w*|from)\b)[^;]){0,90}$"
)
_NOT_A_VALUE = re.compile(
    r"\s*-\s?\d|\s*to\s+\d|\s*(?:[\w-]+\s+){0,3}?(?:improvements?|gains?|reductions?|increases?|decreases?"
    r"|drops?|fewer|speed-?ups?|faster|higher|lower)\b|\s*(?:points?|pp|percentage|x\b|×|times|fold|runs?"
    r"|seeds?|samples?|images?|epochs?|examples?|classes|steps?|layers?|datasets?|tasks?|parameters|gpus?"
    r"|of the|improvement|gain|higher|lower|better|worse|increase|decrease|drop|reduction|relative)"
)
# "43 . 96%" that a converter wrote and a splitter cut: half of a number. "48.7 / 51.1 / 52.3" are values of several.
_CUT_AFTER, _CUT_BEFORE = re.compile(r"\s+\.\s*$|\s*/\s*\d|%?\s*/\s*\d"), re.compile(r"(?:^|\d\s*%?\s*/)\s*$")
_UNIT = re.compile(
    r"\s?(?:ms|milliseconds?|seconds?|minutes?|hours?|days?|fps|FPS|[GM]B|GFLOPs|TFLOPs|[KMBG]|dB|s|h)\b(?!-)"
)
_CONFIDENCE = re.compile(r"\s*(?:confidence interval|ci\b|ci,)")
_UNBOUNDED = frozenset(
    ["perplexity", "latency", "throughput", "FLOPs", "regret"]
) | {"episode return", "training time", "inference time", "wall clock time", "memory usage", "number of parameters",
     "Frechet inception distance", "Frechet video distance", "mean squared error", "root mean squared error",
     "mean absolute error", "negative log likelihood", "edit distance", "normalized score", "compression ratio",
     "PSNR", "endpoint error", "MPJPE", "Chamfer distance", "mean absolute percentage error", "log likelihood",
     "CIDEr", "inception score"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reported:
    metric: Hit
    printed: str
    value: float
    start: int
    end: int
    confidence: float
    earlier: bool = False  # the first of "from … to …": not the method's value


def find_results(reading: Reading, refusals: Refusals, *, own: str | None) -> list[StatedResult]:
    """Return the values that *reading* reports, in reading order."""
    if reading.part in (Part.TITLE, Part.RELATED, Part.UNREAD) or not re.search(r"\d", reading.text):
        return []
    metrics = [hit for hit in reading.hits if hit.type is NameType.METRIC]
    if not metrics:
        if match := re.search(r"\b(?:achiev|obtain|reach|scor|attain)\w* (?:an? )?\d[\d.]*\s?%", reading.lower):
            refusals.add(reading.text[match.start() : match.end()], "value without a metric", reading.index)
        return []
    found: list[StatedResult] = []
    seen: set[tuple[int, int]] = set()
    for start, end in clauses(reading.lower):
        reported = _reported(reading, metrics, start, end)
        datasets = in_range(reading, NameType.DATASET, start, end)
        fallback = unique(hit.name for hit in reading.hits if hit.type is NameType.DATASET)
        tasks = unique(hit.name for hit in reading.hits if hit.type is NameType.TASK)
        for number, each in enumerate(reported):
            if (each.start, each.end) in seen:
                continue
            seen.add((each.start, each.end))
            subject = subject_of(reading, start, end, own, at=each.start)
            method = subject.names[0] if subject and not subject.removed and len(subject.names) == 1 else None
            names = unique(name.hit.name for name in datasets)
            if len(names) > 1:
                paired = len(names) == len(reported) and not any(other.earlier for other in reported)
                dataset = names[number] if paired else None if len(reported) > 1 else _nearest(datasets, each.end)
            else:
                dataset = names[0] if names else (fallback[0] if len(fallback) == 1 else None)
            found.append(
                StatedResult(
                    method=None if each.earlier else method,
                    task=tasks[0] if len(tasks) == 1 else None,
                    dataset=dataset,
                    metric=each.metric.name,
                    value=each.value,
                    printed=each.printed,
                    sentence=reading.index,
                    confidence=each.confidence,
                )
            )
    return found


def _nearest(datasets: Sequence[Name], end: int) -> str | None:
    return next((name.hit.name for name in datasets if name.start >= end), None)


def _reported(reading: Reading, metrics: Sequence[Hit], start: int, end: int) -> list[_Reported]:
    text = reading.text
    inside = [
        (hit, reading.words[hit.first].start, reading.words[hit.last - 1].end)
        for hit in metrics
        if start <= reading.words[hit.first].start and reading.words[hit.last - 1].end <= end
    ]
    found: list[_Reported] = []
    for number, (hit, first, last) in enumerate(inside):
        stop = inside[number + 1][1] if number + 1 < len(inside) else end
        if match := _FROM_TO.match(text, last, stop):
            found.extend(_values(hit, match, text, RESULT, names=("first", "value")))
        elif match := _AFTER.match(text, last, stop) or _COLON.match(text, last, stop):
            found.extend(_values(hit, match, text, RESULT))
        elif (match := _BEFORE.search(text, start, first)) and not _CHANGE.search(text[start : match.start()]):
            # `$` in a bounded search is the end of the bound: the value stands right before the metric.
            found.extend(_values(hit, match, text, RESULT))
    if not found and len(inside) == 1 and (match := _FAR.search(text, start, end)):
        found.extend(_values(inside[0][0], match, text, RESULT_FAR))
    return sorted(found, key=lambda each: each.start)


def _values(
    metric: Hit, match: re.Match[str], text: str, confidence: float, *, names: tuple[str, ...] = ("value",)
) -> list[_Reported]:
    found: list[_Reported] = []
    for name in names:
        digits = match.group(name).replace(",", "")
        start = match.start(name)
        unit = match.group(f"{name}_unit") or ""
        end = match.end(f"{name}_unit") if unit else match.end(name)
        if (
            not re.search(r"\d", digits)
            or _DELTA.search(text[:start].lower())
            or _NOT_A_VALUE.match(text[end:].lower())
        ):
            continue
        if _CONFIDENCE.match(text[end:].lower()) or digits.startswith("+"):
            continue
        if _CUT_AFTER.match(text[end:]) or _CUT_BEFORE.search(text[:start]) or re.match(r"-[a-z]", text[end:]):
            continue
        value = float(digits)
        if not _plausible(metric, value, bare=not unit and "." not in digits):
            continue
        spread = re.match(r"\s?(?:±|\+/-)\s?\d*\.?\d+\s?%?", text[end:])
        end += spread.end() if spread else 0
        if metric.name in _UNBOUNDED and (measured_in := _UNIT.match(text[end:])):
            end += measured_in.end()
        printed = text[start:end].strip()
        found.append(_Reported(metric, printed, value, start, end, confidence, earlier=name == "first"))
    return found


def _plausible(metric: Hit, value: float, *, bare: bool) -> bool:
    if metric.name in _UNBOUNDED:
        return not (bare and 1900 <= value <= 2100)
    if bare and value < 2 and metric.name != "Brier score":
        return False  # "accuracy of 1" is as a rule a cut or a footnote
    return abs(value) <= 100
