"""Windows: consecutive sentences of one section, its heading first, as the encoder sees them.

``[CLS] heading [SEP] sentence [SEP] sentence [SEP] …``: every sentence is encoded once and sees its neighbours. A
section is split into windows of nearly equal length. Windows are a function of the document alone, and each is run by
itself, so that what is read does not depend on what else is in a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.extract.encoder.tokens import Tokens

WINDOW = 224  # pieces, heading and separators included
HEADING = 12  # pieces of the heading that are shown
LONGEST = WINDOW - HEADING - 3  # pieces of a sentence that are read
CLS, SEP, PAD = 101, 102, 0  # bert-base-uncased's vocabulary, which MiniLM-L6 uses


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces, the shape of each, and where each sentence's pieces lie: (sentence, first, last) in the window."""

    ids: tuple[int, ...]
    shapes: tuple[int, ...]
    sentences: tuple[tuple[int, int, int], ...]

    def __len__(self) -> int:
        return len(self.ids)


def windows(tokens: Sequence[Tokens], headings: Sequence[tuple[int, ...]], *, size: int = WINDOW) -> list[Window]:
    """Return the windows of a document: *headings* holds for each sentence the pieces of its section's heading.

    Sentences without a piece stand in no window.
    """
    found: list[Window] = []
    start = 0
    while start < len(tokens):
        end = start
        while end < len(tokens) and headings[end] == headings[start]:
            end += 1
        found.extend(_section(tokens, range(start, end), headings[start][:HEADING], size))
        start = end
    return found


def _section(tokens: Sequence[Tokens], numbers: range, heading: tuple[int, ...], size: int) -> list[Window]:
    costs = {number: len(tokens[number]) + 1 for number in numbers if len(tokens[number])}
    room = size - 2 - len(heading)
    total = sum(costs.values())
    if not total:
        return []
    groups: list[list[int]] = []
    share = total / -(-total // room)
    filled = room + 1
    for number, cost in costs.items():
        if filled + cost > room or filled >= share:
            groups.append([])
            filled = 0
        groups[-1].append(number)
        filled += cost
    return [_window(tokens, group, heading) for group in groups]


def _window(tokens: Sequence[Tokens], group: Sequence[int], heading: tuple[int, ...]) -> Window:
    ids = [CLS, *heading, SEP]
    shapes = [0] * len(ids)
    places: list[tuple[int, int, int]] = []
    for number in group:
        each = tokens[number]
        places.append((number, len(ids), len(ids) + len(each)))
        ids += [*each.ids, SEP]
        shapes += [*(each.shapes[word] for word in each.word_of), 0]
    return Window(tuple(ids), tuple(shapes), tuple(places))
