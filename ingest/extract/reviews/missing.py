"""The missing thing: "no comparison with X", "no error bars", "only on toy data".

A closed list of kinds (`MissingKind`), each found by its words (``lexicons/missing.toml``) near a word of lack or of
request. Of several, the one that fits the argument's aspect wins, then the first of the list. The name is given only
where the reviewer gives it, and as written.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graph.vocabulary.extraction import Aspect, Missing, MissingKind

_NEAR = 60  # characters between the thing and the word that says it is missing
_PROPER = r"(?:[A-Z][\w+.*-]*|\w+-?\d[\w.-]*)(?:[ -](?:[A-Z0-9][\w+.-]*))*"
_LEADS = {
    MissingKind.COMPARISON: r"(?:compar\w+|baselines?|benchmark\w*|methods?|approaches|models?|works?)\b[^.;:()]{0,50}?"
    r"\b(?:with|to|against|such as|like|e\.g\.,?|including|namely|from)\s+(?:the |recent |other )?",
    MissingKind.CITATION: r"(?:cit\w+|references?|works?|literature|papers?|discuss\w*)\b[^.;:()]{0,40}?"
    r"\b(?:to|such as|like|e\.g\.,?|including|namely|of|on)\s+(?:the )?",
    MissingKind.DATASETS: r"(?:data ?sets?|benchmarks?|tasks?|evaluat\w+|experiments?|results?|tested"
    r"|test)\b[^.;:()]{0,40}?"
    r"\b(?:on|such as|like|e\.g\.,?|including|namely|for)\s+(?:the )?",
}
_LEADS[MissingKind.REAL_DATA] = _LEADS[MissingKind.SCALE] = _LEADS[MissingKind.DATASETS]
_NAMES = {kind: re.compile(rf"{lead}(?P<name>{_PROPER})") for kind, lead in _LEADS.items()}
_NO_NAME = re.compile(
    r"(?:Tables?|Tabs?|Fig(?:ure)?s?|Sec(?:tion)?s?|Eq(?:uation)?s?|Alg(?:orithm)?s?|Theorems?|Lemmas?"
    r"|Propositions?|Corollar\w+"
    r"|Assumptions?|Definitions?|Appendix|Supplement\w*|Lines?|L|Ref|Remark|Step|Part|Question|Weakness\w*"
    r"|Reviewers?|The|This"
    r"|These|However|For|In|It|I|We|A|An|SOTA|State|Authors?|Chapter|Page)\b",
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind with the aspects it belongs to and its words."""

    kind: MissingKind
    aspects: frozenset[Aspect]
    strict: bool
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """Words of lack, words of absence, and the kinds in order."""

    lack: re.Pattern[str]
    absent: re.Pattern[str]
    kinds: tuple[_Kind, ...]


@cache
def _lexicon() -> _Lexicon:
    raw = tomllib.loads((files("ingest.extract") / "lexicons" / "missing.toml").read_text(encoding="utf-8"))

    def words(listed: Iterable[str], end: str = "") -> re.Pattern[str]:
        return re.compile(rf"\b(?:{'|'.join(listed)}){end}", re.IGNORECASE)

    return _Lexicon(
        words(raw["lack"], r"\b"),
        words(raw["absent"], r"\b"),
        tuple(
            _Kind(MissingKind(name), frozenset(map(Aspect, given["aspects"])), given["strict"], words(given["words"]))
            for name, given in raw["kinds"].items()
        ),
    )


def missing_in(text: str, aspect: Aspect) -> Missing | None:
    """Return what an objection of *aspect* misses."""
    lexicon = _lexicon()
    lacking, absent = list(lexicon.lack.finditer(text)), list(lexicon.absent.finditer(text))
    hits = [
        each
        for each in lexicon.kinds
        if any(_is_near(found, absent if each.strict else lacking) for found in each.words.finditer(text))
    ]
    fitting = [each.kind for each in hits if aspect in each.aspects]
    others = [each.kind for each in hits if not each.strict]
    # Words of another kind are what the argument speaks of, not what it misses, unless nothing else is known of it.
    chosen = fitting or (others if aspect is Aspect.OTHER else [])
    return Missing(kind=chosen[0], name=_name(text, chosen[0])) if chosen else None


def _name(text: str, kind: MissingKind) -> str | None:
    pattern = _NAMES.get(kind)
    if pattern is None:
        return None
    for found in pattern.finditer(text):
        name = found.group("name").rstrip(".-,")
        if _NO_NAME.match(name) or len(name) < 2 or not _tells(name):
            continue
        return name
    return None


def _is_near(found: re.Match[str], others: Sequence[re.Match[str]]) -> bool:
    return any(
        other.start() - found.end() <= _NEAR and found.start() - other.end() <= _NEAR
        for other in others
        if not found.start() <= other.start() < found.end()
    )


def _tells(name: str) -> bool:
    """A name has a capital inside it, a digit, or two capitals: "Mamba" at a sentence's start could be any word."""
    return sum(character.isupper() or character.isdigit() for character in name) >= 2 or len(name) > 3
