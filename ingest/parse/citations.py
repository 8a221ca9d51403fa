"""In-text citations: where the running text cites, and which entries of the bibliography it names.

Styles: ``[1, 3-5]``, keys (``[Key99]``), raised numbers where the bibliography is numbered and nothing else cites, and
author-year (``Smith and Lee (2019)``, ``(Smith et al., 2019a,b; Lee, 2018)``). A bracket of numbers is one Citation; in
a group by author and year each name is one.

Guarantees: ranges are verbatim, in order and do not overlap; a citation names an entry only where exactly one fits, so
that what is ambiguous ("Lee, 2018" with two of them) is unresolved, never guessed. Not done: "ibid.", and citations by
title.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from graph.vocabulary.document import Citation, Reference
from ingest.parse.text_normalisation import compose_accents, letters_and_digits

Range = tuple[int, int]


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_NUMBER = r"\d{1,3}"
_LIST = rf"{_NUMBER}(?:\s*[–—-]\s*{_NUMBER})?"
_BRACKETED = re.compile(
    rf"\[\s*(?P<list>{_LIST}(?:\s*[,;]\s*{_LIST})*)\s*(?:,\s*(?:p|pp|sec|section|ch|fig|chapter)\b[^\]]{{0,30}})?\]",
    re.IGNORECASE,
)
_NUMBERS = re.compile(rf"(?P<first>{_NUMBER})(?:\s*[–—-]\s*(?P<last>{_NUMBER}))?")
_KEYED = re.compile(r"\[(?P<list>[A-Z][^\[\]]{1,60}?\d{2}[a-z]?(?:\s*[,;]\s*[A-Z][^\[\],;]{0,20}\d{2}[a-z]?)*)\]")
_RAISED = re.compile(rf"{_LIST}(?:\s*,\s*{_LIST})*")
_LONGEST_RANGE = 60

_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_PARTICLE = (
    r"(?:(?:[Vv]an|[Vv]on|[Dd]e|[Dd]er|[Dd]en|[Dd]el|[Dd]i|[Dd]a|[Dd]os|[Ll]a|[Ll]e|[Tt]en|[Tt]er|[Ee]l|[Aa]l|d')"
    r"\s+){1,3}"
)
_LEADING_PARTICLE = re.compile(_PARTICLE)
_ACCENTS = "´`¨ˆ˜ˇ¸˚¯˙˘˝"
_NAME = rf"(?:{_PARTICLE})?[{_ACCENTS}]?{_UPPER}[\w'’{_ACCENTS}]*(?:[-‐]\s?[\w'’{_ACCENTS}]+)*"
_AND = r"(?:,?\s+(?:and|&)\s+|\s*&\s*)"
_ETAL = r",?\s+et\.?\s+al\b\.?"
_YEAR = r"(?:1[89]|20)\d{2}"
_A_YEAR = re.compile(_YEAR)
_YEARS = rf"{_YEAR}[a-z]?(?:\s*[,;/&]\s*(?:and\s+)?(?:{_YEAR}[a-z]?|[a-z]\b)(?![\w-]))*"
_AUTHOR_YEAR = re.compile(
    rf"(?P<names>{_NAME}(?:(?:,\s+{_NAME}){{0,6}}{_AND}{_NAME}|\s+{_NAME})?(?:{_ETAL})?)(?:['’]s)?"
    rf"(?P<mid>\s*,?\s*[(\[]\s*|\s*,\s*|\s+)(?P<years>{_YEARS})(?!\w)(?P<close>[)\]])?"
)
_YEAR_PART = re.compile(rf"(?P<year>{_YEAR})?(?P<letter>[a-z])?")
_SPLIT_NAMES = re.compile(rf"{_AND}|,\s+|{_ETAL}")
# Words that stand before a year and are no name.
_NO_NAME = _words(
    "in on by of at from since until till before after during see also e.g i.e cf the and january february "
    "march april may june july august september october november december conll semeval acl emnlp naacl eacl "
    "coling icml iclr nips neurips cvpr iccv eccv aaai ijcai trec wmt duc tac clef iwslt bionlp workshop "
    "conference proceedings task track copyright version senseval ace muc ptb table figure section spring "
    "summer fall autumn winter year mid early late challenge dataset corpus imagenet ilsvrc voc coco arxiv "
    "preprint"
)
_MIN_SHARE = 0.5  # of the bibliography: a way of citing that is not certain by itself must reach as many entries


def find_citations(
    text: str,
    references: Sequence[Reference],
    ranges: Iterable[Range],
    *,
    raised: Sequence[Range] = (),
) -> tuple[Citation, ...]:
    """Return the citations within *ranges* of *text* (usually those of the sentences), by their place.

    *raised* are the ranges of the text that are printed raised, where the format says so; only there can a number
    without brackets cite.
    """
    if not references:
        return ()
    spans = sorted(set(ranges))
    index = _Index(text, references)
    found = list(chain.from_iterable(_in_range(text, start, end, index) for start, end in spans))
    brackets = [c for c in found if text[c.char_start] == "[" and text[c.char_start + 1].isdigit()]
    if not index.labelled and not _reach_enough(brackets, index):
        found = [c for c in found if c not in brackets]  # intervals and indexes of formulas
    if raised and not _reach_enough(found, index):
        marks = [c for c in _raised(text, raised, index) if any(a <= c.char_start < b for a, b in spans)]
        if _reach_enough(marks, index):
            found = [c for c in found if c not in brackets] + marks
    return _without_overlap(found)


def _reach_enough(citations: list[Citation], index: _Index) -> bool:
    return len({at for c in citations for at in c.references}) >= max(2, _MIN_SHARE * index.count)


class _Index:
    """The bibliography by number, by key, and by first family name and year."""

    def __init__(self, text: str, references: Sequence[Reference]) -> None:
        self.count = len(references)
        self.years = [year.start() for year in _A_YEAR.finditer(text)]
        labels = [reference.label or "" for reference in references]
        self.labelled = any(labels)
        self.numbers: dict[int, int] = {}
        if sum(label.isdigit() for label in labels) * 2 >= len(labels):
            for at, label in enumerate(labels):
                if label.isdigit():
                    self.numbers.setdefault(int(label), at)
        elif not self.labelled:
            self.numbers = {at + 1: at for at in range(len(labels))}
        self.keys: dict[str, int] = {}
        for at, label in enumerate(labels):
            if label and not label.isdigit():
                self.keys.setdefault(letters_and_digits(label), at)
        self.authors = [tuple(_folded(name) for name in reference.authors) for reference in references]
        self.by_name: dict[tuple[str, int], list[int]] = {}
        self.letters: list[str] = []
        for at, reference in enumerate(references):
            entry = text[reference.char_start : reference.char_end]
            suffix = re.search(rf"(?<!\d){reference.year}([a-z])\b", entry) if reference.year else None
            self.letters.append(suffix.group(1) if suffix else "")
            names = self.authors[at]
            if names and reference.year:
                self.by_name.setdefault((names[0], reference.year), []).append(at)

    def numbered(self, first: int, last: int) -> list[int] | None:
        """Return the entries *first* to *last*, or None where one of them is not there."""
        if not first <= last <= first + _LONGEST_RANGE or not all(n in self.numbers for n in range(first, last + 1)):
            return None
        return [self.numbers[n] for n in range(first, last + 1)]

    def of_author(self, names: list[str], et_al: bool, year: int, letter: str) -> int | None:
        """Return the one entry that fits, else None."""
        found = self.by_name.get((names[0], year), [])
        if letter and any(self.letters[at] for at in found):
            found = [at for at in found if self.letters[at] == letter]
        if len(found) > 1 and len(names) > 1:
            found = [at for at in found if self.authors[at][1 : len(names)] == tuple(names[1:])] or found
        if len(found) > 1:
            found = [at for at in found if _fits(len(self.authors[at]), len(names), et_al)] or found
        return found[0] if len(found) == 1 else None


def _fits(authors: int, named: int, et_al: bool) -> bool:
    return authors > named if et_al else authors == named


def _folded(name: str) -> str:
    """Return *name* without accents and particles, letters and digits only: "dos Santos" and "Santos" are one."""
    plain = unicodedata.normalize("NFKD", compose_accents(_LEADING_PARTICLE.sub("", name)))
    return letters_and_digits("".join(c for c in plain if not unicodedata.combining(c)))


def _in_range(text: str, start: int, end: int, index: _Index) -> Iterator[Citation]:
    if text.find("[", start, end) >= 0:
        yield from _in_brackets(text, start, end, index)
    at = bisect_left(index.years, start)
    if at < len(index.years) and index.years[at] < end:
        yield from _by_author(text, start, end, index)


def _in_brackets(text: str, start: int, end: int, index: _Index) -> Iterator[Citation]:
    for match in _BRACKETED.finditer(text, start, end):
        if index.numbers:
            named = _entries(match.group("list"), index)
            if named is not None:
                yield Citation(char_start=match.start(), char_end=match.end(), references=tuple(named))
    if index.keys:
        for match in _KEYED.finditer(text, start, end):
            keys = [letters_and_digits(key) for key in re.split(r"[,;]", match.group("list"))]
            known = [index.keys[key] for key in keys if key in index.keys]
            if known:
                yield Citation(char_start=match.start(), char_end=match.end(), references=tuple(dict.fromkeys(known)))


def _entries(listed: str, index: _Index) -> list[int] | None:
    """Return the entries that ``1, 3-5`` names; None where a number stands for no entry: an interval, a year."""
    found: list[int] = []
    for part in _NUMBERS.finditer(listed):
        first = int(part.group("first"))
        entries = index.numbered(first, int(part.group("last") or first))
        if entries is None:
            return None
        found += entries
    return list(dict.fromkeys(found))


def _by_author(text: str, start: int, end: int, index: _Index) -> Iterator[Citation]:
    at = start
    while match := _AUTHOR_YEAR.search(text, at, end):
        at = match.end()
        readings = list(_readings(match))
        if not readings:
            continue
        opened = match.group("mid").strip(" ,")[:1] in {"(", "["}
        stop = match.end() if match.group("close") and opened else match.end("years")
        et_al = re.search(_ETAL, match.group("names")) is not None
        years = list(_years(match.group("years")))
        begin, entries = readings[0][1], list[int]()
        for names, at_name in readings:
            entries = [e for year, letter in years if (e := index.of_author(names, et_al, year, letter)) is not None]
            if entries:
                begin = at_name
                break
        certain = bool(entries) or et_al or opened or _in_parentheses(text, begin, start)
        if certain and (entries or match.group("mid").strip()):
            yield Citation(char_start=begin, char_end=stop, references=tuple(dict.fromkeys(entries)))


def _readings(match: re.Match[str]) -> Iterator[tuple[list[str], int]]:
    """Yield the folded family names and where they begin, the whole first: "In the LM, Smith and Lee" has two readings.

    "See Smith" begins with Smith, "In 2019" has no name.
    """
    printed = match.group("names").removesuffix("'s").removesuffix("’s")
    begin = match.start("names")
    while printed:
        parts = [part for part in _SPLIT_NAMES.split(printed) if part and part.strip()]
        folded = [
            _folded(part.split()[-1] if " " in part and not re.match(_PARTICLE, part) else part) for part in parts
        ]
        first = re.match(r"[\w.'’-]+,?\s+(?!et\b|and\b|&)", printed)
        lead = first.group().strip(" ,.").casefold() if first else printed.casefold()
        if folded and len(folded[0]) > 1 and lead not in _NO_NAME:
            yield folded, begin
        if first is None:
            return
        printed = printed[first.end() :]
        begin += first.end()


def _years(printed: str) -> Iterator[tuple[int, str]]:
    """Yield ``(year, letter)`` of ``2019a,b, 2020``."""
    year = 0
    for part in _YEAR_PART.finditer(printed):
        if part.group("year"):
            year = int(part.group("year"))
        if part.group("year") or (part.group("letter") and printed[part.start() - 1] in " ,;/&"):
            yield year, part.group("letter") or ""


def _in_parentheses(text: str, at: int, start: int) -> bool:
    before = text[max(start, at - 400) : at]
    return max(before.rfind("("), before.rfind("[")) > max(before.rfind(")"), before.rfind("]"))


def _raised(text: str, raised: Sequence[Range], index: _Index) -> Iterator[Citation]:
    for start, end in raised:
        if _RAISED.fullmatch(text, start, end) and (named := _entries(text[start:end], index)):
            yield Citation(char_start=start, char_end=end, references=tuple(named))


def _without_overlap(found: list[Citation]) -> tuple[Citation, ...]:
    """Return *found* by place; of two that overlap the one that names entries, then the longer one, stays."""
    kept: list[Citation] = []
    for citation in sorted(found, key=lambda c: (c.char_start, -c.char_end)):
        if kept and citation.char_start < kept[-1].char_end:
            if not kept[-1].references and citation.references:
                kept[-1] = citation
            continue
        kept.append(citation)
    return tuple(kept)
