"""`relations`: the relations of one sentence, from rules."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.extract.relations.relation import Name, Relation
from ingest.extract.relations.rules import relations_by_rules


def relations(text: str, names: Sequence[Name]) -> list[Relation]:
    """Return the relations between *names* in *text*; each pair of names has one at most.

    Offsets of names are characters of *text*, which is prose with its spaces as printed (a tokenised sentence will do).
    """
    return relations_by_rules(text, names)
