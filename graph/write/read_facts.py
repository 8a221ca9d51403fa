"""Turn one document and its extraction into the nodes and edges of its facts. Pure: reads and writes nothing.

Guarantees: the rows are a function of document and extraction alone, so every order of papers writes the same ones.
Every fact node and every name that a fact reaches has an edge to a quoted sentence. What has none is refused with a
reason that names the node, and the rest goes in.

Names are keyed by their normal form. A short form that the document defines (``LS`` for *label smoothing*) gets a node
too, evidenced by the sentences that define it and marked `acronym_of`: there resolve finds what all documents say it
stands for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TypeVar

from graph.addresses import address_of, host_of
from graph.canonical import content_hash
from graph.errors import UngroundedFact
from graph.keys import address_key, hashed_key, normal_title, paper_key
from graph.schema import EdgeType, Label, Ref
from graph.vocabulary.document import Document, DocumentKind
from graph.vocabulary.extraction import (
    Acronym,
    CitationRole,
    Extraction,
    Mention,
    MethodRole,
    NameType,
    Polarity,
    ProblemKind,
    Refusal,
    Stance,
    StatedCitation,
    StatedClaim,
    StatedLink,
    StatedPoint,
    StatedProblem,
    StatedResult,
)
from graph.write.evidence import Ungrounded
from graph.write.fact_rows import FactRows, known_key, name_or_empty
from graph.write.facts import Facts

_ROLES = {
    MethodRole.PROPOSED: EdgeType.PROPOSES,
    MethodRole.USED: EdgeType.USES,
    MethodRole.COMPONENT: EdgeType.USES,
    MethodRole.BASELINE: EdgeType.COMPARES_WITH,
    MethodRole.MENTIONED: EdgeType.MENTIONS,
}
_TYPES = {
    NameType.TASK: EdgeType.STUDIES,
    NameType.DATASET: EdgeType.EVALUATES_ON,
    NameType.METRIC: EdgeType.MEASURES,
}
_PROBLEMS = {
    ProblemKind.PROBLEM: EdgeType.ADDRESSES,
    ProblemKind.LIMITATION: EdgeType.LIMITED_BY,
    ProblemKind.SYMPTOM: EdgeType.LIMITED_BY,
}
_IN_WORDS = {"improves": "improves", "degrades": "degrades", "no_difference": "makes no difference to"}
_NAMES = (Label.METHOD, Label.TASK, Label.DATASET, Label.METRIC)

_Item = TypeVar(
    "_Item", Mention, Acronym, StatedProblem, StatedClaim, StatedResult, StatedCitation, StatedLink, StatedPoint
)


def extraction_id(document: Document, extraction: Extraction) -> str:
    """Return the id of *extraction*: over the text it refers to, who made it and what it says.

    What it says counts too, so that facts of an extractor that changed without a new version are superseded as well.
    """
    stated = extraction.model_dump(mode="json", exclude={"refused"})
    return hashed_key("extraction", document.key, document.text_sha256, content_hash(stated))


def facts_of(document: Document, extraction: Extraction, *, paper: str, run: str) -> Facts:
    """Return the facts of *extraction*; *paper* is the key of the Paper that review points are about.

    Raises:
        UngroundedFact: the extraction was made from another document.
    """
    if extraction.document != document.key:
        raise UngroundedFact(
            f"the extraction was made from document {extraction.document}, not from {document.key}: nothing was written"
        )
    return _Builder(document, extraction, paper, run, id=extraction_id(document, extraction)).build()


class _Builder(FactRows):
    """Turns items into rows, one by one."""

    def build(self) -> Facts:
        """Take the items one by one and return what was kept."""
        given = self.extraction
        self._take(given.mentions, self._mention, lambda each: f"{each.type} {each.name!r}")
        self._take(given.acronyms, self._acronym, lambda each: f"acronym {each.short!r}")
        self._take(given.problems, self._problem, lambda each: f"{each.kind} {_short(each.span.quote)!r}")
        self._take(given.claims, self._claim, lambda each: f"claim on {each.intervention!r}")
        self._take(given.results, self._result, lambda each: f"result {each.printed!r}")
        self._take(given.citations, self._citation, lambda each: f"citation {each.span.quote!r}")
        self._take(given.links, self._link, lambda each: f"link to {each.url!r}")
        self._take(given.points, self._point, lambda each: f"review point {_short(each.span.quote)!r}")
        for row in self.quotes.rows:
            self.nodes[Label.EVIDENCE][row["key"]] = {**row, **self.owned}
            self._edge(EdgeType.QUOTED_FROM, Ref(Label.EVIDENCE, row["key"]), self.source, row["confidence"])
        return Facts(self.id, given.extractor, self.nodes, self.edges, tuple(self.refused))

    def _take(self, items: Iterable[_Item], take: Callable[[_Item], None], name: Callable[[_Item], str]) -> None:
        for item in items:
            try:
                take(item)
            except Ungrounded as error:
                self.refused.append(Refusal(what=name(item), reason=str(error), sentence=item.sentence))

    def _mention(self, mention: Mention) -> None:
        label = Label(mention.type.value)
        key = known_key(mention.name)
        self.quotes.check(mention.sentence, mention.span)
        surface = mention.span.quote
        is_short = (name_or_empty(surface), key) in self.longs and name_or_empty(surface) != key
        self._name(
            label, mention.name, mention.sentence, mention.confidence, surface, mention.name if is_short else None
        )
        if label is Label.METHOD:
            is_review = self.document.kind is DocumentKind.REVIEW
            role = MethodRole.MENTIONED if is_review else mention.role or MethodRole.MENTIONED
            self._role(_ROLES[role], key, mention.confidence)
        elif self.document.kind is not DocumentKind.REVIEW and mention.salient is not False:
            # What a review names is not what the paper works on, nor is what a paper names in passing.
            self._edge(_TYPES[mention.type], self.source, Ref(label, key), mention.confidence)

    def _role(self, type: EdgeType, key: str, confidence: float) -> None:
        """A method that has a role is not also just mentioned."""
        target = Ref(Label.METHOD, key)
        others = [self._edge_key(each, self.source, target) for each in sorted(set(_ROLES.values()))]
        if type is EdgeType.MENTIONS and any(each in self.edges for each in others if each[0] is not type):
            return
        if type is not EdgeType.MENTIONS:
            self.edges.pop(self._edge_key(EdgeType.MENTIONS, self.source, target), None)
        self._edge(type, self.source, target, confidence)

    def _acronym(self, acronym: Acronym) -> None:
        short, long = known_key(acronym.short), known_key(acronym.long)
        labels = [label for label in _NAMES if long in self.nodes[label]]
        if short == long or not labels:
            return  # the long form is no name of this document: there is nothing to stand for
        self.quotes.check(acronym.sentence)
        if acronym.short not in self.document.quote(self.document.sentences[acronym.sentence]):
            raise Ungrounded("its sentence does not hold the short form")
        for label in labels:
            self._name(label, acronym.short, acronym.sentence, 1.0, acronym.short, acronym.long)

    def _problem(self, problem: StatedProblem) -> None:
        key = known_key(problem.span.quote)
        self.quotes.check(problem.sentence, problem.span)
        text = problem.span.quote
        self._name(Label.PROBLEM, text, problem.sentence, problem.confidence, text, None, stance=Stance.SUPPORTS)
        self._edge(_PROBLEMS[problem.kind], self.source, Ref(Label.PROBLEM, key), problem.confidence)

    def _claim(self, claim: StatedClaim) -> None:
        sentence = self._sentence(claim.sentence)
        what = f"claim on {claim.intervention!r}"
        intervention = self._named(Label.METHOD, claim.intervention, claim.sentence, claim.confidence)
        optional = partial(self._optional, what, claim.sentence, claim.confidence)
        comparator = optional(Label.METHOD, claim.comparator)
        if comparator == intervention:
            self.refused.append(Refusal(what=f"comparator of the {what}", reason="compared with itself"))
            comparator = None
        parts = {
            EdgeType.HAS_COMPARATOR: comparator,
            EdgeType.HAS_METRIC: optional(Label.METRIC, claim.outcome),
            EdgeType.HAS_DATASET: optional(Label.DATASET, claim.dataset),
            EdgeType.HAS_TASK: optional(Label.TASK, claim.task),
        }
        size = claim.size
        if size is not None and size not in sentence:
            reason = f"{size!r} does not stand in the sentence"
            self.refused.append(Refusal(what=f"size of the {what}", reason=reason, sentence=claim.sentence))
            size = None
        key = self._fact_key("claim", claim.sentence, intervention.key, _keys(parts), claim.direction.value, size)
        row = {"direction": claim.direction.value, "size": size, "statement": _statement(claim, parts, size)}
        links = {EdgeType.HAS_INTERVENTION: intervention, **parts}
        self._fact(Ref(Label.CLAIM, key), EdgeType.STATES, claim.sentence, claim.confidence, row, links)

    def _result(self, result: StatedResult) -> None:
        place = result.row or result.sentence
        text = self.quotes.text(place)
        if not math.isfinite(result.value):
            raise Ungrounded(f"its value {result.value} is not a finite number")
        if not result.printed or result.printed not in text:
            raise Ungrounded(f"{result.printed!r} does not stand in the {'row' if result.row else 'sentence'}")
        metric = self._named(Label.METRIC, result.metric, place, result.confidence)
        optional = partial(self._optional, f"result {result.printed!r}", place, result.confidence)
        links = {
            EdgeType.HAS_METRIC: metric,
            EdgeType.HAS_METHOD: optional(Label.METHOD, result.method),
            EdgeType.HAS_TASK: optional(Label.TASK, result.task),
            EdgeType.HAS_DATASET: optional(Label.DATASET, result.dataset),
        }
        key = self._fact_key("result", place, _keys(links), result.printed, result.value)
        row = {"value": result.value, "printed": result.printed}
        self._fact(Ref(Label.RESULT, key), EdgeType.STATES, place, result.confidence, row, links)

    def _citation(self, citation: StatedCitation) -> None:
        """Link the document to a cited work, which is a Paper by its title, in the corpus or not."""
        if citation.role is CitationRole.BACKGROUND:
            return  # what merely is cited is in the Document; as edges it would outnumber everything else
        self.quotes.check(citation.sentence, citation.span)
        title = self._cited_title(citation.reference)
        work = Ref(Label.PAPER, paper_key(title=title, content_sha256=""))
        if work.key == self.paper:
            raise Ungrounded("the paper cites itself")
        self.nodes[Label.PAPER].setdefault(work.key, {"title": title})
        self._evidenced(
            work, citation.sentence, citation.confidence, surface=citation.span.quote, stance=Stance.MENTIONS
        )
        edge = self._edge_key(EdgeType.CITES, self.source, work)
        roles = sorted({*self.edges.get(edge, {}).get("roles", ()), citation.role.value})
        self._edge(EdgeType.CITES, self.source, work, citation.confidence, roles=roles)
        if citation.name and citation.type:
            named = Ref(Label(citation.type.value), known_key(citation.name))
            if named.key in self.nodes[named.label]:
                self._edge(EdgeType.CREDITED_TO, named, work, citation.confidence)

    def _cited_title(self, reference: int) -> str:
        if not 0 <= reference < len(self.document.references):
            raise Ungrounded(f"the document has no reference {reference}")
        title = self.document.references[reference].title
        if not title or not normal_title(title):
            raise Ungrounded(f"reference {reference} has no title by which the work could be known")
        return title

    def _link(self, link: StatedLink) -> None:
        self.quotes.check(link.sentence, link.span)
        address = address_of(link.url)
        if not address:
            raise Ungrounded("its address names no host")
        ref = Ref(Label.RESOURCE, address_key(address))
        row = {"name": address, "url": f"https://{address}", "host": host_of(address), "run": self.run}
        self.nodes[Label.RESOURCE].setdefault(ref.key, row)
        self._evidenced(ref, link.sentence, link.confidence, surface=link.span.quote, stance=Stance.MENTIONS)
        type = EdgeType.RELEASES if link.own else EdgeType.LINKS_TO
        if type is EdgeType.LINKS_TO and self._edge_key(EdgeType.RELEASES, self.source, ref) in self.edges:
            return  # what the paper publishes is its own, wherever else it points to it
        self.edges.pop(self._edge_key(EdgeType.LINKS_TO, self.source, ref), None)
        self._edge(type, self.source, ref, link.confidence, kind=link.kind.value)

    def _point(self, point: StatedPoint) -> None:
        first, *more = self.quotes.cover(point.sentence, point.span)
        if point.review >= len(self.document.reviews):
            raise Ungrounded(f"the document has no review {point.review}")
        row = {
            "aspect": point.aspect.value,
            "polarity": point.polarity.value,
            "text": point.span.quote,
            "severity": None if point.polarity is Polarity.POSITIVE else point.severity.value,
            "missing": point.missing.kind.value if point.missing else None,
            "missing_name": self._missing_name(point),
            "answer": point.answer.state.value if point.answer else None,
            "answer_confidence": point.answer.confidence if point.answer else None,
            "weighed": point.weighed.role.value if point.weighed else None,
            "weighed_confidence": point.weighed.confidence if point.weighed else None,
            "by_chair": self.document.reviews[point.review].is_meta,
            "review": point.review,
            "rating": self.document.reviews[point.review].rating,
        }
        span = (point.span.char_start, point.span.char_end)
        key = self._fact_key("point", point.sentence, point.review, span, row["aspect"], row["polarity"])
        ref = Ref(Label.REVIEW_POINT, key)
        self._fact(ref, EdgeType.RAISES, first, point.confidence, row, {})
        for sentence in more:  # an argument may take several sentences; each is a quote of its own
            self._evidenced(ref, sentence, point.confidence)
        self._edge(EdgeType.ABOUT, ref, Ref(Label.PAPER, self.paper), point.confidence)
        for name in point.about:
            labels = [label for label in _NAMES if name_or_empty(name) in self.nodes[label]]
            for label in labels:
                self._edge(EdgeType.ABOUT, ref, Ref(label, known_key(name)), point.confidence)
            if not labels:
                reason = f"the document has no quote that names {name!r}"
                self.refused.append(
                    Refusal(what="what a review point is about", reason=reason, sentence=point.sentence)
                )

    def _missing_name(self, point: StatedPoint) -> str | None:
        """Return the name of what is missing; one that does not stand in the quote is refused, the rest stays."""
        name = point.missing.name if point.missing else None
        if name is not None and name not in point.span.quote:
            reason = f"{name!r} does not stand in the quote"
            self.refused.append(Refusal(what="what a review point misses", reason=reason, sentence=point.sentence))
            return None
        return name


def _keys(links: Mapping[EdgeType, Ref | None]) -> dict[str, str | None]:
    return {type.value: None if ref is None else ref.key for type, ref in links.items()}


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}…"


def _statement(claim: StatedClaim, parts: Mapping[EdgeType, Ref | None], size: str | None) -> str:
    """Return the claim in one line, made of the parts that were kept."""
    words = [claim.intervention, _IN_WORDS[claim.direction.value]]
    words.append(claim.outcome if claim.outcome and parts[EdgeType.HAS_METRIC] else "performance")
    for type, word, name in (
        (EdgeType.HAS_COMPARATOR, "over", claim.comparator),
        (EdgeType.HAS_DATASET, "on", claim.dataset),
        (EdgeType.HAS_TASK, "in", claim.task),
    ):
        if name and parts[type]:
            words += [word, name]
    return " ".join([*words, f"({size})"] if size else words)
