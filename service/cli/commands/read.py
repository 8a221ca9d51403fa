"""``patternbook read``: what one file says, without storing anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.options import JsonOption, settings_of

if TYPE_CHECKING:
    from graph.vocabulary.extraction import StatedPoint
    from service.reading import ReadDocument

NAME = "read"
EXAMPLES = "Examples:\n\npatternbook read paper.pdf\n\npatternbook read paper.pdf --reviews reviews.json --json"


def command(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A paper: PDF, TEI, JATS, LaTeX, Markdown or text.", show_default=False),
    ],
    reviews: Annotated[
        Path | None, typer.Option("--reviews", help="Its reviews: JSON or Markdown.", show_default=False)
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show what one file says: its sections, and the methods, claims, results and problems found in it.

    Nothing is stored. Use it to see how a file is read before a large ingest.
    """
    from ingest.pipeline.stages import LEDGER
    from service.cli.output import print_json
    from service.reading import read_files

    settings = settings_of(context)
    read = read_files(file, reviews, parse=settings.parse, extract=settings.extract, ledger=settings.home / LEDGER)
    if json:
        print_json(read)
    else:
        _show(read)


def _show(read: ReadDocument) -> None:
    from service.cli.output import add, out, table

    console = out()
    for part in (read, *read.also):
        document, extraction = part.document, part.extraction
        console.print(f"{document.bibliography.title or 'no title'}", style="bold", markup=False)
        pages = f", {document.page_count} pages" if document.page_count else ""
        console.print(
            f"{document.kind} from {document.format}{pages}: {len(document.sections)} sections, "
            f"{len(document.sentences)} sentences, {len(document.references)} references (read by {document.parser})"
        )
        for warning in document.warnings:
            console.print(f"Warning: {warning}", markup=False)
        found = table("what", "name", "quote")
        for mention in extraction.mentions:
            role = f" ({mention.role})" if mention.role else ""
            add(found, f"{mention.type}{role}", mention.name, mention.span.quote)
        for problem in extraction.problems:
            add(found, problem.kind, "", problem.span.quote)
        for claim in extraction.claims:
            effect = f"{claim.intervention} {claim.direction} {claim.outcome or 'performance'}"
            add(found, "claim", effect, document.quote(document.sentences[claim.sentence]))
        for result in extraction.results:
            value = f"{result.metric} {result.printed}"
            add(found, "result", value, document.quote(document.sentences[result.sentence]))
        for citation in extraction.citations:
            cited = document.references[citation.reference]
            title = cited.title or citation.span.quote
            work = f"{citation.name}: {title}" if citation.name else title
            sentence = document.quote(document.sentences[citation.sentence])
            add(found, f"cited work ({citation.role})", work, sentence)
        for link in extraction.links:
            sentence = document.quote(document.sentences[link.sentence])
            add(found, f"{'own ' if link.own else ''}{link.kind} link", link.url, sentence)
        for point in extraction.points:
            add(found, f"{point.aspect} ({_weighed(point)})", _missed(point), point.span.quote)
        console.print(found)
        if part is read and read.reported:
            groups = [(each.name, *(name for name in each.names if name != each.name)) for each in read.reported]
            console.print(f"Reports on: {'; '.join(' = '.join(group) for group in groups)}", markup=False)
        console.print()
    if read.refused:
        console.print(f"{len(read.refused)} statement(s) were found and refused; --json shows each with its reason.")


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
