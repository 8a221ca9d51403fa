"""How well PDFs are parsed, by agreement with GROBID's TEI of the same file (CONTRACT §7).

    python benchmarks/parse.py [--data PATH] [--verbose] [--reader rules+layout]

PATH holds pairs ``<family>/<id>/<id>.pdf`` and ``.tei.xml``. TEI is itself a parser's output: the figures are
agreement, not accuracy, and development figures where the data is the project's own. Abstract and References are
elements and no heads in TEI, so predicted headings of these two roles are not counted. A paper whose reference field is
empty leaves that denominator and is counted on stderr.

`tei_errors.tsv` lists, by reading, papers and fields in which the TEI is wrong (ids and counts, no text). By --verbose
each disagreement is printed with that verdict, and the highest value that a parser without fault can reach.

`parse.boxes`: of 2,000 sentences drawn from every PDF under PATH (without --data, of the NCG papers beside it too), how
many stand whole among the words whose middle lies in their boxes; `.exact` with no other word in them, `.clip` by
PyMuPDF's own clipping. `parse.citations.resolved`: share of in-text citations that name an entry of the bibliography.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from _boxes import sentences_in_boxes
from _figures import Interval, print_figure
from lxml import etree

from graph.vocabulary.document import Document, SectionRole
from ingest.parse import UnreadableDocument, parse_file
from ingest.parse.headings import appendix_letter, read_heading
from ingest.parse.text_normalisation import letters_and_digits
from ingest.settings import ParseSettings, PdfReader

_NS = {"t": "http://www.tei-c.org/ns/1.0"}
_DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "grobid_tei"
_TEI_ERRORS = Path(__file__).with_name("tei_errors.tsv")
_NO_HEAD_IN_TEI = {SectionRole.ABSTRACT, SectionRole.REFERENCES}


@dataclass
class Gold:
    """What the TEI says."""

    title: str
    abstract: str
    numbered_heads: set[str]
    all_heads: set[str]
    references: int


@dataclass
class Tally:
    """Hits of tries for each figure of one family."""

    hits: Counter[str] = field(default_factory=Counter)
    tries: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    citations: int = 0
    resolved: int = 0
    pages: int = 0
    cpu_s: float = 0.0


def read_gold(path: Path) -> Gold:
    root = etree.parse(str(path)).getroot()

    def words(xpath: str) -> list[str]:
        return [" ".join("".join(e.itertext()).split()) for e in root.xpath(xpath, namespaces=_NS)]

    titles = [title for title in words(".//t:titleStmt/t:title") if title]
    numbered = words(".//t:text/t:body//t:div/t:head[@n]")
    return Gold(
        title=titles[0] if titles else "",
        abstract=" ".join(words(".//t:profileDesc/t:abstract")),
        numbered_heads={name for head in numbered if (name := _name(head))},
        all_heads={name for head in words(".//t:text//t:head") for name in _names(head) if name},
        references=len(root.xpath(".//t:back//t:listBibl/t:biblStruct", namespaces=_NS)),
    )


def _name(heading: str) -> str:
    return letters_and_digits(read_heading(heading).title)


def _names(heading: str) -> set[str]:
    """The heading without its number; "A Proofs" is read both ways, since an appendix shows only by its place."""
    return {_name(heading), letters_and_digits(appendix_letter(heading).title)}


def bookmarks(path: Path) -> set[str]:
    import pymupdf

    with pymupdf.open(path) as file:
        return {name for entry in file.get_toc(simple=True) for name in _names(str(entry[1])) if name}


def token_f1(predicted: str, gold: str) -> float:
    a, b = Counter(predicted.casefold().split()), Counter(gold.casefold().split())
    common = sum((a & b).values())
    return 2 * common / (sum(a.values()) + sum(b.values())) if common else 0.0


def compare(document: Document, gold: Gold, marks: set[str], tally: Tally, *, log: list[str]) -> None:
    def add(figure: str, hit: bool, shown: str) -> None:
        tally.tries[figure] += 1
        tally.hits[figure] += hit
        if not hit:
            log.append(f"{figure}: {shown}")

    title = document.bibliography.title
    if gold.title:
        add("title", letters_and_digits(title) == letters_and_digits(gold.title), f"{title!r} for {gold.title!r}")
    else:
        tally.left_out["title"] += 1
    if gold.abstract:
        f1 = token_f1(document.bibliography.abstract, gold.abstract)
        add("abstract", f1 >= 0.8, f"F1 {f1:.2f}: {document.bibliography.abstract[:100]!r} for {gold.abstract[:100]!r}")
    else:
        tally.left_out["abstract"] += 1
    headed = [s for s in document.sections if s.heading and s.role not in _NO_HEAD_IN_TEI]
    predicted = {letters_and_digits(s.heading) for s in headed}
    everything = predicted | {letters_and_digits(s.heading) for s in document.sections if s.heading}
    for head in sorted(gold.numbered_heads):
        add("heading.recall", head in everything, head)
    for section in headed:
        name = letters_and_digits(section.heading)
        add("heading.precision", name in gold.all_heads or name in marks, f"{section.number} {section.heading}")
    if gold.references:
        count = len(document.references)
        add("references", abs(count - gold.references) <= 0.1 * gold.references, f"{count} for {gold.references}")
    else:
        tally.left_out["references"] += 1


def unread(gold: Gold) -> dict[str, int]:
    """What a file that could not be read misses."""
    return {
        "title": int(bool(gold.title)),
        "abstract": int(bool(gold.abstract)),
        "heading.recall": len(gold.numbered_heads),
        "references": int(gold.references > 0),
    }


def wilson(hits: int, tries: int) -> Interval:
    """Return the 95 % Wilson interval of a share."""
    z = 1.959964
    share, square = hits / tries, z * z / tries
    middle = (share + square / 2) / (1 + square)
    half = z * ((share * (1 - share) + square / 4) / tries) ** 0.5 / (1 + square)
    return Interval(middle - half, middle + half)


def figures(tallies: dict[str, Tally], data: str, reader: str) -> None:
    every = Tally()
    for tally in tallies.values():
        every.hits.update(tally.hits)
        every.tries.update(tally.tries)
        every.citations += tally.citations
        every.resolved += tally.resolved
        every.pages += tally.pages
        every.cpu_s += tally.cpu_s
    for suffix, tally in [
        (reader, every),
        *((f"{reader}.{family}", tally) for family, tally in sorted(tallies.items())),
    ]:
        for name in ("title", "abstract", "heading.recall", "heading.precision", "references"):
            if tally.tries[name]:
                hits, tries = tally.hits[name], tally.tries[name]
                print_figure(
                    f"parse.{name}{suffix}", hits / tries, "share", n=tries, interval=wilson(hits, tries), data=data
                )
        if tally.citations:
            print_figure(
                f"parse.citations.resolved{suffix}",
                tally.resolved / tally.citations,
                "share",
                n=tally.citations,
                interval=wilson(tally.resolved, tally.citations),
                data=data,
            )
        if tally.cpu_s:
            speed = tally.pages / tally.cpu_s
            print_figure(f"parse.pages_per_cpu_s{suffix}", speed, "pages/CPU-s", n=tally.pages, data=data)


def tei_errors() -> dict[tuple[str, str], str]:
    """Return ``{(paper, field): what is wrong}`` of the list made by reading."""
    with _TEI_ERRORS.open(encoding="utf-8", newline="") as file:
        return {(row["paper"], row["field"]): row["what"] for row in csv.DictReader(file, delimiter="\t")}


def verdict(paper: str, line: str, errors: dict[tuple[str, str], str]) -> str:
    """Return what the list says of one disagreement."""
    field_name = line.partition(":")[0].partition(".")[0]
    return f" [the TEI is wrong: {errors[paper, field_name]}]" if (paper, field_name) in errors else ""


def print_ceilings(tallies: dict[str, Tally], wrong: Counter[str]) -> None:
    """Print on stderr what a parser without fault would reach: misses that are the TEI's cannot be mended."""
    for name in ("title", "references"):
        tries = sum(tally.tries[name] for tally in tallies.values())
        if tries:
            print(f"parse.{name}: at most {1 - wrong[name] / tries:.3f}, {wrong[name]} of {tries} TEIs are wrong",
                  file=sys.stderr)  # fmt: skip


