"""SciERC and SemEval-2017: measured without having learnt from them. Sibling file.

Nothing is trained or tuned on these sets and no list is taken from them. Fixed before the first run:

* `scierc.mention.f1`, `semeval2017.mention.f1`: every annotated span, whatever its type, against every span that the
  encoder marks under SciREX's guideline, whatever its type (method, task, dataset, metric); exact, untyped. By rules:
  every mention.
* `scierc.relation.f1`: gold entities given. Method, Task and Metric by name, Material is a dataset,
  OtherScientificTerm and Generic are of no type of ours. Used-for, Part-of and Evaluate-for with direction, Compare
  as a set; the other relations of SciERC are left out of both sides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from _choice import Choice, installed
from _rule_documents import document as as_document
from _rule_documents import mentions_by_rules, sectioned_document, token_mentions
from _scored import Tally, show_f1

from graph.vocabulary.document import Section, SectionRole, Sentence
from graph.vocabulary.extraction import NameType
from ingest.extract.encoder import Encoder, Guideline, SentenceIn, open_encoder, sentence_of_words
from ingest.extract.gold import Paper, paper_of
from ingest.extract.gold.identity import Names
from ingest.extract.relations import Name, Relation, RelationType, relations
from ingest.extract.relations.rules import relations_by_rules
from ingest.extract.sections import Part
from ingest.parse.sentences import split_sentences

_TYPES = {
    "Method": NameType.METHOD,
    "Task": NameType.TASK,
    "Metric": NameType.METRIC,
    "Material": NameType.DATASET,
}
_RELATIONS = {
    "USED-FOR": RelationType.USED_FOR,
    "COMPARE": RelationType.COMPARE,
    "PART-OF": RelationType.PART_OF,
    "EVALUATE-FOR": RelationType.EVALUATE_FOR,
}

Range = tuple[int, int]
Pairs = list[tuple[float, bool]]
Read = Callable[[str, Sequence[Name]], list[Relation]]


@dataclass(frozen=True)
class SciErcAbstract:
    """An abstract: sentences of tokens, entities and relations as ranges of document tokens, end exclusive."""

    key: str
    paper: Paper
    sentences: tuple[tuple[str, ...], ...]
    entities: tuple[tuple[int, int, str], ...]
    relations: tuple[tuple[Range, Range, str], ...]


@dataclass(frozen=True)
class SemEvalParagraph:
    """A paragraph with its key phrases as character ranges."""

    key: str
    paper: Paper
    text: str
    spans: frozenset[Range]


def read_scierc(path: Path) -> list[SciErcAbstract]:
    """Read every abstract in the document form (JSON lines with `doc_key`, `ner`, `relations`) under *path*."""
    found: dict[str, SciErcAbstract] = {}
    for file in sorted({*path.rglob("*.json"), *path.rglob("*.jsonl")}):
        with file.open("rb") as lines:
            first = lines.readline(1 << 20)
        if b'"doc_key"' not in first or b'"ner"' not in first or b'"sentences"' not in first:
            continue
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                abstract = _abstract(json.loads(line))
                found.setdefault(abstract.key, abstract)
    return list(found.values())


def _abstract(raw: dict[str, Any]) -> SciErcAbstract:
    return SciErcAbstract(
        key=raw["doc_key"],
        paper=paper_of(Names(ids=(raw["doc_key"],))),
        sentences=tuple(tuple(sentence) for sentence in raw["sentences"]),
        entities=tuple((start, end + 1, kind) for sentence in raw["ner"] for start, end, kind in sentence),
        relations=tuple(
            ((a, b + 1), (c, d + 1), kind) for sentence in raw["relations"] for a, b, c, d, kind in sentence
        ),
    )


def read_semeval2017(path: Path) -> list[SemEvalParagraph]:
    """Read every pair of ``.txt`` and ``.ann`` in brat form under *path*."""
    found = []
    for annotation in sorted(path.rglob("*.ann")):
        text_file = annotation.with_suffix(".txt")
        if not text_file.is_file():
            continue
        spans = set()
        for row in annotation.read_text(encoding="utf-8").splitlines():
            columns = row.split("\t")
            if row.startswith("T") and len(columns) >= 3:
                numbers = [int(each) for each in columns[1].replace(";", " ").split()[1:]]
                spans.add((min(numbers), max(numbers)))
        key = annotation.stem
        text = text_file.read_text(encoding="utf-8")
        found.append(SemEvalParagraph(key, paper_of(Names(ids=(key,))), text, frozenset(spans)))
    return found


def measure_scierc(path: Path, choice: Choice) -> dict[str, Pairs]:
    """Print the figures of SciERC, where it is there; return the confidences of relations."""
    abstracts = choice.documents(read_scierc(path), ("encoder", "relations"), what="scierc abstracts")
    if not abstracts:
        return {}
    encoder = open_encoder() if installed("encoder") else None
    show = partial(show_f1, data=str(path))
    learnt_relations = installed("relations")
    trained, rules, related, related_by_rules = Tally(), Tally(), Tally(), Tally()
    for abstract in abstracts:
        gold = {(start, end) for start, end, _ in abstract.entities}
        if encoder is not None:
            trained.add(_encoder_ranges(encoder, abstract), gold)
        words = [word for sentence in abstract.sentences for word in sentence]
        document = sectioned_document(words, list(_sentence_ranges(abstract)), [(0, len(words))])
        rules.add({(start, end) for start, end, _ in token_mentions(*document)}, gold)
        related.add(_relations(abstract, relations), _gold_relations(abstract))
        related_by_rules.add(_relations(abstract, relations_by_rules), _gold_relations(abstract))
    if encoder is not None:
        show("scierc.mention.f1", trained)
    show("scierc.mention.f1.rules", rules)
    if learnt_relations:
        show("scierc.relation.f1", related)
    show("scierc.relation.f1.rules", related_by_rules)
    return {"relations": related.sure} if learnt_relations else {}


def _sentence_ranges(abstract: SciErcAbstract) -> Iterator[Range]:
    at = 0
    for sentence in abstract.sentences:
        yield at, at + len(sentence)
        at += len(sentence)


def _encoder_ranges(encoder: Encoder, abstract: SciErcAbstract) -> set[Range]:
    sentences = [sentence_of_words(words, heading="abstract", part=Part.ABSTRACT) for words in abstract.sentences]
    return {
        (first + each.first_word, first + each.last_word)
        for read, (first, _) in zip(encoder.read(sentences), _sentence_ranges(abstract), strict=True)
        for each in read.mentions
        if each.guideline is Guideline.SCIREX
    }


def _relations(abstract: SciErcAbstract, read: Read) -> dict[tuple[object, ...], float]:
    found: dict[tuple[object, ...], float] = {}
    for words, (first, last) in zip(abstract.sentences, _sentence_ranges(abstract), strict=True):
        given = sentence_of_words(words)
        inside = sorted({entity for entity in abstract.entities if first <= entity[0] and entity[1] <= last})
        names = [
            Name(given.word_ranges[start - first][0], given.word_ranges[end - first - 1][1], _TYPES.get(kind))
            for start, end, kind in inside
        ]
        for each in read(given.text, names):
            found[_key(inside[each.head][:2], inside[each.tail][:2], each.type)] = each.confidence
    return found


def _gold_relations(abstract: SciErcAbstract) -> set[tuple[object, ...]]:
    return {_key(head, tail, _RELATIONS[kind]) for head, tail, kind in abstract.relations if kind in _RELATIONS}


def _key(head: Range, tail: Range, kind: RelationType) -> tuple[object, ...]:
    if kind is RelationType.COMPARE:
        head, tail = sorted((head, tail))
    return head, tail, kind


def measure_semeval2017(path: Path, choice: Choice) -> None:
    """Print the figures of SemEval-2017 task 10, where it is there."""
    paragraphs = choice.documents(read_semeval2017(path), ("encoder",), what="semeval2017 paragraphs")
    if not paragraphs:
        return
    encoder = open_encoder() if installed("encoder") else None
    trained, rules = Tally(), Tally()
    for paragraph in paragraphs:
        ranges = split_sentences(paragraph.text, 0, len(paragraph.text))
        if encoder is not None:
            sentences = [SentenceIn(paragraph.text[start:end], "abstract", Part.ABSTRACT) for start, end in ranges]
            found = {
                (start + each.start, start + each.end)
                for read, (start, _) in zip(encoder.read(sentences), ranges, strict=True)
                for each in read.mentions
                if each.guideline is Guideline.SCIREX
            }
            trained.add(found, paragraph.spans)
        section = Section(heading="", role=SectionRole.ABSTRACT, level=1, char_start=0, char_end=len(paragraph.text))
        document = as_document(
            paragraph.text, [section], [Sentence(char_start=a, char_end=b, section=0) for a, b in ranges]
        )
        rules.add({(m.span.char_start, m.span.char_end) for m in mentions_by_rules(document)}, paragraph.spans)
    if encoder is not None:
        show_f1("semeval2017.mention.f1", trained, data=str(path))
    show_f1("semeval2017.mention.f1.rules", rules, data=str(path))
