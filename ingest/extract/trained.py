"""What the trained encoder reads in a document, and whose word counts where it and the rules name the same words.

The encoder reads what the rules read (title, abstract, body up to the references) and captions; appendices only where
the settings say so. Its mentions join the hits of the rules before claims and results are read, so that a claim can be
about a name that no list holds. Without weights nothing happens here, and `Extraction.read_by` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import ComponentRun, Mention, NameType, Span, StatedRole
from ingest.extract.encoder import Encoder, FoundSpan, Guideline, SentenceIn, SentenceRead
from ingest.extract.lexicon import lookup
from ingest.extract.name_ends import without_class
from ingest.extract.names import Names, clean
from ingest.extract.normal import Normalised, normalise
from ingest.extract.phrases import Phrase, kind, name_like, refused
from ingest.extract.reading import Hit, Reading
from ingest.extract.refusals import Refusals
from ingest.extract.sections import Part, parts
from ingest.extract.sentence_filter import garbled

LEAST_SURE = 0.5  # of a mention: below it, the encoder itself would rather not
LONGER_WINS = 0.6  # a longer mention of the encoder replaces a hit inside it that no list knows
LEAST_ROLE = 0.5
_HEADINGS = {Part.TITLE: "title", Part.ABSTRACT: "abstract"}  # as in the annotated sets


@dataclass(frozen=True, slots=True)
class TrainedReading:
    """What the encoder read: by sentence of the document, with the normalised text its offsets are of."""

    reads: dict[int, SentenceRead] = field(default_factory=dict)
    normals: dict[int, Normalised] = field(default_factory=dict)
    captions: tuple[int, ...] = ()
    runs: tuple[ComponentRun, ...] = ()


def read_trained(
    document: Document, readings: Sequence[Reading], encoder: Encoder | None, *, appendices: bool
) -> TrainedReading:
    """Return what *encoder* reads in *document*; nothing without an encoder."""
    if encoder is None:
        return TrainedReading()
    body = {reading.index: (reading.normal, reading.part) for reading in readings}
    captions = dict(_prose(document, _sentences_of(document, SectionRole.CAPTION)))
    after = dict(_prose(document, _after_references(document) - set(body) - set(captions))) if appendices else {}
    given = {
        **body,
        **{index: (normal, Part.OTHER) for index, normal in captions.items()},
        **{index: (normal, Part.OTHER) for index, normal in after.items()},
    }
    order = [*sorted(body), *sorted(captions), *sorted(after)]
    sentences = [
        SentenceIn(
            text=given[index][0].text,
            heading=_HEADINGS.get(given[index][1])
            or document.sections[document.sentences[index].section].heading
            or ("caption" if index in captions else ""),
            part=given[index][1],
        )
        for index in order
    ]
    reads = dict(zip(order, encoder.read(sentences), strict=True))
    counted = (("body", len(body)), ("captions", len(captions)), ("appendix", len(after)))
    return TrainedReading(
        reads=reads,
        normals={index: given[index][0] for index in order},
        captions=tuple(sorted({*captions, *after})),
        runs=tuple(ComponentRun(component=encoder.name, part=part, sentences=n) for part, n in counted if n),
    )


def _sentences_of(document: Document, role: SectionRole) -> set[int]:
    return {
        index for index, sentence in enumerate(document.sentences) if document.sections[sentence.section].role is role
    }


def _after_references(document: Document) -> set[int]:
    """Return the sentences of appendices: by role, or unread sections behind the references."""
    kinds = parts(document)
    first = next((n for n, each in enumerate(document.sections) if each.role is SectionRole.REFERENCES), None)
    return {
        index
        for index, sentence in enumerate(document.sentences)
        if document.sections[sentence.section].role is SectionRole.APPENDIX
        or (
            first is not None
            and sentence.section > first
            and document.sections[sentence.section].role is SectionRole.BODY
            and kinds[sentence.section] is Part.UNREAD
        )
    }


def _prose(document: Document, indexes: Iterable[int]) -> Iterable[tuple[int, Normalised]]:
    for index in sorted(indexes):
        sentence = document.sentences[index]
        normal = normalise(document.quote(sentence), sentence.char_start)
        if normal.text.strip() and garbled(normal.text) in (None, "sentence is a caption"):
            yield index, normal


def spans_of(read: SentenceRead) -> list[FoundSpan]:
    """Return the mentions of a sentence that the product keeps, in order, without overlaps: the surest first.

    SciREX's guideline knows all four kinds and whole papers, so that of equals it wins; TDMSci's adds what it misses.
    """
    order = sorted(
        (each for each in read.mentions if each.confidence >= LEAST_SURE),
        key=lambda each: (-each.confidence, each.guideline is not Guideline.SCIREX, each.start, each.end),
    )
    kept: list[FoundSpan] = []
    for span in order:
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda each: each.start)


def join_hits(readings: Sequence[Reading], names: Names, trained: TrainedReading, refusals: Refusals) -> None:
    """Put the encoder's mentions among the hits of the rules, and its confidence beside those they agree on."""
    for reading in readings:
        read = trained.reads.get(reading.index)
        if read is None:
            continue
        for span in spans_of(read):
            _join(reading, span, names, refusals)
        reading.hits.sort(key=lambda hit: (hit.first, hit.last))


