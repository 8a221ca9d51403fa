"""The rows of one document under construction: nodes, edges and quotes, each with who owns it.

Guarantees: a name or fact that is put in comes with an edge to a quote that was checked to be verbatim; what has none
is refused with a reason. Which items become which rows is said in `graph.write.read_facts`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from graph.keys import hashed_key, name_key, normal_name
from graph.names import name_properties
from graph.schema import EdgeType, Label, Ref
from graph.vocabulary.document import Document
from graph.vocabulary.extraction import Extraction, Refusal, Span, Stance
from graph.write.evidence import Place, Quotes, Ungrounded
from graph.write.facts import EdgeKey


class FactRows:
    """Collects the rows of one document."""

    def __init__(self, document: Document, extraction: Extraction, paper: str, run: str, *, id: str) -> None:
        self.document, self.extraction, self.paper, self.run = document, extraction, paper, run
        self.id = id
        self.owned = {"document": document.key, "extraction": self.id, "run": run}
        self.source = Ref(Label.DOCUMENT, document.key)
        self.quotes = Quotes(document, extraction, self.id)
        self.nodes: dict[Label, dict[str, dict[str, Any]]] = defaultdict(dict)
        self.edges: dict[EdgeKey, dict[str, Any]] = {}
        self.surface_ranks: dict[EdgeKey, tuple[bool, bool, float]] = {}
        self.refused: list[Refusal] = []
        self.longs = {(name_or_empty(each.short), name_or_empty(each.long)) for each in extraction.acronyms}

    def _sentence(self, index: int) -> str:
        self.quotes.check(index)
        return self.document.quote(self.document.sentences[index])

    def _named(self, label: Label, name: str, place: Place, confidence: float) -> Ref:
        """Return the node called *name*, which this document mentions or this very sentence or row names."""
        ref = Ref(label, known_key(name))
        if ref.key not in self.nodes[label]:
            if f" {normal_name(name)} " not in f" {normal_name(self.quotes.text(place))} ":
                what = "row" if isinstance(place, Span) else "sentence"
                raise Ungrounded(f"{ref} has no evidence: neither a mention nor this {what} names {name!r}")
            self._name(label, name, place, confidence, name, None)
        return ref

    def _optional(self, what: str, place: Place, confidence: float, label: Label, name: str | None) -> Ref | None:
        """Return the node called *name*; a part that has no evidence is refused, the rest of the item stays."""
        if name is None:
            return None
        try:
            return self._named(label, name, place, confidence)
        except Ungrounded as error:
            part = f"{label} {name!r} of the {what}"
            sentence = None if isinstance(place, Span) else place
            self.refused.append(Refusal(what=part, reason=str(error), sentence=sentence))
            return None

    def _fact_key(self, prefix: str, place: Place, *parts: object) -> str:
        return hashed_key(prefix, self.id, *self.quotes.range(place), *parts)

    def _fact(
        self,
        ref: Ref,
        stated: EdgeType,
        place: Place,
        confidence: float,
        row: Mapping[str, Any],
        links: Mapping[EdgeType, Ref | None],
    ) -> None:
        known = self.nodes[ref.label].get(ref.key, {})
        best = max(confidence, known.get("confidence", 0.0))
        self.nodes[ref.label][ref.key] = {**row, "confidence": best, **self.owned}
        self._edge(stated, self.source, ref, confidence)
        self._evidenced(ref, place, confidence)
        for type, target in links.items():
            if target is not None:
                self._edge(type, ref, target, confidence)

    def _evidenced(
        self,
        ref: Ref,
        place: Place,
        confidence: float,
        *,
        surface: str | None = None,
        stance: Stance = Stance.SUPPORTS,
    ) -> None:
        evidence = Ref(Label.EVIDENCE, self.quotes.quote(place, confidence))
        said = {"surface": surface} if surface else {}
        self._edge(EdgeType.EVIDENCED_BY, ref, evidence, confidence, **said, stance=stance.value)

    def _name(
        self,
        label: Label,
        name: str,
        place: Place,
        confidence: float,
        surface: str,
        acronym_of: str | None,
        *,
        stance: Stance = Stance.MENTIONS,
    ) -> None:
        """Keep a name and its quote. An edge has one surface: a definition, else the long form, else the surest."""
        ref = Ref(label, known_key(name))
        self.nodes[label].setdefault(ref.key, {**name_properties(name, label), "run": self.run})
        evidence = Ref(Label.EVIDENCE, self.quotes.quote(place, confidence))
        edge = self._edge_key(EdgeType.EVIDENCED_BY, ref, evidence)
        defines = acronym_of is not None and name_or_empty(acronym_of) != ref.key
        rank = (not defines, acronym_of is not None, -confidence)
        said = {"surface": surface, "acronym_of": acronym_of, "stance": stance.value}
        if edge in self.edges and self.surface_ranks[edge] <= rank:
            said = {field: self.edges[edge][field] for field in said}
        else:
            self.surface_ranks[edge] = rank
        self._edge(EdgeType.EVIDENCED_BY, ref, evidence, confidence, **said)

    def _edge(self, type: EdgeType, src: Ref, dst: Ref, confidence: float, **properties: Any) -> None:
        key = self._edge_key(type, src, dst)
        best = max(confidence, self.edges.get(key, {}).get("confidence", 0.0))
        self.edges[key] = {**properties, "confidence": best, **self.owned}

    @staticmethod
    def _edge_key(type: EdgeType, src: Ref, dst: Ref) -> EdgeKey:
        return type, src.label, src.key, dst.label, dst.key


def name_or_empty(name: str) -> str:
    """Return the key of *name*, or an empty text where it has none."""
    return name_key(name) if normal_name(name) else ""


def known_key(name: str) -> str:
    """Return the key of *name*.

    Raises:
        Ungrounded: it has none.
    """
    if not normal_name(name):
        raise Ungrounded("its name is empty")
    return name_key(name)
