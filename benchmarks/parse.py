"""How well PDFs are parsed, by agreement with GROBID's TEI of the same file (CONTRACT §7).

    python benchmarks/parse.py [--data PATH] [--verbose]

PATH holds pairs ``<family>/<id>/<id>.pdf`` and ``.tei.xml``. TEI is itself a parser's output: the figures are
agreement, not accuracy, and development figures where the data is the project's own. Abstract and References are
elements and no heads in TEI, so predicted headings of these two roles are not counted. A paper whose reference field is
empty leaves that denominator and is counted on stderr.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from _figures import Interval, print_figure
from lxml import etree

from graph.vocabulary.document import Document, SectionRole
from ingest.parse import UnreadableDocument, parse_file
from ingest.parse.headings import appendix_letter, read_heading
from ingest.parse.text_normalisation import letters_and_digits

_NS = {"t": "http://www.tei-c.org/ns/1.0"}
_DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "grobid_tei"
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


def figures(tallies: dict[str, Tally], data: str) -> None:
    every = Tally()
    for tally in tallies.values():
        every.hits.update(tally.hits)
        every.tries.update(tally.tries)
        every.pages += tally.pages
        every.cpu_s += tally.cpu_s
    for suffix, tally in [("", every), *((f".{family}", tally) for family, tally in sorted(tallies.items()))]:
        for name in ("title", "abstract", "heading.recall", "heading.precision", "references"):
            if tally.tries[name]:
                hits, tries = tally.hits[name], tally.tries[name]
                print_figure(
                    f"parse.{name}{suffix}", hits / tries, "share", n=tries, interval=wilson(hits, tries), data=data
                )
        if tally.cpu_s:
            speed = tally.pages / tally.cpu_s
            print_figure(f"parse.pages_per_cpu_s{suffix}", speed, "pages/CPU-s", n=tally.pages, data=data)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=_DEFAULT)
    parser.add_argument("--verbose", action="store_true", help="print each disagreement on stderr")
    options = parser.parse_args()
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
    parse_file(pairs[0][0].read_bytes(), name=pairs[0][0].name)  # imports are no part of the figure
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    for pdf, tei in pairs:
        relative = pdf.relative_to(options.data)
        tally = tallies[relative.parts[0] if len(relative.parts) > 1 else "files"]
        content = pdf.read_bytes()
        before = time.process_time()
        try:
            document = parse_file(content, name=pdf.name)[0]
        except UnreadableDocument as error:
            print(f"{relative}: {type(error).__name__}: {error}", file=sys.stderr)
            for name, counted in unread(read_gold(tei)).items():
                tally.tries[name] += counted
            continue
        tally.cpu_s += time.process_time() - before
        tally.pages += document.page_count or 0
        log: list[str] = []
        compare(document, read_gold(tei), bookmarks(pdf), tally, log=log)
        if options.verbose:
            for line in log:
                print(f"{relative}: {line}", file=sys.stderr)
    figures(tallies, str(options.data.name))
    for family, tally in sorted(tallies.items()):
        if tally.left_out:
            print(f"{family}: reference field empty, left out: {dict(tally.left_out)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
