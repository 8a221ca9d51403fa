"""The missing thing: "no comparison with X", "no error bars", "only on toy data".

A closed list of kinds (`MissingKind`), each found by its words beside words of lack or of request. Of several, the one
that fits the argument's aspect wins, then the first of the list below. The name is given only where the reviewer gives
it, and as written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph.vocabulary.extraction import Aspect, Missing, MissingKind

_LACK = re.compile(
    r"\b(?:lack(?:s|ing|ed)?|miss(?:es|ing|ed)?|no|not|n't|never|without|absen(?:t|ce)|omit\w*|ignor\w+|neglect\w*|insufficient\w*"
    r"|inadequate\w*|limited|only|merely|solely|just|few|small|weak|too (?:simple|small|few)|should|could|would|needs?|needed"
    r"|required?|please|add(?:ing|ed)?|includ\w+|provid\w+|report|show|clarify|suggest|recommend|encourage|want|wish"
    r"|is there|are there|did|do you|have you|why|how|what|unclear|more|further|additional|expected|helpful|nice)\b",
    re.IGNORECASE,
)
_SIMPLE = r"(?:toy|synthetic|simulated|artificial|simple)"
_KINDS: tuple[tuple[MissingKind, frozenset[Aspect], str], ...] = (
    (
        MissingKind.STATISTICS,
        frozenset({Aspect.STATISTICS}),
        r"error bars?|standard (?:deviations?|errors?)|confidence intervals?|statistical(?:ly)? (?:signific|test|valid)\w*"
        r"|significance tests?|(?:random )?seeds?\b|multiple runs|several runs|repeated (?:runs|trials)|variance (?:of|across|over)"
        r"|\bstd\b|variability",
    ),
    (
        MissingKind.ABLATION,
        frozenset({Aspect.ABLATION}),
        r"ablat\w+|sensitivity|(?:effect|impact|contribution|influence|importance|role) of (?:each|the|different|individual)"
        r"|individual (?:component|contribution|module)s?|each (?:component|module|part)|hyper-?parameter (?:choice|study|analysis)",
    ),
    (
        MissingKind.COST,
        frozenset({Aspect.SCALABILITY}),
        r"run-?times?|comput(?:e|ing|ational|ation) (?:cost|complexit|overhead|resource|budget|efficien|time|requirement|expens)\w*"
        r"|training (?:time|cost)|inference (?:time|speed|cost|latency)|latency|memory (?:usage|cost|footprint|overhead"
        r"|consumption|requirement)\w*|wall-?\s?clock|flops|throughput|time complexity|efficiency|fps\b|energy",
    ),
    (
        MissingKind.SCALE,
        frozenset({Aspect.SCALABILITY, Aspect.GENERALITY}),
        r"large(?:r)?[- ]scale|larger (?:\w+ )?(?:models?|data ?sets?|networks?|problems?|graphs?|backbones?|instances?)|scalab\w+"
        r"|scales? (?:to|up|with)|small(?:er)? (?:models?|networks?|scale|data ?sets?|problems?)|high(?:er)?[- ]dimensional",
    ),
    (
        MissingKind.REAL_DATA,
        frozenset({Aspect.GENERALITY}),
        rf"real[- ]world|real (?:data|robot|hardware|application|scenario|task)\w*|{_SIMPLE} (?:\w+ )?(?:data|data ?sets?|tasks?|"
        r"experiments?|examples?|problems?|settings?|environments?)|practical (?:application|scenario|setting)s?",
    ),
    (
        MissingKind.DATASETS,
        frozenset({Aspect.GENERALITY}),
        r"data ?sets?|benchmarks?|(?:other|more|different|diverse|additional|various|multiple|single|one|two|few) "
        r"(?:\w+ )?(?:tasks?|domains?|models?|architectures?|backbones?|environments?|modalities|languages?|settings?|scenarios?)"
        r"|generali[sz]\w+|diversity",
    ),
    (
        MissingKind.COMPARISON,
        frozenset({Aspect.BASELINES, Aspect.NOVELTY}),
        r"compar\w+|baselines?|state-of-the-art (?:method|approach|model)s?|sota\b|competitors?|alternative methods?"
        r"|existing (?:methods?|approaches)|benchmark(?:ed|ing)? against",
    ),
    (
        MissingKind.CITATION,
        frozenset({Aspect.RELATED_WORK, Aspect.NOVELTY}),
        r"cit(?:e|es|ed|ing|ations?)\b|references?\b|related works?|prior works?|previous works?|literature|discuss\w* of (?:\w+ )?works?",
    ),
    (
        MissingKind.CODE,
        frozenset({Aspect.REPRODUCIBILITY}),
        r"(?:source )?codes?\b|open-?sourc\w+|github|repositor\w+|publicly available|(?:model )?weights|checkpoints?|"
        r"releas\w+|made public",
    ),
    (
        MissingKind.DETAILS,
        frozenset({Aspect.REPRODUCIBILITY, Aspect.CLARITY}),
        r"(?:implementation|experimental|training|technical|algorithmic|more|specific|enough|sufficient|further|important) "
        r"(?:\w+ )?(?:details?|information|settings?|specifics)|details?\b|hyper-?parameters?|experimental set-?up|learning rates?"
        r"|reproduc\w+|pseudo-?code",
    ),
    (
        MissingKind.METRIC,
        frozenset({Aspect.SOUNDNESS, Aspect.STATISTICS}),
        r"(?:evaluation )?(?:metrics?|measures?)\b|human (?:evaluation|study)|user stud(?:y|ies)|quantitative (?:result|evaluation|analysis)"
        r"|qualitative (?:result|evaluation|analysis|example)s?",
    ),
    (
        MissingKind.THEORY,
        frozenset({Aspect.SOUNDNESS}),
        r"theor(?:y|etical|etically|ems?)|proofs?\b|guarantees?|convergence|(?:lower|upper|generali[sz]ation|error|regret) bounds?"
        r"|formal (?:analysis|definition|statement|result)s?",
    ),
    (
        MissingKind.JUSTIFICATION,
        frozenset({Aspect.SOUNDNESS, Aspect.SIGNIFICANCE}),
        r"justif\w+|motivat\w+|intuitions?|rationale|explanations?|explain\w*|reasons?\b|evidence|support(?:ed|ing)?\b|insights?"
        r"|analys[ie]s|discussions?",
    ),
    (
        MissingKind.LIMITATIONS,
        frozenset({Aspect.OTHER}),
        r"limitations?|failure (?:cases?|modes?)|societal (?:impacts?|consequences)|broader impacts?|ethic\w+|negative impacts?",
    ),
)
_COMPILED = tuple((kind, aspects, re.compile(rf"\b(?:{words})", re.IGNORECASE)) for kind, aspects, words in _KINDS)
# Aspects in which naming a thing means that it is missing only where its own kind is meant.
_STRICT = frozenset({MissingKind.JUSTIFICATION, MissingKind.DATASETS, MissingKind.THEORY, MissingKind.METRIC})
_PROPER = r"(?:[A-Z][\w+.*-]*|\w+-?\d[\w.-]*)(?:[ -](?:[A-Z0-9][\w+.-]*))*"
_LEADS = {
    MissingKind.COMPARISON: r"(?:compar\w+|baselines?|benchmark\w*|methods?|approaches|models?|works?)\b[^.;:()]{0,50}?"
    r"\b(?:with|to|against|such as|like|e\.g\.,?|including|namely|from)\s+(?:the |recent |other )?",
    MissingKind.CITATION: r"(?:cit\w+|references?|works?|literature|papers?|discuss\w*)\b[^.;:()]{0,40}?"
    r"\b(?:to|such as|like|e\.g\.,?|including|namely|of|on)\s+(?:the )?",
    MissingKind.DATASETS: r"(?:data ?sets?|benchmarks?|tasks?|evaluat\w+|experiments?|results?|tested|test)\b[^.;:()]{0,40}?"
    r"\b(?:on|such as|like|e\.g\.,?|including|namely|for)\s+(?:the )?",
}
_LEADS[MissingKind.REAL_DATA] = _LEADS[MissingKind.SCALE] = _LEADS[MissingKind.DATASETS]
_NAMES = {kind: re.compile(rf"{lead}(?P<name>{_PROPER})") for kind, lead in _LEADS.items()}
_NO_NAME = re.compile(
    r"(?:Tables?|Tabs?|Fig(?:ure)?s?|Sec(?:tion)?s?|Eq(?:uation)?s?|Alg(?:orithm)?s?|Theorems?|Lemmas?|Propositions?|Corollar\w+"
    r"|Assumptions?|Definitions?|Appendix|Supplement\w*|Lines?|L|Ref|Remark|Step|Part|Question|Weakness\w*|Reviewers?|The|This"
    r"|These|However|For|In|It|I|We|A|An|SOTA|State|Authors?|Chapter|Page)\b",
)


def missing_in(text: str, aspect: Aspect, names: Sequence[str]) -> Missing | None:
    """Return what an objection of *aspect* misses; *names* are the methods, data sets and metrics named in it."""
    if _LACK.search(text) is None:
        return None
    hits = [(kind, aspects) for kind, aspects, words in _COMPILED if words.search(text)]
    fitting = [kind for kind, aspects in hits if aspect in aspects]
    others = [kind for kind, aspects in hits if kind not in _STRICT]
    # Words of another kind are what the argument speaks of, not what it misses, unless nothing else is known of it.
    chosen = fitting or (others if aspect is Aspect.OTHER else [])
    if not chosen:
        return None
    return Missing(kind=chosen[0], name=_name(text, chosen[0], names))


def _name(text: str, kind: MissingKind, names: Sequence[str]) -> str | None:
    pattern = _NAMES.get(kind)
    if pattern is None:
        return None
    for found in pattern.finditer(text):
        name = found.group("name").rstrip(".-,")
        if _NO_NAME.match(name) or len(name) < 2 or not _tells(name):
            continue
        return name
    return next((name for name in names if name in text), None)


def _tells(name: str) -> bool:
    """A name has a capital inside it, a digit, or two capitals: "Mamba" at a sentence's start could be any word."""
    return sum(character.isupper() or character.isdigit() for character in name) >= 2 or len(name) > 3
