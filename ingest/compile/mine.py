"""Mining patterns: problem → composition of methods → contexts, with what speaks for and against.

A pattern has a method as its core. A method becomes a core when it is what a paper is about (the one in its title, else
the one it proposes with most to say of it), when a claim says what it does, when a trial ran it, or when enough papers
use it. A paper that no such
pattern reaches gets a pattern of its own, from its problems and its title: every paper is reachable.

Deterministic and free of vectors: counts, places in the text, and keys to settle ties. A method that everybody uses
(an optimiser) is not tied to all problems of all its papers: where a paper only uses a method, its problems count when
they are stated near the method; and a component counts for less the more papers use it.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.keys import normal_name
from graph.schema import EdgeType, Label
from graph.vocabulary.extraction import Direction, Polarity
from graph.vocabulary.pattern import Exemplar, MinedPattern, PatternMethod, Used
from ingest.compile.corpus import Corpus, Paper, Place
from ingest.compile.objections import Objections, telling
from ingest.compile.settings import MiningSettings

# What a paper is to a pattern: it is about the core; proposes it beside something else; claims something of it; uses
# it; or is the whole pattern.
ABOUT, PROPOSES, TESTS, USES, IS = "about", "proposes", "tests", "uses", "is"
_RANK = {ABOUT: 0, PROPOSES: 1, TESTS: 2, USES: 3}
# How strongly a paper in each role speaks for the pattern: who merely uses a method says little of what it is good for.
ROLE_WEIGHT = {ABOUT: 1.0, IS: 1.0, PROPOSES: 0.5, TESTS: 0.5, USES: 0.25}

_SUBJECT_WORDS = 3
_PUNCTUATION = re.compile(r"[^\w\s+#/-]")


@dataclass(frozen=True)
class Mined:
    """The patterns by key; the limits that a pattern's own papers admit; how strongly it is tied to each problem."""

    patterns: tuple[MinedPattern, ...]
    limits: Mapping[str, tuple[str, ...]]
    ties: Mapping[tuple[str, str], float]


def mine(corpus: Corpus, settings: MiningSettings) -> Mined:
    """Return the patterns of *corpus*, ordered by key."""
    miner = _Miner(corpus, settings)
    patterns = [miner.of_method(core) for core in miner.cores()]
    reached = {exemplar.paper for pattern in patterns for exemplar in pattern.papers}
    patterns += [miner.of_paper(paper) for key, paper in corpus.papers.items() if key not in reached]
    ordered = tuple(sorted(patterns, key=lambda pattern: pattern.key))
    return Mined(ordered, miner.limits, miner.ties)


