"""Place new names among their variants: which known names they add something to, and which add something to them.

Looks at names that were never placed, so that a name in a hundred thousand papers costs nothing again. The edges are a
function of the names that exist; the order in which they came plays no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from graph.name_variants import variant
from graph.schema import Label
from graph.store.interface import GraphStore, Node, WriteOp
from graph.write.variants import variant_ops
from ingest.resolve.reach import normal_of

_PAGE, _VALUES = 1000, 200


def place(store: GraphStore, label: Label, keys: Iterable[str], *, run: str) -> list[WriteOp]:
    """Return what writes the VARIANT_OF edges of those of *keys* that were never placed."""
    wanted = sorted(set(keys))
    new: list[Node] = []
    for start in range(0, len(wanted), _PAGE):
        found = store.get_nodes(label, wanted[start : start + _PAGE])
        new += [node for node in found.values() if not node.properties.get("placed")]
    if not new:
        return []
    parents = {value for node in new for value in _parents(node)}
    spelt = sorted({str(node.properties.get("squash")) for node in new})
    above = list(_having(store, label, "squash", sorted(parents)))
    below = [node for field in ("parent", "family") for node in _having(store, label, field, spelt)]
    pairs = {(one.key, other.key): (one, other) for one in new for other in above if _is_parent(other, one)}
    pairs |= {(one.key, other.key): (one, other) for one in below for other in new if _is_parent(other, one)}
    rows = [{"src": src, "dst": dst, "added": added_to(label, *pairs[src, dst])} for src, dst in sorted(pairs)]
    return variant_ops(label, rows, sorted(node.key for node in new), run=run)


def added_to(label: Label, one: Node, other: Node) -> str:
    """Return what *one* adds to *other*, in the order in which it is written."""
    made = variant(label, normal_of(one))
    added = made.added[:1] if made.parent == other.properties["squash"] else made.added
    return " ".join(reversed(added))


def _parents(node: Node) -> list[str]:
    return [str(node.properties[field]) for field in ("parent", "family") if node.properties.get(field)]


def _is_parent(parent: Node, child: Node) -> bool:
    return parent.key != child.key and str(parent.properties.get("squash")) in _parents(child)


def _having(store: GraphStore, label: Label, field: str, values: Sequence[str]) -> Iterator[Node]:
    for start in range(0, len(values), _VALUES):
        where = {field: tuple(values[start : start + _VALUES])}
        after: str | None = None
        while page := store.find_nodes(label, where, limit=_PAGE, after=after):
            yield from page
            if len(page) < _PAGE:
                break
            after = page[-1].key
