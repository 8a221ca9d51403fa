"""Who does it: the clauses of a sentence, and the method that is the subject of each.

A subject is the methods named before the verb, in the group that a "with", "using" or "adding" leads to, or else the
first group; what is only compared with ("than X", "over X") is none. "Without X" and "removing X" turn a subject round.
"We" and "our method" mean the method that the document proposes, where it proposes one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.vocabulary.extraction import NameType
from ingest.extract import claim_words as words
from ingest.extract.reading import Hit, Reading

_CLAUSE = re.compile(
    r";\s|:\s|,?\s+(?=(?:but(?! (?:\w+ly )?[\w-]+ (?:improve|gain|increase|decrease|reduc|drop|effect|differ"
    r"|better|worse|higher|lower))|while|whereas|whilst|yet|although|though|even though|however)\s)"
    r"|,\s+(?=(?:and\s+)?(?:it|this|they|which|where|thus|thereby|hence|so)\s)"
    r"|,\s+and\s+(?=(?:the |a |an |on |with |for )?[\w-]+(?: [\w-]+){0,3}? (?:\w+ly )?(?:is|was|has|had|does"
    r"|did|improve|reduce|lower|raise|hurt|harm|degrade|increase|decrease|fell|rose|drop)\w*)"
)
OWN = re.compile(
    r"\b(?:our (?:\w+ ){0,2}?(?:method|model|approach|framework|algorithm|system|technique|network|strategy"
    r"|variant|loss|training|agent|policy|architecture|scheme|pipeline|solution|defen[cs]e|attack|estimator"
    r"|formulation)s?|ours"
    r"|the proposed (?:\w+ )?\w+|we)\b(?!\s+(?:data|datasets?|sets?|process|procedure|set-?up|time|costs?"
    r"|curves?|examples)\b)"
)
# "… experiments with FooNet show that mixup improves": what is said begins a clause of its own.
_SAID = re.compile(
    r"\b(?:show|shows|showed|shown|showing|demonstrate|demonstrates|demonstrated|demonstrating|indicate"
    r"|indicates|indicated|indicating"
    r"|reveal|reveals|revealed|confirm|confirms|confirmed|find|found|observe|observed|note|prove|proves|verify"
    r"|verified|report|reported)"
    r"\s+that\s"
)
_NOT_SAID = re.compile(r"(?:\b(?:not|no|never|cannot|fail(?:s|ed)? to)|n't)\s+(?:\w+\s+){0,2}$")
_RELATIVE = re.compile(r"^\W*(?:which|who|that)\b")
_WHERE = re.compile(r"^\W*where\b.*,")  # up to the last comma: "our framework, where both are used, raises …"
_PRONOUN = re.compile(r"\b(?:it|this|they|both|these)\b")
_NO_SUBJECT = re.compile(
    r"(?:\W|\b(?:and|but|while|whereas|whilst|although|though|yet|even|however|thus|thereby|hence|so|also|then"
    r"|still|not|n't|further"
    r"|in turn|at the same time|is|are|was|were|has|have|had|does|do|did|can|could|may|might|will|would|to|be"
    r"|been|in|by|for|on|of"
    r"|significant|able|shown|more|most|as|well|only|a|an|the|up|\d[\w.%]*)\b|\b\w+ly\b)*"
)
_OTHER = re.compile(
    r"(?:,|\bthat\b)\s+(?:(?:the|a|an|our|its|their|this|these|we|it|they)\s+\w+|(?:\w+ly\s+)?\w+ing\s+(?:the|a"
    r"|an|this|both)\s)"
)
# A phrase before the subject: "when applied to FooNet, dropout improves …".
_INTRODUCED = re.compile(
    r"^\W*(?:when applied to|(?:when )?(?:integrated|combined|coupled|trained|equipped|paired) with|for|on|in"
    r"|across|unlike|similar to|given|among|within|during|like|beyond|besides"
    r"|aside from|despite"
    r"|based on|building (?:up)?on|built (?:up)?on|starting from|compared (?:to|with))\b[^,]*,"
)
_DIRECTLY = re.compile(
    r"(?:\W|\b(?:\w+ly|also|can|could|are|were|able|to|have|further|thus|then|now|and|still|even|did|do|not|n't"
    r"|first|again"
    r"|empirically|experimentally)\b)*"
)
_PROPOSED = re.compile(
    r"\s+(?:\w+ly\s+|also\s+|then\s+)?(?:propose|introduce|present|develop|design|devise|describe)d?\b"
)
_OWN_FIRST = re.compile(
    r"\W*(?:\w+ly, |moreover, |in addition, |furthermore, |notably, |specifically, |overall, )?our (?:proposed "
    r"|full |\w+ing )?"
    r"(?:method|model|approach|framework|algorithm|system|technique|network|strategy)\b"
)
# Two words or one of its own before the verb: a subject that is no name of the document.
_NAMED_SUBJECT = re.compile(
    r"(?!(?:as|with|in|on|by|for|at|if|when|under|due|e\.g|i\.e)\b|\w+ing\b"
    r"|.*\bthat\b)[a-z][\w-]*(?:\s+[\w-]+){0,6}\s*$"
)
_A_SUBJECT = 4  # words before "on FooNet" that hold a subject of their own: "adding noise to inputs in FooNets"
# Before a name: it is what something else leads to, not what does it.
_LED_TO = re.compile(r"(?<!\bwe)(?<!\bto)\s+(?:(?:leads?|led) to|results? in|yields?|gives?|produces?)\s")
_OWN_VARIANT = re.compile(r"^[\s-]*(?:based\s+)?(?:variants?|extensions?|modifications?|versions?|method|approach)\b")
_ONLY_ADVERBS = re.compile(
    r"^\s*(?:(?:\w+ly|also|still|even|further|does|did|do|has|had|is|was|not|n't|no|then|in turn)\s*)*$"
)
_THEN_VERB = re.compile(
    r"\s*(?:\([^)]*\)\s*|\[[^\]]*\]\s*)*(?:\w+ly\s+|also\s+|then\s+|still\s+)*"
    r"(?:achiev|obtain|reach|improv|reduc|increas|lower|rais|decreas|hurt|harm|degrad|worsen|boost|gets?\b"
    r"|got\b|has\b|had\b|gives?\b|gave\b|yield|attain|scor|outperform)"
)
_TOGETHER = re.compile(r"\b(?:together|jointly|combined|combining|combination of)\b")
_JOINED = re.compile(r"\s*(?:,\s*)?(?:together |combined |along |in combination |jointly )?(?:with|plus|\+)\s*")
LIST_GAP = re.compile(r"^(?:\s*(?:,|and|or|nor|both|the|&|\+|plus|\([^)]*\)|\[[^\]]*\])\s*)+$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a sentence, at characters *start* to *end*."""

    start: int
    end: int
    hit: Hit


