"""`relations`: the relations of one sentence, from the trained component where it is installed, else from rules."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.extract.relations.relation import Name, Relation
from ingest.extract.relations.rules import relations_by_rules
from ingest.extract.relations.scorer import load_scorer, readable


def relations(text: str, names: Sequence[Name]) -> list[Relation]:
    """Return the relations between *names* in *text*; each pair of names has one at most.

    Offsets of names are characters of *text*, which is prose with its spaces as printed (a tokenised sentence will do).
    The rules are part of what the trained component looks at.

    Raises:
        DamagedWeights: a file of the trained component is not what its manifest says.
    """
    if len(names) < 2 or not readable(names):
        return []
    by_rules = relations_by_rules(text, names)
    scorer = load_scorer()
    return by_rules if scorer is None else scorer.relations(text, names, by_rules)
