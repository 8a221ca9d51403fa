"""`extract`: the one door. Reads the sentences that are prose, runs the readers in a fixed order, bounds the result.

Guarantees: a pure function of the document, the settings and the shipped files (lists, weights); every span is
verbatim; every name in a claim, a result or a point is also a mention of the right kind (a method of a table may stand
in its row instead); what is dropped is listed with its reason or counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from graph.vocabulary.document import Document, DocumentKind
from graph.vocabulary.extraction import (
    Acronym,
    ComponentRun,
    Extraction,
    Mention,
    MethodRole,
    NameType,
    StatedCitation,
    StatedLink,
    StatedProblem,
    StatedResult,
)
from ingest.extract.acronyms import Definition, definitions, mend
from ingest.extract.announcements import Announced, announcements
from ingest.extract.bounds import bounded
from ingest.extract.claims import ClaimReader, Found
from ingest.extract.confidence import LEXICON
from ingest.extract.encoder import open_encoder
from ingest.extract.leaderboard.model import load_leaderboard
from ingest.extract.leaderboard.stated import table_results
from ingest.extract.leaderboard.weighing import with_salience
from ingest.extract.lexicon import is_known
from ingest.extract.lineage import find_lineage
from ingest.extract.links import find_links
from ingest.extract.mentions import find_names
from ingest.extract.names import Names, clean
from ingest.extract.phrases import kind
from ingest.extract.problems import find_problems
from ingest.extract.reading import Hit, Reading, read
from ingest.extract.refusals import Refusals
from ingest.extract.results import find_results
from ingest.extract.reviews import extract_reviews
from ingest.extract.roles import confidence_of, role_of
from ingest.extract.sections import Part, parts
from ingest.extract.termhood import keep_names
from ingest.extract.trained import TrainedReading, caption_mentions, join_hits, read_trained, stated_roles
from ingest.settings import EXTRACT_BY_DEFAULT, Components, ExtractSettings

EXTRACTOR = "rules/6"
"""Name and version. Any change of what is extracted, a word list included, must change it."""


def extract(document: Document, *, settings: ExtractSettings = EXTRACT_BY_DEFAULT) -> Extraction:
    """Return what *document* states: a review's arguments, or a paper's names, problems, claims and results.

    Raises:
        DamagedWeights: a trained component is installed and is not what its manifest says.
    """
    if document.kind is DocumentKind.REVIEW:
        return extract_reviews(document, extractor=EXTRACTOR)
    found = _read(document, settings)
    model = load_leaderboard() if settings.components is Components.TRAINED else None
    mentions = with_salience(document, found.mentions, model, results=found.results)
    kept, kept_claims, kept_results = bounded(
        mentions, [each.claim for each in found.claims], found.results, found.refusals
    )
    return Extraction(
        document=document.key,
        extractor=EXTRACTOR,
        mentions=kept,
        roles=stated_roles(found.trained),
        acronyms=tuple(
            Acronym(short=each.short, long=clean(mend(each.long)), sentence=each.reading.index)
            for each in found.definitions
        ),
        problems=tuple(found.problems),
        claims=kept_claims,
        results=kept_results,
        citations=tuple(found.citations),
        links=tuple(found.links),
        read_by=(
            ComponentRun(component=EXTRACTOR, part="body", sentences=found.sentences),
            *found.trained.runs,
            *([ComponentRun(component=model.name, part="body", sentences=found.sentences)] if model else []),
        ),
        refused=found.refusals.result(),
    )


def mentions_of(document: Document, *, settings: ExtractSettings = EXTRACT_BY_DEFAULT) -> list[Mention]:
    """Return every mention of a paper, descriptions too, before the bounds of `extract`: what span benchmarks score."""
    return _read(document, settings, only_names=False).mentions


@dataclass(frozen=True, slots=True)
class _Found:
    """All that the readers found, before the bounds."""

    mentions: list[Mention]
    definitions: list[Definition]
    problems: list[StatedProblem]
    claims: list[Found]
    results: list[StatedResult]
    citations: list[StatedCitation]
    links: list[StatedLink]
    trained: TrainedReading
    sentences: int
    refusals: Refusals


def _read(document: Document, settings: ExtractSettings, *, only_names: bool = True) -> _Found:
    refusals = Refusals()
    readings = readings_of(document, refusals)
    defined = definitions(readings)
    names = find_names(readings, defined, refusals)
    encoder = open_encoder() if settings.components is Components.TRAINED else None
    trained = read_trained(document, readings, encoder, appendices=settings.appendices)
    join_hits(readings, names, trained, refusals)
    if only_names:
        keep_names(document, readings, names, refusals)
    own = own_method(names, readings)
    claim_reader = ClaimReader(own=own, refusals=refusals)
    claims = [found for reading in readings for found in claim_reader.read(reading)]
    results = [result for reading in readings for result in find_results(reading, refusals, own=own)]
    problems = [problem for reading in readings for problem in find_problems(document, reading, refusals)]
    mentions = _mentions(document, readings, names, claims, results)
    mentions += caption_mentions(document, readings, names, trained)
    results += table_results(document, mentions, refusals, own=own)
    citations = find_lineage(document, readings)
    links = find_links(document, refusals)
    return _Found(mentions, defined, problems, claims, results, citations, links, trained, len(readings), refusals)


def readings_of(document: Document, refusals: Refusals) -> list[Reading]:
    """Return the sentences of *document* that are prose and in a part that is read, in reading order."""
    kinds = parts(document)
    found: list[Reading] = []
    for index, sentence in enumerate(document.sentences):
        if (part := kinds[sentence.section]) is Part.UNREAD:
            continue
        reading = read(document, index, part)
        if isinstance(reading, Reading):
            found.append(reading)
        else:
            refusals.add(document.quote(sentence), reading, index)
    return found


def own_method(names: Names, readings: Sequence[Reading]) -> str | None:
    """Return the method that the document proposes, or None: the surest, then the one named most often."""
    count: defaultdict[str, int] = defaultdict(int)
    for reading in readings:
        for hit in reading.hits:
            count[hit.name] += 1
    candidates = [
        (name, names.named(name), confidence)
        for name, confidence in names.proposed.items()
        if not is_known(names.named(name))
        and names.type_of(name) is NameType.METHOD
        and kind(names.named(name).lower().split()) in {None, NameType.METHOD}
    ]
    if not candidates:
        return None
    best = max(enumerate(candidates), key=lambda each: (each[1][2], count[each[1][1]], -each[0]))
    return best[1][1] if count[best[1][1]] else None


def _confidence(reading: Reading, hit: Hit, announced: list[Announced], names: Names) -> float:
    if hit.source == "quality":
        return LEXICON
    sure = reading.sure.get((hit.first, hit.last), 0.0)
    return sure if hit.source == "encoder" else max(sure, confidence_of(hit, announced, names))


def _mentions(
    document: Document,
    readings: Sequence[Reading],
    names: Names,
    claims: Sequence[Found],
    results: Sequence[StatedResult],
) -> list[Mention]:
    own = frozenset(names.named(name) for name in names.proposed if not is_known(names.named(name)))
    qualities: defaultdict[int, list[Hit]] = defaultdict(list)
    for found in claims:
        if found.outcome is not None and found.outcome.source == "quality":
            qualities[found.claim.sentence].append(found.outcome)
    mentions: list[Mention] = []
    by_claim = {(found.claim.comparator, found.claim.sentence): MethodRole.BASELINE for found in claims}
    by_claim |= {(found.claim.intervention, found.claim.sentence): MethodRole.USED for found in claims}
    stated = {(found.claim.outcome, found.claim.sentence) for found in claims}
    stated |= {(result.metric, result.sentence) for result in results}
    for reading in readings:
        announced: list[Announced] = announcements(reading) if reading.hits else []
        hits = [*reading.hits, *dict.fromkeys(qualities.get(reading.index, ()))]
        hits = [hit for hit in hits if not (hit.entry and hit.entry.weak) or (hit.name, reading.index) in stated]
        for hit in sorted(hits, key=lambda each: (each.first, each.last)):
            role = role_of(reading, hit, announced, own=own)
            if role is MethodRole.MENTIONED and reading.part is not Part.RELATED:
                role = by_claim.get((hit.name, reading.index), role)
            mentions.append(
                Mention(
                    type=hit.type,
                    name=hit.name,
                    span=reading.span(document, hit.first, hit.last),
                    sentence=reading.index,
                    role=role,
                    confidence=_confidence(reading, hit, announced, names),
                )
            )
    return mentions
