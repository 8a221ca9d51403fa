"""Problems, limitations and symptoms, in the document's own words.

Two ways in. A problem with a settled name (`lexicons/problems.txt`: "overfitting", "label noise") counts where a word
of trouble or of remedy stands near; its span is the name alone, so that papers meet in one node. Otherwise a cue
("suffers from", "is prone to", "existing methods fail to", "a limitation of our method is") announces a phrase or a
clause of at most 25 words.

The kind: what the document admits of itself is a limitation, what it saw happen in its experiments a symptom,
everything else a problem.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import ProblemKind, StatedProblem
from ingest.extract.confidence import (
    CLAUSE_PROBLEM,
    LIMITATION_CUE,
    LIMITATION_SECTION,
    SETTLED_PROBLEM,
    STATED_PROBLEM,
    SYMPTOM,
)
from ingest.extract.lexicon import word_set
from ingest.extract.phrases import word_classes
from ingest.extract.reading import Reading, matchers
from ingest.extract.refusals import Refusals
from ingest.extract.sections import Part

MOST_WORDS = 25
_PER_SENTENCE = 3

_TROUBLE = re.compile(
    r"\b(?:address\w*|mitigat\w*|reduc\w*|prevent\w*|alleviat\w*|suffer\w*|prone|lead\w*|led|caus\w*|due to"
    r"|because of|problems?|challeng\w*|issues?"
    r"|avoid\w*|tackl\w*|overcom\w*|combat\w*|handl\w*|robust\w*|hinder\w*|limit\w*|sensitiv\w*|struggl\w*"
    r"|remain\w*|observ\w*|counter\w*"
    r"|difficult\w*|fail\w*|vulnerab\w*|susceptib\w*|against|risk|severe|hurt\w*|harm\w*|degrad\w*|remedy"
    r"|remedies|guards?|curb\w*|solv\w*|resolv\w*"
    r"|known|common|produc\w*|becom\w*|exhibit\w*|introduc\w*|worsen\w*|amplif\w*|exacerbat\w*|concern\w*"
    r"|drawbacks?|bottlenecks?|obstacles?|despite|facing|faces?"
    r"|in the presence of|trained on|training on|learning from|learn from|given|abundan\w*|heavily|overly|unstable)\b"
)
_OBSERVED = re.compile(
    r"\b(?:we|our experiments?|experiments)\s+(?:\w+ly\s+|also\s+)?(?:observ\w+|f[io]und|notic\w+|saw|see"
    r"|measur\w+)\b|\b(?:showed|exhibited|suffered|led to|resulted in|caused|became|diverged|collapsed"
    r"|overfit(?:ted)?|produced|was observed|were observed)\b"
)
_OWN = re.compile(
    r"\b(?:our (?:\w+ ){0,2}?(?:method|model|approach|work|study|analysis|framework|results?|experiments?"
    r"|evaluation|system)|this (?:work|study|paper)|the (?:proposed|current) (?:method|approach|work|framework"
    r"|study)|we)\b"
)


@dataclass(frozen=True, slots=True)
class _Cue:
    pattern: re.Pattern[str]
    kind: ProblemKind | None
    confidence: float
    most_words: int
    whole: bool = False  # the cue is part of the problem: "fail to generalise"


def _cue(pattern: str, kind: ProblemKind | None, confidence: float, most_words: int, *, whole: bool = False) -> _Cue:
    return _Cue(re.compile(pattern), kind, confidence, most_words, whole)


_CUES = (
    _cue(
        r"\b(?:(?:one|a|the|another|main|key|major|primary|important|first|second) )+(?:limitation|shortcoming"
        r"|weakness|drawback|caveat)s?(?: of (?:our|this|the)(?: (?:\w+)){1,3})?(?: is| was| lies in| concerns"
        r"|:)(?: that| in)?\s+"
        r"|\b(?:our (?:\w+ ){0,2}?(?:method|model|approach|work|study|analysis|framework|evaluation"
        r"|experiments)|this (?:work|study)|the proposed (?:method|approach|framework)) (?:is|are|was"
        r"|were) (?:currently |still )?(?:limited|restricted|confined) (?:to|by|in)\s+",
        ProblemKind.LIMITATION, LIMITATION_CUE, MOST_WORDS),
    _cue(
        r"\b(?:suffer(?:s|ed|ing)?|suffering) (?:heavily |greatly |severely |significantly )?from\s+",
        None, STATED_PROBLEM, 12),
    _cue(r"\b(?:prone|susceptible|vulnerable) to\s+", None, STATED_PROBLEM, 10),
    _cue(r"\bsensitive to\s+", None, STATED_PROBLEM, 10, whole=True),
    _cue(r"\b(?:struggles?|struggled|struggling) with\s+", None, STATED_PROBLEM, 12),
    _cue(r"\b(?:struggles?|struggled|struggling) to\s+", None, STATED_PROBLEM, 14, whole=True),
    _cue(r"\bfail(?:s|ed)? to\s+(?=(?!improve|outperform|reach|beat))", None, CLAUSE_PROBLEM, 14, whole=True),
    _cue(
        r"\b(?:address(?:es|ed|ing)?|tackl(?:e|es|ed|ing)|mitigat(?:e|es|ed|ing)|alleviat(?:e|es|ed|ing)"
        r"|overcom(?:e|es|ing)|overcame|combat(?:s|ting)?|circumvents?) (?:the |this |these |both "
        r"|such )*(?:(?:\w+ )?(?:problems?|issues?|challenges?|limitations?|difficult(?:y|ies)"
        r"|drawbacks?) (?:of|in|with|posed by|caused by|such as|like) )?",
         ProblemKind.PROBLEM, STATED_PROBLEM, 10),
    _cue(
        r"\b(?:problems?|issues?|challenges?|difficult(?:y|ies)|phenomenon|risks?) (?:of|such as|like|known as"
        r"|called)\s+", ProblemKind.PROBLEM, STATED_PROBLEM, 9),
    _cue(
        r"\b(?:is|are|remains?|been) (?:largely |severely |often |fundamentally |mainly )?(?:limited|hindered"
        r"|hampered|bottlenecked|plagued|constrained|impeded) by\s+", None, STATED_PROBLEM, 12),
    _cue(r"\b(?:lacks?|lack of)\s+(?=(?!the\b))", None, CLAUSE_PROBLEM, 9, whole=True),
    _cue(
        r"\b(?:existing|current|previous|prior|conventional|traditional|most|many|standard|these"
        r"|such) (?:[\w-]+ ){0,3}?(?:methods?|approaches|models?|works?|techniques?|systems|algorithms?"
        r"|benchmarks|solutions|studies|metrics|llms?|networks)(?: \w+ly| often| still| typically| usually"
        r"| either| also| only)* (?=(?:ignor|overlook|neglect|require|rely|assum|cannot|can not|can't|do not"
        r"|don't|does not|are limited|are not|are restricted|are unable|incur|depend|focus only|need"
        r"|perform poorly|produce poor|tend to|treat|disregard|degrade|become))",
        ProblemKind.PROBLEM, CLAUSE_PROBLEM, 22, whole=True),
    _cue(
        r"\b(?:it (?:is|remains) (?:still )?(?:an open (?:problem|question|challenge)|challenging|difficult"
        r"|hard|unclear|unknown|non-trivial) (?:to|how|whether|what|why|for)\s+)",
        ProblemKind.PROBLEM, CLAUSE_PROBLEM, 18),
    _cue(
        r"\b(?:we|our experiments?|experiments) (?:\w+ly |also |further )?(?:observe|observed|find|found|notice"
        r"|noticed|saw|see) that (?=[^.;]*\b(?:degrad|unstab|instab|diverg|collaps|overfit|drop(?:s|ped"
        r"|ping)?\b|spike|saturat|overconfiden|worse|deteriorat|suffer|fail|forget|vanish|explod|noisy|poor"
        r"|plateau|declin|oscillat))", ProblemKind.SYMPTOM, SYMPTOM, MOST_WORDS),
)  # fmt: skip
_BEFORE = re.compile(
    r"\b(?:remains?|is|are|poses?|presents?) (?:still |also |often |notoriously |particularly |a |an "
    r"|one of the |highly |very |\w+ly )*(?:challenging|difficult|open (?:problem|challenge|question)"
    r"|major (?:challenge|obstacle|bottleneck)|significant challenge|key challenge|(?:serious|severe|common"
    r"|persistent) (?:problem|issue|challenge)|bottleneck|unsolved|underexplored|under-explored"
    r"|poorly understood|intractable)\b"
)
_LIMITED = re.compile(
    r"\b(?:not|cannot|only|limited|lack|restrict|future|fail|small|single|assum|depend|rely|relies|costly"
    r"|expensive|remain|beyond|unable|n't|may|less|computational)\b"
)
_CUT = re.compile(
    r",\s|;|:\s|\.\s|\.$|\s\(|\)|\[|[!?]|\s(?:but|while|whereas|which|because|since|however|although|thereby"
    r"|and thus|so that|by (?:\w+ing)|when|where|as)\s|\s(?:we|our) "
)
_NEGATED = re.compile(r"\b(?:not|n't|without|no longer|never|less|nor|avoids?|free of|no)\s+(?:\w+\s+){0,2}$")
_VERB = re.compile(
    r"\s(?:remains?|has|have|is|are|was|were|can|will|would|could|may|involves?|requires?|becomes?|leads?"
    r"|poses?|while|so|via|through|through|by (?:either|both)|either)\s"
)
_AND = re.compile(r"\s(?:and|or)\s(?:\w+ly\s)?(\w+)")
_TAIL = word_set("not_last_in_clause")
_PRONOUNS = re.compile(
    r"^(?:it|this|that|these|those|them|the|a|an|such|both|all|their|its|our|some|many|more|other|one|two|three"
    r"|which|what|each|any)\b\s*",
    re.IGNORECASE,
)
_NOT_A_PHRASE = re.compile(
    r"^(?:by|for|to|in|on|with|using|through|via|in which|which|where|when|how|what|why|such as|as)\b", re.IGNORECASE
)
_OF = re.compile(r"^(?:(?:negative|adverse|harmful) )?(?:impacts?|effects?|influence) of (?:the )?")
_EMPTY = re.compile(
    r"^(?:does|do|did)\b|^(?:(?:above|following|key|main|important|various|several|problems?|issues?"
    r"|challenges?|limitations?|difficult(?:y|ies)|questions?|gaps?|tasks?|drawbacks?|shortcomings?|concerns?"
    r"|needs?|aforementioned|research|same|critical|fundamental|major|crucial|core|central|two|three|common|practical|these|those|this|that|such)\s*)+$",
    re.IGNORECASE,
)


def find_problems(document: Document, reading: Reading, refusals: Refusals) -> list[StatedProblem]:
    """Return what *reading* states as a problem, a limitation or a symptom, in reading order."""
    if reading.part in (Part.TITLE, Part.UNREAD):
        return []
    found: list[StatedProblem] = []
    taken: list[tuple[int, int]] = []

    def add(start: int, end: int, kind: ProblemKind, confidence: float) -> None:
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end))
            span = reading.range(document, start, end)
            found.append(StatedProblem(kind=kind, span=span, sentence=reading.index, confidence=confidence))

    if _TROUBLE.search(reading.lower):
        for first, last in matchers().problems(reading.words):
            start, end = reading.words[first].start, reading.words[last - 1].end
            if not _TROUBLE.search(
                " ".join(reading.lowers[max(0, first - 9) : first] + reading.lowers[last : last + 6])
            ):
                continue
            add(start, end, _kind(reading, None, start), SETTLED_PROBLEM)
    for cue in _CUES:
        for match in cue.pattern.finditer(reading.lower):
            if _NEGATED.search(reading.lower[: match.start()]):
                continue
            begin = match.end()
            end = _clause_end(
                reading,
                begin,
                cue.most_words,
                phrase=not cue.whole and cue.confidence != CLAUSE_PROBLEM and cue.most_words < MOST_WORDS,
            )
            text = reading.text[begin:end]
            if cue.whole and text:
                begin = match.start()
            elif cue.most_words < MOST_WORDS:
                begin += len(text) - len(_OF.sub("", _PRONOUNS.sub("", text)))
            if reason := _no_problem(reading.text[begin:end]):
                refusals.add(text, reason, reading.index)
                continue
            add(begin, end, _kind(reading, cue.kind, begin), cue.confidence)
    if before := _BEFORE.search(reading.lower):
        start = _subject_start(reading, before.start())
        text = reading.text[start : before.start()].rstrip()
        if text and not _no_problem(text) and len(text.split()) <= 14:
            add(start, start + len(text), _kind(reading, None, start), CLAUSE_PROBLEM)
    if reading.part is Part.LIMITATIONS and not found and _LIMITED.search(reading.lower) and _OWN.search(reading.lower):
        end = _clause_end(reading, 0, MOST_WORDS, soft=False)
        if len(reading.text[:end].split()) >= 5:
            add(0, end, ProblemKind.LIMITATION, LIMITATION_SECTION)
    return sorted(found, key=lambda each: each.span.char_start)[:_PER_SENTENCE]


def _kind(reading: Reading, stated: ProblemKind | None, start: int) -> ProblemKind:
    if stated is ProblemKind.LIMITATION or reading.part is Part.LIMITATIONS:
        return ProblemKind.LIMITATION
    if stated is ProblemKind.SYMPTOM:
        return stated
    seen = _OBSERVED.search(reading.lower[:start]) is not None
    if seen and reading.part in (Part.RESULTS, Part.EXPERIMENTS, Part.ABSTRACT, Part.CONCLUSION, Part.OTHER):
        return ProblemKind.SYMPTOM
    return ProblemKind.PROBLEM


def _clause_end(reading: Reading, begin: int, most_words: int, *, soft: bool = True, phrase: bool = False) -> int:
    """Return where what begins at *begin* ends: at punctuation, a new clause, *most_words*; a phrase also at a verb."""
    text = reading.text
    end = len(text.rstrip())
    if soft:
        cut = next((match for match in _CUT.finditer(text, begin) if match.start() > begin), None)
        end = min(end, cut.start() if cut else end)
        verb = next((match for match in _VERB.finditer(text, begin) if match.start() > begin), None) if phrase else None
        end = min(end, verb.start() if verb else end)
        joined = next((match for match in _AND.finditer(text, begin, end) if _is_verb(match.group(1).lower())), None)
        end = min(end, joined.start() if joined else end)
    words = list(re.finditer(r"\S+", text[begin:end]))
    if len(words) > most_words:
        words = words[:most_words]
    while words and words[-1].group().lower().strip(",.;:") in _TAIL:
        words.pop()
    if not words:
        return begin
    return begin + words[-1].start() + len(words[-1].group().rstrip(".,;:\"'"))


def _is_verb(word: str) -> bool:
    """Say whether *word* is a verb of the phrase rule's list: it then begins another clause."""
    return word in word_classes().closed and len(word) > 3


def _subject_start(reading: Reading, end: int) -> int:
    before = reading.text[:end]
    cuts = [
        match.end()
        for match in re.finditer(r",\s|;\s|:\s|\b(?:that|because|since|but|and|however|while|although),?\s", before)
    ]
    start = cuts[-1] if cuts else 0
    stripped = _PRONOUNS.sub("", before[start:])
    return end - len(stripped)


def _no_problem(text: str) -> str | None:
    words = text.split()
    if not words or not re.search(r"[A-Za-z]{3}", text):
        return "problem without words"
    if _NOT_A_PHRASE.match(text.strip()):
        return "problem is not a phrase"
    if _EMPTY.match(text.strip()):
        return "problem is not named"
    if len(words) == 1 and (
        len(text) < 6 or text.lower() in {"these", "others", "which", "model", "models", "methods"}
    ):
        return "problem of one short word"
    return None
