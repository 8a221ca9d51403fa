"""What adding one paper costs in graphs of growing size, on the embedded store. Imported as a sibling file.

The papers are made up, their names are not arbitrary: a few hundred names that everybody uses, names that earlier
papers brought in (the more often used the likelier), and some of its own, written in the ways people write them
(plurals, hyphens, "the X dataset", versions, short forms that the paper defines). A graph is grown on disk; at each
size it is copied, and the same probe papers are added to the copies one by one: written and resolved, as ingest does
after parsing and extraction, which know nothing of the graph. Measured in CPU-seconds of this process, in which
SQLite runs; the wall clock of a shared machine says less and is printed beside it.
"""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.canonical import sha256_hex
from graph.store import open_store
from graph.store.interface import GraphStore
from graph.vocabulary.document import Bibliography, Document, DocumentKind, Format, Section, SectionRole, Sentence
from graph.vocabulary.extraction import Acronym, Extraction, Mention, MethodRole, NameType, Span
from graph.write.paper import write_paper
from ingest.resolve import resolve

PROBES = 60
_WARMING = 10  # papers added before the first is timed
_BATCH = 500
_TYPES = (NameType.METHOD, NameType.METHOD, NameType.TASK, NameType.DATASET, NameType.METRIC)
_SYLLABLES = (
    "ba",
    "co",
    "di",
    "fu",
    "ga",
    "he",
    "ki",
    "lo",
    "mu",
    "na",
    "pe",
    "ro",
    "si",
    "ta",
    "vo",
    "wi",
    "plo",
    "gri",
)
_WORDS = (
    *("deep", "sparse", "graph", "neural", "convolutional", "recurrent", "adaptive", "robust", "causal", "latent"),
    *("spectral", "contrastive", "attention", "transfer", "label", "gradient", "kernel", "image", "text", "speech"),
    *("segmentation", "detection", "generation", "translation", "retrieval", "classification", "estimation"),
    *("network", "embedding", "pruning", "sampling", "smoothing", "alignment", "matching", "decoding", "routing"),
)
_SEED_NAMES = 400


@dataclass(frozen=True)
class Cost:
    """What adding one probe paper took."""

    cpu_s: float
    wall_s: float


class Corpus:
    """Made-up papers, one after the other; the same ones for the same seed."""

    def __init__(self, seed: int = 0) -> None:
        self._seed, self._rng = seed, random.Random(seed)
        self._known = [self._fresh() for _ in range(_SEED_NAMES)]
        self._made = 0

    def papers(self, count: int) -> Iterator[tuple[Document, Extraction]]:
        """Yield the next *count* papers."""
        for _ in range(count):
            yield self._paper()

    def _fresh(self) -> tuple[NameType, str]:
        rng = self._rng
        type = rng.choice(_TYPES)
        made = "".join(rng.choices(_SYLLABLES, k=rng.choice((2, 3, 3, 4)))).capitalize()
        style = rng.random()
        if style < 0.35:
            return type, made + rng.choice(("", "Net", "-Former", "BERT"))
        if style < 0.5:
            return type, f"{made}-{rng.choice((2, 10, 50, 101, 1000))}"
        return type, " ".join([*rng.choices(_WORDS, k=rng.choice((1, 2, 2))), made.lower()])

    def _paper(self) -> tuple[Document, Extraction]:
        rng, number = self._rng, self._made
        self._made += 1
        hubs = [self._known[int(_SEED_NAMES * rng.random() ** 3)] for _ in range(10)]
        earlier = [self._known[int(len(self._known) * rng.random() ** 2)] for _ in range(4)]
        own = [self._fresh() for _ in range(3)]
        self._known += own
        names = [(type, self._written(type, name)) for type, name in (*hubs, *earlier, *own)]
        phrase = " ".join([*rng.choices(_WORDS, k=2), rng.choice(_WORDS)])
        short = "".join(word[0] for word in phrase.split()).upper()
        return _document(f"Paper {self._seed}-{number}", names, (short, phrase))

    def _written(self, type: NameType, name: str) -> str:
        style = self._rng.random()
        if style < 0.7:
            return name
        if style < 0.8:
            return name.replace("-", " ")
        if style < 0.9:
            return f"{name} {dict(zip(NameType, ('model', 'task', 'dataset', 'score'), strict=True))[type]}"
        return f"{name}s" if name[-1].isalpha() else name


def _document(
    title: str, names: Sequence[tuple[NameType, str]], defined: tuple[str, str]
) -> tuple[Document, Extraction]:
    sentences, mentions, lines, at = [], [], [], 0
    for index, (type, name) in enumerate([*names, (NameType.METHOD, defined[1])]):
        line = f"We use {name} here." if index < len(names) else f"We use {name} ({defined[0]}) here."
        sentences.append(Sentence(char_start=at, char_end=at + len(line), section=0))
        span = Span(char_start=at + 7, char_end=at + 7 + len(name), quote=name)
        role = MethodRole.USED if type is NameType.METHOD else None
        mentions.append(Mention(type=type, name=name, span=span, sentence=index, role=role, confidence=0.9))
        lines.append(line)
        at += len(line) + 1
    text = " ".join(lines)
    document = Document(
        key=sha256_hex(f"{title}|{text}".encode()),
        kind=DocumentKind.PAPER,
        format=Format.TEXT,
        parser="benchmark/1",
        text=text,
        bibliography=Bibliography(title=title),
        sections=(Section(heading="", role=SectionRole.BODY, level=1, char_start=0, char_end=len(text)),),
        sentences=tuple(sentences),
    )
    acronym = Acronym(short=defined[0], long=defined[1], sentence=len(names))
    extraction = Extraction(
        document=document.key, extractor="benchmark/1", mentions=tuple(mentions), acronyms=(acronym,)
    )
    return document, extraction


def costs(sizes: Sequence[int], folder: Path, *, probes: int = PROBES) -> dict[int, list[Cost]]:
    """Return what each probe paper cost in a graph of each of *sizes* papers, in ascending order of size.

    Each probe paper is added to all graphs in turn, so that the load of the machine falls on all alike.
    """
    corpus, have, path = Corpus(), 0, folder / "grown.sqlite"
    for size in sorted(sizes):
        grown = open_store(f"sqlite:///{path}")
        for start in range(have, size, _BATCH):
            for document, extraction in corpus.papers(min(_BATCH, size - start)):
                write_paper(grown, document, extraction, run="r", source=document.key)
            resolve(grown, run="r")
        grown.close()
        have = size
        shutil.copy(path, folder / f"copy-{size}.sqlite")
    stores = {size: open_store(f"sqlite:///{folder / f'copy-{size}.sqlite'}") for size in sorted(sizes)}
    for document, extraction in Corpus(seed=2).papers(_WARMING):
        for store in stores.values():
            _added(store, document, extraction)
    found: dict[int, list[Cost]] = {size: [] for size in stores}
    for document, extraction in Corpus(seed=1).papers(probes):
        for size, store in stores.items():
            found[size].append(_added(store, document, extraction))
    for store in stores.values():
        store.close()
    return found


def _added(store: GraphStore, document: Document, extraction: Extraction) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    write_paper(store, document, extraction, run="r", source=document.key)
    resolve(store, run="r")
    return Cost(time.process_time() - cpu, time.perf_counter() - wall)
