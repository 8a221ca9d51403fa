"""Triples by rules alone: the baseline, and what reads where no weights are installed.

The unit of a sentence comes from its heading, else from cue words, else from where it stands. A phrase is a predicate
by the kind of its words. Phrases in a row are read as subject, predicate, object; a term without a predicate before it
hangs on the unit by ``has``, a value on the term before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.extract.contributions.phrase_context import Phrase, phrases_of
from ingest.extract.contributions.sentences import (
    CODE,
    CONTRIBUTION,
    HAS,
    RESEARCH_PROBLEM,
    ROOTS,
    ContributionSentence,
    ContributionTriple,
    with_roots,
)

NAME = "rules/1"

_HEADINGS = (
    ("ablation-analysis", r"ablation|analysis of|effect of|impact of|contribution of"),
    ("baselines", r"baseline|compar(?:ed|ison)|competitor|compared (?:methods|models|systems)"),
    ("hyperparameters", r"hyper-? ?parameter|parameter setting|training details|optimi[sz]ation"),
    ("experimental-setup", r"experiment\w* (?:set|detail)|implementation|settings?$|set-?up|configuration"),
    ("results", r"result|performance|evaluation|discussion|comparison with|analysis|experiment"),
    ("model", r"model|method|architecture|approach|introduction|abstract|our |framework"),
)
_CUES = (
    ("code", r"https? ?:|github|code (?:is|will be|and) "),
    ("ablation-analysis", r"\bablation|\bwithout the\b|\bwhen removing\b|\bremov(?:e|ing) the\b"),
    ("hyperparameters", r"learning rate|batch size|dropout|hidden (?:size|units|states?)|\badam\b|\bsgd\b|epochs"),
    (
        "results",
        r"\boutperform|state - of - the - art|\bachiev|\bimprove[sd]? |\bresults? (?:show|on)|\bf1\b|accuracy of",
    ),
    ("model", r"\bwe (?:propose|present|introduce|develop)|\bour (?:model|method|approach)|in this (?:paper|work)"),
)
_EARLY = 0.12
_CONFIDENCE = 0.4
_PREDICATE = re.compile(
    r"^(?:to \w+|is|are|was|were|be|has|have|had|of|in|on|for|with|without|by|via|through|to|into|from|as|at|than|over"
    r"|between|among|across|during|per|using|use[sd]?|under|within|and|that|which|when|while|after|before|based on"
    r"|we|can|not|also|called|such as|including|\w+ed|\w+ing|\w+s|propose|present|introduce|employ|apply|adopt|set"
    r"|train|outperform|achieve|improve|observe|find|see|show|obtain|perform)(?: .*)?$"
)
_PREDICATE_END = re.compile(
    r"(?:^| )(?:of|in|on|for|with|without|by|via|through|to|into|from|as|at|than|over|between|among|across|that|which"
    r"|using|is|are|was|were|be|when|against|under|\w+ed|\w+ing|(?:outperform|achieve|improve|show|use|yield)s?)$"
)
_LONGEST_PREDICATE = 4


def unit_by_rules(sentence: ContributionSentence) -> str:
    """Return the unit that the heading, the words or the place of a sentence speak for."""
    if sentence.heading.casefold() == "title" or (sentence.place < _EARLY and len(sentence.phrases) == 1):
        return RESEARCH_PROBLEM
    text, heading = sentence.text.casefold(), sentence.heading.casefold()
    if re.search(_CUES[0][1], text):
        return CODE
    for unit, pattern in _HEADINGS:
        if re.search(pattern, heading):
            return unit
    for unit, pattern in _CUES[1:]:
        if re.search(pattern, text):
            return unit
    return "model" if sentence.place < 0.5 else "results"


def is_predicate_by_rules(phrase: Phrase) -> bool:
    """Say whether a phrase reads as a predicate: short, and a verb or preposition at both its ends."""
    text = " ".join(phrase.words)
    if phrase.is_number or not phrase.words or len(phrase.words) > _LONGEST_PREDICATE:
        return False
    return bool(_PREDICATE.match(text)) and bool(_PREDICATE_END.search(text))


def build_triples_by_rules(sentences: Sequence[ContributionSentence]) -> tuple[ContributionTriple, ...]:
    """Return the triples of one document's contribution *sentences*, in their order."""
    found: dict[tuple[str, str, str, str], ContributionTriple] = {}
    for sentence in sentences:
        unit = unit_by_rules(sentence)
        for subject, predicate, object_ in _statements(unit, phrases_of(sentence)):
            triple = ContributionTriple(unit, subject, predicate, object_, sentence.number, _CONFIDENCE)
            found.setdefault((unit, subject, predicate, object_), triple)
    return with_roots(tuple(found.values()))


def _statements(unit: str, phrases: Sequence[Phrase]) -> list[tuple[str, str, str]]:
    terms = [phrase for phrase in phrases if not is_predicate_by_rules(phrase)]
    if unit == RESEARCH_PROBLEM:
        return [(CONTRIBUTION, "has research problem", term.text) for term in terms]
    if unit == CODE:
        return [(CONTRIBUTION, "Code", term.text) for term in terms if "http" in term.text or "github" in term.text]
    found = []
    subject, link = ROOTS[unit], ""
    last_term: Phrase | None = None
    for phrase in phrases:
        if is_predicate_by_rules(phrase):
            link = phrase.text
            continue
        if link:
            found.append((subject, link, phrase.text))
        elif last_term is not None and phrase.is_number:
            found.append((last_term.text, HAS, phrase.text))
        else:
            found.append((ROOTS[unit], HAS, phrase.text))
        subject, link, last_term = phrase.text, "", phrase
    return found
