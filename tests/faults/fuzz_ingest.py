"""Ingest damaged files by the thousand: nothing crashes, nothing hangs, each refusal has its reason.

    python tests/faults/fuzz_ingest.py [--count 10000] [--seed 0] [--workers 2] [--keep FOLDER]

Whole files of every format are written, damaged at random (bits, ranges, splices, nesting, odd characters, huge
numbers; a PDF also in its unpacked content), and ingested in batches into one store by worker processes. After each
batch it holds that: every file is done or failed; a failure names one of the classes of `ingest.parse.errors` or a
bound of the pipeline, with a sentence; no worker died; a file that is done has its document in the graph, one that
failed has not; every fact reaches a quote. A file that breaks a rule is kept under FOLDER, so that it can be looked
at; the exit code is 1. The same seed makes the same files. `tests/faults/test_fuzz.py` runs a few hundred in CI.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pymupdf

from graph.home import Home
from graph.schema import EdgeType, Label
from graph.store import open_store
from graph.store.interface import GraphStore
from ingest.parse import errors
from ingest.pipeline import ingest
from ingest.settings import IngestSettings

BATCH = 250
FILE_LIMIT_S = 60.0

_BODY = (
    "We propose FooNet, a network that weighs its examples. FooNet improves accuracy over BarNet by 2.1 points on the "
    "ToySet dataset [1]. Earlier methods suffer from label noise (Lee and Kim, 2019). A limitation of our work is that "
    "we only study small networks. FooNet reaches 91.2% accuracy on ToySet, compared with 89.1% of BarNet."
)
_PARTS = ("Introduction", "Method", "Experiments", "Results", "Limitations", "Conclusion")
_REFERENCES = (
    "[1] A. Lee and B. Kim. Learning from noisy labels. In Proceedings of the Toy Conference, 2019.",
    "[2] C. Roe. Networks that weigh. Journal of Toys, 3(2):1-9, 2020. doi:10.1000/toy.2",
)


def seeds() -> dict[str, list[bytes]]:
    """Return whole files by suffix."""
    return {
        ".pdf": [_pdf(columns=1), _pdf(columns=2), _pdf(columns=1, packed=True)],
        ".tei.xml": [_tei()],
        ".xml": [_jats()],
        ".tex": [_latex()],
        ".md": [_markdown(), _review_markdown()],
        ".json": [_review(2023), _review(2025), _thread()],
        ".txt": ["\n\n".join(["A study of toys", "Abstract", _BODY, "1 Introduction", _BODY]).encode()],
    }


def _pdf(*, columns: int, packed: bool = False) -> bytes:
    document = pymupdf.open()
    page = document.new_page()
    width = (page.rect.width - 108) / columns
    page.insert_text((54, 60), "Networks That Weigh Their Examples", fontsize=17)
    for column in range(columns):
        left = 54 + column * width
        top = 90.0
        for number, heading in enumerate(_PARTS[column::columns], start=1):
            page.insert_text((left, top), f"{number} {heading}", fontsize=12, fontname="hebo")
            page.insert_textbox((left, top + 6, left + width - 12, top + 96), _BODY, fontsize=8)
            top += 104
    page = document.new_page()
    page.insert_text((54, 60), "Table 1: Accuracy on ToySet.", fontsize=9)
    for row, cells in enumerate((("Method", "Accuracy"), ("BarNet", "89.1"), ("FooNet", "91.2"))):
        for column, cell in enumerate(cells):
            page.insert_text((60 + 90 * column, 80 + 14 * row), cell, fontsize=9)
    page.draw_rect((54, 68, 250, 116))
    page.insert_text((54, 150), "References", fontsize=12, fontname="hebo")
    for number, entry in enumerate(_REFERENCES):
        page.insert_textbox((54, 160 + 30 * number, 540, 190 + 30 * number), entry, fontsize=8)
    buffer = io.BytesIO()
    document.save(buffer, deflate=packed, expand=0 if packed else 255, no_new_id=True)
    return buffer.getvalue()


def _tei() -> bytes:
    body = "".join(
        f'<div><head n="{number}">{heading}</head><p>{_BODY}</p></div>' for number, heading in enumerate(_PARTS, 1)
    )
    entries = "".join(
        f'<biblStruct xml:id="b{number}"><analytic><title level="a">{entry}</title></analytic></biblStruct>'
        for number, entry in enumerate(_REFERENCES)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>'
        "<titleStmt><title>Networks That Weigh</title></titleStmt></fileDesc><profileDesc><abstract><p>"
        f"{_BODY}</p></abstract></profileDesc></teiHeader><text><body>{body}</body><back><listBibl>{entries}"
        "</listBibl></back></text></TEI>"
    ).encode()


def _jats() -> bytes:
    body = "".join(f"<sec><title>{heading}</title><p>{_BODY}</p></sec>" for heading in _PARTS)
    table = "<table><tr><th>Method</th><th>Accuracy</th></tr><tr><td>FooNet</td><td>91.2</td></tr></table>"
    return (
        '<?xml version="1.0"?><article><front><article-meta><title-group><article-title>Networks That Weigh'
        f"</article-title></title-group><abstract><p>{_BODY}</p></abstract></article-meta></front><body>{body}"
        f'<table-wrap id="t1"><label>Table 1</label><caption><p>Accuracy.</p></caption>{table}</table-wrap></body>'
        '<back><ref-list><ref id="r1"><mixed-citation>Lee A. Noisy labels. 2019.</mixed-citation></ref></ref-list>'
        "</back></article>"
    ).encode()


def _latex() -> bytes:
    body = "\n".join(f"\\section{{{heading}}}\n{_BODY.replace('%', chr(92) + '%')}\n" for heading in _PARTS)
    return (
        "\\documentclass{article}\n\\newcommand{\\ours}[1]{FooNet-#1}\n\\title{Networks That Weigh}\n\\author{A. Lee}\n"
        f"\\begin{{document}}\n\\maketitle\n\\begin{{abstract}}\nWe propose \\ours{{1}}.\n\\end{{abstract}}\n{body}"
        "\\begin{equation}\na = \\frac{b}{c}\n\\end{equation}\n\\begin{tabular}{ll}\nMethod & Accuracy \\\\\nFooNet & "
        "91.2 \\\\\n\\end{tabular}\nAs shown in \\cite{lee}.\n\\begin{thebibliography}{1}\n\\bibitem{lee} A. Lee. "
        "Noisy labels. 2019.\n\\end{thebibliography}\n\\end{document}\n"
    ).encode()


def _markdown() -> bytes:
    body = "\n\n".join(f"## {number} {heading}\n\n{_BODY}" for number, heading in enumerate(_PARTS, 1))
    table = "| Method | Accuracy |\n|---|---|\n| BarNet | 89.1 |\n| FooNet | 91.2 |"
    entries = "\n\n".join(_REFERENCES)
    front = "---\ntitle: Networks That Weigh\nauthors: [A. Lee]\n---\n"
    head = f"{front}\n# Networks That Weigh\n\n## Abstract\n\n{_BODY}"
    return f"{head}\n\n{body}\n\n{table}\n\n## References\n\n{entries}\n".encode()


def _review_markdown() -> bytes:
    return b"## Strengths\n\n- Clear.\n- Well tested.\n\n## Weaknesses\n\n- No comparison with BarNet.\n\nRating: 5\n"


def _review(year: int) -> bytes:
    strengths = "STRENGTHS:" if year == 2023 else "STRENGTHS AND WEAKNESSES:"
    comments = f"SUMMARY:\nIt weighs.\n\n{strengths}\n- Clear text.\n- No error bars.\n\nQUESTIONS:\nWhy ToySet?"
    reviews = [
        {"IS_META_REVIEW": False, "comments": comments, "RECOMMENDATION": "5", "REVIEWER_CONFIDENCE": "3"},
        {"IS_META_REVIEW": True, "TITLE": "Decision", "comments": "DECISION:\nAccept", "RECOMMENDATION": "Accept"},
    ]
    whole = {"id": "toy", "title": "Networks That Weigh", "abstract": _BODY, "authors": ["A. Lee"], "reviews": reviews}
    return json.dumps(whole).encode()


def _thread() -> bytes:
    note = {
        "id": "x",
        "forum": "x",
        "content": {"title": {"value": "Networks That Weigh"}, "abstract": {"value": _BODY}},
        "details": {
            "replies": [
                {
                    "id": "y",
                    "replyto": "x",
                    "invitations": ["Toy/Official_Review"],
                    "content": {"summary": {"value": "It weighs."}, "weaknesses": {"value": "No error bars."}},
                }
            ]
        },
    }
    return json.dumps(note).encode()


Damage = Callable[[bytearray, random.Random], None]


def _flip(content: bytearray, draw: random.Random) -> None:
    for _ in range(draw.randint(1, 40)):
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)


def _cut(content: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(content))
    del content[start : start + draw.randint(1, max(1, len(content) // 3))]


def _end(content: bytearray, draw: random.Random) -> None:
    del content[draw.randrange(len(content)) :]


def _double(content: bytearray, draw: random.Random) -> None:
    start = draw.randrange(len(content))
    piece = content[start : start + draw.randint(1, 400)]
    at = draw.randrange(len(content))
    content[at:at] = piece * draw.choice((1, 2, 50, 400))


def _number(content: bytearray, draw: random.Random) -> None:
    digits = [place for place, byte in enumerate(content) if 48 <= byte <= 57]
    for _ in range(min(len(digits), draw.randint(1, 8))):
        at = draw.choice(digits)
        content[at : at + 1] = draw.choice((b"-1", b"99999999999999999999", b"0", b"1e308", b"NaN"))


def _nest(content: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(content))
    piece = draw.choice(
        (b"[", b'{"a":', b"<div>", b"<<", b"(", b"{", b"> ", b"- ", b"\\begin{a}", b"$$", b"&amp;", b"#")
    )
    content[at:at] = piece * draw.choice((3, 200, 20_000))


def _odd(content: bytearray, draw: random.Random) -> None:
    for _ in range(draw.randint(1, 30)):
        at = draw.randrange(len(content))
        odd = draw.choice(
            ("\0", "\u202e", "\ufeff", "\u2028", "\x1b", "e\u0301" * 40, "\U0001f600", "\x85", "\r", "\u00ad")
        )
        content[at:at] = odd.encode()


def _not_utf8(content: bytearray, draw: random.Random) -> None:
    at = draw.randrange(len(content))
    content[at:at] = draw.choice((b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"\xf8\x88\x80\x80\x80"))


def _lines(content: bytearray, draw: random.Random) -> None:
    lines = content.split(b"\n")
    draw.shuffle(lines)
    content[:] = draw.choice((b"\n", b"", b"\n\n")).join(lines)


DAMAGES: tuple[Damage, ...] = (_flip, _cut, _end, _double, _number, _nest, _odd, _not_utf8, _lines)


def damaged(whole: bytes, draw: random.Random) -> bytes:
    """Return *whole* with one to three kinds of damage."""
    content = bytearray(whole)
    for damage in draw.choices(DAMAGES, k=draw.randint(1, 3)):
        if content:
            damage(content, draw)
    return bytes(content)


def files(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Return *count* damaged files with their names; the same for the same seed."""
    draw = random.Random(seed)
    whole = seeds()
    suffixes = sorted(whole)
    for number in range(count):
        suffix = suffixes[number % len(suffixes)]
        yield f"{number:06d}{suffix}", damaged(draw.choice(whole[suffix]), draw)


