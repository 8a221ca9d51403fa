"""Text whose numbers are bound: each is read from a field of a node of the store, none is written by hand.

A line is made of plain strings and `Bound` values. A plain string that holds a digit is refused, so that a report
cannot state a number that no node carries. There is no tolerance and no matching afterwards. What the system said of
itself, such as why a sandbox could not be set up, is `Quoted`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.errors import UnknownNode
from graph.schema import Label, Ref
from graph.store.interface import GraphStore, Node

_DIGIT = re.compile(r"[\d\u00b2\u00b3\u00b9\u2070-\u2079\u2080-\u2089]")


class UnboundNumber(ValueError):
    """A report was to state a number that is bound to no node."""


@dataclass(frozen=True)
class Bound:
    """The value of *field* of *ref*, printed with *format*; `key` names the key itself. *absent* is said of no value.

    Of a nested value, *field* is a path with slashes: ``environment/torch``.
    """

    ref: Ref
    field: str
    format: str = ""
    absent: str = "–"


@dataclass(frozen=True)
class Quoted:
    """What the harness or the system said, word for word: its digits belong to the words and state no result."""

    text: str


@dataclass(frozen=True)
class Mean:
    """The mean of *field* over *refs*: no node holds it, so it is bound to all that it is computed from."""

    refs: tuple[Ref, ...]
    field: str
    format: str = ""


@dataclass(frozen=True)
class Total:
    """The sum of *field* over *refs*; a node that has no value adds nothing."""

    refs: tuple[Ref, ...]
    field: str
    format: str = ""


@dataclass(frozen=True)
class Largest:
    """The largest value of *field* over *refs*."""

    refs: tuple[Ref, ...]
    field: str
    format: str = ""


@dataclass(frozen=True)
class Count:
    """How many *refs* there are."""

    refs: tuple[Ref, ...]


Piece = str | Quoted | Bound | Mean | Total | Largest | Count


def render(store: GraphStore, lines: Sequence[Sequence[Piece]]) -> str:
    """Return *lines* as text.

    Raises:
        UnboundNumber: a plain string holds a digit.
        UnknownNode: a bound node does not exist.
    """
    for line in lines:
        for piece in line:
            if isinstance(piece, str) and _DIGIT.search(piece):
                raise UnboundNumber(f"{piece!r} states a number that is bound to no result")
    nodes = _read(store, (ref for line in lines for piece in line for ref in _refs(piece)))
    return "\n".join("".join(_say(piece, nodes) for piece in line) for line in lines)


def _refs(piece: Piece) -> tuple[Ref, ...]:
    if isinstance(piece, str | Quoted):
        return ()
    return (piece.ref,) if isinstance(piece, Bound) else piece.refs


def _read(store: GraphStore, refs: Iterable[Ref]) -> dict[Ref, Node]:
    by_label: dict[Label, set[str]] = {}
    for ref in refs:
        by_label.setdefault(ref.label, set()).add(ref.key)
    found: dict[Ref, Node] = {}
    for label, keys in by_label.items():
        nodes = store.get_nodes(label, sorted(keys))
        if missing := sorted(keys - set(nodes)):
            raise UnknownNode(f"the report speaks of {Ref(label, missing[0])}, which is not in the store")
        found.update({Ref(label, key): node for key, node in nodes.items()})
    return found


_SUMMARY: Mapping[type, Callable[[Sequence[float]], float]] = {
    Mean: lambda values: sum(values) / len(values),
    Total: math.fsum,
    Largest: max,
}


def _say(piece: Piece, nodes: Mapping[Ref, Node]) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Quoted):
        return piece.text
    if isinstance(piece, Count):
        return str(len(set(piece.refs)))
    if not isinstance(piece, Bound):
        found = [nodes[ref].properties.get(piece.field) for ref in piece.refs]
        values = [float(value) for value in found if value is not None]
        return format(_SUMMARY[type(piece)](values), piece.format) if values else "–"
    if piece.field == "key":
        return piece.ref.key
    value: object = nodes[piece.ref].properties
    for name in piece.field.split("/"):
        value = value.get(name) if isinstance(value, Mapping) else value[int(name)] if isinstance(value, list) else None
    return piece.absent if value is None else format(value, piece.format)
