"""How much an objection weighs: by the reviewer's own words, the heading it stands under, and what kind it is.

Says unclear where none of these tells; a rating is not looked at, since one rating covers many points.
"""

from __future__ import annotations

import re

from graph.vocabulary.extraction import Aspect, Polarity, Severity
from ingest.extract.reviews.pieces import Piece

_WEIGHTY = (
    r"(?:main|major|primary|biggest|key|chief|central|principal|most (?:important|significant|serious|critical)"
    r"|significant|serious|critical|fundamental|severe|crucial|important|substantial|big|strong(?:est)?)"
)
_THING = (
    r"(?:concerns?|weakness(?:es)?|issues?|problems?|limitations?|drawbacks?|flaws?|reservations?|objections?|gaps?)"
)
_MAJOR = re.compile(
    rf"\b{_WEIGHTY} (?:\w+ )?{_THING}\b|\b{_THING} (?:is|are|of mine is) (?:\w+ )?{_WEIGHTY}\b|\bfatal\b"
    r"|\bdeal[- ]?breaker|\b(?:reject(?:ion|ing)?|below the (?:bar|threshold)|not ready|cannot recommend)\b"
    r"|\b(?:seriously|severely|significantly|substantially|greatly|fundamentally) (?:\w+ )?(?:limit|weaken|undermin"
    r"|harm|hinder|reduc|restrict|question|flaw)\w*"
    r"|\b(?:undermines?|invalidates?|casts? doubt|raises? (?:serious )?(?:doubt|question|concern)s?)\b"
    r"|\b(?:unconvinc\w+|not convinc\w+|hard to (?:be convinced|believe)|unsound|incorrect|wrong|invalid|flawed"
    r"|contradict\w*|overclaim\w*|unfair(?:ly)?|unacceptable|must\b|essential|crucial|critical(?:ly)?|imperative"
    r"|indispensable|completely (?:missing|absent|lacks?)|(?:no|zero|lacks? any|without any) (?:\w+ )?"
    r"(?:comparisons?|baselines?|experiments?|ablations?|validation|theory|guarantees?|evaluation|justification))\b",
    re.IGNORECASE,
)
_MINOR = re.compile(
    r"\b(?:minor|small (?:point|issue|remark|comment|typo|concern|thing)|nit(?:s|pick\w*)?|typos?|grammar\w*"
    r"|spelling|misspel\w+|cosmetic|slight(?:ly)?|a (?:bit|little)|not (?:a )?(?:big|major|serious|critical|crucial)"
    r"|optional(?:ly)?|(?:would|might|could) be (?:nice|interesting|good|helpful|useful)|nice[- ]to[- ]have"
    r"|future work|camera[- ]ready|out(?:side)? (?:of )?(?:the )?scope|understandabl[ey]|of (?:little|no) importance"
    r"|for (?:completeness|readability)|font|caption|legend|label(?:s|led)? (?:is|are)|capitali[sz]\w+|missing space"
    r"|(?:line|eq\w*\.?|l\.)\s*\(?\d+\)?\s*[:,-])\b",
    re.IGNORECASE,
)
_ARROW = re.compile(r"\S\s*(?:->|-->|→|=>)\s*\S|[\"“']\s*should (?:be|read)\s*[\"“']")


def severity_of(text: str, *, polarity: Polarity, aspect: Aspect, piece: Piece) -> Severity:
    """Return how much an objection of these words weighs."""
    if _ARROW.search(text):
        return Severity.MINOR
    minor = _MINOR.search(text) is not None
    major = _MAJOR.search(text) is not None
    if minor != major:
        return Severity.MINOR if minor else Severity.MAJOR
    if piece.weight is not None:
        return piece.weight
    if minor:  # both are said: "a minor point, but crucial"
        return Severity.UNCLEAR
    if polarity in (Polarity.SUGGESTION, Polarity.QUESTION) and aspect is Aspect.CLARITY:
        return Severity.MINOR
    return Severity.UNCLEAR
