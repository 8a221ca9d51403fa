"""How much an objection weighs: by the reviewer's own words, the heading it stands under, and what kind it is.

Says unclear where none of these tells; a rating is not looked at, since one rating covers many points. That something
is missing says nothing of its weight. A bullet that opens with "One major limitation is …" weighs what it says of
itself throughout. Measured by `benchmarks/reviews.py` (`reviews.severity.*`) on objections labelled by reading.
"""

from __future__ import annotations

import re

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import Aspect, Polarity, Severity
from ingest.extract.reviews.pieces import Piece

_WEIGHTY = (
    r"(?:main|major|primary|biggest|key|chief|central|principal|most (?:important|significant|serious|critical)"
    r"|significant|serious|critical|fundamental|severe|crucial|important|substantial|big|huge|strong(?:est)?)"
)
_THING = (
    r"(?:concerns?|weakness(?:es)?|issues?|problems?|limitations?|drawbacks?|flaws?|reservations?|objections?|gaps?"
    r"|shortcomings?|obstacles?|doubts?)"
)
_MAJOR = re.compile(
    rf"\b{_WEIGHTY} (?:\w+ )?{_THING}\b|\b{_THING} (?:is|are|of mine is) (?:\w+ )?{_WEIGHTY}\b|\bfatal\b"
    r"|\bdeal[- ]?breaker|\b(?:reject(?:ion|ing)?|below the (?:bar|threshold)|not ready|cannot recommend)\b"
    r"|\b(?:seriously|severely|significantly|substantially|greatly|fundamentally) (?:\w+ )?(?:limit|weaken|undermin"
    r"|harm|hinder|reduc|restrict|question|flaw)\w*"
    r"|\b(?:undermines?|invalidates?|casts? doubt|raises? (?:serious )?(?:doubt|question|concern)s?)\b"
    r"|\b(?:unconvinc\w+|not convinc\w+|hard to (?:be convinced|believe)|unsound|incorrect|wrong|invalid|flawed"
    r"|contradict\w*|overclaim\w*|unfair(?:ly)?|unacceptable|must\b|essential|crucial|critical(?:ly)?|imperative"
    r"|indispensable|(?:huge|very strong|unjustified) assumptions?|(?:not|isn't) (?:an? )?apples?[- ]to[- ]apples?"
    r"|apples?[- ]to[- ]oranges?|questions? whether (?:this|the|it)|(?:insufficient|not (?:enough|sufficient)|fails?)"
    r" to (?:\w+ )?(?:support|justify|validate|back|substantiate))\b",
    re.IGNORECASE,
)
_OPENS = re.compile(rf"\b{_WEIGHTY} (?:\w+ )?{_THING}\b", re.IGNORECASE)
_MINOR = re.compile(
    r"\b(?:minor|small(?:er)? (?:\w+ )?(?:point|issue|remark|comment|typo|concern|thing|gap|mistake|error|suggestion)s?"
    r"|nit(?:s|pick\w*)?|typos?|grammar\w*|spelling|misspel\w+|cosmetic|slight(?:ly)?|a (?:bit|little)"
    r"|not (?:a )?(?:big|major|serious|critical|crucial)|optional(?:ly)?|excusable|forgivable|easily fix\w*"
    r"|(?:would|might|could) be (?:nice|interesting|good|helpful|useful)|nice[- ]to[- ]have|add(?:s|ing)? a remark"
    r"|future work|camera[- ]ready|out(?:side)? (?:of )?(?:the )?scope|understandabl[ey]|of (?:little|no) importance"
    r"|(?:some|certain|few|several) (?:\w+ )?(?:details?|points?) (?:could|can|might|should) be"
    r"|for (?:completeness|readability)|font|caption|legend|label(?:s|led)? (?:is|are)|capitali[sz]\w+"
    r"|missing space)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"^\W*(?:(?:in|on|at) )?(?:the )?(?:page|p\.|lines?|l\.|eqs?\b|eq\.|equations?|fig\w*\.?|tables?) ?\(?\d",
    re.IGNORECASE,
)
_REMARK = 160  # characters of a remark on one place of the text; what is longer argues
_ARROW = re.compile(r"\S\s*(?:->|-->|→|=>)\s*\S|[\"“']\s*should (?:be|read)\s*[\"“']")


def severity_of(text: str, *, polarity: Polarity, aspect: Aspect, piece: Piece, opening: str = "") -> Severity:
    """Return how much an objection of these words weighs; *opening* is the first sentence of its bullet."""
    if _ARROW.search(text):
        return Severity.MINOR
    minor = _MINOR.search(text) is not None
    major = _MAJOR.search(text) is not None
    if minor != major:
        return Severity.MINOR if minor else Severity.MAJOR
    if not minor and _OPENS.search(opening):
        return Severity.MAJOR
    if piece.weight is not None:
        return piece.weight
    if minor:  # both are said: "a minor point, but crucial"
        return Severity.UNCLEAR
    if len(text) <= _REMARK and _PLACE.search(text):
        return Severity.MINOR
    if polarity in (Polarity.SUGGESTION, Polarity.QUESTION) and aspect is Aspect.CLARITY:
        return Severity.MINOR
    return Severity.UNCLEAR


def opening_of(document: Document, piece: Piece) -> str:
    """Return the first sentence of a bullet, "" of a paragraph: its first sentence speaks for itself only."""
    return document.quote(document.sentences[piece.sentences[0]]) if piece.bullet else ""
