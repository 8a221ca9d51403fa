"""Short forms that the shipped word lists know, for names that no paper of the corpus defines.

Only a spelling that abbreviates another one of its line counts: the lists also put near-synonyms on one line, which say
the same to the extractor but are two names.
"""

from __future__ import annotations

from functools import lru_cache

from graph.names import abbreviates, squash
from graph.schema import Label
from graph.vocabulary.extraction import NameType
from ingest.extract.lexicon import Entry, lookup

_TYPES = {Label(type.value): type for type in NameType}


def entry_of(label: Label, normal: str) -> Entry | None:
    """Return the line that *normal* is a spelling of, or None."""
    return lookup(_TYPES[label], normal) if label in _TYPES else None


@lru_cache(maxsize=65536)
def listed_forms(label: Label, normal: str) -> frozenset[str]:
    """Return the squashed spellings that a list knows as the long or the short form of *normal*."""
    entry = entry_of(label, normal)
    if entry is None:
        return frozenset()
    return frozenset(
        squash(spelling)
        for spelling in entry.spellings
        if abbreviates(normal, spelling) or abbreviates(spelling, normal)
    ) - {squash(normal)}