@dataclass(frozen=True, slots=True)
class Subject:
    """Who does it: names, whether by its absence, and whether only a pronoun says so."""

    names: tuple[str, ...]
    removed: bool = False
    pronoun: bool = False
    combined: bool = False


def clauses(lower: str) -> list[tuple[int, int]]:
    """Return the clauses of a sentence as character ranges."""
    cuts = [match.end() for match in _CLAUSE.finditer(lower)]
    said = [match for match in _SAID.finditer(lower) if not _NOT_SAID.search(lower[: match.start()])]
    cuts = sorted({*cuts, *(match.end() for match in said)})
    return list(zip([0, *cuts], [*cuts, len(lower)], strict=True))


def goes_on(lead: str) -> bool:
    """Say whether a clause with *lead* before its verb has the subject of the clause before it.

    "While simpler ones raise …" has a subject of its own; "while also raising …" and "and it raises …" have none.
    """
    if where := _WHERE.match(lead):
        lead = lead[where.end() :]
    return (
        _RELATIVE.match(lead) is not None
        or _PRONOUN.search(lead) is not None
        or _NO_SUBJECT.fullmatch(lead) is not None
    )


def ends_in_own(lower: str, start: int, end: int) -> bool:
    """Say whether a clause is "our full framework" and no more: what follows says something of it."""
    last = max(OWN.finditer(lower, start, end), key=lambda match: match.end(), default=None)
    return last is not None and last.group() != "we" and not lower[last.end() : end].strip(" ,")