def _has_name(reading: Reading, first: int, last: int) -> bool:
    return any(name_like(word.text) for word in reading.words[first:last]) or (
        first > 0 and all(word.text[0].isupper() for word in reading.words[first:last])
    )


def _join(reading: Reading, span: FoundSpan, names: Names, refusals: Refusals) -> None:
    first, last = _words(reading, span.start, span.end)
    if first >= last:
        return
    last = without_class(reading, span.type, first, last)
    by_head = kind(reading.lowers[first:last])
    if span.type is NameType.METHOD and by_head in (NameType.METRIC, NameType.DATASET):
        span = replace(span, type=by_head)
    touching = [hit for hit in reading.hits if hit.first < last and hit.last > first]
    same = next((hit for hit in touching if (hit.first, hit.last) == (first, last)), None)
    if same is not None:
        if same.type is span.type:
            reading.sure[first, last] = span.confidence
        else:
            reading.doubts[first, last] = (span.type, span.confidence)
        return
    # A name of the lists stays what it is inside a longer phrase: the graph is about names that papers share.
    inside = all(first <= hit.first and hit.last <= last and hit.entry is None for hit in touching)
    if touching and not (inside and span.confidence >= LONGER_WINS):
        return
    if reason := _no_name(reading, first, last, span):
        refusals.add(reading.surface(first, last), reason, reading.index)
        return
    for hit in touching:
        reading.hits.remove(hit)
    _add(reading, span, first, last, names)


def _add(reading: Reading, span: FoundSpan, first: int, last: int, names: Names) -> None:
    surface = reading.surface(first, last)
    known = lookup(span.type, names.named(surface)) or lookup(span.type, surface)
    name = known.name if known else names.named(clean(surface))
    reading.hits.append(Hit(first, last, span.type, name, "encoder", known))
    reading.sure[first, last] = span.confidence


def _no_name(reading: Reading, first: int, last: int, span: FoundSpan) -> str | None:
    """Return why a mention of the encoder is no name of a thing, or None: the annotated sets mark general words too."""
    lowers = reading.lowers[first:last]
    if reason := refused(reading, Phrase(first, last)):
        return reason
    if lookup(span.type, reading.surface(first, last)):
        return None
    if _has_name(reading, first, last) or kind(lowers) is span.type:
        return None
    return "a general word, no name" if len(lowers) == 1 else None


def _words(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Return the words that characters *start* to *end* touch."""
    touched = [n for n, word in enumerate(reading.words) if word.start < end and word.end > start]
    return (touched[0], touched[-1] + 1) if touched else (0, 0)


def caption_mentions(
    document: Document, readings: Sequence[Reading], names: Names, trained: TrainedReading
) -> list[Mention]:
    """Return the mentions where no rule reads (captions, appendices) of names that a list or the body knows."""
    found: list[Mention] = []
    body = {(hit.type, hit.name) for reading in readings for hit in reading.hits}
    for index in trained.captions:
        normal = trained.normals[index]
        for span in spans_of(trained.reads[index]):
            surface = normal.text[span.start : span.end]
            known = lookup(span.type, names.named(surface)) or lookup(span.type, surface)
            name = known.name if known else names.named(clean(surface))
            if known is None and (span.type, name) not in body:
                continue
            first, last = normal.start(span.start), normal.end(span.end)
            found.append(
                Mention(
                    type=span.type,
                    name=name,
                    span=Span(char_start=first, char_end=last, quote=document.text[first:last]),
                    sentence=index,
                    role=None,
                    confidence=span.confidence,
                )
            )
    return found


def stated_roles(trained: TrainedReading) -> tuple[StatedRole, ...]:
    """Return the likeliest role of each sentence that has one, in reading order."""
    found: list[StatedRole] = []
    for index in sorted(trained.reads):
        role, confidence = trained.reads[index].role
        if confidence >= LEAST_ROLE and index not in trained.captions:
            found.append(StatedRole(sentence=index, role=role, confidence=confidence))
    return tuple(found)
