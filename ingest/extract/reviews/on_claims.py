"""Which claim of a paper an argument of its reviews speaks about: "the paper claims that X improves Y" and Claim X → Y.

A pure function of the claims of one paper and the arguments on it, wherever both come from: compile reads them from the
graph, ``patternbook read`` from two files. Precision goes before recall. An argument is linked where it repeats the
words of a claim's sentence, a number of it beside a name, or names what is claimed: the method (by name, or as "the
proposed method" where the claim is of the paper's own) together with its outcome or with what it is compared with. That
it merely names the method links nothing. Of several claims that qualify, the one with most in common, then the first.

Not done here: whether the argument agrees with the claim. Its polarity says how it stands to the paper.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from ingest.extract.claim_events import find_events
from ingest.extract.reviews.likeness import Weigher, cosine, rarity, stems


class Ground(StrEnum):
    """What links an argument to a claim."""

    QUOTES = "quotes"  # repeats its words
    NUMBER = "number"  # repeats a number of it
    LABEL = "label"  # names the table, figure or theorem that its sentence names
    NAMES = "names"  # names what is claimed
    WORDS = "words"  # says it in much the same words


@dataclass(frozen=True, slots=True)
class KnownName:
    """An end of a claim: its key, and the names it goes by."""

    key: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeenClaim:
    """A claim with its sentence; `own`: of the method that the paper proposes."""

    key: str
    sentence: str
    interventions: tuple[KnownName, ...]
    comparators: tuple[KnownName, ...] = ()
    outcomes: tuple[KnownName, ...] = ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class SeenPoint:
    """An argument with the keys of the names that its reader found in it."""

    key: str
    text: str
    about: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ClaimLink:
    """An argument, by key, speaks about a claim."""

    point: str
    claim: str
    confidence: float
    ground: Ground


_KIND = r"(?:method|approach|framework|algorithm|model|system|technique|architecture|pipeline)s?\b"
_OWN = re.compile(
    r"\b(?:the|this) (?:(?:new|novel|overall|full) )*(?:method|approach|framework)\b"
    rf"|\b(?:their|authors'?|proposed|suggested|presented|introduced) (?:[\w-]+ ){{0,2}}{_KIND}",
    re.IGNORECASE,
)
# Performance in general, as reviewers speak of it: what a claim without a named outcome is about.
_PERFORMANCE = re.compile(
    r"\b(?:performances?|outperform\w*|effective(?:ness)?|results|superior(?:ity)?|state[- ]of[- ]the[- ]art|sota"
    r"|improve(?:s|d|ments?)?|gains?|better|worse|underperform\w*)\b"
)
_BEATS = re.compile(
    r"\b(?:out|under)perform\w*|\bsurpass\w*|\bsuperior\w*|\bbeats?\b"
    r"|\b(?:achiev|reach|attain|establish|obtain|set)\w* (?:[\w-]+ ){0,3}(?:state[- ]of[- ]the[- ]art|sota)\b"
)
_SAYS_CLAIM = re.compile(
    r"\bclaim(?:s|ed|ing)?\b"
    r"|\b(?:authors?|paper) (?:also )?(?:states?|argues?|shows?|demonstrates?|concludes?|asserts?)\b",
    re.IGNORECASE,
)
_IN_QUOTES = re.compile(r"[“\"]([^“”\"]{12,}?)[.,]?[”\"]")
_LABEL = re.compile(
    r"\b(theorem|lemma|proposition|corollary|table|figure|tab|fig|prop|thm)s?\.? ?(\d+(?:\.\d+)*)", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:\s?%|\s?×|x\b)?(?![\w])")
_WORD = re.compile(r"\w+")
_RUN = 7  # words in a row that two sentences do not share by chance …
_TELLING = 4  # … if so many of them are telling ones
_QUOTED = 4  # words in quotation marks that are a statement; fewer are a term
_TOUCHES, _LIKE, _ALIKE, _SAME = 0.12, 0.18, 0.25, 0.4  # cosine of two texts: from something in common to nearly all


def claims_spoken_of(claims: Sequence[SeenClaim], points: Iterable[SeenPoint]) -> list[ClaimLink]:
    """Return at most one link for each of *points*, in their order."""
    given = list(points)
    if not claims or not given:
        return []
    weigher = Weigher(rarity([*dict.fromkeys(each.sentence for each in claims), *(each.text for each in given)]))
    found = []
    for point in given:
        words = weigher.of(point.text)
        likeness = {each.sentence: cosine(words, weigher.of(each.sentence)) for each in claims}
        held = [(link, -place) for place, each in enumerate(claims) if (link := _link(point, each, likeness))]
        if held:
            (_, confidence, ground), place = max(held)
            found.append(ClaimLink(point.key, claims[-place].key, confidence, ground))
    return found


def _link(point: SeenPoint, claim: SeenClaim, likeness: dict[str, float]) -> tuple[float, float, Ground] | None:
    """Return how much *point* has in common with *claim*, how sure the link is, and its ground; None without one."""
    like = likeness[claim.sentence]
    if like < _TOUCHES:
        return None
    common = _Common(
        like=like,
        named=any(_names(point, each) for each in claim.interventions),
        own=claim.own and _OWN.search(point.text) is not None,
        compared=any(_names(point, each) for each in claim.comparators),
        outcome=any(_names(point, each) for each in claim.outcomes),
        general=not claim.outcomes and _PERFORMANCE.search(point.text.lower()) is not None,
    )
    if (grounded := _ground(point.text, claim.sentence, common)) is None:
        return None
    ground, confidence = grounded
    return common.weight + confidence, confidence, ground


@dataclass(frozen=True, slots=True)
class _Common:
    """What an argument and a claim have in common; `general`: both speak of performance without naming a measure."""

    like: float
    named: bool
    own: bool
    compared: bool
    outcome: bool
    general: bool

    @property
    def weight(self) -> float:
        """How much it is, to choose between claims."""
        return 2 * self.like + self.named + 0.7 * self.own + self.outcome + self.compared + 0.3 * self.general


def _ground(text: str, sentence: str, common: _Common) -> tuple[Ground, float] | None:
    """Return the first ground that holds, with how sure it makes the link."""
    like, subject = common.like, common.named or common.own
    anything = subject or common.outcome or common.compared
    effect, performance = _says_effect(text), _PERFORMANCE.search(text.lower()) is not None
    both_beat = _beats(text) and _beats(sentence)
    whole = common.named and common.compared and common.outcome
    rules = (
        (Ground.QUOTES, 0.95, _repeats(text, sentence)),
        (Ground.NUMBER, 0.9, anything and bool(_numbers(text) & _numbers(sentence))),
        (Ground.NAMES, 0.85, whole),
        (Ground.NAMES, 0.8, effect and common.named and (common.outcome or common.compared)),
        (Ground.LABEL, 0.75, effect and anything and bool(_labels(text) & _labels(sentence))),
        (Ground.NAMES, 0.7, like >= _LIKE and subject and common.outcome),
        (Ground.NAMES, 0.7, like >= _ALIKE and subject and common.general),
        (Ground.NAMES, 0.65, subject and common.general and both_beat),
        (Ground.WORDS, 0.65, like >= _LIKE and anything and _SAYS_CLAIM.search(text) is not None),
        (Ground.WORDS, 0.7, like >= _SAME and anything and (effect or performance)),
    )
    return next(((ground, confidence) for ground, confidence, holds in rules if holds), None)


def _names(point: SeenPoint, name: KnownName) -> bool:
    """Say whether *point* names it: by the reader of the review, or in one of the spellings of the paper."""
    return name.key in point.about or any(_spelled(each).search(point.text) for each in name.names)


@lru_cache(maxsize=8192)
def _spelled(name: str) -> re.Pattern[str]:
    """Return what finds *name* as whole words; short names in capitals by their case, since "RAD" is no "rad"."""
    words = [re.escape(word) for word in re.split(r"[\s-]+", name) if word]
    flags = re.NOFLAG if name.isupper() and len(name) <= 4 else re.IGNORECASE
    return re.compile(rf"(?<!\w){'[ -]?'.join(words)}(?:s|es)?(?!\w)" if words else r"(?!)", flags)


@lru_cache(maxsize=8192)
def _says_effect(text: str) -> bool:
    lower = text.lower()
    return bool(find_events(lower, 0, len(lower)))


@lru_cache(maxsize=8192)
def _beats(text: str) -> bool:
    return _BEATS.search(text.lower()) is not None


@lru_cache(maxsize=8192)
def _labels(text: str) -> frozenset[str]:
    """Return the tables, figures and theorems that are named: "Tab. 3" and "Table 3" alike."""
    return frozenset(f"{kind[:3].lower()} {number}" for kind, number in _LABEL.findall(text))


@lru_cache(maxsize=8192)
def _numbers(text: str) -> frozenset[str]:
    """Return the printed numbers that tell something: with a sign, a decimal point, or at least two digits."""
    found = (re.sub(r"\s", "", match.group()) for match in _NUMBER.finditer(text))
    return frozenset(each.rstrip("%×x") for each in found if len(each) > 1 and not re.fullmatch(r"(?:19|20)\d\d", each))


def _repeats(text: str, sentence: str) -> bool:
    """Say whether *text* holds words of *sentence* in a row, or some of it in quotation marks."""
    said = [word.lower() for word in _WORD.findall(text)]
    there = [word.lower() for word in _WORD.findall(sentence)]
    runs = {tuple(there[at : at + _RUN]) for at in range(len(there) - _RUN + 1)}
    if any(
        (run := tuple(said[at : at + _RUN])) in runs and len(set(stems(" ".join(run)))) >= _TELLING
        for at in range(len(said) - _RUN + 1)
    ):
        return True
    whole = f" {' '.join(there)} "
    quoted = (_WORD.findall(match.lower()) for match in _IN_QUOTES.findall(text))
    return any(len(words) >= _QUOTED and f" {' '.join(words)} " in whole for words in quoted)
