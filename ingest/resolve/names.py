"""Merge names: from some that were touched to every name their groups depend on, and no further.

What is looked at is closed: the groups that the touched names are in now, the names that share a spelling-free form, a
band of 3-grams or a long form with any of them, their groups, and so on. So the groups found are those that resolving
everything from the start would find, at the price of the names that are alike.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from graph.names import BANDS, derived_forms
from graph.schema import EdgeType, Label, Ref
from graph.store.interface import Edge, GraphStore, Guard, Node
from graph.write.merges import Merge, write_merges
from graph.write.resolved import tally_epoch, write_names
from ingest.resolve.cluster import Pair, groups_of, merges_of, pair_of
from ingest.resolve.counting import NAMES, Tally
from ingest.resolve.parting import kept_apart
from ingest.resolve.report import ResolveReport
from ingest.resolve.rules import VERSION, Decision, Name, decide

_PAGE = 1000
_VALUES = 200  # of one condition
_ALL = 1_000_000
_INDEXED = ("squash", *(f"grams{band}" for band in range(BANDS)))


def resolve_names(
    store: GraphStore, label: Label, touched: Iterable[str], *, run: str, at: str, fence: Guard
) -> ResolveReport:
    """Bring the merges and shown names of *label* up to date after the quotes of some names changed."""
    apart = kept_apart(store, label)
    reach = _Reach(store, label, tally_epoch(store))
    reach.expand(sorted({*touched, *(key for pair in apart for key in pair)}))
    pairs = reach.decisions()
    groups = groups_of(reach.names, pairs, apart)
    wanted = {(merge.src, merge.dst): merge for group in groups for merge in merges_of(group, pairs)}
    stale = sorted(pair for pair in reach.merged if pair not in wanted)
    new = [merge for pair, merge in sorted(wanted.items()) if not _says(reach.merged.get(pair), merge)]
    report = write_merges(store, label, new, removed=stale, run=run, at=at, fence=fence)
    shown = reach.shown(groups)
    report += write_names(store, {Ref(label, key): {"name": name} for key, name in shown.items()}, fence=fence)
    return ResolveReport(
        names=len(reach.names), merged=len(new), parted=len(stale), renamed=len(shown), written=report.written
    )


def refresh_forms(store: GraphStore, *, fence: Guard) -> int:
    """Rewrite the forms derived from names where this version derives others; return how many names that were."""
    changed = 0
    for label in NAMES:
        stale: dict[Ref, dict[str, str | None]] = {}
        for node in store.scan_nodes(label):
            forms = derived_forms(str(node.properties.get("normal") or node.properties.get("name") or node.key))
            if any(node.properties.get(field) != value for field, value in forms.items()):
                stale[node.ref] = forms
        write_names(store, stale, fence=fence)
        changed += len(stale)
    return changed


def _says(edge: Edge | None, merge: Merge) -> bool:
    """Say whether an edge that is there says what *merge* says."""
    return edge is not None and all(
        edge.properties.get(name) == getattr(merge, name) for name in ("rule", "score", "by", "via")
    )


class _Reach:
    """The names that some touched ones can be merged with, directly or through others."""

    def __init__(self, store: GraphStore, label: Label, epoch: int) -> None:
        self._store, self._label, self._epoch = store, label, epoch
        self.names: dict[str, Name] = {}
        self.merged: dict[Pair, Edge] = {}
        self._names_shown: dict[str, str] = {}
        self._seen: dict[str, Node] = {}
        self._by_form: dict[tuple[str, str], set[str]] = defaultdict(set)

    def expand(self, keys: Sequence[str]) -> None:
        """Take in *keys* and everything they may hang together with."""
        border = list(keys)
        while border:
            self._read(border)
            reached: set[str] = set()
            reached.update(self._group_members(border))
            reached.update(self._alike(border))
            border = sorted(reached - self.names.keys())

    def decisions(self) -> dict[Pair, Decision]:
        """Return what the rules and people decided about the names taken in."""
        found: dict[Pair, Decision] = {}
        names = self._with_shared_definitions()
        for one, other in self._candidates(names):
            if decision := decide(names[one], names[other]):
                found[pair_of(one, other)] = decision
        for (src, dst), edge in self.merged.items():
            if edge.properties.get("by", VERSION).startswith("rules/"):
                continue
            one, other = src, edge.properties.get("via") or dst
            if one in self.names and other in self.names and self.names[one].is_live and self.names[other].is_live:
                found[pair_of(one, other)] = Decision(edge.properties["rule"], 1.0, edge.properties["by"])
        return found

    def _with_shared_definitions(self) -> dict[str, Name]:
        """Return the names, each with what any spelling of it is defined to stand for: DNN and DNNs are one short form.

        So the definitions of one spelling cannot join what those of another one keep apart.
        """
        long: dict[str, Counter[str]] = defaultdict(Counter)
        for name in self.names.values():
            long[name.squash].update(name.long)
        return {key: replace(name, long=long[name.squash]) for key, name in self.names.items()}

    def shown(self, groups: Iterable[Sequence[str]]) -> dict[str, str]:
        """Return the names that are to be shown differently: as most live quotes of a name, or its group, write it."""
        changed: dict[str, str] = {}
        for group in groups:
            together = sum((Counter(self.names[key].surfaces) for key in group), Counter[str]())
            for key in group:
                counts = together if key == group[0] else self.names[key].surfaces
                name = _most_frequent(counts) or self.names[key].normal
                if name != self._names_shown[key]:
                    changed[key] = name
        return changed

    def _read(self, keys: Sequence[str]) -> None:
        missing = [key for key in keys if key not in self._seen]
        for start in range(0, len(missing), _PAGE):
            self._seen |= self._store.get_nodes(self._label, missing[start : start + _PAGE])
        for key in keys:
            node = self._seen.get(key)
            if node is not None:
                self._take(node)

    def _take(self, node: Node) -> None:
        tally = Tally.read(node.properties, self._epoch)
        normal = str(node.properties.get("normal") or node.properties.get("name") or node.key)
        name = Name(node.key, normal, dict(tally.surfaces), dict(tally.long))
        self.names[node.key] = name
        self._names_shown[node.key] = str(node.properties.get("name") or "")
        if not name.is_live:
            return
        self._by_form["squash", name.squash].add(node.key)
        for band, value in enumerate(name.bands):
            self._by_form[f"grams{band}", value].add(node.key)

    def _group_members(self, keys: Sequence[str]) -> Iterator[str]:
        refs = [Ref(self._label, key) for key in keys if key in self.names]
        for start in range(0, len(refs), _PAGE):
            chunk = refs[start : start + _PAGE]
            found = self._store.neighbours(chunk, [EdgeType.MERGED_INTO], "both", limit_per_ref=_ALL)
            for pairs in found.values():
                for edge, node in pairs:
                    self.merged[edge.src.key, edge.dst.key] = edge
                    self._seen[node.key] = node
                    yield node.key

    def _alike(self, keys: Sequence[str]) -> Iterator[str]:
        """Yield the names that the rules hold to be one with one of *keys*."""
        names = [self.names[key] for key in keys if key in self.names and self.names[key].is_live]
        for field in _INDEXED:
            wanted: dict[str, list[Name]] = defaultdict(list)
            for name in names:
                for value in _forms(name, field):
                    wanted[value].append(name)
            for node in self._having(field, sorted(wanted)):
                other = self._as_name(node)
                # All that share a form count: what one spelling of a short form is defined as bears on the others.
                names_there = wanted[node.properties[field]]
                if other.is_live and (field == "squash" or any(decide(name, other) for name in names_there)):
                    self._seen[node.key] = node
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

    def _as_name(self, node: Node) -> Name:
        if node.key in self.names:
            return self.names[node.key]
        tally = Tally.read(node.properties, self._epoch)
        return Name(node.key, str(node.properties["normal"]), dict(tally.surfaces), dict(tally.long))

    def _candidates(self, names: Mapping[str, Name]) -> Iterator[Pair]:
        """Yield the pairs of names taken in that share a form, or of which one stands for the other."""
        for key in sorted(self._by_form):
            members = sorted(self._by_form[key])
            for index, one in enumerate(members):
                for other in members[index + 1 :]:
                    yield one, other
        for name in names.values():
            if name.is_live and name.stands_for:
                for other in sorted(self._by_form.get(("squash", name.stands_for), ())):
                    if other != name.key:
                        yield name.key, other


def _forms(name: Name, field: str) -> Iterator[str]:
    if field == "squash":
        yield name.squash
        if name.stands_for:
            yield name.stands_for
    elif name.bands:
        yield name.bands[int(field.removeprefix("grams"))]


def _most_frequent(counts: Mapping[str, int]) -> str | None:
    """Return the text with the highest count; of equals the smallest."""
    return min(counts, key=lambda text: (-counts[text], text)) if counts else None
