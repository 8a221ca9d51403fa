"""How well names and contribution sentences are found: the rule baseline (CONTRACT §7, suffix `.rules`).

    python benchmarks/extract.py [--data PATH]

PATH is a folder that holds any of `tdmsci/*.conll`, `ncg/<split>/<task>/<n>/` and `scirex/**/*.json`; what is absent is
skipped and said so on stderr. Scored: typed exact spans, micro over the set, with a bootstrap interval by paper (TDMSci
by sentence). Rules have no training set, so that every paper is scored; the figures are development figures where the
data is the project's own.

`tdmsci.entity.f1.rules` and `scirex.mention.f1.rules`: every mention the rules find (before `extract` bounds how many
of one name it keeps), on the text rebuilt from the tokens.
`ncg.sentence.f1.rules`: a sentence is a contribution where the rules found a proposed or used method in a cue, a claim,
a result or a problem; with `ncg.sentence.f1.position`, the first fifty sentences of each paper, beside it.
`extract.papers_per_cpu_s`: SciREX documents extracted per second of CPU time, after the lists are loaded.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.canonical import sha256_hex
from graph.vocabulary.document import Document, DocumentKind, Format, Section, SectionRole, Sentence
from graph.vocabulary.extraction import MethodRole, NameType
from ingest.extract import extract
from ingest.extract.extractor import mentions_of
from ingest.extract.reading import matchers

_DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
_RESAMPLES = 1000
_CONLL = {"TASK": NameType.TASK, "DATASET": NameType.DATASET, "METRIC": NameType.METRIC}
_SCIREX = {
    "Method": NameType.METHOD,
    "Task": NameType.TASK,
    "Metric": NameType.METRIC,
    "Material": NameType.DATASET,
}
_NO_SPACE_BEFORE = frozenset(",.;:!?)]}%'") | {"'s", "n't"}
_NO_SPACE_AFTER = frozenset("([{")

Key = tuple[int, int, NameType]


@dataclass
class Counted:
    """Hits, predictions and gold of one unit of resampling."""

    right: int = 0
    predicted: int = 0
    gold: int = 0


@dataclass
class Text:
    """A document built from tokens, and for each character range the token it is."""

    parts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    size: int = 0

    def add(self, token: str, *, first: bool) -> None:
        """Append one token, with the space that prose would put before it."""
        glued = first or not self.parts or token in _NO_SPACE_BEFORE or self.parts[-1] in _NO_SPACE_AFTER
        if not glued:
            self.parts.append(" ")
            self.size += 1
        self.starts.append(self.size)
        self.parts.append(token)
        self.size += len(token)
        self.ends.append(self.size)

    def line(self) -> None:
        """End the line."""
        self.parts.append("\n")
        self.size += 1


def document(text: str, sections: Sequence[Section], sentences: Sequence[Sentence]) -> Document:
    return Document(
        key=sha256_hex(text.encode()),
        kind=DocumentKind.PAPER,
        format=Format.TEXT,
        parser="benchmark/1",
        text=text,
        sections=tuple(sections),
        sentences=tuple(sentences),
    )


def found(document_: Document, text: Text) -> set[Key]:
    """Return the predicted mentions as token ranges; a mention that cuts a token counts as predicted and wrong."""
    first_at = {start: number for number, start in enumerate(text.starts)}
    last_at = {end: number + 1 for number, end in enumerate(text.ends)}
    keys: set[Key] = set()
    for mention in mentions_of(document_):
        first = first_at.get(mention.span.char_start, -1 - mention.span.char_start)
        keys.add((first, last_at.get(mention.span.char_end, -1), mention.type))
    return keys


def count(predicted: set[Key], gold: set[Key]) -> Counted:
    return Counted(len(predicted & gold), len(predicted), len(gold))


def f1(units: Sequence[Counted]) -> float:
    right = sum(unit.right for unit in units)
    total = sum(unit.predicted for unit in units) + sum(unit.gold for unit in units)
    return 2 * right / total if total else 0.0


def interval(units: Sequence[Counted]) -> tuple[float, float]:
    draw = random.Random(0)
    values = sorted(f1([draw.choice(units) for _ in units]) for _ in range(_RESAMPLES))
    return values[int(0.025 * _RESAMPLES)], values[int(0.975 * _RESAMPLES) - 1]


def show(figure: str, units: Sequence[Counted], data: str) -> None:
    low, high = interval(units)
    right = sum(unit.right for unit in units)
    precision = right / max(1, sum(unit.predicted for unit in units))
    recall = right / max(1, sum(unit.gold for unit in units))
    line = {"figure": figure, "value": round(f1(units), 4), "unit": "F1", "n": len(units), "low": round(low, 4)}
    line |= {"high": round(high, 4), "peer": None, "peer_value": None, "data": data}
    print(json.dumps(line | {"precision": round(precision, 4), "recall": round(recall, 4)}), flush=True)


def conll_sentences(path: Path) -> Iterator[list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            columns = line.split("\t")
            rows.append((columns[0], columns[-1]))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def tags_to_keys(tags: Sequence[str]) -> set[Key]:
    keys: set[Key] = set()
    start, kind = -1, ""
    for number, tag in enumerate([*tags, "O"]):
        if start >= 0 and not tag.startswith("I-"):
            if kind in _CONLL:
                keys.add((start, number, _CONLL[kind]))
            start = -1
        if tag.startswith("B-"):
            start, kind = number, tag[2:]
    return keys


def tdmsci(folder: Path) -> list[Counted]:
    units: list[Counted] = []
    for path in sorted(folder.glob("*.conll")):
        for rows in conll_sentences(path):
            text = Text()
            for number, (token, _) in enumerate(rows):
                text.add(token, first=number == 0)
            body = "".join(text.parts)
            section = Section(heading="", role=SectionRole.BODY, level=1, char_start=0, char_end=len(body))
            whole = document(body, [section], [Sentence(char_start=0, char_end=len(body), section=0)])
            predicted = {key for key in found(whole, text) if key[2] is not NameType.METHOD}
            units.append(count(predicted, tags_to_keys([tag for _, tag in rows])))
    return units


def scirex(folder: Path) -> tuple[list[Counted], float]:
    units: list[Counted] = []
    seconds = 0.0
    for path in sorted(folder.rglob("*.json")):
        raw = json.loads(path.read_text(encoding="utf-8"))
        text = Text()
        sentences: list[Sentence] = []
        sections: list[Section] = []
        for number, (begin, end) in enumerate(raw["sections"]):
            start = text.size
            for first, last in raw["sentences"]:
                if not begin <= first < end:
                    continue
                at = text.size
                for position in range(first, last):
                    text.add(raw["words"][position], first=position == first)
                sentences.append(Sentence(char_start=at, char_end=text.size, section=number))
                text.line()
            heading = " ".join(raw["words"][begin : min(end, begin + 8)]) if number else ""
            role = SectionRole.BODY if number else SectionRole.ABSTRACT
            sections.append(Section(heading=heading, role=role, level=1, char_start=start, char_end=text.size))
        whole = document("".join(text.parts), sections, sentences)
        began = time.process_time()
        extract(whole)
        seconds += time.process_time() - began
        gold = {(first, last, _SCIREX[kind]) for first, last, kind in raw["ner"] if kind in _SCIREX}
        units.append(count(found(whole, text), gold))
    return units, seconds


def contributions(whole: Document) -> set[int]:
    """Return the sentences in which the rules found something the paper contributes."""
    extraction = extract(whole)
    roles = (MethodRole.PROPOSED, MethodRole.USED)
    lines = {mention.sentence for mention in extraction.mentions if mention.role in roles and mention.confidence >= 0.9}
    lines |= {claim.sentence for claim in extraction.claims}
    lines |= {result.sentence for result in extraction.results}
    return lines | {problem.sentence for problem in extraction.problems if problem.sentence < 12}


def ncg(folder: Path) -> tuple[list[Counted], list[Counted]]:
    rules: list[Counted] = []
    position: list[Counted] = []
    for gold_path in sorted(folder.rglob("sentences.txt")):
        stanza = next(iter(sorted(gold_path.parent.glob("*-Stanza-out.txt"))), None)
        if stanza is None:
            continue
        lines = stanza.read_text(encoding="utf-8").split("\n")
        gold = {int(line) for line in gold_path.read_text(encoding="utf-8").split() if line.strip().isdigit()}
        body = "\n".join(lines)
        sections: list[Section] = []
        sentences: list[Sentence] = []
        at = 0
        heading, role, start = "", SectionRole.TITLE, 0
        numbers: list[int] = []
        for number, line in enumerate(lines, start=1):
            if number > 1 and is_heading(line):
                sections.append(Section(heading=heading, role=role, level=1, char_start=start, char_end=at))
                heading, start = line.strip(), at
                role = SectionRole.ABSTRACT if heading.lower() == "abstract" else SectionRole.BODY
            elif line.strip():
                sentences.append(Sentence(char_start=at, char_end=at + len(line), section=len(sections)))
                numbers.append(number)
            at += len(line) + 1
        sections.append(Section(heading=heading, role=role, level=1, char_start=start, char_end=len(body)))
        whole = document(body, sections, sentences)
        predicted = {numbers[index] for index in contributions(whole)}
        rules.append(Counted(len(predicted & gold), len(predicted), len(gold)))
        first = set(range(1, 51))
        position.append(Counted(len(first & gold), len(first), len(gold)))
    return rules, position


def is_heading(line: str) -> bool:
    words = line.split()
    return 0 < len(words) <= 6 and words[0][0].isupper() and not line.rstrip().endswith((".", ",", ";", ":"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=_DEFAULT, help="folder with tdmsci, scirex and ncg")
    data: Path = parser.parse_args().data
    matchers()
    sets: dict[str, Callable[[Path], None]] = {"tdmsci": _tdmsci, "scirex": _scirex, "ncg": _ncg}
    for name, measure in sets.items():
        if (data / name).is_dir():
            measure(data / name)
        else:
            print(f"{data / name} is not there: its figures are skipped", file=sys.stderr)


def _tdmsci(folder: Path) -> None:
    show("tdmsci.entity.f1.rules", tdmsci(folder), str(folder))


def _scirex(folder: Path) -> None:
    units, seconds = scirex(folder)
    show("scirex.mention.f1.rules", units, str(folder))
    line = {"figure": "extract.papers_per_cpu_s", "value": round(len(units) / seconds, 2), "unit": "papers/CPU-s"}
    line |= {"n": len(units), "low": None, "high": None, "peer": None, "peer_value": None, "data": str(folder)}
    print(json.dumps(line), flush=True)


def _ncg(folder: Path) -> None:
    rules, position = ncg(folder)
    show("ncg.sentence.f1.rules", rules, str(folder))
    show("ncg.sentence.f1.position", position, str(folder))


if __name__ == "__main__":
    main()