def print_boxes(files: list[Path], data: str, *, verbose: bool) -> None:
    """Print the figures of boxes over every PDF of *files*."""
    result = sentences_in_boxes(files)
    for suffix, hits in (("", result.found), (".exact", result.exact), (".clip", result.clipped)):
        if result.tries:
            print_figure(
                f"parse.boxes{suffix}",
                hits / result.tries,
                "share",
                n=result.tries,
                interval=wilson(hits, result.tries),
                data=data,
            )
    for line in result.missed if verbose else ():
        print(f"boxes: {line}", file=sys.stderr)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=_DEFAULT)
    parser.add_argument("--verbose", action="store_true", help="print each disagreement on stderr")
    parser.add_argument(
        "--reader",
        type=PdfReader,
        choices=[PdfReader.RULES, PdfReader.RULES_LAYOUT, PdfReader.LAYOUT],
        default=PdfReader.RULES,
        help="who reads; another reader than the rules has its name behind that of each figure",
    )
    options = parser.parse_args()
    settings = ParseSettings(pdf_reader=options.reader)
    reader = "" if options.reader is PdfReader.RULES else f".{options.reader}"
    if not options.data.is_dir():
        print(f"skipped: {options.data} is not there; give pairs of PDF and TEI with --data", file=sys.stderr)
        return 0
    pairs = [
        (pdf, pdf.with_name(f"{pdf.stem}.tei.xml"))
        for pdf in sorted(options.data.rglob("*.pdf"))
        if pdf.with_name(f"{pdf.stem}.tei.xml").exists()
    ]
    if not pairs:
        print(f"skipped: no pair of PDF and TEI under {options.data}", file=sys.stderr)
        return 0
    parse_file(pairs[0][0].read_bytes(), name=pairs[0][0].name, settings=settings)  # imports are no part of the figure
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    errors, wrong = tei_errors(), Counter[str]()
    for pdf, tei in pairs:
        relative = pdf.relative_to(options.data)
        tally = tallies[relative.parts[0] if len(relative.parts) > 1 else "files"]
        content = pdf.read_bytes()
        before = time.process_time()
        try:
            document = parse_file(content, name=pdf.name, settings=settings)[0]
        except UnreadableDocument as error:
            print(f"{relative}: {type(error).__name__}: {error}", file=sys.stderr)
            for name, counted in unread(read_gold(tei)).items():
                tally.tries[name] += counted
            continue
        tally.cpu_s += time.process_time() - before
        tally.pages += document.page_count or 0
        tally.citations += len(document.citations)
        tally.resolved += sum(bool(citation.references) for citation in document.citations)
        log: list[str] = []
        compare(document, read_gold(tei), bookmarks(pdf), tally, log=log)
        for line in log:
            judged = verdict(pdf.stem, line, errors)
            wrong[line.partition(":")[0]] += bool(judged)
            if options.verbose:
                print(f"{relative}: {line}{judged}", file=sys.stderr)
    figures(tallies, str(options.data.name), reader)
    if options.verbose:
        print_ceilings(tallies, wrong)
    if reader:
        return 0  # boxes are a figure of the rules
    beside = options.data.parent / "ncg"
    files = [*options.data.rglob("*.pdf"), *(beside.rglob("*.pdf") if options.data == _DEFAULT else ())]
    print_boxes(sorted(files), str(options.data.name), verbose=options.verbose)
    for family, tally in sorted(tallies.items()):
        if tally.left_out:
            print(f"{family}: reference field empty, left out: {dict(tally.left_out)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