class _Miner:
    def __init__(self, corpus: Corpus, settings: MiningSettings) -> None:
        self._corpus, self._settings = corpus, settings
        self._near = _Near(corpus, settings.near_characters)
        self._objected = Objections(corpus)
        self.limits: dict[str, tuple[str, ...]] = {}
        self.ties: dict[tuple[str, str], float] = {}
        self._claims_of: dict[str, list[str]] = {}
        for key, claim in corpus.claims.items():
            for method in claim.ends.get(EdgeType.HAS_INTERVENTION, []):
                self._claims_of.setdefault(method, []).append(key)
        self._points_of: dict[str, list[str]] = {}
        for key, point in corpus.points.items():
            for method in point.methods:
                self._points_of.setdefault(method, []).append(key)
        self._main: dict[str, str] = {}
        self._roles: dict[str, dict[str, str]] = {}
        for paper in corpus.papers.values():
            self._read_roles(paper)

    def _read_roles(self, paper: Paper) -> None:
        def take(method: str, role: str) -> None:
            roles = self._roles.setdefault(method, {})
            if _RANK[role] < _RANK.get(roles.get(paper.key, ""), len(_RANK)):
                roles[paper.key] = role

        main = self._main_of(paper)
        if main is not None:
            self._main[paper.key] = main
            take(main, ABOUT)
        for method in paper.names(EdgeType.PROPOSES):
            take(method, PROPOSES)
        for claim in paper.claims:
            for method in self._corpus.claims[claim].ends.get(EdgeType.HAS_INTERVENTION, []):
                take(method, TESTS)
        for method in paper.names(EdgeType.USES):
            take(method, USES)

    def _main_of(self, paper: Paper) -> str | None:
        """What the paper is about: the method in its title, else the one it proposes and says most of.

        A method that it only uses counts as its subject when its name in the title is long enough to be one, or when
        the paper proposes nothing.
        """
        proposed = paper.names(EdgeType.PROPOSES)
        titled = {
            method: name
            for method in {**proposed, **paper.names(EdgeType.USES)}
            if (name := self._in_title(paper, method))
            and (method in proposed or not proposed or name.count(" ") + 1 >= _SUBJECT_WORDS)
        }
        if titled:
            return min(titled, key=lambda method: (method not in proposed, -len(titled[method]), method))

        def rank(method: str) -> tuple[float | int | str, ...]:
            claims = sum(self._corpus.claims[c].paper == paper.key for c in self._claims_of.get(method, []))
            places = sum(p.document in paper.documents for p in self._corpus.places.get((Label.METHOD, method), []))
            return (-(claims + places), -proposed[method], method)

        return min(proposed, key=rank, default=None)

    def _in_title(self, paper: Paper, method: str) -> str:
        """Return the longest of the method's names that stands in the paper's title as whole words."""
        title = f" {normal_name(_PUNCTUATION.sub(' ', paper.title))} "
        group = self._corpus.names[Label.METHOD][method]
        names = (normal_name(_PUNCTUATION.sub(" ", name)) for name in (group.name, *group.aliases))
        return max((name for name in names if name and f" {name} " in title), key=len, default="")

    def cores(self) -> list[str]:
        """Return the methods that have a pattern of their own."""
        chosen = set(self._main.values())
        for method, roles in self._roles.items():
            if len(roles) >= self._settings.min_papers or method in self._claims_of:
                chosen.add(method)
        chosen.update(method for method in self._corpus.tried if method in self._roles)
        return sorted(chosen)

    def of_method(self, core: str) -> MinedPattern:
        """Return the pattern around one method."""
        roles = self._roles[core]
        papers = [self._corpus.papers[key] for key in sorted(roles, key=lambda key: (_RANK[roles[key]], key))]
        owned = [paper for paper in papers if roles[paper.key] != USES]
        claims = self._claims_of.get(core, [])
        problems = self._problems(core, papers, roles)
        tasks = self._most(paper.names(EdgeType.STUDIES) for paper in papers)
        components = self._components(core, papers, roles)
        against = self._rank_claims(claims, (Direction.DEGRADES, Direction.NO_DIFFERENCE))
        favour = self._rank_claims(claims, (Direction.IMPROVES,))
        baselines = [
            *(paper.names(EdgeType.COMPARES_WITH) for paper in owned or papers),
            *(dict.fromkeys(self._corpus.claims[c].ends.get(EdgeType.HAS_COMPARATOR, []), 1.0) for c in claims),
        ]
        about = [paper for paper in papers if roles[paper.key] == ABOUT]
        objections = self._objections(core, about)
        tried = self._corpus.tried.get(core)
        key = core
        self.limits[key] = tuple(
            used.key
            for used in self._most(paper.names(EdgeType.LIMITED_BY) for paper in owned if roles[paper.key] == ABOUT)
        )
        name = self._corpus.name(Label.METHOD, core)
        return MinedPattern(
            key=key,
            name=name,
            summary=self._summary(name, components, problems, tasks, len(papers), (len(favour), len(against))),
            support=len(papers),
            trials=tried.trials if tried else 0,
            failures=tried.failures if tried else {},
            methods=(PatternMethod(key=core, papers=len(papers), role="core"), *components),
            problems=problems,
            tasks=tasks,
            papers=tuple(Exemplar(paper=paper.key, role=roles[paper.key]) for paper in papers),
            claims_for=favour,
            claims_against=against,
            objections=objections,
            objection_groups=self._objected.of((paper.key for paper in about), self._points_of.get(core, ())),
            datasets=self._most(paper.names(EdgeType.EVALUATES_ON) for paper in papers),
            metrics=self._most(paper.names(EdgeType.MEASURES) for paper in papers),
            baselines=tuple(used for used in self._most(baselines, spare=1) if used.key != core)[
                : self._settings.names
            ],
        )

    def of_paper(self, paper: Paper) -> MinedPattern:
        """Return the pattern of a paper that names no method to build one on."""
        key = f"paper:{paper.key}"[:120]
        problems = self._most([paper.names(EdgeType.ADDRESSES)])
        tasks = self._most([paper.names(EdgeType.STUDIES)])
        named = {**paper.names(EdgeType.MENTIONS), **paper.names(EdgeType.COMPARES_WITH), **paper.names(EdgeType.USES)}
        ranked = sorted(named, key=lambda method: (-named[method], method))[: self._settings.components]
        components = tuple(PatternMethod(key=method, papers=1, role="component") for method in ranked)
        objections = self._rank_points(p for p in paper.points if self._is_objection(p))
        self.limits[key] = tuple(used.key for used in self._most([paper.names(EdgeType.LIMITED_BY)]))
        return MinedPattern(
            key=key,
            name=paper.title,
            summary=self._summary(paper.title, components, problems, tasks, 1, (0, 0)),
            support=1,
            methods=components,
            problems=problems,
            tasks=tasks,
            papers=(Exemplar(paper=paper.key, role=IS),),
            objections=objections,
            objection_groups=self._objected.of([paper.key]),
            datasets=self._most([paper.names(EdgeType.EVALUATES_ON)]),
            metrics=self._most([paper.names(EdgeType.MEASURES)]),
            baselines=self._most([paper.names(EdgeType.COMPARES_WITH)]),
        )

    def _problems(self, core: str, papers: list[Paper], roles: Mapping[str, str]) -> tuple[Used, ...]:
        stated = []
        for paper in papers:
            addressed, role = paper.names(EdgeType.ADDRESSES), roles[paper.key]
            near = self._near.among(core, addressed, paper)
            # The problems of a paper that proposes the method are the method's; those near it come first.
            chosen = addressed if role == ABOUT else near
            stated.append({key: addressed[key] + (key in near) for key in chosen})
            for key in chosen:
                self.ties[core, key] = max(self.ties.get((core, key), 0.0), ROLE_WEIGHT[role])
        if not any(stated):
            stated = [dict(paper.names(EdgeType.ADDRESSES)) for paper in papers if roles[paper.key] != USES]
        return self._most(stated)

    def _components(self, core: str, papers: list[Paper], roles: Mapping[str, str]) -> tuple[PatternMethod, ...]:
        counts: dict[str, int] = {}
        for paper in papers:
            used = {**paper.names(EdgeType.USES), **paper.names(EdgeType.PROPOSES)}
            near = self._near.among(core, used, paper, label=Label.METHOD)
            for method in used if roles[paper.key] == ABOUT else near:
                if method != core:
                    counts[method] = counts.get(method, 0) + 1
        total = len(self._corpus.papers)

        def worth(method: str) -> float:
            return counts[method] * math.log(1 + total / len(self._roles.get(method, {core: USES})))

        ranked = sorted(counts, key=lambda method: (-worth(method), method))[: self._settings.components]
        return tuple(PatternMethod(key=method, papers=counts[method], role="component") for method in ranked)

    def _objections(self, core: str, proposing: list[Paper]) -> tuple[str, ...]:
        about = [point for point in self._points_of.get(core, []) if self._is_objection(point)]
        of_papers = [point for paper in proposing for point in paper.points if self._is_objection(point)]
        return (*self._rank_points(about), *self._rank_points(set(of_papers) - set(about)))

    def _is_objection(self, point: str) -> bool:
        about = self._corpus.points[point]
        return about.polarity == Polarity.NEGATIVE and not about.properties.get("by_chair")

    def _rank_points(self, points: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(set(points), key=lambda point: telling(self._corpus.points[point])))

    def _rank_claims(self, claims: Iterable[str], directions: tuple[Direction, ...]) -> tuple[str, ...]:
        wanted = {direction.value for direction in directions}
        chosen = (key for key in claims if self._corpus.claims[key].direction in wanted)
        return tuple(sorted(chosen, key=lambda key: (-self._corpus.claims[key].confidence, key)))

    def _most(self, named: Iterable[Mapping[str, float]], *, spare: int = 0) -> tuple[Used, ...]:
        """Count in how many of *named* each key occurs; most first, then the surest, then by key."""
        papers: dict[str, int] = {}
        sure: dict[str, float] = {}
        for each in named:
            for key, confidence in each.items():
                papers[key] = papers.get(key, 0) + 1
                sure[key] = max(sure.get(key, 0.0), confidence)
        ranked = sorted(papers, key=lambda key: (-papers[key], -sure[key], key))
        return tuple(Used(key=key, papers=papers[key]) for key in ranked[: self._settings.names + spare])

    def _summary(
        self,
        name: str,
        components: tuple[PatternMethod, ...],
        problems: tuple[Used, ...],
        tasks: tuple[Used, ...],
        papers: int,
        claims: tuple[int, int],
    ) -> str:
        parts = [name]
        if components:
            parts.append("with " + ", ".join(self._corpus.name(Label.METHOD, each.key) for each in components[:3]))
        if problems:
            parts.append(f"against: {_short(self._corpus.name(Label.PROBLEM, problems[0].key))}")
        if tasks:
            parts.append("in " + ", ".join(self._corpus.name(Label.TASK, each.key) for each in tasks[:2]))
        counted = f"{papers} paper{'s' if papers != 1 else ''}"
        favour, against = claims
        if favour or against:
            counted += f", {favour} claim{'s' if favour != 1 else ''} for and {against} against"
        return f"{'; '.join(parts)} ({counted})"


