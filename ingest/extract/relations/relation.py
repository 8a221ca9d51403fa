"""What a relation is: four kinds between two names of one sentence, each with a direction.

* ``used_for``: the head is used for the tail: "CRF for tagging", "a tagger based on a CRF" (the CRF is the head).
* ``evaluate_for``: the head, a metric or a dataset, tells how good the tail is: "accuracy of the parser".
* ``part_of``: the head is a part of the tail: "the encoder of the network", "the network consists of two encoders".
* ``compare``: two things are compared; the head is the one that stands first. The order means nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from graph.vocabulary.document import Frozen
from graph.vocabulary.extraction import NameType


class RelationType(StrEnum):
    """The kinds of relation."""

    USED_FOR = "used_for"
    EVALUATE_FOR = "evaluate_for"
    PART_OF = "part_of"
    COMPARE = "compare"


class Name(NamedTuple):
    """A name in a sentence: characters *start* to *end* (exclusive), and its kind, None where it is of no kind."""

    start: int
    end: int
    type: NameType | None = None


class Relation(Frozen):
    """A relation between two of the given names, by index."""

    type: RelationType
    head: int = Field(ge=0)
    tail: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1)
