"""Find names as people write them: by reference, by normal form, else by spelling; or say what is called almost so."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from rapidfuzz import fuzz

from graph.keys import name_key, normal_name
from graph.names import squash
from graph.schema import Label, Ref
from graph.store.interface import GraphStore, Node
from ingest.resolve.counting import NAMES
from ingest.resolve.errors import AmbiguousName, UnknownName

_SUGGESTIONS = 5
_LOOKED_THROUGH = 100_000  # names a kind; a suggestion is a courtesy, not a search
_LEAST_LIKENESS = 70.0


def names_called(store: GraphStore, text: str, label: Label | None = None) -> list[Node]:
    """Return the names called *text*, at most a few of each kind, of *label* or of all kinds.

    Raises:
        UnknownName: there is none.
    """
    labels = NAMES if label is None else (label,)
    if "/" in text and (ref := _reference(text)) is not None:
        found = list(store.get_nodes(ref.label, [ref.key]).values())
    elif not normal_name(text):
        found = []
    else:
        found = [node for each in labels for node in store.get_nodes(each, [name_key(text)]).values()]
        found = found or [node for each in labels for node in store.find_nodes(each, {"squash": squash(text)}, limit=5)]
    if not found:
        raise UnknownName(text, suggestions(store, text, labels))
    return found


def pair_called(store: GraphStore, one: str, other: str, label: Label | None = None) -> tuple[Ref, Ref]:
    """Return the two names of one kind that are called so.

    Raises:
        UnknownName: one of them is not there, or none of its kind is.
        AmbiguousName: they are there as several kinds of thing.
    """
    first = {node.ref.label: node.ref for node in reversed(names_called(store, one, label))}
    second = {node.ref.label: node.ref for node in reversed(names_called(store, other, label))}
    shared = [each for each in NAMES if each in first and each in second]
    if not shared:
        kind = min(first)
        raise UnknownName(f"{other} ({kind.value})", suggestions(store, other, (kind,)))
    if len(shared) > 1:
        raise AmbiguousName(one, other, [each.value for each in shared])
    return first[shared[0]], second[shared[0]]


def suggestions(store: GraphStore, text: str, labels: Sequence[Label]) -> list[str]:
    """Return what is called most like *text*, the likest first."""
    wanted = squash(text) if normal_name(text) else ""
    scored: list[tuple[float, str]] = []
    for label in labels:
        for node in islice(store.scan_nodes(label), _LOOKED_THROUGH):
            likeness = fuzz.ratio(wanted, str(node.properties.get("squash") or ""), score_cutoff=_LEAST_LIKENESS)
            if likeness and node.properties.get("tally"):
                scored.append((-likeness, str(node.properties.get("name") or node.key)))
    return list(dict.fromkeys(name for _, name in sorted(scored)))[:_SUGGESTIONS]


def _reference(text: str) -> Ref | None:
    try:
        ref = Ref.parse(text)
    except ValueError:
        return None  # "CNN/Daily Mail" is a name
    return ref if ref.label in NAMES else None
