"""What part of the argument a section is: from its role, its heading, its number and where it stands.

Guarantees: a section that nobody can name is OTHER, never a guess by content; a subsection without a telling heading
takes the kind of the section it stands under. What comes after the references is not read unless the parser says that
it is body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from graph.vocabulary.document import Document, Section, SectionRole


class Part(StrEnum):
    """The parts of a paper that rules tell apart."""

    TITLE = "title"
    ABSTRACT = "abstract"
    INTRODUCTION = "introduction"
    RELATED = "related"
    METHOD = "method"
    EXPERIMENTS = "experiments"
    RESULTS = "results"
    LIMITATIONS = "limitations"
    CONCLUSION = "conclusion"
    OTHER = "other"
    UNREAD = "unread"


# In order: the first that matches names the section.
_HEADINGS = (
    (
        Part.UNREAD,
        (
            r"checklist|acknowledg|references|bibliography|contributions of|author contribution|funding|ethic|conflict"
            r"|broader impact|impact statement|reproducibility statement|appendix|supplementary|proof|data availability"
        ),
    ),
    (Part.LIMITATIONS, r"limitation|threats to validity|shortcoming|failure (case|mode)|caveat"),
    (Part.RELATED, r"related|previous work|prior work|literature|state of the art$"),
    (Part.CONCLUSION, r"conclu|summary|future work|outlook|closing"),
    (Part.RESULTS, r"result|ablation|analys|finding|comparison|performance|discussion|evaluation$|what we (saw|found)"),
    (
        Part.EXPERIMENTS,
        (
            r"experiment|evaluation|set-?up|dataset|data sets?|data\b|metric|baseline|implementation|training detail"
            r"|protocol|benchmark|empirical|hyper-?parameter|case stud|design of the study|study design"
        ),
    ),
    (Part.INTRODUCTION, r"introduction|motivation|overview$"),
    (Part.RELATED, r"background|preliminar"),
    (Part.METHOD, r"method|approach|model|architecture|algorithm|framework|proposed|formulation|our |theor|technique"),
)
_COMPILED = tuple((part, re.compile(rf"\b(?:{pattern})", re.IGNORECASE)) for part, pattern in _HEADINGS)
_FIXED = {
    SectionRole.TITLE: Part.TITLE,
    SectionRole.ABSTRACT: Part.ABSTRACT,
    SectionRole.AUTHORS: Part.UNREAD,
    SectionRole.REFERENCES: Part.UNREAD,
    SectionRole.APPENDIX: Part.UNREAD,
    SectionRole.CAPTION: Part.UNREAD,
    SectionRole.TABLE: Part.UNREAD,
    SectionRole.FOOTNOTE: Part.UNREAD,
}

_BEFORE_METHOD = (Part.INTRODUCTION, Part.RELATED, Part.METHOD)
_TESTED = (Part.EXPERIMENTS, Part.RESULTS)


def parts(document: Document) -> tuple[Part, ...]:
    """Return the part that each section of *document* is, in section order."""
    found: list[Part] = []
    above: dict[int, Part] = {}
    numbered: dict[str, Part] = {}
    last, closed = Part.OTHER, False
    for section in document.sections:
        if (fixed := _FIXED.get(section.role)) is not None:
            closed = closed or section.role is SectionRole.REFERENCES
            found.append(fixed)
            continue
        part = _named(section.heading)
        if closed and section.role is not SectionRole.BODY:
            part = Part.UNREAD
        if part is None:
            part = _inherited(section, above=above, numbered=numbered, last=last)
        # Some converters give every heading one level; a printed number says more.
        level = 1 + section.number.rstrip(".").count(".") if section.number else section.level or 1
        above = {depth: each for depth, each in above.items() if depth < level} | {level: part}
        if section.number:
            numbered[section.number.rstrip(".")] = part
        last = part
        found.append(part)
    return tuple(found)


def parts_of_headings(headings: Sequence[str]) -> tuple[Part, ...]:
    """Return the part of each section of a text of which only the headings are known, in reading order."""
    found: list[Part] = []
    last = Part.OTHER
    for heading in headings:
        lower = heading.strip().lower()
        fixed = Part.TITLE if lower == "title" else Part.ABSTRACT if lower == "abstract" else None
        part = fixed or _named(heading)
        if part is None:
            part = Part.METHOD if last in _BEFORE_METHOD else last if last in _TESTED else Part.OTHER
        last = part
        found.append(part)
    return tuple(found)


def _named(heading: str) -> Part | None:
    return next((part for part, pattern in _COMPILED if pattern.search(heading)), None)


def _inherited(section: Section, *, above: dict[int, Part], numbered: dict[str, Part], last: Part) -> Part:
    if section.number and "." in section.number.rstrip("."):
        return numbered.get(section.number.rstrip(".").rpartition(".")[0], last)
    if section.level > 1:
        return next((above[depth] for depth in sorted(above, reverse=True) if depth < section.level), Part.OTHER)
    # A top section with a heading of its own, between introduction and experiments, is as a rule the method.
    return Part.METHOD if last in _BEFORE_METHOD else Part.OTHER
