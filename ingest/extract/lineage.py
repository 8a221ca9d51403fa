"""Where things come from: which cited work supplies a method, a dataset, a baseline or code that is used here.

A citation gets a role from the words of its own clause before it: "we use X [12]", "compared with Y [3]", "the code of
[4]", "evaluated on the Z dataset (Doe et al., 2020)". A name of the document right before the citation says what the
work is cited for, and its kind decides where the words leave it open. Items of a list share the role of the first.
Everything else is background, and background is left out: it is in `Document.citations`.

Guarantees: one item for each work that a citation names and that the bibliography lists; the span is the citation as
printed. Not read: related work without "we" or "our" in the clause, the appendix, citations that name no entry.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from graph.vocabulary.document import Citation, Document
from graph.vocabulary.extraction import CitationRole, NameType, Span, StatedCitation
from ingest.extract import citation_cues as cues
from ingest.extract.confidence import CITED, CITED_LISTED, CITED_NAME
from ingest.extract.reading import Hit, Reading
from ingest.extract.sections import Part

_WITHIN = (Part.METHOD, Part.EXPERIMENTS, Part.RESULTS)
_MOST_TOGETHER = 2  # works in one citation: more are a survey, not a source
_MOST_BASELINES = 4  # which are cited together more often
_REACH = 14  # words between a cue and the citation
_NEAR = 7  # words between a weak cue ("with", "on") and the citation
_BESIDE = 3  # words between "dataset" and the citation
_TAIL = 60  # characters before a citation in which "code of" or a library's name counts
_NAME_GAP = re.compile(r"^\s*(?:\(|\[|,)?\s*(?:\w+\s+){0,1}\(?\s*$")
_BRACKETS = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"\w[\w'-]*")
_CITED_SUBJECT = re.compile(r"^\W*(?:[\w.-]+\s+){1,6}?(?:\[\d[\d,\s-]*\]|\(?\d{4}[a-z]?\))")  # "FooNet [3] employs …"
_ITEM = re.compile(r"^[\s)\]]*(?:,|;|and\b|or\b|as well as\b|&|$)")
_SLIGHT = frozenset({"with", "by", "from", "on", "via"})  # say what is used only before a name


@dataclass(frozen=True, slots=True)
class _Place:
    """A citation in a sentence, at characters *start* to *end* of the normalised text."""

    citation: Citation
    start: int
    end: int


def find_lineage(document: Document, readings: Sequence[Reading]) -> list[StatedCitation]:
    """Return what the citations of *document* supply, in reading order."""
    starts = [citation.char_start for citation in document.citations]
    found: list[StatedCitation] = []
    for reading in readings:
        places = list(_places(document, reading, starts))
        before: _Place | None = None
        role: CitationRole | None = None  # of the citation before
        for place in places:
            named = _named(reading, place)
            listed = before is not None and role is not None and _continues(reading, before, place)
            role = _as_item(role, named) if listed and role is not None else None
            if role is None:
                role, listed = _role(_read_clause(reading, place, named, before)), False
            before = place
            if role is None:
                continue
            together = place.citation.references
            if len(together) > (_MOST_BASELINES if role is CitationRole.BASELINE else _MOST_TOGETHER):
                continue
            sure = CITED_LISTED if listed else CITED_NAME if named else CITED
            for reference in together:
                found.append(
                    StatedCitation(
                        reference=reference,
                        role=role,
                        type=named.type if named and len(together) == 1 else None,
                        name=named.name if named and len(together) == 1 else None,
                        span=Span(
                            char_start=place.citation.char_start,
                            char_end=place.citation.char_end,
                            quote=document.quote(place.citation),
                        ),
                        sentence=reading.index,
                        confidence=sure,
                    )
                )
    return found


def _places(document: Document, reading: Reading, starts: Sequence[int]) -> Iterator[_Place]:
    sentence = document.sentences[reading.index]
    first = bisect_left(starts, sentence.char_start)
    for citation in document.citations[first : bisect_right(starts, sentence.char_end)]:
        if citation.references and citation.char_end <= sentence.char_end:
            start = _position(reading, citation.char_start)
            yield _Place(citation, start, max(start, _position(reading, citation.char_end)))


def _position(reading: Reading, offset: int) -> int:
    """Return where a character of the document stands in the normalised sentence."""
    relative = offset - reading.normal.base
    if reading.normal.offsets is None:
        return min(relative, len(reading.text))
    return bisect_left(reading.normal.offsets, relative)


def _named(reading: Reading, place: _Place) -> Hit | None:
    """Return the name that stands right before the citation."""
    behind = [hit for hit in reading.hits if reading.words[hit.last - 1].end <= place.start]
    if not behind:
        return None
    last = max(behind, key=lambda hit: hit.last)
    gap = reading.text[reading.words[last.last - 1].end : place.start]
    return last if _NAME_GAP.match(gap) else None


@dataclass(frozen=True, slots=True)
class _Clause:
    """The words of a clause before a citation, and what they hold."""

    text: str
    behind: str  # what follows the citation
    kind: NameType | None  # of the name right before the citation
    within: bool  # in a part about the paper's own work, or with "we" in the clause
    part: Part
    own: re.Match[str] | None  # the last "we use"
    weak: re.Match[str] | None  # the last "using", "following", since the citation before
    compare: re.Match[str] | None

    @property
    def after_weak(self) -> int:
        """Words between the weak cue and the citation; many where there is none."""
        return _words(self.text[self.weak.end() :]) if self.weak else _REACH


def _read_clause(reading: Reading, place: _Place, named: Hit | None, before: _Place | None) -> _Clause | None:
    """Return the clause of a citation, or None where it speaks of the work of others."""
    lower = reading.lower
    start = max((match.end() for match in cues.BREAK.finditer(lower, 0, place.start)), default=0)
    raw = lower[start : place.start]
    text = _BRACKETS.sub(lambda match: " " * len(match.group()), raw)  # an aside is no cue; places stay what they are
    ours = cues.OURS.search(text) is not None
    since = before.end - start if before is not None and before.end > start else 0
    compare = _last(cues.COMPARE, text)
    if not ours and (reading.part is Part.RELATED or (cues.OTHERS.search(text) and compare is None)):
        return None
    weak = _last(cues.OTHERS_USE, text, since)
    if weak is not None and not ours and _CITED_SUBJECT.search(raw[: weak.start()]):
        return None
    return _Clause(
        text=text,
        behind=lower[place.end :],
        kind=named.type if named else None,
        within=reading.part in _WITHIN or ours,
        part=reading.part,
        own=_last(cues.OWN_USE, text),
        weak=weak,
        compare=compare if compare is None or compare.start() >= since else None,
    )


def _as_in_others(clause: _Clause) -> bool:
    """Say whether a procedure is taken over, whatever the name is: "following the protocol of FooBank [3]"."""
    weak = clause.weak
    return weak is not None and weak.group() in {"following", "inspired by"} and clause.after_weak <= _NEAR


def _is_data(clause: _Clause) -> bool:
    if clause.kind is NameType.DATASET:
        return cues.EVALUATED.search(clause.text) is not None
    if clause.kind is not None:
        return False
    if cues.DATA_BEHIND.match(clause.behind):
        return clause.own is not None or clause.weak is not None or cues.EVALUATED.search(clause.text) is not None
    data = _last(cues.DATA, clause.text)
    if data is not None and _words(clause.text[data.end() :]) <= _BESIDE and cues.EVALUATED.search(clause.text):
        return True
    return cues.TRIED_ON.search(clause.text) is not None or cues.BEATEN_ON.search(clause.text) is not None


def _is_baseline(clause: _Clause) -> bool:
    if clause.kind in (NameType.DATASET, NameType.METRIC, NameType.TASK):
        return False
    if cues.AS_BASELINE.match(clause.behind):
        return True
    compare, weak = clause.compare, clause.weak
    if clause.kind is None and (cues.BEATEN_ON.search(clause.text) or cues.DATA_BEHIND.match(clause.behind)):
        return False
    if compare is None or _words(clause.text[compare.end() :]) > _REACH:
        return False
    # "compared with others, trained with [3]": the later cue has the unnamed work
    return clause.kind is not None or weak is None or weak.start() <= compare.end() + 1


def _is_code(clause: _Clause) -> bool:
    used = clause.own is not None or clause.weak is not None
    return used and cues.CODE.search(clause.text[-_TAIL:]) is not None


def _is_method(clause: _Clause) -> bool:
    if clause.kind is NameType.DATASET:
        return _as_in_others(clause)
    if clause.own is not None and _words(clause.text[clause.own.end() :]) <= _REACH:
        return True
    if clause.weak is None or clause.part not in _WITHIN or clause.after_weak > _NEAR:
        return False
    return clause.kind is NameType.METHOD or clause.weak.group() not in _SLIGHT


# The first that holds decides.
_RULES: tuple[tuple[CitationRole, Callable[[_Clause], bool]], ...] = (
    (CitationRole.METHOD, lambda clause: clause.kind is NameType.DATASET and _as_in_others(clause)),
    (CitationRole.BASELINE, _is_baseline),
    (CitationRole.CODE, _is_code),
    (CitationRole.DATASET, _is_data),
    (CitationRole.METHOD, _is_method),
)


def _role(clause: _Clause | None) -> CitationRole | None:
    """Return the role that the words before a citation give it, or None where they say nothing."""
    if clause is None or not clause.within:
        return None
    return next((role for role, holds in _RULES if holds(clause)), None)


def _continues(reading: Reading, before: _Place, place: _Place) -> bool:
    """Say whether the citation is the next item of the list that *before* stands in."""
    gap = _BRACKETS.sub(" ", reading.lower[before.end : place.start])
    if cues.BREAK.search(gap) or _words(gap) > 8:
        return False
    return _ITEM.match(gap) is not None and not cues.FRESH.search(gap)


def _as_item(role: CitationRole, named: Hit | None) -> CitationRole | None:
    """Return the role of a further item of a list: the role of the one before, unless its kind speaks against it."""
    if named is None:
        return role
    if named.type is NameType.DATASET:
        return CitationRole.DATASET
    if role is CitationRole.DATASET and named.type is NameType.METHOD:
        return None
    return role


def _last(pattern: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
    return max(pattern.finditer(text, start), key=lambda match: match.end(), default=None)


def _words(text: str) -> int:
    return len(_WORD.findall(text))
