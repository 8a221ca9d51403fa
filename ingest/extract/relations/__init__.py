"""Relations between the names of one sentence: used for, evaluate for, part of, compare.

`relations(text, names)` is the one door. Rules over the words between two names find them; where the trained component
is installed (`ingest/extract/weights/relations`), it says how sure each pair is and may overrule them.

Names of other annotation schemes are given as follows, fixed before anything was measured on them. SciERC: Method,
Task, Metric by name; Material is a dataset; OtherScientificTerm and Generic are of no kind (None). Its Used-for,
Evaluate-for, Part-of and Compare are ours by name, with its direction from head to tail; Compare has no direction and
is compared as a set. Its Feature-of, Hyponym-of and Conjunction have no counterpart here
and are left out of both sides.
"""

from ingest.extract.relations.read import relations
from ingest.extract.relations.relation import Name, Relation, RelationType

__all__ = ["Name", "Relation", "RelationType", "relations"]
