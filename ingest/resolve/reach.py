"""From some names to every name that their groups depend on, and no further.

What is looked at is closed: the groups that the names are in now, the names that share a stored form or a long form
with any of them and pass for one with it, what people decided about them, their groups, and so on. So the groups found
are those that resolving everything from the start would find, at the price of the names that are alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from graph.names import BANDS
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import Edge, GraphStore, Node
from ingest.resolve.cluster import Pair, pair_of
from ingest.resolve.counting import Tally
from ingest.resolve.grouping import decisions, sought_by
from ingest.resolve.name import Name
from ingest.resolve.rules import Decision, decide

_PAGE = 1000
_VALUES = 200  # of one condition
_ALL = 1_000_000
# Which stored field is searched for which form. A core that is the whole name is stored as its squashed form alone.
_SEARCHED = (
    ("squash", "squash"),
    ("core", "core"),
    ("squash", "core"),
    *((f"grams{n}", f"grams{n}") for n in range(BANDS)),
)
TIES = (EdgeType.MERGED_INTO, EdgeType.KEPT_APART, EdgeType.KEPT_TOGETHER)


def normal_of(node: Node) -> str:
    """Return the normal form of a name's node."""
    return str(node.properties.get("normal") or node.properties.get("name") or node.key)


def name_of(node: Node, epoch: int) -> Name:
    """Return a node as the rules see it."""
    tally = Tally.read(node.properties, epoch)
    return Name(node.key, normal_of(node), dict(tally.surfaces), dict(tally.long), node.ref.label)


class Reach:
    """The names that some names can be merged with, directly or through others, and what is known of them.

    `merged` holds the merge edges there are, `apart` and `together` what people decided.
    """

    def __init__(self, store: GraphStore, label: Label, epoch: int) -> None:
        self._store, self._label, self._epoch = store, label, epoch
        self.names: dict[str, Name] = {}
        self.merged: dict[Pair, Edge] = {}
        self.apart: dict[Pair, Edge] = {}
        self.together: dict[Pair, Edge] = {}
        self._shown: dict[str, str] = {}
        self._read_nodes: dict[str, Node] = {}

    def expand(self, keys: Sequence[str]) -> None:
        """Take in *keys* and everything they may hang together with."""
        border = list(keys)
        while border:
            self._take_in(border)
            reached = {*self._tied(border), *self._alike(border)}
            border = sorted(reached - self.names.keys())

    def decisions(self) -> dict[Pair, Decision]:
        """Return what the rules and people decided about the names taken in; people come first."""
        found = decisions(self.names)
        for pair, edge in self.together.items():
            if all(key in self.names and self.names[key].is_live for key in pair):
                found[pair] = Decision(str(edge.properties["rule"]), 1.0, str(edge.properties["by"]))
        return found

    def shown(self, groups: Iterable[Sequence[str]]) -> dict[str, str]:
        """Return the names that are to be shown differently: as most live quotes of a name, or its group, write it."""
        changed: dict[str, str] = {}
        for group in groups:
            together = sum((Counter(self.names[key].surfaces) for key in group), Counter[str]())
            for key in group:
                counts = together if key == group[0] else self.names[key].surfaces
                name = _most_frequent(counts) or self.names[key].normal
                if name != self._shown[key]:
                    changed[key] = name
        return changed

    def _take_in(self, keys: Sequence[str]) -> None:
        missing = [key for key in keys if key not in self._read_nodes]
        for start in range(0, len(missing), _PAGE):
            self._read_nodes |= self._store.get_nodes(self._label, missing[start : start + _PAGE])
        for key in keys:
            if (node := self._read_nodes.pop(key, None)) is not None:
                self.names[key] = name_of(node, self._epoch)
                self._shown[key] = str(node.properties.get("name") or "")

    def _tied(self, keys: Sequence[str]) -> Iterator[str]:
        """Yield the names at the other ends of merges and of what people decided."""
        refs = [Ref(self._label, key) for key in keys if key in self.names]
        for start in range(0, len(refs), _PAGE):
            found = self._store.neighbours(refs[start : start + _PAGE], TIES, "both", limit_per_ref=_ALL)
            for pairs in found.values():
                for edge, node in pairs:
                    if edge.type is EdgeType.MERGED_INTO:
                        self.merged[edge.src.key, edge.dst.key] = edge
                    else:
                        ties = self.apart if edge.type is EdgeType.KEPT_APART else self.together
                        ties[pair_of(edge.src.key, edge.dst.key)] = edge
                    if edge.type is not EdgeType.KEPT_APART and node.key not in self.names:
                        self._read_nodes[node.key] = node
                        yield node.key

    def _alike(self, keys: Sequence[str]) -> Iterator[str]:
        """Yield the names that the rules may hold to be one with one of *keys*."""
        seeking: dict[str, dict[str, list[Name]]] = {form: defaultdict(list) for _, form in _SEARCHED}
        for key in keys:
            if key in self.names and self.names[key].is_live:
                for form, value in sought_by(self.names[key]):
                    seeking[form][value].append(self.names[key])
        for field, form in _SEARCHED:
            known = seeking["squash"].keys() if (field, form) == ("squash", "core") else set[str]()
            for node in self._having(field, sorted(seeking[form].keys() - known)):
                if node.key in self.names:
                    continue
                other = name_of(node, self._epoch)
                # All that share a spelling count: what one spelling of a short form is defined as bears on the others.
                names_there = seeking[form][node.properties[field]]
                if other.is_live and (form == "squash" or any(decide(name, other) for name in names_there)):
                    self._read_nodes[node.key] = node
                    yield node.key

    def _having(self, field: str, values: Sequence[str]) -> Iterator[Node]:
        for start in range(0, len(values), _VALUES):
            where = {field: tuple(values[start : start + _VALUES])}
            after: str | None = None
            while page := self._store.find_nodes(self._label, where, limit=_PAGE, after=after):
                yield from page
                if len(page) < _PAGE:
                    break
                after = page[-1].key


def _most_frequent(counts: Mapping[str, int]) -> str | None:
    """Return the text with the highest count; of equals the smallest."""
    return min(counts, key=lambda text: (-counts[text], text)) if counts else None
