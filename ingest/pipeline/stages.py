"""The stages that ship: `ingest.parse` and `ingest.extract`, and their versions.

The versions stand here as text, because an ingest that finds nothing to do must know them and must not import the
stages (spaCy alone costs two seconds). A test holds them equal to what the parsers and the extractor say of themselves.
"""

from __future__ import annotations

from ingest.pipeline.prepare import Stages
from ingest.pipeline.task import Versions

SHIPPED = "ingest.pipeline.stages:shipped"

PARSERS = ("markdown/1", "plain-text/1", "pymupdf-rules/2", "reviews-json/1", "reviews-markdown/1", "tei/1")
EXTRACTOR = "rules/1"


def shipped() -> Stages:
    """Return the stages; imports what they are made of."""
    from ingest.extract import extract
    from ingest.parse import parse_file

    return Stages(parse=parse_file, extract=extract)


def shipped_versions() -> Versions:
    """Return the versions of the shipped stages."""
    return Versions(parse=" ".join(PARSERS), extract=EXTRACTOR)