def in_range(reading: Reading, type: NameType, start: int, end: int) -> list[Name]:
    """Return the names of one kind that lie between two characters."""
    found = [
        Name(reading.words[hit.first].start, reading.words[hit.last - 1].end, hit)
        for hit in reading.hits
        if hit.type is type
    ]
    return [each for each in found if start <= each.start and each.end <= end]


def subject_before(reading: Reading, start: int, end: int, own: str | None) -> Subject | None:
    """Return the methods that stand before *end* as its subject; "we" and "our method" where there is none."""
    lower = reading.lower
    candidates = [
        each for each in in_range(reading, NameType.METHOD, start, end) if not is_compared(lower, start, each)
    ]
    if not candidates:
        return Subject((own,), pronoun=True) if own and _is_own(lower, start, end) else None
    if own and (opening := _OWN_FIRST.match(lower, start)) and _is_object(lower[opening.end() : candidates[0].start]):
        return Subject((own,), pronoun=True)
    if introduced := _INTRODUCED.match(lower[start:end]):
        behind = [each for each in candidates if each.start >= start + introduced.end()]
        candidates = candidates if _is_architecture(behind) else behind
    found = groups(lower, candidates)
    free = [group for group in found if not words.CONTEXT.search(lower[start : group[0].start])]
    if not free and len(lower[start : found[0][0].start].split()) >= _A_SUBJECT:
        return Subject((own,), pronoun=True) if own and _is_own(lower, start, end) else None
    free = free or found
    with_ = [group for group in free if words.WITH.search(lower[start : group[0].start])]
    removed = [group for group in free if words.REMOVAL.search(lower[start : group[0].start])]
    plain = [group for group in free if not _is_architecture(group)] or free
    chosen_from = [group for group in plain if not _is_left_behind(lower, start, group, end)]
    if not chosen_from:
        return Subject((own,), pronoun=True) if own and _is_own(lower, start, end) else None
    plain = chosen_from
    chosen = ([group for group in removed if group in plain] or [group for group in with_ if group in plain] or plain)[
        0
    ]
    if _is_combination(lower, start, chosen, [group for group in free if group is not chosen], end):
        return Subject((), combined=True)
    if (
        re.search(r"\b(?:of|in|with|by) our\b|\bour\b", lower[start : chosen[0].start])
        and own
        and (_is_architecture(chosen) or _OWN_VARIANT.match(lower[chosen[-1].end :]))
    ):
        return Subject((own,), pronoun=True)
    return Subject(tuple(unique(each.hit.name for each in chosen)), removed=bool(removed))


def _is_own(lower: str, start: int, end: int) -> bool:
    """Say whether "we" or "our method" is who does it.

    "We" is only right before the verb, or where it proposes something that does: in "we observe that more noise …" the
    noise does it, in "we consider states that …" the states do.
    """
    last = max(OWN.finditer(lower, start, end), key=lambda match: match.end(), default=None)
    if last is None:
        return False
    if last.group() != "we":
        return True
    between = lower[last.end() : end]
    return _DIRECTLY.fullmatch(between) is not None or _PROPOSED.match(between) is not None


def _is_object(between: str) -> bool:
    """Say whether words between "our model" and a name make the name an object: "our model solves most FooNets"."""
    return len(between.split()) > 1 and not between.lstrip().startswith((",", "(", ":"))


def adjacent_subject(reading: Reading, start: int, end: int) -> Subject | None:
    """Return the methods that stand right before a later verb of a clause: "… and dropout improves"."""
    lower = reading.lower
    behind = groups(lower, in_range(reading, NameType.METHOD, start, end))
    if not behind or not _ONLY_ADVERBS.match(lower[behind[-1][-1].end : end]):
        return None
    if is_compared(lower, start, behind[-1][0]):
        return None
    return Subject(tuple(unique(each.hit.name for each in behind[-1])))


