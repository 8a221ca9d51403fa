"""Weak labels for the role of a sentence: no set annotates it, so that units, sections and cues stand in.

In this order: a contribution sentence of NCG has the role of its information unit; a sentence of a section that is not
the paper's own work (related work) has none; elsewhere a cue in a section where it means what it says gives the role.
A sentence that none of these reaches is unknown and teaches nothing. The labels are as good as these rules: the head
generalises over their words, it does not know better than they do where they are wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from graph.vocabulary.extraction import SentenceRole
from ingest.extract.sections import Part

NONE = -1
_ROLES = list(SentenceRole)
_OF_UNIT = {
    "research-problem": SentenceRole.PROBLEM,
    "approach": SentenceRole.METHOD,
    "model": SentenceRole.METHOD,
    "code": SentenceRole.CONTRIBUTION,
    "dataset": SentenceRole.SETUP,
    "experimental-setup": SentenceRole.SETUP,
    "hyperparameters": SentenceRole.SETUP,
    "baselines": SentenceRole.COMPARISON,
    "results": SentenceRole.RESULT,
    "tasks": SentenceRole.RESULT,
    "experiments": SentenceRole.RESULT,
    "ablation-analysis": SentenceRole.RESULT,
}
_PROPOSES = re.compile(
    r"\b(?:we|this (?:paper|work|article)|in this (?:paper|work))\b[^.]{0,40}\b(?:propose|introduce|present|develop"
    r"|contribute|release|describe)s?\b|\b(?:our|main|key) contributions?\b|\bwe (?:are|were) the first\b",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"\blimitations?\b|\b(?:we|our \w+|this work) (?:do|does|did|can)(?: not|n't)\b"
    r"|\bfuture (?:work|research|directions?)"
    r"\b|\bleave[sd]?\b.{0,30}\bfuture\b|\bone (?:drawback|caveat|weakness)\b"
    r"|\bdoes not (?:handle|scale|address|cover)\b",
    re.IGNORECASE,
)
_PROBLEM = re.compile(
    r"\b(?:however|unfortunately|challeng\w+|difficult\w*|suffer\w*|fails? to|lacks?|remains? (?:unclear|open|a )"
    r"|problem|bottleneck|limited by|is not clear|hard to|costly|expensive|struggle\w*)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:we|our|ours)\b", re.IGNORECASE)
_RESULT = re.compile(
    r"\b(?:outperform\w*|achiev\w+|improv\w+|obtain\w*|yield\w*|surpass\w*|degrad\w+|drops?|gains?|reach\w*|results?"
    r"|(?:in|de)creas\w+|perform(?:s|ed)? (?:better|worse|best|well|on par|comparably))\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:we|are|is|also) compar(?:e|ed|ing)\b|\bcompare (?:our|with|against|to)\b"
    r"|\bbaselines? (?:are|is|include\w*|we)\b"
    r"|\b(?:following|several|strong|existing|competitive|these) (?:baselines?|methods are compared)\b",
    re.IGNORECASE,
)
_SETUP = re.compile(
    r"\b(?:learning rates?|batch size|epochs?|optimi[sz]er|adam|sgd|dropout|gpus?|hyper-?parameters?"
    r"|hidden (?:size|units)|initiali[sz]ed|train(?:ed|ing) (?:set|on|for|with)|validation set|test set"
    r"|development set|data ?sets?|we use\w*"
    r"|implement\w*|fine-?tun\w+|pre-?trained|dimension\w*|evaluat\w+ on|metrics?|tokeni[sz]\w+|split)\b",
    re.IGNORECASE,
)
_TESTED = (Part.EXPERIMENTS, Part.RESULTS)
_FRONT = (Part.TITLE, Part.ABSTRACT, Part.INTRODUCTION)
_FEWEST_WORDS = 6


def weak_role(text: str, part: Part, *, contribution: bool | None, units: Collection[str]) -> int | None:
    """Return the index of the role in `SentenceRole`, `NONE` for a sentence without one, None where nobody knows."""
    if contribution and units:
        role = _OF_UNIT[min(units, key=list(_OF_UNIT).index)]
        if role is SentenceRole.METHOD and _PROPOSES.search(text):
            role = SentenceRole.CONTRIBUTION
        return _ROLES.index(role)
    if part is Part.UNREAD or len(text.split()) < _FEWEST_WORDS:
        return NONE
    if part is Part.RELATED:
        return None if _OWN.search(text) else NONE
    cued = _cued(text, part)
    return None if cued is None else _ROLES.index(cued)


def _cued(text: str, part: Part) -> SentenceRole | None:
    own = _OWN.search(text) is not None
    if part is Part.LIMITATIONS or (part is Part.CONCLUSION and _LIMITS.search(text)):
        return SentenceRole.LIMITATION
    if part in (*_FRONT, Part.CONCLUSION) and _PROPOSES.search(text):
        return SentenceRole.CONTRIBUTION
    if part in (Part.ABSTRACT, Part.INTRODUCTION):
        if _RESULT.search(text) and own:
            return SentenceRole.RESULT
        return SentenceRole.PROBLEM if _PROBLEM.search(text) and not own else None
    if part in _TESTED:
        return _tested(text, part)
    return SentenceRole.METHOD if part is Part.METHOD and own else None


def _tested(text: str, part: Part) -> SentenceRole | None:
    found = [
        role
        for role, cue in (
            (SentenceRole.COMPARISON, _COMPARES),
            (SentenceRole.RESULT, _RESULT),
            (SentenceRole.SETUP, _SETUP),
        )
        if cue.search(text)
    ]
    if len(found) == 1:
        return found[0]
    if SentenceRole.RESULT in found and part is Part.RESULTS:
        return SentenceRole.RESULT
    return None
