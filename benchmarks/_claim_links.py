"""How often the claim that an argument is linked to is one that it speaks about. Sibling file.

Judged by reading (`labels/reviews_on_claims.jsonl`): every link that the rules made on the 2025 papers with title hash
mod 5 of 1 or 4 when they were frozen; they had been written on papers with 2 and 3. Links that are made by now and were
not judged are counted beside the figure (`unjudged`), not guessed at.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from _figures import RESAMPLES, print_figure, ratio_interval

from graph.canonical import sha256_hex
from graph.vocabulary.document import DocumentKind
from ingest.extract.extractor import extract
from ingest.extract.reviews.paper_and_reviews import spoken_of
from ingest.parse import parse_file

_LABELS = Path(__file__).resolve().parent / "labels" / "reviews_on_claims.jsonl"


def claim_link_figures(folder: Path) -> None:
    """Print the precision of the links on the judged papers, their full texts being under *folder*."""
    judged: dict[tuple[str, str], dict[str, bool]] = {}
    for line in _LABELS.read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        judged.setdefault((row["year"], row["paper"]), {})[row["sha256"]] = row["right"]
    by_paper: list[tuple[float, float]] = []
    unjudged = arguments = 0
    for (year, paper), labels in sorted(judged.items()):
        text, reviews = folder / year / "fulltext" / f"{paper}.md", folder / year / "reviews" / f"{paper}.json"
        if not text.is_file() or not reviews.is_file():
            continue
        found, points = _links(text, reviews)
        arguments += points
        known = [labels[digest] for digest in found if digest in labels]
        unjudged += len(found) - len(known)
        if known:
            by_paper.append((len(known), sum(known)))
    if not by_paper:
        print(f"no full text that {_LABELS.name} judges is in {folder}: no figure of it", file=sys.stderr)
        return
    total = sum(count for count, _ in by_paper)
    print_figure(
        "reviews.claims.precision",
        sum(right for _, right in by_paper) / total,
        "1",
        n=int(total),
        interval=ratio_interval(by_paper),
        data=f"{folder.name}, development, {len(by_paper)} papers, {RESAMPLES} draws of papers",
        details={"unjudged": unjudged, "arguments": arguments},
    )


def _links(text: Path, reviews: Path) -> tuple[list[str], int]:
    """Return the sha256 of each linked pair (argument, sentence of the claim), and how many arguments there are."""
    document = parse_file(text.read_bytes(), name=text.name)[0]
    argued = next(
        each for each in parse_file(reviews.read_bytes(), name=reviews.name) if each.kind is DocumentKind.REVIEW
    )
    stated, arguments = extract(document), extract(argued)
    pairs = (
        (arguments.points[link.point].span.quote, document.sentences[stated.claims[link.claim].sentence])
        for link in spoken_of(document, stated, argued, arguments)
    )
    return [sha256_hex(f"{said}\n{document.quote(sentence)}".encode()) for said, sentence in pairs], len(
        arguments.points
    )
