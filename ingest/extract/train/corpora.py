"""Annotated sets as labelled sentences: what each head is to say of each sentence, or that nobody knows.

NCG gives contribution sentences, their information units and phrases; SciREX and TDMSci give mentions. A label that a
set does not hold is absent, never negative: a unit that no triple of an article uses, a phrase outside the
contribution sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.vocabulary.extraction import NameType
from ingest.extract.encoder.sentences import UNITS, SentenceIn, sentence_of_words
from ingest.extract.gold import Gold, NcgArticle, SciRexDocument, TdmSciSentence
from ingest.extract.gold.ncg import Triple
from ingest.extract.sections import parts_of_headings
from ingest.extract.train.weak_roles import weak_role

CharSpan = tuple[int, int]
TypedCharSpan = tuple[int, int, NameType]

_SCIREX = {
    "Method": NameType.METHOD,
    "Task": NameType.TASK,
    "Metric": NameType.METRIC,
    "Material": NameType.DATASET,
}
_TDMSCI = {"TASK": NameType.TASK, "DATASET": NameType.DATASET, "METRIC": NameType.METRIC}
_MOST_HEADING_WORDS = 7
_NOT_LAST = (".", ",", ";", ":")


@dataclass(frozen=True, slots=True)
class Labels:
    """What is known of one sentence; None where nothing is."""

    contribution: bool | None = None
    units: frozenset[str] = frozenset()
    phrases: tuple[CharSpan, ...] | None = None
    scirex: tuple[TypedCharSpan, ...] | None = None
    tdmsci: tuple[TypedCharSpan, ...] | None = None
    role: int | None = None  # index into SentenceRole, -1 for none of them (see `weak_roles`)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled document. `number` gives for each sentence its line (NCG) or its place in the set's own count."""

    source: str
    key: str
    paper_hash: str
    hashes: tuple[str, ...]
    split: str
    sentences: tuple[SentenceIn, ...]
    labels: tuple[Labels, ...]
    number: tuple[int, ...]


def labelled(gold: Gold) -> list[Labelled]:
    """Return every document of the three sets, in the order of `gold`."""
    return [
        *(ncg_document(article) for article in gold.ncg),
        *(scirex_document(document) for document in gold.scirex),
        *(tdmsci_document(sentence) for sentence in gold.tdmsci),
    ]


def is_heading(line: str) -> bool:
    """Say whether a line of a tokenised text looks like a heading: short, capital first, no stop at its end."""
    words = line.split()
    return (
        0 < len(words) <= _MOST_HEADING_WORDS
        and (words[0][0].isupper() or words[0].lower() in ("title", "abstract"))
        and not line.rstrip().endswith(_NOT_LAST)
    )


def ncg_sentences(lines: Sequence[str]) -> tuple[list[SentenceIn], list[int]]:
    """Return the sentences of a Stanza file and their line numbers, up to the references; headings are sentences."""
    kept: list[tuple[int, str, int]] = []
    headings = [""]
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        bare = line.strip().lower()
        if bare in ("references", "bibliography"):
            break
        if bare in ("title", "abstract") or (number > 2 and is_heading(line)):
            headings.append(line.strip())
        kept.append((number, line, len(headings) - 1))
    parts = parts_of_headings(headings)
    return (
        [SentenceIn(line, headings[section], parts[section], word_ranges(line)) for _, line, section in kept],
        [number for number, _, _ in kept],
    )


def word_ranges(line: str) -> tuple[CharSpan, ...]:
    """Return the character ranges of the words of a line that is tokenised by spaces."""
    found: list[CharSpan] = []
    start = -1
    for at, character in enumerate(line + " "):
        if character.isspace():
            if start >= 0:
                found.append((start, at))
                start = -1
        elif start < 0:
            start = at
    return tuple(found)


