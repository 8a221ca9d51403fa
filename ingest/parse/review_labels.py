"""The parts of a review's running text, by the labels that reviewers and forms put into it.

``SUMMARY:``, ``Strengths:``, ``**Weaknesses**``, ``# Weaknesses``, ``[Pros]``, and items such as ``S1.`` or ``W2:``.
Ranges only; a text without labels is one part of the role that the form gives it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from graph.vocabulary.document import SectionRole


class Part(NamedTuple):
    """One part: its role, the label as printed, and the range behind the label."""

    role: SectionRole
    label: str
    start: int
    end: int


_OF_PAPER = r"(?:\s+of\s+(?:the|this)\s+(?:paper|submission|work))?"
_NAMES: tuple[tuple[SectionRole, str], ...] = (
    (SectionRole.REVIEW_OTHER, r"(?:the\s+)?(?:strengths?|pros)\s*(?:and|&|/)\s*(?:weakness(?:es)?|cons)" + _OF_PAPER),
    (
        SectionRole.REVIEW_WEAKNESSES,
        r"(?:the\s+)?(?:(?:major|main|minor|key|other|some|potential|specific)\s+)*"
        r"(?:weakness(?:es)?|weak\s+points?|cons|concerns?|negatives?|negative\s+(?:points?|aspects?)|"
        r"drawbacks?|disadvantages|reasons?\s+to\s+reject|areas?\s+for\s+improvement|"
        r"(?:minor|major)\s*(?:comments?|points?|issues?|remarks?|suggestions?)|(?:minor|major)(?=\s*[:：]))"
        r"(?:\s*(?:and|&|/|,)\s*(?:limitations?|questions?|concerns?|suggestions?|comments?|weaknesses))*" + _OF_PAPER,
    ),
    (
        SectionRole.REVIEW_STRENGTHS,
        r"(?:the\s+)?(?:(?:major|main|key)\s+)?(?:strengths?|strong\s+points?|pros|positives?|"
        r"positive\s+(?:points?|aspects?)|advantages|merits|reasons?\s+to\s+accept)" + _OF_PAPER,
    ),
    (
        SectionRole.REVIEW_QUESTIONS,
        (
            r"(?:(?:minor|major|main|key|other)\s+)?questions?(?:\s+(?:for|to)\s+(?:the\s+)?authors?)?"
            r"(?:\s*(?:and|&|/)\s*(?:suggestions?|comments?|clarifications?|feedback))?(?:\s+for\s+the\s+authors?)?"
        ),
    ),
    (
        SectionRole.REVIEW_LIMITATIONS,
        r"limitations?(?:\s*(?:and|&|/)\s*(?:(?:potential\s+)?(?:negative\s+)?societal\s+impacts?))?",
    ),
    (
        SectionRole.REVIEW_SUMMARY,
        (
            r"(?:(?:paper|brief|short)\s+)?summary"
            r"(?:\s+of\s+(?:the\s+)?(?:paper|review|contributions?|submission|work))?"
            r"(?:\s+and\s+contributions?)?"
        ),
    ),
    (SectionRole.REVIEW_DECISION, r"(?:final\s+)?decision"),
    (
        SectionRole.REVIEW_OTHER,
        (
            r"(?:meta[\s-]?review|comments?|review|main\s+review|justification[\w\s]{0,40}|"
            r"(?:general|overall|additional|detailed|other|final)\s+(?:comments?|assessment|remarks?|feedback)|"
            r"ethical\s+(?:concerns?|considerations?)|overall|soundness|presentation|contribution)"
        ),
    ),
)
_GROUPS = "|".join(f"(?P<g{index}>{pattern})" for index, (_, pattern) in enumerate(_NAMES))
_LABEL = re.compile(
    r"^[ \t>]*(?:#{1,6}[ \t]*|[-*+•][ \t]+|\d{1,2}[.)][ \t]*)?(?P<open>[*_\[(=【]{0,6})[ \t]*(?:\d{1,2}[.)][ \t]*)?"
    rf"(?P<name>{_GROUPS})[ \t]*(?P<mark>[:：.]?)[ \t]*(?P<close>[\])*_=】]{{0,6}})"
    r"[ \t]*(?P<after>[:：]|[–—-](?=\s|$))?[ \t]*(?P<rest>[^\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_ITEM = re.compile(
    r"^[ \t>]*(?:[-*+•#]+[ \t]+)?[*_\[(]{0,3}(?P<kind>[SWQ])[-#]?\d{1,2}(?=[\s.:)\]*_–—-])", re.MULTILINE
)
_ITEM_ROLES = {
    "S": SectionRole.REVIEW_STRENGTHS,
    "W": SectionRole.REVIEW_WEAKNESSES,
    "Q": SectionRole.REVIEW_QUESTIONS,
}


def split_review(text: str, start: int, end: int, *, role: SectionRole) -> list[Part]:
    """Cut ``text[start:end]`` at its labels; what stands before the first one has *role*."""
    cuts: list[tuple[int, int, SectionRole, str]] = []  # where the label begins, where it ends, role, label
    for match in _LABEL.finditer(text, start, end):
        if _is_label(match):
            found = next(r for i, (r, _) in enumerate(_NAMES) if match.group(f"g{i}"))
            cuts.append((match.start(), match.start("rest"), found, match.group("name").strip()))
    cuts += _items(text, start, end, [cut[0] for cut in cuts])
    cuts.sort()
    parts: list[Part] = []
    begin, current, label = start, role, ""
    for at, behind, found, name in cuts:
        _append(parts, text, Part(current, label, begin, at))
        begin, current, label = max(behind, begin), found, name
    _append(parts, text, Part(current, label, begin, end))
    return parts


def _is_label(match: re.Match[str]) -> bool:
    """A line of its own, or a word with a colon before the text ("Strengths: …"), never a sentence that begins so."""
    rest = match.group("rest").strip()
    marked = bool(match.group("mark") or match.group("after"))
    framed = bool(match.group("open")) and bool(match.group("close"))
    if not rest:
        return True
    colon = match.group("mark") in {":", "："} or bool(match.group("after"))
    return colon or (framed and marked)


def _items(text: str, start: int, end: int, labels: list[int]) -> list[tuple[int, int, SectionRole, str]]:
    """Numbered items S1/W1/Q1 change the role where they do; at least two are needed to mean anything."""
    found = list(_ITEM.finditer(text, start, end))
    if len(found) < 2:
        return []
    cuts = []
    previous: str | None = None
    for match in found:
        kind = match.group("kind")
        fresh = previous is None or any(found[0].start() < at < match.start() for at in labels)
        if kind != previous or fresh:
            cuts.append((match.start(), match.start(), _ITEM_ROLES[kind], ""))
        previous = kind
    return cuts


def _append(parts: list[Part], text: str, part: Part) -> None:
    if text[part.start : part.end].strip():
        parts.append(part)


def wraps_lines(text: str) -> bool:
    """Say whether *text* is wrapped at a line width: then a line break is no end of a sentence."""
    lines = [line.strip() for line in text.splitlines()]
    breaks = [(a, b) for a, b in pairwise(lines) if a and b]
    if len(breaks) < 3:
        return False
    going_on = sum(1 for a, b in breaks if a[-1] not in ".!?:;" and b[0].islower())
    return going_on * 3 >= len(breaks)