def reasons() -> set[str]:
    """Return the names of the classes with which a file may be refused."""
    return {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}


def broken_rules(store: GraphStore, report: Any, batch: dict[str, bytes]) -> dict[str, str]:
    """Return what is wrong after a batch, by file name; an empty name for what no file is known for."""
    wrong: dict[str, str] = {}
    if report.done + report.unchanged + report.failed != len(batch):
        wrong[""] = f"{len(batch)} files, but {report.done} done, {report.unchanged} unchanged, {report.failed} failed"
    allowed = reasons()
    failed = {Path(each.source).name: each for each in report.failures}
    for name, failure in failed.items():
        if name in batch and (failure.kind not in allowed or len(failure.message.split()) < 4):
            wrong[name] = f"{failure.kind}: {failure.message}"
    documents = {node.key for node in store.scan_nodes(Label.DOCUMENT)}
    for name, content in batch.items():
        key = hashlib.sha256(content).hexdigest()
        if (key in documents) == (name in failed):
            wrong[name] = "failed, but its document is in the graph" if name in failed else "done without a document"
    return wrong | _unquoted(store)


def _unquoted(store: GraphStore) -> dict[str, str]:
    evidenced = {edge.src.key for edge in store.scan_edges(EdgeType.EVIDENCED_BY)}
    facts = [node.key for label in (Label.CLAIM, Label.RESULT, Label.REVIEW_POINT) for node in store.scan_nodes(label)]
    bare = [key for key in facts if key not in evidenced]
    return {"": f"{len(bare)} facts without a quote, e.g. {bare[0]}"} if bare else {}