def ncg_document(article: NcgArticle) -> Labelled:
    """Return an NCG article with its contribution sentences, their units and phrases."""
    sentences, numbers = ncg_sentences(article.lines)
    phrases: dict[int, list[CharSpan]] = {}
    texts: dict[int, set[str]] = {}
    for phrase in article.phrases:
        phrases.setdefault(phrase.line, []).append((phrase.start, phrase.end))
        texts.setdefault(phrase.line, set()).add(phrase.text.strip().lower())
    labels: list[Labels] = []
    for number, sentence in zip(numbers, sentences, strict=True):
        chosen = number in article.contribution_lines
        units = units_of(texts.get(number, set()), article.triples) if chosen else frozenset()
        labels.append(
            Labels(
                contribution=chosen,
                units=units,
                phrases=tuple(sorted(phrases.get(number, ()))) if chosen else None,
                role=weak_role(sentence.text, sentence.part, contribution=chosen, units=units),
            )
        )
    return Labelled(
        source="ncg",
        key=article.key,
        paper_hash=article.paper_hash,
        hashes=article.paper.hashes,
        split=article.split.value,
        sentences=tuple(sentences),
        labels=tuple(labels),
        number=tuple(numbers),
    )


def units_of(texts: set[str], triples: Mapping[str, Sequence[Triple]]) -> frozenset[str]:
    """Return the units whose triples the phrases of a sentence build: those that the most triples speak for.

    A triple speaks for its unit with each of its three parts that is a phrase of the sentence, predicates counting
    half, since "has" and "on" stand everywhere.
    """
    votes: dict[str, float] = {}
    for unit, its in triples.items():
        if unit not in UNITS:
            continue
        for subject, predicate, object_ in its:
            part = (subject.lower() in texts) + (object_.lower() in texts) + 0.5 * (predicate.lower() in texts)
            if part >= 1:
                votes[unit] = votes.get(unit, 0.0) + part**2
    if not votes:
        return frozenset()
    most = max(votes.values())
    return frozenset(unit for unit, vote in votes.items() if vote >= 0.7 * most)


def scirex_document(document: SciRexDocument) -> Labelled:
    """Return a SciREX document with its mentions, sentence by sentence."""
    starts = [start for start, _ in document.sections]
    headings = [
        scirex_heading(document.words[start:end], first=number == 0)
        for number, (start, end) in enumerate(document.sections)
    ]
    parts = parts_of_headings(headings)
    sentences: list[SentenceIn] = []
    labels: list[Labels] = []
    numbers: list[int] = []
    mentions = iter(sorted((m.start, m.end, m.type) for m in document.mentions))
    waiting = next(mentions, None)
    section = 0
    for number, (first, last) in enumerate(document.sentences):
        while section + 1 < len(starts) and starts[section + 1] <= first:
            section += 1
        sentence = sentence_of_words(document.words[first:last], heading=headings[section], part=parts[section])
        found: list[TypedCharSpan] = []
        while waiting is not None and waiting[0] < last:
            start, end, type_ = waiting
            if start >= first and end <= last and type_ in _SCIREX:
                found.append(
                    (sentence.word_ranges[start - first][0], sentence.word_ranges[end - first - 1][1], _SCIREX[type_])
                )
            waiting = next(mentions, None)
        sentences.append(sentence)
        role = weak_role(sentence.text, sentence.part, contribution=None, units=())
        labels.append(Labels(scirex=tuple(found), role=role))
        numbers.append(number)
    return Labelled(
        source="scirex",
        key=document.doc_id,
        paper_hash=document.paper_hash,
        hashes=document.paper.hashes,
        split=document.split.value,
        sentences=tuple(sentences),
        labels=tuple(labels),
        number=tuple(numbers),
    )


def scirex_heading(words: Sequence[str], *, first: bool) -> str:
    """Return the heading of a section that begins ``section : Heading``: up to the sentence that follows unmarked.

    Where the heading ends is not marked; some words of the first sentence may follow it, as they do for a reader.
    """
    if first:
        return "title"
    bare = list(words[2:]) if [word.lower() for word in words[:2]] == ["section", ":"] else list(words)
    return " ".join(bare[:5])


def tdmsci_document(sentence: TdmSciSentence) -> Labelled:
    """Return one TDMSci sentence as a document of its own."""
    read = sentence_of_words(sentence.tokens)
    spans = tuple(
        (read.word_ranges[each.start][0], read.word_ranges[each.end - 1][1], _TDMSCI[each.type])
        for each in sentence.mentions
    )
    return Labelled(
        source="tdmsci",
        key=sentence.paper_hash,
        paper_hash=sentence.paper_hash,
        hashes=sentence.paper.hashes,
        split=sentence.split.value,
        sentences=(read,),
        labels=(Labels(tdmsci=spans),),
        number=(0,),
    )
