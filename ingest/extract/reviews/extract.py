"""`extract_reviews`: the arguments of a review document, and the names they speak of.

Nothing is read from summaries. A sentence that holds a person's name, a citation or a reviewer's code included, is
refused (DESIGN §3, rule 5); the rest of its argument stays. What a thread and a meta-review say of an argument is
attached to it; their words are not arguments of their own unless a chair makes one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import (
    Aspect,
    ComponentRun,
    Extraction,
    Mention,
    MethodRole,
    MissingKind,
    NameType,
    Polarity,
    Severity,
    Span,
    StatedPoint,
)
from ingest.extract.acronyms import definitions
from ingest.extract.confidence import CUED_NAME, LEXICON
from ingest.extract.mentions import find_names
from ingest.extract.reading import Reading, read
from ingest.extract.refusals import Refusals
from ingest.extract.reviews.arguments import SHORTEST, Argument, arguments_of, quoted_range
from ingest.extract.reviews.labels import OBJECTING
from ingest.extract.reviews.missing import missing_in
from ingest.extract.reviews.model import ReviewModel, load_model
from ingest.extract.reviews.persons import names_somebody
from ingest.extract.reviews.pieces import pieces
from ingest.extract.reviews.reader import Labelled, read_labels
from ingest.extract.reviews.severity import opening_of, severity_of
from ingest.extract.reviews.threads import followed_up
from ingest.extract.sections import Part

_EMPTY = re.compile(
    r"^\W*(?:yes|no|n/?a|none|nil|not applicable|see (?:above|weakness|the|questions|limitations|strengths)"
    r"|as (?:above|discussed|mentioned)|please (?:see|refer|check)|refer to|mentioned above|na|ok|fine"
    r"|adequately|"
    r"(?:the )?authors? (?:have )?(?:adequately |clearly |explicitly |properly |already )?(?:address|discuss"
    r"|acknowledg|mention|include|state|provide)\w*(?: the| their| some| these)?(?: (?:potential|limitations?"
    r"|societal|negative|impacts?|and|broader|social|of|this|work|the|their|in|section|appendix|well"
    r"|conclusion))*\W*$|same as)\b",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"\b(?:raise|increase|keep|maintain|change|adjust|update|improve|reconsider|lower) (?:my|the|your) (?:score"
    r"|rating|evaluation)|my (?:score|rating|evaluation|confidence)|i (?:recommend|vote|lean|am willing"
    r"|would be willing|am happy|am not (?:an )?expert|have read|will|thank)|thank(?:s| you)|rebuttal"
    r"|area chairs?|all reviewers? (?:agree|recommend)|reviewers? (?:agree|recommend|unanimous)|accept(?:ance"
    r"|ed)? (?:this|the|of)|recommend (?:accept|reject)|camera[- ]ready|congratulat|final version"
    r"|looking forward"
)
_SCORE = re.compile(
    r"\b(?:raise|increase|keep|maintain|change|adjust|update|improve|reconsider|lower)\w* (?:my|the"
    r"|your) (?:score|rating|evaluation)"
    r"|\bmy (?:score|rating|evaluation|confidence)\b",
    re.IGNORECASE,
)
_PER_REVIEW = 40


@dataclass(frozen=True, slots=True)
class _Quoted:
    """An argument with what may be quoted of it."""

    argument: Argument
    span: Span
    readings: tuple[Reading, ...]


def extract_reviews(document: Document, *, extractor: str, model: ReviewModel | None = None) -> Extraction:
    """Return the arguments of a review document, and the names they speak of.

    *model* is the trained reader; the installed one where none is given, word rules where none is installed.
    """
    model = model or load_model()
    refusals = Refusals()
    found = pieces(document)
    labelled = read_labels(document, found, model)
    least = labelled.least_sure
    arguments = [each for piece in found for each in arguments_of(document, piece, labelled.labels, least_sure=least)]
    _refuse_unsure(document, labelled, arguments, refusals)
    quoted = [each for argument in arguments if (each := _quote(document, argument, refusals)) is not None]
    readings = {reading.index: reading for each in quoted for reading in each.readings}
    ordered = [readings[index] for index in sorted(readings)]
    find_names(ordered, definitions(ordered), Refusals())
    points, named = _bounded(document, quoted, refusals, by_rules=model is None)
    points = followed_up(document, points, labelled.labels)
    return Extraction(
        document=document.key,
        extractor=extractor,
        mentions=_mentions(document, ordered, points, named),
        points=tuple(points),
        read_by=(ComponentRun(component=labelled.reader, part="reviews", sentences=len(labelled.labels)),),
        refused=refusals.result(),
    )


def _refuse_unsure(document: Document, labelled: Labelled, arguments: list[Argument], refusals: Refusals) -> None:
    """Count what seems to argue but is in no argument, since the reader is not sure enough of it."""
    taken = {index for each in arguments for index in each.sentences}
    for index, label in sorted(labelled.labels.items()):
        if label.polarity is not None and label.polarity_confidence < labelled.least_sure and index not in taken:
            length = len(document.quote(document.sentences[index]))
            refusals.add(f"{length} characters", "the reader is not sure that it argues", index)


def _bounded(
    document: Document, quoted: list[_Quoted], refusals: Refusals, *, by_rules: bool
) -> tuple[list[StatedPoint], dict[int, Mention]]:
    """Return the points, and by the place in them the mention of a missing thing that no list knows."""
    points: list[StatedPoint] = []
    named: dict[int, Mention] = {}
    count: dict[int, int] = {}
    for each in quoted:
        point = _point(document, each, refusals, by_rules=by_rules)
        if point is None:
            continue
        count[point.review] = count.get(point.review, 0) + 1
        if count[point.review] > _PER_REVIEW:
            refusals.add(point.span.quote, f"more than {_PER_REVIEW} arguments in one review", point.sentence)
            continue
        if (mention := _missing_mention(document, each, point)) is not None:
            point = point.model_copy(update={"about": (*point.about, mention.name)})
            named[len(points)] = mention
        points.append(point)
    return points, named


def _quote(document: Document, argument: Argument, refusals: Refusals) -> _Quoted | None:
    """Return what is quoted of *argument*; sentences that are no prose or name somebody are refused one by one."""
    readings: dict[int, Reading] = {}
    for index in argument.sentences:
        text = document.quote(document.sentences[index])
        if names_somebody(text, document):
            refusals.add(f"{len(text)} characters", "sentence holds a person's name", index)
            continue
        reading = read(document, index, Part.OTHER)
        if isinstance(reading, Reading):
            readings[index] = reading
        else:
            refusals.add(text, reading, index)
    place = quoted_range(document, argument, list(readings))
    if place is None:
        return None
    start, end, taken = place
    span = Span(char_start=start, char_end=end, quote=document.text[start:end])
    return _Quoted(argument, span, tuple(readings[index] for index in taken))


def _point(document: Document, each: _Quoted, refusals: Refusals, *, by_rules: bool) -> StatedPoint | None:
    quote, label = each.span.quote, each.argument.label
    first = each.readings[0].index
    if len(quote) < SHORTEST or _EMPTY.match(quote) or quote.rstrip("* ").endswith(":"):
        return None
    if (_FORM.search(quote.lower()) if by_rules else _SCORE.search(quote)) is not None:
        refusals.add(quote, "about the score or the process, not the paper", first)
        return None
    section = document.sections[each.argument.piece.section]
    unsaid = by_rules and section.role is SectionRole.REVIEW_DECISION and label.aspect is Aspect.OTHER
    if label.polarity is None or unsaid:
        refusals.add(quote, "neither praises, objects nor asks", first)
        return None
    about = tuple(dict.fromkeys(hit.name for reading in each.readings for hit in reading.hits))
    objects = label.polarity in OBJECTING
    return StatedPoint(
        aspect=label.aspect,
        polarity=label.polarity,
        span=each.span,
        sentence=first,
        review=section.review or 0,
        about=about,
        severity=_severity(document, each, label.polarity),
        missing=missing_in(quote, label.aspect) if objects else None,
        confidence=round(label.confidence, 4),
    )


def _severity(document: Document, each: _Quoted, polarity: Polarity) -> Severity:
    if polarity not in OBJECTING:
        return Severity.UNCLEAR
    aspect, piece = each.argument.label.aspect, each.argument.piece
    opening = opening_of(document, piece)
    return severity_of(each.span.quote, polarity=polarity, aspect=aspect, piece=piece, opening=opening)


_NAMED_AS = {
    MissingKind.COMPARISON: NameType.METHOD,
    MissingKind.DATASETS: NameType.DATASET,
    MissingKind.REAL_DATA: NameType.DATASET,
    MissingKind.SCALE: NameType.DATASET,
}


def _missing_mention(document: Document, each: _Quoted, point: StatedPoint) -> Mention | None:
    """The missing thing as a mention, where no reader of names found it: "no comparison with FooNet"."""
    missing = point.missing
    if missing is None or missing.name is None or missing.kind not in _NAMED_AS or " " in missing.name:
        return None
    hits = {hit.name.casefold() for reading in each.readings for hit in reading.hits}
    spoken = [
        reading.normal.text[reading.words[h.first].start : reading.words[h.last - 1].end].casefold()
        for reading in each.readings
        for h in reading.hits
    ]
    name = missing.name
    if name.casefold() in hits or any(name.casefold() in text for text in spoken) or not _is_proper(name):
        return None
    for reading in each.readings:
        sentence = document.sentences[reading.index]
        at = document.text.find(name, sentence.char_start, sentence.char_end)
        if at >= 0:
            return Mention(
                type=_NAMED_AS[missing.kind],
                name=name,
                span=Span(char_start=at, char_end=at + len(name), quote=name),
                sentence=reading.index,
                role=MethodRole.MENTIONED if _NAMED_AS[missing.kind] is NameType.METHOD else None,
                confidence=CUED_NAME,
            )
    return None


def _is_proper(name: str) -> bool:
    """Two capitals or a digit: a name of its own, not a word that begins with a capital."""
    return sum(character.isupper() or character.isdigit() for character in name) >= 2


def _mentions(
    document: Document, ordered: list[Reading], points: list[StatedPoint], named: dict[int, Mention]
) -> tuple[Mention, ...]:
    """The mentions that some point is about, in reading order."""
    wanted: dict[int, set[str]] = {}
    for point in points:
        index = point.sentence
        while index < len(document.sentences) and document.sentences[index].char_start < point.span.char_end:
            wanted.setdefault(index, set()).update(point.about)
            index += 1
    found = [
        Mention(
            type=hit.type,
            name=hit.name,
            span=reading.span(document, hit.first, hit.last),
            sentence=reading.index,
            role=MethodRole.MENTIONED if hit.type is NameType.METHOD else None,
            confidence=LEXICON,
        )
        for reading in ordered
        for hit in reading.hits
        if hit.name in wanted.get(reading.index, ())
    ]
    found += list(named.values())
    return tuple(sorted(found, key=lambda each: (each.span.char_start, each.span.char_end, each.name)))