def fuzz(folder: Path, *, count: int, seed: int, workers: int, keep: Path | None = None) -> dict[str, str]:
    """Ingest *count* damaged files, print a line for each batch, and return what broke a rule."""
    store = open_store(f"sqlite:///{folder / 'graph.sqlite'}")
    settings = IngestSettings(workers=workers, file_timeout_s=FILE_LIMIT_S)
    wrong: dict[str, str] = {}
    tally: Counter[str] = Counter()
    pending = list(files(count, seed))
    for start in range(0, count, BATCH):
        # The same damage may give the same bytes twice: one file is enough.
        batch = {name: content for content, name in {c: n for n, c in pending[start : start + BATCH]}.items()}
        place = folder / f"batch-{start}"
        for name, content in batch.items():  # each in a folder of its own: LaTeX files of one folder are one paper
            (place / name[:6]).mkdir(parents=True)
            (place / name[:6] / name).write_bytes(content)
        began = time.monotonic()
        report = ingest([place], store=store, home=Home(folder / "home"), settings=settings)
        found = broken_rules(store, report, batch)
        tally.update(each.kind for each in report.failures)
        print(
            f"{start + len(batch)} of {count}: {report.done} done, {report.failed} refused, {len(found)} wrong, "
            f"{time.monotonic() - began:.0f} s",
            file=sys.stderr,
            flush=True,
        )
        for name, problem in found.items():
            print(f"  {name}: {problem}", file=sys.stderr, flush=True)
            if keep is not None and name:
                keep.mkdir(parents=True, exist_ok=True)
                shutil.copy(place / name[:6] / name, keep / name)
        wrong |= found
        shutil.rmtree(place)
    store.close()
    print(json.dumps({"files": count, "wrong": len(wrong), "refused": dict(sorted(tally.items()))}))
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="where to keep files that broke a rule")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wrong = fuzz(Path(folder), count=told.count, seed=told.seed, workers=told.workers, keep=told.keep)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
