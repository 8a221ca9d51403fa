"""The arguments of a review: what each is about, whether it praises, objects or asks, and which names it speaks of.

A section is cut into arguments at bullets, at numbered items and at blank lines. The argument of a bullet is its
leading sentence, with the next one where the first is only a title ("Weak baselines:"). A longer paragraph gives one
argument for each sentence that speaks of another aspect than the one before. The polarity is the section's; in a
block that holds strengths and weaknesses together a line such as "Weaknesses:" switches it; elsewhere words decide.
Nothing is read from summaries. A sentence that holds a person's name, a citation included, is refused (DESIGN §3,
rule 5).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import Aspect, Extraction, Mention, MethodRole, NameType, Polarity, Span, StatedPoint
from ingest.extract.acronyms import definitions
from ingest.extract.confidence import LEXICON, POINT, POINT_GUESSED, POINT_PROSE
from ingest.extract.mentions import find_names
from ingest.extract.reading import Reading, read
from ingest.extract.refusals import Refusals
from ingest.extract.sections import Part

_READ = {
    SectionRole.REVIEW_STRENGTHS: Polarity.POSITIVE,
    SectionRole.REVIEW_WEAKNESSES: Polarity.NEGATIVE,
    SectionRole.REVIEW_QUESTIONS: Polarity.QUESTION,
    SectionRole.REVIEW_LIMITATIONS: Polarity.NEGATIVE,
    SectionRole.REVIEW_DECISION: None,
    SectionRole.REVIEW_OTHER: None,
}
_BULLET = re.compile(
    r"(?:^|\n)[ \t>]*(?:[-*•–+▪◦]|\(?\d{1,2}[.):]\)?|\(?[a-z][.)]|\**[SWQCLR]\d{1,2}\**\s*[.:)-]?"
    r"|\[[SWQ]?\d{1,2}\])\s+(?=\S)",
    re.IGNORECASE,
)
_LEAD = re.compile(r"[\s*#>•-]*(?:[SWQ]\d{1,2}\**\s*[.:)-]*\**\s*)?[\s*]*", re.IGNORECASE)
_BLANK = re.compile(r"\n\s*\n")
_SWITCH = re.compile(
    r"^[\s#*_>-]*(?P<word>strengths?(?: points?)?|pros|positives?|strong points|advantages"
    r"|weakness(?:es)?(?: points?)?|cons|negatives?|weak points"
    r"|limitations?|concerns?|questions?(?: for (?:the )?authors)?|minor(?: comments| issues| points)?"
    r"|major (?:issues|concerns|weaknesses)|suggestions?|drawbacks|quality|clarity|significance"
    r"|originality)\s*(?:[*_:#-]*\s*$|\**\s*:\**\s*)",
    re.IGNORECASE,
)
_NEUTRAL_WORDS = frozenset({"quality", "clarity", "significance", "originality"})
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
_PERSON = re.compile(
    r"\bet al\b|\b(?:Dr|Prof|Mr|Mrs|Ms)\.?\s+[A-Z]|\([A-Z][a-z]+(?:[A-Z][a-z]+)?(?:,| and| &)[^()]*\b(?:19"
    r"|20)\d\d|\b[A-Z][a-z]+(?: (?:and|&) [A-Z][a-z]+)?,? \(?(?:19|20)\d\d[a-z]?\)|\[[A-Z][a-z]+[^\]]*(?:19"
    r"|20)\d\d"
    r"|\b[A-Z]\. ?[A-Z][a-z]{2,}"
)
_SHORTEST = 20  # characters; a shorter bullet says nothing that stands alone
_TITLE_ONLY = 70  # characters; a first sentence below this that ends in a colon, or is bold, is a title
_LONGEST = 600
_PER_REVIEW = 40


@dataclass(frozen=True, slots=True)
class _Words:
    aspects: tuple[tuple[Aspect, tuple[re.Pattern[str], ...]], ...]
    positive: tuple[re.Pattern[str], ...]
    negative: tuple[re.Pattern[str], ...]


@cache
def _words() -> _Words:
    raw = tomllib.loads((files("ingest.extract") / "lexicons" / "aspects.toml").read_text(encoding="utf-8"))

    def compiled(patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(rf"\b(?:{pattern})") for pattern in patterns)

    return _Words(
        aspects=tuple((Aspect(name), compiled(patterns)) for name, patterns in raw["aspects"].items()),
        positive=compiled(raw["polarity"]["positive"]),
        negative=compiled(raw["polarity"]["negative"]),
    )


def aspect_of(text: str) -> Aspect:
    """Return what an argument is about: the aspect with most of its words in *text*; OTHER where there is none."""
    lower = text.lower()
    best, most = Aspect.OTHER, 0
    for aspect, patterns in _words().aspects:
        count = sum(pattern.search(lower) is not None for pattern in patterns)
        if count > most:
            best, most = aspect, count
    return best


def polarity_of(text: str) -> Polarity | None:
    """Return what the words of *text* say: a question, an objection, praise; None where they say neither."""
    lower = text.lower()
    if lower.rstrip(" )*\"'").endswith("?"):
        return Polarity.QUESTION
    negative = sum(pattern.search(lower) is not None for pattern in _words().negative)
    positive = sum(pattern.search(lower) is not None for pattern in _words().positive)
    if negative == positive == 0:
        return None
    return Polarity.NEGATIVE if negative >= positive else Polarity.POSITIVE


@dataclass(frozen=True, slots=True)
class _Argument:
    """Sentences of one argument, the polarity its place gives it, and whether it is a bullet."""

    sentences: tuple[int, ...]
    section: int
    polarity: Polarity | None
    bullet: bool


def extract_reviews(document: Document, *, extractor: str) -> Extraction:
    """Return the arguments of a review document, and the names they speak of."""
    refusals = Refusals()
    arguments = [each for index in range(len(document.sections)) for each in _arguments(document, index)]
    readings: dict[int, Reading] = {}
    for each in arguments:
        for index in each.sentences:
            reading = read(document, index, Part.OTHER)
            if isinstance(reading, Reading):
                readings[index] = reading
            else:
                quote = document.quote(document.sentences[index])
                shown = f"{len(quote)} characters" if _holds_a_name(quote, document) else quote
                refusals.add(shown, reading, index)
    ordered = [readings[index] for index in sorted(readings)]
    find_names(ordered, definitions(ordered), Refusals())
    points: list[StatedPoint] = []
    count: dict[int, int] = {}
    for each in arguments:
        point = _point(document, each, readings, refusals)
        if point is None:
            continue
        count[point.review] = count.get(point.review, 0) + 1
        if count[point.review] > _PER_REVIEW:
            refusals.add(point.span.quote, f"more than {_PER_REVIEW} arguments in one review", point.sentence)
            continue
        points.append(point)
    kept = {(point.sentence, name) for point in points for name in point.about}
    mentions = [
        mention
        for reading in ordered
        for mention in _mentions(document, reading)
        if (reading.index, mention.name) in kept
    ]
    return Extraction(
        document=document.key,
        extractor=extractor,
        mentions=tuple(mentions),
        points=tuple(points),
        refused=refusals.result(),
    )


def _mentions(document: Document, reading: Reading) -> list[Mention]:
    return [
        Mention(
            type=hit.type,
            name=hit.name,
            span=reading.span(document, hit.first, hit.last),
            sentence=reading.index,
            role=MethodRole.MENTIONED if hit.type is NameType.METHOD else None,
            confidence=LEXICON,
        )
        for hit in reading.hits
    ]


def _arguments(document: Document, index: int) -> list[_Argument]:
    """Cut section *index* into arguments."""
    section = document.sections[index]
    if section.role not in _READ or section.review is None:
        return []
    polarity = _READ[section.role]
    found: list[_Argument] = []
    for unit, bullet in _units(document, index):
        sentences = list(unit)
        while sentences:
            text = document.quote(document.sentences[sentences[0]])
            switch = _SWITCH.match(text)
            if switch is None:
                break
            word = switch.group("word").lower()
            if word not in _NEUTRAL_WORDS and section.role in (
                SectionRole.REVIEW_OTHER,
                SectionRole.REVIEW_STRENGTHS,
                SectionRole.REVIEW_WEAKNESSES,
                SectionRole.REVIEW_DECISION,
            ):
                polarity = _switched(word)
            if switch.end() < len(text.rstrip()):
                break
            sentences.pop(0)
        found.extend(_split(document, sentences, index, polarity, bullet=bullet))
    return found


def _switched(word: str) -> Polarity:
    if word.startswith(("strength", "pro", "positive", "strong", "advantage")):
        return Polarity.POSITIVE
    return Polarity.QUESTION if word.startswith("question") else Polarity.NEGATIVE


def _units(document: Document, index: int) -> list[tuple[list[int], bool]]:
    """Return the sentences of a section in units: bullets and paragraphs."""
    text = document.text
    section = document.sections[index]
    inside = [number for number, sentence in enumerate(document.sentences) if sentence.section == index]
    units: list[tuple[list[int], bool]] = []
    previous = section.char_start
    for number in inside:
        sentence = document.sentences[number]
        # A marker may stand before the sentence, or be its first characters: parsers differ.
        gap = text[max(0, previous - 1) : sentence.char_end] if previous else text[previous : sentence.char_end]
        lead = sentence.char_start - max(0, previous - 1 if previous else previous)
        marker = next((match for match in _BULLET.finditer(gap) if match.start() <= lead + 1), None)
        if marker is not None or not units:
            units.append(([number], marker is not None))
        elif _BLANK.search(text[previous : sentence.char_start]):
            units.append(([number], False))
        else:
            units[-1][0].append(number)
        previous = sentence.char_end
    return units


def _split(
    document: Document, sentences: Sequence[int], section: int, polarity: Polarity | None, *, bullet: bool
) -> list[_Argument]:
    if not sentences:
        return []
    texts = [document.quote(document.sentences[number]).strip() for number in sentences]
    if document.sections[section].role is SectionRole.REVIEW_QUESTIONS and not bullet:
        asking = [number for number, text in zip(sentences, texts, strict=True) if _asks(text)]
        return [_Argument((number,), section, polarity, bullet=False) for number in asking or sentences[:1]]
    if bullet or len(sentences) == 1:
        return [_Argument(tuple(_leading(sentences, texts)), section, polarity, bullet)]
    found: list[_Argument] = []
    last: Aspect | None = None
    at = 0
    while at < len(sentences):
        lead = _leading(sentences[at:], texts[at:])
        aspect = aspect_of(" ".join(texts[at : at + len(lead)]))
        if aspect not in (last, Aspect.OTHER):
            found.append(_Argument(tuple(lead), section, polarity, bullet=False))
            last = aspect
        at += len(lead)
    return found or [_Argument(tuple(_leading(sentences, texts)), section, polarity, bullet=False)]


def _leading(sentences: Sequence[int], texts: Sequence[str]) -> list[int]:
    """Return the first sentence, with the second where the first is only a title or too short to stand alone."""
    first = texts[0]
    bare = len(first) < _SHORTEST + 10
    title = len(first) < _TITLE_ONLY and (first.rstrip("* ").endswith(":") or first.startswith("**"))
    return list(sentences[:2]) if (title or bare) and len(sentences) > 1 else list(sentences[:1])


def _point(
    document: Document, argument: _Argument, readings: dict[int, Reading], refusals: Refusals
) -> StatedPoint | None:
    parts = [readings[index] for index in argument.sentences if index in readings]
    if not parts:
        return None
    start, end = _range(document, argument, parts)
    quote = document.text[start:end]
    section = document.sections[argument.section]
    if len(quote) < _SHORTEST or _EMPTY.match(quote) or quote.rstrip("* ").endswith(":"):
        return None
    if _holds_a_name(quote, document):
        refusals.add(f"{len(quote)} characters", "sentence holds a person's name", parts[0].index)
        return None
    if len(quote) > _LONGEST:
        refusals.add(quote, "argument is too long to quote", parts[0].index)
        return None
    if _FORM.search(quote.lower()):
        refusals.add(quote, "about the score or the process, not the paper", parts[0].index)
        return None
    aspect = aspect_of(quote)
    guessed = polarity_of(quote)
    polarity = argument.polarity
    confidence = POINT if argument.bullet else POINT_PROSE
    if section.role is SectionRole.REVIEW_QUESTIONS and guessed is not Polarity.QUESTION and not _asks(quote):
        polarity, confidence = Polarity.NEGATIVE if guessed is Polarity.NEGATIVE else Polarity.QUESTION, POINT_PROSE
    if section.role is SectionRole.REVIEW_LIMITATIONS and guessed is Polarity.POSITIVE:
        polarity = Polarity.POSITIVE
    if polarity is None:
        polarity, confidence = guessed, POINT_GUESSED
    unsaid = aspect is Aspect.OTHER and guessed is None and section.role is SectionRole.REVIEW_QUESTIONS
    if unsaid or polarity is None or (section.role is SectionRole.REVIEW_DECISION and aspect is Aspect.OTHER):
        refusals.add(quote, "neither praises, objects nor asks", parts[0].index)
        return None
    about = tuple(dict.fromkeys(hit.name for part in parts for hit in part.hits))
    return StatedPoint(
        aspect=aspect,
        polarity=polarity,
        span=_span(document, start, end),
        sentence=parts[0].index,
        review=section.review or 0,
        about=about,
        confidence=confidence,
    )


def _asks(quote: str) -> bool:
    return (
        "?" in quote
        or re.search(r"\b(?:could|can|would|please|how|why|what|which|whether|is it|did|do you)\b", quote.lower())
        is not None
    )


def _range(document: Document, argument: _Argument, parts: Sequence[Reading]) -> tuple[int, int]:
    """Return the characters of an argument, without its bullet or number."""
    start = document.sentences[parts[0].index].char_start
    end = document.sentences[parts[-1].index].char_end
    if argument.bullet and (marker := _BULLET.match("\n" + document.text[start:end])):
        start += marker.end() - 1
    lead = _LEAD.match(document.text, start, end)
    start = lead.end() if lead else start
    while end > start and document.text[end - 1] in " \n\t":
        end -= 1
    return start, end


def _span(document: Document, start: int, end: int) -> Span:
    return Span(char_start=start, char_end=end, quote=document.text[start:end])


def _holds_a_name(quote: str, document: Document) -> bool:
    """Say whether *quote* names a person: a citation by name, a title, or an author of the paper."""
    if _PERSON.search(quote):
        return True
    words = set(re.findall(r"[^\W\d_]{3,}", quote))
    return any(_surname(author) in words for author in document.bibliography.authors)


def _surname(author: str) -> str:
    return author.split(",", maxsplit=1)[0].rsplit(maxsplit=1)[-1] if author.split() else ""
