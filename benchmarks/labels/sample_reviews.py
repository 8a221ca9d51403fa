"""Draw the sentences that are labelled, and print them for reading.

``python benchmarks/labels/sample_reviews.py DATA`` writes ``reviews.jsonl`` without labels if it is not there;
``… DATA --fresh`` does the same for ``reviews_fresh.jsonl``, from papers that stand in no other file of labels and that
the split keeps for tests. ``… DATA --read [--second | --fresh]`` prints each sentence with its context to the terminal,
in labelling order. The draw depends on a seed, the ids of the papers and the sentences that the parser finds; what is
stored are places and hashes, no text.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
FIRST, FRESH, TRAINING = HERE / "reviews.jsonl", HERE / "reviews_fresh.jsonl", HERE / "reviews_training.jsonl"
SEED, PAPERS_A_YEAR, SENTENCES, AGAIN, LEAST_WORDS = 5, 40, 6, 100, 3
FRESH_SEED, FRESH_SENTENCES = 2711, 5
YEARS = ("2023", "2025")
FIELD = "comments"


def sha256(text: str) -> str:
    """Return the hash that stands for a sentence."""
    return hashlib.sha256(text.encode()).hexdigest()


def sentences_of(path: Path) -> Iterator[tuple[int, int, int]]:
    """Yield (review, start, end) for each sentence of a file of reviews: offsets in the review's field."""
    from ingest.parse.reviews_json import parse_reviews_json

    content = path.read_bytes()
    document = parse_reviews_json(content.decode(), content=content, name=path.name)[0]
    begin = 0
    for number, review in enumerate(json.loads(content)["reviews"]):
        begin = document.text.index(review[FIELD], begin)
        end = begin + len(review[FIELD])
        for sentence in document.sentences:
            here = document.sections[sentence.section].review == number and begin <= sentence.char_start < end
            if here and len(document.quote(sentence).split()) >= LEAST_WORDS:
                yield number, sentence.char_start - begin, min(sentence.char_end, end) - begin
        begin = end


def untouched(data: Path, year: str) -> list[str]:
    """Return the ids of the papers that stand in no file of labels and that the split keeps for tests."""
    from ingest.extract.gold.identity import Split, split_of, title_hash

    lines = [line for file in (FIRST, TRAINING) for line in file.read_text(encoding="utf-8").splitlines()]
    used = {json.loads(line)["paper"] for line in lines}
    others = sorted(path for path in (data / year / "reviews").glob("*.json") if path.stem not in used)
    titles = {path.stem: json.loads(path.read_bytes())["title"] for path in others}
    return [paper for paper, title in titles.items() if split_of([title_hash(title)]) is Split.TEST]


def draw(data: Path, *, fresh: bool = False) -> list[dict[str, object]]:
    """Return the places of the sample, by year, paper and place."""
    rng = random.Random(FRESH_SEED if fresh else SEED)
    rows: list[dict[str, object]] = []
    for year in YEARS:
        every = sorted(path.stem for path in (data / year / "reviews").glob("*.json"))
        ids = untouched(data, year) if fresh else every
        for paper in sorted(rng.sample(ids, min(PAPERS_A_YEAR, len(ids)))):
            path = data / year / "reviews" / f"{paper}.json"
            reviews = json.loads(path.read_bytes())["reviews"]
            places = rng.sample(list(sentences_of(path)), FRESH_SENTENCES if fresh else SENTENCES)
            for review, start, end in sorted(places):
                text = reviews[review][FIELD][start:end]
                row = {"year": year, "paper": paper, "review": review, "field": FIELD, "start": start, "end": end}
                rows.append({**row, "sha256": sha256(text)})
    return rows


def order(count: int, *, second: bool) -> list[int]:
    """Return in which order the rows are read: shuffled; for the second pass other rows in another order."""
    rng = random.Random(SEED + 1 + second)
    return rng.sample(range(count), AGAIN if second else count)


def show(data: Path, sample: Path = FIRST, *, second: bool, before: int = 350, after: int = 150) -> None:
    """Print the sentences in labelling order, each with what stands around it; never a label."""
    rows = [json.loads(line) for line in sample.read_text(encoding="utf-8").splitlines()]
    cache: dict[tuple[str, str], list[dict[str, str]]] = {}
    for number in order(len(rows), second=second):
        row = rows[number]
        where = (row["year"], row["paper"])
        if where not in cache:
            cache[where] = json.loads((data / row["year"] / "reviews" / f"{row['paper']}.json").read_bytes())["reviews"]
        text, start, end = cache[where][row["review"]][FIELD], row["start"], row["end"]
        part = [line for line in text[:start].split("\n") if line.isupper() and line.rstrip().endswith(":")]
        print(f"#{number} [{part[-1] if part else ''}] …{text[max(0, start - before) : start]}", end="")
        print(f"<<{text[start:end]}>>{text[end : end + after]}…\n")


def main() -> None:
    """Draw once, or print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder with 2023/reviews and 2025/reviews")
    parser.add_argument("--read", action="store_true")
    parser.add_argument("--second", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    given = parser.parse_args()
    sample = FRESH if given.fresh else FIRST
    if not sample.exists():
        rows = draw(given.data, fresh=given.fresh)
        sample.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    if given.read:
        show(given.data, sample, second=given.second)


if __name__ == "__main__":
    main()
