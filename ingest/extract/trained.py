"""What the trained encoder reads in a document, and whose word counts where it and the rules name the same words.

The encoder reads what the rules read (title, abstract, body up to the references) and captions; appendices only where
the settings say so. Its mentions join the hits of the rules before claims and results are read, so that a claim can be
about a name that no list holds. Without weights nothing happens here, and `Extraction.read_by` says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import ComponentRun, Mention, NameType, Span, StatedRole
from ingest.extract.confidence import REPEATED
from ingest.extract.encoder import Encoder, FoundSpan, Guideline, SentenceIn, SentenceRead
from ingest.extract.lexicon import lookup, word_set
from ingest.extract.names import Names, clean
from ingest.extract.normal import Normalised, normalise
from ingest.extract.phrases import Phrase, kind, name_like, refused
from ingest.extract.reading import Hit, Reading
from ingest.extract.refusals import Refusals
from ingest.extract.sections import Part, parts
from ingest.extract.sentence_filter import garbled

LEAST_SURE = 0.5  # of a mention: below it, the encoder itself would rather not
LONGER_WINS = 0.6  # a longer mention of the encoder replaces a hit inside it that no list knows
OTHER_KIND_WINS = 0.8  # the encoder's kind replaces one that a weak cue gave
LEAST_ROLE = 0.5
_DATA_WORDS, _HEADS = word_set("data_words"), word_set("heads_of_names")
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
    """Put the encoder's mentions among the hits of the rules, and its confidence beside those they agree on.

    A phrase without capitals that only the encoder sees, in one sentence of the body and neither title nor abstract,
    describes something and names nothing: it is refused.
    """
    for reading in readings:
        read = trained.reads.get(reading.index)
        if read is None:
            continue
        for span in spans_of(read):
            _join(reading, span, names, refusals)
        reading.hits.sort(key=lambda hit: (hit.first, hit.last))
    _drop_descriptions(readings, refusals)


def _drop_descriptions(readings: Sequence[Reading], refusals: Refusals) -> None:
    places: defaultdict[str, set[int]] = defaultdict(set)
    front: set[str] = set()
    for reading in readings:
        for hit in reading.hits:
            places[hit.name.lower()].add(reading.index)
            if reading.part in (Part.TITLE, Part.ABSTRACT):
                front.add(hit.name.lower())
    for reading in readings:
        for hit in [each for each in reading.hits if each.source == "encoder" and each.entry is None]:
            lower = hit.name.lower()
            if len(places[lower]) > 1 or lower in front or _has_name(reading, hit.first, hit.last):
                continue
            refusals.add(hit.name, "a phrase that one sentence uses", reading.index)
            reading.hits.remove(hit)


def _has_name(reading: Reading, first: int, last: int) -> bool:
    return any(name_like(word.text) for word in reading.words[first:last]) or (
        first > 0 and all(word.text[0].isupper() for word in reading.words[first:last])
    )


def _join(reading: Reading, span: FoundSpan, names: Names, refusals: Refusals) -> None:
    first, last = _named_part(reading, *_words(reading, span.start, span.end), span.type)
    if first >= last:
        return
    by_head = kind(reading.lowers[first:last])
    if span.type is NameType.METHOD and by_head in (NameType.METRIC, NameType.DATASET):
        span = replace(span, type=by_head)
    touching = [hit for hit in reading.hits if hit.first < last and hit.last > first]
    same = next((hit for hit in touching if (hit.first, hit.last) == (first, last)), None)
    if same is not None:
        if same.type is span.type:
            reading.sure[first, last] = span.confidence
        elif _yields(same, span, names, reading.surface(first, last)):
            reading.hits.remove(same)
            _add(reading, span, first, last, names)
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


def _yields(hit: Hit, span: FoundSpan, names: Names, surface: str) -> bool:
    """Say whether the kind of *hit* yields to the encoder's: where a weak cue alone gave it."""
    weak = hit.entry is None and names.confidence.get(surface, 1.0) <= REPEATED
    return weak and span.confidence >= OTHER_KIND_WINS


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


def _named_part(reading: Reading, first: int, last: int, type: NameType) -> tuple[int, int]:
    """Return the words of a mention without the class word behind a name: "the FooBank dataset" is FooBank."""
    classes = _DATA_WORDS if type is NameType.DATASET else _HEADS if type is NameType.METHOD else frozenset()
    while last - first > 1 and reading.lowers[last - 1] in classes and _printed_as_name(reading.words[last - 2].text):
        last -= 1
    return first, last


def _printed_as_name(word: str) -> bool:
    return name_like(word) or (len(word) > 1 and word[0].isupper())


def _words(reading: Reading, start: int, end: int) -> tuple[int, int]:
    """Return the words that characters *start* to *end* touch."""
    touched = [n for n, word in enumerate(reading.words) if word.start < end and word.end > start]
    return (touched[0], touched[-1] + 1) if touched else (0, 0)


def caption_mentions(document: Document, names: Names, trained: TrainedReading) -> list[Mention]:
    """Return the mentions where no rule reads (captions, appendices) of names that a list or the body knows."""
    found: list[Mention] = []
    for index in trained.captions:
        normal = trained.normals[index]
        for span in spans_of(trained.reads[index]):
            surface = normal.text[span.start : span.end]
            known = lookup(span.type, names.named(surface)) or lookup(span.type, surface)
            if known is None and surface not in names.meaning and names.type_of(surface) is not span.type:
                continue
            first, last = normal.start(span.start), normal.end(span.end)
            found.append(
                Mention(
                    type=span.type,
                    name=known.name if known else names.named(clean(surface)),
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