def _is_combination(lower: str, start: int, chosen: Sequence[Name], others: Sequence[Sequence[Name]], end: int) -> bool:
    """Say whether the subject is two methods at once: "A with B", "A and B together"."""
    if len(chosen) > 1 and _TOGETHER.search(lower, start, end):
        return True
    for group in others:
        if group[-1].end < chosen[0].start and _JOINED.fullmatch(lower[group[-1].end : chosen[0].start]):
            return not _is_architecture(group)
        if chosen[-1].end < group[0].start and _JOINED.fullmatch(lower[chosen[-1].end : group[0].start]):
            return not _is_architecture(group)
    return False


def _is_left_behind(lower: str, start: int, group: Sequence[Name], end: int) -> bool:
    """Say whether another subject stands between *group* and the verb: "under mixup, the network improves"."""
    if words.WITH.search(lower[start : group[0].start]) or words.REMOVAL.search(lower[start : group[0].start]):
        return False
    between = lower[group[-1].end : end]
    if _OTHER.search(between) or _LED_TO.search(lower[start : group[0].start]):
        return True
    _, comma, last = between.rpartition(", ")
    return bool(comma) and not goes_on(last) and _NAMED_SUBJECT.match(last) is not None


def agent_after(reading: Reading, methods: Sequence[Name], start: int, end: int, *, of: bool = True) -> Subject | None:
    """Return the methods after the verb that did it: "… by label smoothing", "… when mixup is used".

    With *of*, also what "of", "between" and "for" lead to, as in "no significant effect of dropout".
    """
    lower = reading.lower
    behind = [
        each for each in methods if start <= each.start and each.end <= end and not is_compared(lower, start, each)
    ]
    for group in groups(lower, behind):
        before = lower[start : group[0].start]
        if words.REMOVAL.search(before):
            return Subject(tuple(unique(each.hit.name for each in group)), removed=True)
        if words.WITH.search(before) or (
            of and re.search(r"\b(?:of|between|for)\s+(?:(?:the|using|adding)\s+)*$", before)
        ):
            return Subject(
                tuple(
                    unique(each.hit.name for each in group[:1] if "between" in before)
                    or unique(each.hit.name for each in group)
                )
            )
    return None


def groups(lower: str, names: Sequence[Name]) -> list[list[Name]]:
    """Return *names* in groups joined by commas and 'and'."""
    found: list[list[Name]] = []
    for each in names:
        if found and LIST_GAP.match(lower[found[-1][-1].end : each.start]):
            found[-1].append(each)
        else:
            found.append([each])
    return found


def _is_architecture(group: Sequence[Name]) -> bool:
    return all(each.hit.entry is not None and each.hit.entry.group == "architecture" for each in group)


def is_compared(lower: str, start: int, name: Name) -> bool:
    """Say whether *name* is what is compared with: 'than', 'over', 'compared with' leads to it."""
    for match in words.AGAINST.finditer(lower, start, name.start):
        between = lower[match.end() : name.start]
        if len(between) <= 60 and not re.search(r"[,;]\s*\w+\s+\w+s\b|, ", between):
            return True
    return False


def unique(names: Iterable[str]) -> list[str]:
    """Return *names* once each, in order."""
    return list(dict.fromkeys(names))


def subject_of(reading: Reading, start: int, end: int, own: str | None, *, at: int) -> Subject | None:
    """Return whose value stands at *at*: the last method before it that a verb follows, else the clause's subject.

    Where the clause has no subject, the method that "with" or "of" leads to.
    """
    methods = in_range(reading, NameType.METHOD, start, end)
    for group in reversed(groups(reading.lower, [each for each in methods if each.end <= at])):
        if _THEN_VERB.match(reading.lower, group[-1].end) and not is_compared(reading.lower, start, group[0]):
            others = [each for each in groups(reading.lower, methods) if each[-1].end < group[0].start]
            if _is_combination(reading.lower, start, group, others, at):
                return None
            return Subject(tuple(unique(each.hit.name for each in group)))
    before = subject_before(reading, start, end, own)
    return before if before is not None else agent_after(reading, methods, start, end)
