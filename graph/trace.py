"""From a node to what carries it: every path to a quote on a page, to a reviewer's argument, or to a trial.

Routes are declared per label as typed walks. A path ends in Evidence → Document → Paper or in a Trial; a reviewer's
argument is followed to the sentence it stands in. Shortest paths come first, then by references; only live facts count.
Where there are more than asked for, the routes take turns: a plan's hundred trials do not crowd out its sentences.

Guarantees: each path is a walk that is in the graph now, through live facts only. `truncated` says that there are more.
A name that others were merged into is traced through them too. Costs one read of the node and one of all its routes,
and more only where superseded facts hide the live ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any

from graph.errors import UnknownNode
from graph.live import is_live_document
from graph.schema import EDGES, NODES, EdgeType, Label, Ownership, Ref
from graph.store.interface import Direction, GraphStore, Node, Path, Step

Route = tuple[Step, ...]

_MOST_READ = 100_000  # where so many dead facts hide the live ones, the trace says that it is cut


@dataclass(frozen=True)
class TraceNode:
    """A node of a path with the properties a person reads. A quote also carries its stance and the words it has."""

    label: Label
    key: str
    properties: Mapping[str, Any]

    def document(self) -> dict[str, Any]:
        """Return the published JSON form: ``{label, key, …}``."""
        return {"label": self.label.value, "key": self.key, **self.properties}


@dataclass(frozen=True)
class Trace:
    """Paths from one node, each from the node to what carries it."""

    paths: tuple[tuple[TraceNode, ...], ...]
    truncated: bool

    def document(self) -> dict[str, Any]:
        """Return the published JSON form: ``{paths: [[{label, key, …}]], truncated}``."""
        return {"paths": [[node.document() for node in path] for path in self.paths], "truncated": self.truncated}


def _step(type: EdgeType, direction: Direction = "out", *labels: Label) -> Step:
    return Step((type,), direction, labels)


_QUOTE: Route = (
    _step(EdgeType.EVIDENCED_BY, "out", Label.EVIDENCE),
    _step(EdgeType.QUOTED_FROM, "out", Label.DOCUMENT),
    _step(EdgeType.OF_PAPER, "out", Label.PAPER),
)
_TRIED: Route = (_step(EdgeType.RUNS, "in", Label.TRIAL),)
_COMPUTED: Route = (_step(EdgeType.COMPUTED_FROM, "out", Label.TRIAL),)
_FOUND: Route = (Step((EdgeType.SUPPORTS, EdgeType.CONTRADICTS), "in", (Label.FINDING,)), *_COMPUTED)
_ALIASES: Route = (_step(EdgeType.MERGED_INTO, "in"), *_QUOTE)
_OBJECTIONS: Route = (_step(EdgeType.ABOUT, "in", Label.REVIEW_POINT), *_QUOTE)
_SPOKEN_OF: Route = (_step(EdgeType.SPEAKS_OF, "in", Label.REVIEW_POINT), *_QUOTE)
_SPEAKS_OF: Route = (_step(EdgeType.SPEAKS_OF, "out", Label.CLAIM), *_QUOTE)
_NAME: tuple[Route, ...] = (_QUOTE, _ALIASES)
_OPPOSED: Route = (_step(EdgeType.CONTRADICTS, "both", Label.CLAIM), *_QUOTE)
_REVIEWED: tuple[Route, ...] = (*_NAME, _OBJECTIONS)
_PATTERN: tuple[Route, ...] = (
    _FOUND,
    (Step((EdgeType.SUPPORTED_BY, EdgeType.CONTRADICTED_BY), "out", (Label.CLAIM,)), *_QUOTE),
    (_step(EdgeType.OBJECTED_BY, "out", Label.REVIEW_POINT), *_QUOTE),
    (_step(EdgeType.COMPOSED_OF, "out", Label.METHOD), *_TRIED),
    (_step(EdgeType.SOLVES, "out", Label.PROBLEM), *_QUOTE),
    (_step(EdgeType.COMPOSED_OF, "out", Label.METHOD), *_QUOTE),
    (_step(EdgeType.COMPOSED_OF, "out", Label.METHOD), *_ALIASES),
    (_step(EdgeType.APPLIES_TO, "out", Label.TASK), *_QUOTE),
)
_PLAN: tuple[Route, ...] = (
    (_step(EdgeType.PART_OF, "in", Label.TRIAL),),
    (_step(EdgeType.DRAWS_ON, "out", Label.PATTERN), *_FOUND),
    (_step(EdgeType.DRAWS_ON, "out", Label.PATTERN), *_PATTERN[1]),
    (_step(EdgeType.DRAWS_ON, "out", Label.PATTERN), *_PATTERN[2]),
    (_step(EdgeType.DRAWS_ON, "out", Label.PATTERN), *_PATTERN[4]),
    (_step(EdgeType.TESTS, "out", Label.METHOD), *_QUOTE),
    (_step(EdgeType.TESTS, "out", Label.METHOD), *_ALIASES),
)

ROUTES: Mapping[Label, tuple[Route, ...]] = {
    Label.METHOD: (*_REVIEWED, _TRIED, _FOUND),
    Label.TASK: _REVIEWED,
    Label.DATASET: _REVIEWED,
    Label.METRIC: _REVIEWED,
    Label.PROBLEM: _NAME,
    Label.CLAIM: (_QUOTE, _OPPOSED, _SPOKEN_OF, _FOUND),
    Label.RESULT: (_QUOTE,),
    Label.REVIEW_POINT: (_QUOTE, _SPEAKS_OF),
    Label.EVIDENCE: (_QUOTE[1:],),
    Label.DOCUMENT: (_QUOTE[2:],),
    Label.PAPER: ((_step(EdgeType.OF_PAPER, "in", Label.DOCUMENT),), _OBJECTIONS, _QUOTE),
    Label.RESOURCE: (_QUOTE,),
    Label.PATTERN: _PATTERN,
    Label.PLAN: _PLAN,
    Label.DECISION: tuple((_step(EdgeType.DECIDES, "out", Label.PLAN), *route) for route in _PLAN),
    Label.TRIAL: ((),),
    Label.MEASUREMENT: ((_step(EdgeType.MEASURED_IN, "out", Label.TRIAL),),),
    Label.FINDING: (_COMPUTED,),
    Label.BELIEF: (
        (_step(EdgeType.INFORMED_BY, "out", Label.FINDING), *_COMPUTED),
        (_step(EdgeType.INFORMED_BY, "out", Label.CLAIM), *_QUOTE),
    ),
}
"""How each label is traced. The labels left out (Meta, Item, Run, Lease) keep the books and state nothing."""

_BOOKKEEPING = frozenset(
    {"document", "extraction", "run", "squash", "tally", "revision", "resolved", "stem", "owner", "lease", "attempt"}
    | {"written_extraction", "text_sha256", "extracted", "abstract", "keywords", "spec", "scores"}
    | {"normal", "counted_extraction", "grams0", "grams1", "grams2", "grams3", "core", "parent", "family"}
    | {"placed", "undecided", "decisions"}
)


def trace(store: GraphStore, ref: Ref, *, limit: int = 50) -> Trace:
    """Return at most *limit* paths from *ref* to what carries it.

    Raises:
        UnknownNode: there is no such node.
        ValueError: *limit* is less than 1.
    """
    if limit < 1:
        raise ValueError(f"a trace needs room for at least one path, not {limit}")
    found = store.get_nodes(ref.label, [ref.key])
    if ref.key not in found:
        raise UnknownNode(f"{ref} does not exist: look for its name with `patternbook ask`")
    by_route: list[list[Path]] = []
    truncated = False
    routes = ROUTES.get(ref.label, ())
    for route, first in zip(routes, store.chains([ref], routes, limit=limit + 1), strict=True):
        live, cut = _live_paths(store, ref, route, first, limit)
        by_route.append(sorted(live, key=_order))
        truncated |= cut
    taking_turns = (path for turn in zip_longest(*by_route) for path in turn if path is not None)
    shown = sorted(islice(taking_turns, limit), key=_order)
    return Trace(tuple(_readable(path) for path in shown), truncated or sum(map(len, by_route)) > limit)


def _live_paths(store: GraphStore, ref: Ref, route: Route, found: list[Path], limit: int) -> tuple[list[Path], bool]:
    """Return the first live paths of one route, at most one more than *limit*, and whether there may be others.

    *found* are its first walks, live or not.
    """
    wanted = limit + 1
    asked = wanted
    while True:
        live = [path for path in found if _is_live(path)]
        if len(live) >= wanted or len(found) < asked:
            return live[:wanted], len(live) > limit
        if asked >= _MOST_READ:
            return live, True
        asked *= 8  # most of what was found is superseded: look further
        found = store.chain([ref], route, limit=asked)


def _is_live(path: Path) -> bool:
    """Say whether every fact of a path is live: each belongs to a Document that stands by its extraction.

    A path with facts of a document holds that Document; where it ends in a Trial there are none.
    """
    stands: dict[str, str | None] = {}
    for node in path.nodes:
        if node.ref.label is Label.DOCUMENT:
            if not is_live_document(node.properties):
                return False
            stands[node.key] = node.properties.get("extraction")
    facts = [edge.properties for edge in path.edges if EDGES[edge.type].ownership is Ownership.DOCUMENT]
    facts += [node.properties for node in path.nodes if NODES[node.ref.label].ownership is Ownership.DOCUMENT]
    return all(
        each.get("document") not in stands or stands[each["document"]] == each.get("extraction") for each in facts
    )


def _order(path: Path) -> tuple[int, tuple[Ref, ...]]:
    return len(path.nodes), tuple(node.ref for node in path.nodes)


def _readable(path: Path) -> tuple[TraceNode, ...]:
    said = {edge.dst: edge.properties for edge in path.edges if edge.type is EdgeType.EVIDENCED_BY}
    return tuple(TraceNode(*node.ref, dict(_shown(node, said.get(node.ref, {})))) for node in path.nodes)


def _shown(node: Node, said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in NODES[node.ref.label].properties:
        value = node.properties.get(name)
        if value is not None and name not in _BOOKKEEPING:
            yield name, value
    for name in ("stance", "surface"):
        if said.get(name) is not None:
            yield name, said[name]
