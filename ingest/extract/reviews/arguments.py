"""From labelled sentences to arguments: what belongs together, and which words of it are quoted.

An argument is a sentence that argues, with those after it in the same piece that go on about the same thing: the
ground of an objection, or what the reviewer asks for because of it. A title ("Weak baselines:") opens the argument that
follows it. Sentences that argue nothing belong to an argument only between two of its own. One of which the reader is
not sure enough goes on with an argument but opens none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import Aspect, Polarity
from ingest.extract.reviews.labels import OBJECTING, SentenceLabel
from ingest.extract.reviews.pieces import BULLET, LEAD, Piece

_TITLE_ONLY = 70  # characters; a first sentence below this that ends in a colon, or is bold, is a title
SHORTEST = 20  # characters; a shorter bullet says nothing that stands alone
LONGEST = 600  # characters of a quote; what goes on longer is quoted up to its last whole sentence


@dataclass(slots=True)
class Argument:
    """One argument while it is put together; `head` is the sentence whose label it has."""

    piece: Piece
    sentences: list[int]
    head: int
    label: SentenceLabel
    waiting: list[int] = field(default_factory=list)


def arguments_of(
    document: Document, piece: Piece, labels: Mapping[int, SentenceLabel], *, least_sure: float = 0.0
) -> list[Argument]:
    """Return the arguments of *piece* in reading order."""
    found: list[Argument] = []
    title: list[int] = []
    for number in piece.sentences:
        label = labels.get(number)
        if _is_title(document, piece, number):
            title.append(number)
            continue
        if label is None or label.polarity is None:
            if title or not found:
                title = []
            else:
                found[-1].waiting.append(number)
            continue
        if found and not title and _goes_on(found[-1], label):
            found[-1].sentences += [*found[-1].waiting, number]
            found[-1].waiting = []
            continue
        if label.polarity_confidence < least_sure:
            title = []
            continue
        named = labels.get(title[-1]) if title else None
        # A title names its subject better than the sentence below it, where it names one at all.
        best = named if named and named.polarity and named.aspect_confidence > label.aspect_confidence else None
        aspect = best.aspect if best and best.polarity in (label.polarity, Polarity.NEGATIVE) else label.aspect
        surest = max(label.aspect_confidence, best.aspect_confidence if best else 0.0)
        chosen = SentenceLabel(label.polarity, aspect, label.polarity_confidence, surest)
        found.append(Argument(piece, [*title, number], number, chosen))
        title = []
    return found


def _is_title(document: Document, piece: Piece, number: int) -> bool:
    """A few words that end in a colon or are bold, with more of the piece behind them."""
    if number == piece.sentences[-1]:
        return False
    text = document.quote(document.sentences[number]).strip()
    bare = BULLET.sub("", "\n" + text).strip() or text
    return len(bare) < _TITLE_ONLY and (bare.rstrip("* ").endswith(":") or bare.startswith("**"))


def _goes_on(argument: Argument, label: SentenceLabel) -> bool:
    """Say whether a sentence continues *argument*: the same stance on the same aspect, or what is asked for it."""
    polarity, aspect = argument.label.polarity, argument.label.aspect
    same_side = label.polarity is polarity or (polarity in OBJECTING and label.polarity in OBJECTING)
    if not same_side:
        return False
    if polarity is Polarity.QUESTION and label.polarity is Polarity.QUESTION:
        return False  # each question wants an answer of its own
    same = label.aspect is aspect or Aspect.OTHER in (label.aspect, aspect)
    return same or (argument.piece.bullet and label.aspect_confidence < 0.5 and label.polarity is polarity)


def quoted_range(
    document: Document, argument: Argument, nameless: Sequence[int]
) -> tuple[int, int, tuple[int, ...]] | None:
    """Return the characters of *argument* that are quoted, and the sentences they take; None where none may be.

    *nameless* are its sentences that hold no person's name. Quoted are those around the head, or the first that may
    be, without bullet or number, for as long as they follow each other and stay within `LONGEST`.
    """
    allowed = set(nameless)
    runs: list[list[int]] = []
    for number in argument.sentences:
        if number not in allowed:
            continue
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    if not runs:
        return None
    run = next((each for each in runs if argument.head in each), None)
    if run is None:
        run = runs[0]
    start, _ = _trimmed(document, run[0], run[0])
    taken = [run[0]]
    for number in run[1:]:
        if document.sentences[number].char_end - start > LONGEST:
            break
        taken.append(number)
    if argument.head in run and argument.head not in taken:
        taken = [argument.head]
    start, end = _trimmed(document, taken[0], taken[-1])
    return start, end, tuple(taken)


def _trimmed(document: Document, first: int, last: int) -> tuple[int, int]:
    """Return the characters of some sentences without the bullet or number before them."""
    start, end = document.sentences[first].char_start, document.sentences[last].char_end
    if marker := BULLET.match("\n" + document.text[start:end]):
        start += marker.end() - 1
    lead = LEAD.match(document.text, start, end)
    start = lead.end() if lead else start
    while end > start and document.text[end - 1] in " \n\t":
        end -= 1
    return start, end