class _Near:
    """Which names a document states near a method."""

    def __init__(self, corpus: Corpus, characters: int) -> None:
        self._corpus, self._characters = corpus, characters
        self._starts: dict[tuple[Label, str], dict[str, list[tuple[int, int]]]] = {}

    def among(self, core: str, keys: Iterable[str], paper: Paper, *, label: Label = Label.PROBLEM) -> tuple[str, ...]:
        """Return those of *keys* that stand within reach of *core* in one document of *paper*."""
        here = self._spans(Label.METHOD, core)
        return tuple(key for key in keys if self._touch(here, self._spans(label, key), paper.documents))

    def _touch(
        self,
        a: Mapping[str, list[tuple[int, int]]],
        b: Mapping[str, list[tuple[int, int]]],
        documents: Iterable[str],
    ) -> bool:
        for document in documents:
            ours, theirs = a.get(document), b.get(document)
            if not ours or not theirs:
                continue
            for start, end in theirs:
                at = bisect_left(ours, (start, 0))
                before = at > 0 and start - ours[at - 1][1] <= self._characters
                after = at < len(ours) and ours[at][0] - end <= self._characters
                if before or after:
                    return True
        return False

    def _spans(self, label: Label, key: str) -> dict[str, list[tuple[int, int]]]:
        known = self._starts.get((label, key))
        if known is None:
            known = self._starts[label, key] = {}
            places: list[Place] = self._corpus.places.get((label, key), [])
            for place in places:
                known.setdefault(place.document, []).append((place.start, place.end))
        return known


def _short(text: str, length: int = 120) -> str:
    """Cut *text* at a word."""
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]} …"
