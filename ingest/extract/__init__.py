"""What a document states: mentions, roles, acronyms, problems, claims, results, links, review points.

`extract(document)` is a pure function of the document, its settings, and the files that ship with the package. It is
imported when it is first asked for: an ingest that finds nothing to do needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ingest.extract.extractor import EXTRACTOR, extract

__all__ = ["EXTRACTOR", "extract"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ingest.extract import extractor

    return getattr(extractor, name)
