"""Short forms that the field uses without defining them, for names that no paper of the corpus defines.

Two sources: `short_forms.txt` beside this module, and the extractor's word lists, of which only a spelling that
abbreviates another one of its line counts: those lists also put near-synonyms on one line, which say the same to the
extractor but are two names. The files are written by hand from general knowledge of the field.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from graph.keys import normal_name
from graph.names import abbreviates, squash
from graph.schema import Label
from graph.vocabulary.extraction import NameType
from ingest.extract.lexicon import Entry, lookup

_TYPES = {Label(type.value): type for type in NameType}


def entry_of(label: Label, normal: str) -> Entry | None:
    """Return the line of the extractor's lists that *normal* is a spelling of, or None."""
    return lookup(_TYPES[label], normal) if label in _TYPES else None


@lru_cache(maxsize=65536)
def listed_forms(label: Label, normal: str) -> frozenset[str]:
    """Return the squashed spellings that a list knows as the long or the short form of *normal*."""
    squashed = squash(normal)
    found = set(_short_forms(label).get(squashed, ()))
    if (entry := entry_of(label, normal)) is not None:
        found |= {
            squash(spelling)
            for spelling in entry.spellings
            if _shortens(normal, spelling) or _shortens(spelling, normal)
        }
    return frozenset(found - {squashed})


def _shortens(short: str, long: str) -> bool:
    """Say whether *short* stands for the several words of *long*; WN18 is no short form of WN18RR."""
    return len(normal_name(long).split()) > 1 and abbreviates(short, long)


@cache
def _short_forms(label: Label) -> Mapping[str, frozenset[str]]:
    """Return the squashed forms of one kind, each with those it stands for or that stand for it."""
    found: dict[str, set[str]] = defaultdict(set)
    section = ""
    for line in (files("ingest.resolve") / "short_forms.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#") and section == label.value:
            short, *longs = (squash(part) for part in line.split("|"))
            for long in longs:
                found[short].add(long)
                found[long].add(short)
    return {form: frozenset(others) for form, others in found.items()}
