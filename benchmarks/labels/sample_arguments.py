"""Draw arguments of reviews that are labelled for their weight, and pairs of an argument and a chair's sentence.

``python benchmarks/labels/sample_arguments.py DATA`` writes ``reviews_severity.jsonl`` and ``reviews_links.jsonl``
without labels where they are not there; ``… DATA --read severity`` or ``--read links`` prints them for reading, never a
label. Papers of the two samples of ``sample_reviews.py`` and papers that the split keeps for tests are left out. Of
severity, half the papers (`use` is `choose`) may be looked at while rules are written, the other half reports. Of
links, `choose` are drawn evenly over likeness, to set the threshold; `report` as they come. Stored are places and
hashes, no text.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from sample_reviews import FIELD, FIRST, FRESH, HERE, YEARS, sha256

SEVERITY, LINKS = HERE / "reviews_severity.jsonl", HERE / "reviews_links.jsonl"
SEED, WEIGHED, PAIRS = 41, 100, 48
EDGES = (0.12, 0.18, 0.22, 0.28, 0.36, 0.5, 1.1)
LEAST_ALIKE = 0.18


def candidates(data: Path) -> Iterator[tuple[dict[str, object], object, list[int]]]:
    """Yield (row of the paper, its document, where each review begins) of every paper that may be read."""
    from ingest.extract.gold.identity import Split, split_of, title_hash
    from ingest.parse.reviews_json import parse_reviews_json

    apart = {json.loads(line)["paper"] for path in (FIRST, FRESH) for line in path.read_text().splitlines()}
    for year in YEARS:
        for path in sorted((data / year / "reviews").glob("*.json")):
            content = path.read_bytes()
            file = json.loads(content)
            digest = title_hash(file["title"])
            if path.stem in apart or split_of([digest]) is Split.TEST:
                continue
            document = parse_reviews_json(content.decode(), content=content, name=path.name)[0]
            begins, at = [], 0
            for review in file["reviews"]:
                at = document.text.index(review[FIELD], at)
                begins.append(at)
                at += len(review[FIELD])
            half = "choose" if int(digest, 16) // 5 % 2 else "report"
            yield {"year": year, "paper": path.stem, "use": half}, document, begins


def draw(data: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the rows of both samples."""
    from graph.vocabulary.extraction import Polarity
    from ingest.extract.extractor import EXTRACTOR
    from ingest.extract.reviews.extract import extract_reviews
    from ingest.extract.reviews.threads import near_in_decision

    rng = random.Random(SEED)
    points: list[dict[str, object]] = []
    pairs: list[tuple[float, dict[str, object]]] = []
    for row, document, begins in candidates(data):
        stated = extract_reviews(document, extractor=EXTRACTOR).points
        negative = [p for p in stated if p.polarity is Polarity.NEGATIVE and not document.reviews[p.review].is_meta]
        for point in rng.sample(negative, min(1, len(negative))):
            start, end = point.span.char_start - begins[point.review], point.span.char_end - begins[point.review]
            place = {"review": point.review, "field": FIELD, "start": start, "end": end}
            points.append({**row, **place, "sha256": sha256(point.span.quote)})
        for point, sentence, near in near_in_decision(document, stated, EDGES[0]):
            meta = document.sections[document.sentences[sentence].section].review
            there = document.sentences[sentence]
            start, end = point.span.char_start - begins[point.review], point.span.char_end - begins[point.review]
            place = {"review": point.review, "field": FIELD, "start": start, "end": end}
            chair = {
                "meta": meta,
                "meta_start": there.char_start - begins[meta],
                "meta_end": there.char_end - begins[meta],
            }
            hashes = {"sha256": sha256(point.span.quote), "meta_sha256": sha256(document.quote(there))}
            pairs.append((near, {**row, **place, **chair, **hashes}))
    chosen = rng.sample(points, min(WEIGHED, len(points)))
    return chosen, _drawn(pairs, rng)


def _drawn(pairs: list[tuple[float, dict[str, object]]], rng: random.Random) -> list[dict[str, object]]:
    choose = [each for each in pairs if each[1]["use"] == "choose"]
    found = []
    for low, high in pairwise(EDGES):
        inside = [each for each in choose if low <= each[0] < high]
        of_bin = rng.sample(inside, min(PAIRS // (len(EDGES) - 1), len(inside)))
        found += [{**row, "stands_for": round(len(inside) / len(of_bin), 2)} for _, row in of_bin]
    report = [row for near, row in pairs if row["use"] == "report" and near >= LEAST_ALIKE]
    return found + [{**row, "stands_for": 1} for row in rng.sample(report, min(PAIRS, len(report)))]


def show(data: Path, sample: Path, *, before: int = 260) -> None:
    """Print the sample in another order, each with what stands around it."""
    rows = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    for number in random.Random(SEED).sample(range(len(rows)), len(rows)):
        row = rows[number]
        reviews = json.loads((data / row["year"] / "reviews" / f"{row['paper']}.json").read_bytes())["reviews"]
        text = reviews[row["review"]][FIELD]
        lead = "" if "meta" in row else text[max(0, row["start"] - before) : row["start"]]
        print(f"#{number} …{lead}<<{text[row['start'] : row['end']]}>>")
        if "meta" in row:
            print(f"   CHAIR <<{reviews[row['meta']][FIELD][row['meta_start'] : row['meta_end']]}>>")
        print()


def main() -> None:
    """Draw once, or print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with 2023/reviews and 2025/reviews")
    parser.add_argument("--read", choices=["severity", "links"])
    given = parser.parse_args()
    if not (SEVERITY.exists() and LINKS.exists()):
        for path, rows in zip((SEVERITY, LINKS), draw(given.data), strict=True):
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    if given.read:
        show(given.data, SEVERITY if given.read == "severity" else LINKS)


if __name__ == "__main__":
    main()
