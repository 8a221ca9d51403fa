"""Citations that a source marks, joined with those that only the words show.

A mark with a target is believed, whatever the words say; where a mark has none, the words decide; a mark that neither
resolves stays as an unresolved citation. None of the result overlap.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.vocabulary.document import Citation


def merge_citations(marked: Iterable[Citation], read: Iterable[Citation]) -> tuple[Citation, ...]:
    """Return the citations of both, by their place."""
    found: list[Citation] = []
    sources = (list(marked), list(read))
    for is_resolved in (True, False):
        for citations in sources:
            group = [citation for citation in citations if bool(citation.references) is is_resolved]
            found = sorted([*found, *_apart(group, found)], key=_place)
    return tuple(found)


def _place(citation: Citation) -> tuple[int, int]:
    return citation.char_start, citation.char_end


def _apart(citations: Iterable[Citation], taken: list[Citation]) -> list[Citation]:
    """Return those of *citations* that overlap neither one of *taken*, which are in order, nor each other."""
    kept: list[Citation] = []
    at = end = 0
    for citation in sorted(citations, key=_place):
        while at < len(taken) and taken[at].char_end <= citation.char_start:
            at += 1
        free = at == len(taken) or taken[at].char_start >= citation.char_end
        if free and citation.char_start >= end and citation.char_start < citation.char_end:
            kept.append(citation)
            end = citation.char_end
    return kept
