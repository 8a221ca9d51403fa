"""The page that ``patternbook read`` prints for a person: one document after the other, the same parts in one order.

Names are listed once with how often they stand in the text; statements with their sentence and where it is printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from service.cli.output import add, out, table

if TYPE_CHECKING:
    from rich.table import Table

    from graph.vocabulary.document import Document
    from graph.vocabulary.extraction import Extraction, StatedClaim, StatedPoint
    from service.reading import ReadDocument, ReadPart

_PER_ROLE = 3  # sentences shown of each role, the surest ones
_ROLES = ("problem", "contribution", "method", "setup", "result", "comparison", "limitation")


def show(read: ReadDocument) -> None:
    """Print what was read."""
    console = out()
    for part in (read, *read.also):
        _head(part)
        if part is read and read.reported:
            groups = [(each.name, *(name for name in each.names if name != each.name)) for each in read.reported]
            console.print(f"Reports on: {'; '.join(' = '.join(group) for group in groups)}", markup=False)
        points = _points(part, _claims_spoken_of(read, part))
        for filled in (_names(part.extraction), _sentences(part), _statements(part), _sources(part), points):
            if filled.row_count:
                console.print()
                console.print(filled)
        console.print()
    if read.refused:
        console.print(f"{len(read.refused)} statement(s) were found and refused; --json shows each with its reason.")


def _head(part: ReadPart) -> None:
    document, extraction, console = part.document, part.extraction, out()
    console.print(document.bibliography.title or "no title", style="bold", markup=False)
    pages = f", {document.page_count} pages" if document.page_count else ""
    counts = (
        (len(document.sections), "sections"),
        (len(document.sentences), "sentences"),
        (len(document.tables), "tables"),
        (len(document.formulas), "formulas"),
        (len(document.references), "references"),
        (len(document.citations), "citations"),
    )
    parts = ", ".join(f"{count} {what}" for count, what in counts if count)
    console.print(f"{document.kind} from {document.format}{pages}: {parts or 'no text'}", markup=False)
    runs = "; ".join(f"{each.component} {each.part} ({each.sentences} sentences)" for each in extraction.read_by)
    asked = "; ".join(f"{each.reader} pages {each.first}-{each.last}" for each in document.read_by)
    console.print(f"Parsed by {document.parser}{f' ({asked})' if asked else ''}", style="dim", markup=False)
    console.print(f"Extracted by {extraction.extractor}{f': {runs}' if runs else ''}", style="dim", markup=False)
    for warning in document.warnings:
        console.print(f"Warning: {warning}", style="yellow", markup=False)


def _names(extraction: Extraction) -> Table:
    found = table("kind", "name", "times", title="Names", right=frozenset({"times"}))
    count = Counter((each.type, each.name) for each in extraction.mentions)
    roles: dict[tuple[str, str], Counter[str]] = {}
    for each in extraction.mentions:
        if each.role:
            roles.setdefault((each.type, each.name), Counter())[each.role] += 1
    for (kind, name), times in sorted(count.items(), key=lambda each: (each[0][0], -each[1], each[0][1])):
        said = roles.get((kind, name), Counter())
        # "proposed" is said once and means more than the mentions that follow.
        role = "proposed" if said["proposed"] else next(iter(dict(said.most_common(1))), "")
        add(found, f"{kind} ({role})" if role else kind, name, str(times))
    return found


def _sentences(part: ReadPart) -> Table:
    found = table("role", "sentence", "where", title="What sentences do")
    by_role = sorted(part.extraction.roles, key=lambda each: (_ROLES.index(each.role), -each.confidence, each.sentence))
    for role, group in groupby(by_role, key=lambda each: each.role):
        for each in sorted(list(group)[:_PER_ROLE], key=lambda each: each.sentence):
            add(found, role, *_quoted(part.document, each.sentence))
    return found


def _statements(part: ReadPart) -> Table:
    found = table("kind", "what", "sentence", "where", title="What is stated")
    extraction, document = part.extraction, part.document
    for problem in extraction.problems:
        add(found, problem.kind, problem.span.quote, *_quoted(document, problem.sentence))
    for claim in extraction.claims:
        add(found, "claim", _effect(claim), *_quoted(document, claim.sentence))
    for result in extraction.results:
        of = " ".join(f"{word} {name}" for word, name in (("of", result.method), ("on", result.dataset)) if name)
        row = (result.row.quote, _where(document, result.sentence)) if result.row else None
        value = f"{result.metric} {result.printed} {of}".rstrip()
        add(found, "result", value, *(row or _quoted(document, result.sentence)))
    return found


def _sources(part: ReadPart) -> Table:
    found = table("kind", "what", "sentence", "where", title="Cited works, code and data")
    document = part.document
    for citation in part.extraction.citations:
        title = document.references[citation.reference].title or citation.span.quote
        work = f"{citation.name}: {title}" if citation.name else title
        add(found, citation.role, work, *_quoted(document, citation.sentence))
    for link in part.extraction.links:
        add(found, f"{'own ' if link.own else ''}{link.kind}", link.url, *_quoted(document, link.sentence))
    return found


def _points(part: ReadPart, claims: Mapping[int, str]) -> Table:
    found = table("aspect", "argument", "about", "quote", title="Arguments of the reviewers")
    for number, point in enumerate(part.extraction.points):
        claim = f"the claim that {claims[number]}" if number in claims else ""
        about = "; ".join(each for each in (claim, _missed(point)) if each)
        add(found, point.aspect.replace("_", " "), _weighed(point), about, point.span.quote)
    return found


def _claims_spoken_of(read: ReadDocument, part: ReadPart) -> dict[int, str]:
    """Return, by their number, the arguments of *part* that speak about a claim, with what is claimed."""
    return {
        each.point: _effect(read.extraction.claims[each.claim])
        for each in read.spoken_of
        if each.reviews == part.document.key
    }


def _effect(claim: StatedClaim) -> str:
    against = f" over {claim.comparator}" if claim.comparator else ""
    size = f" by {claim.size}" if claim.size else ""
    return f"{claim.intervention} {claim.direction} {claim.outcome or 'performance'}{against}{size}"


def _quoted(document: Document, sentence: int) -> Iterator[str]:
    yield " ".join(document.quote(document.sentences[sentence]).split())
    yield _where(document, sentence)


def _where(document: Document, sentence: int) -> str:
    at = document.sentences[sentence]
    return f"page {at.page}" if at.page else document.sections[at.section].heading


def _weighed(point: StatedPoint) -> str:
    """How an argument stands to the paper, and how much it weighs where a reviewer says so."""
    severity = "" if point.severity == "unclear" else f"{point.severity} "
    answered = f", {point.answer.state}" if point.answer else ""
    return f"{severity}{point.polarity}{answered}"


def _missed(point: StatedPoint) -> str:
    """What it misses, by name where it gives one."""
    if point.missing is None:
        return ", ".join(point.about)
    return f"missing {point.missing.kind.replace('_', ' ')}" + (f": {point.missing.name}" if point.missing.name else "")
