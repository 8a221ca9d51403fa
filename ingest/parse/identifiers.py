"""Identifiers of a work as people write them, in one form each."""

from __future__ import annotations

import re

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+", re.IGNORECASE)
_ARXIV_NEW = re.compile(r"(?<!\d)(\d{4}\.\d{4,5})(?:v\d+)?(?!\d)")
_ARXIV_OLD = re.compile(r"\b([a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?\b")
_OPENREVIEW = re.compile(r"[A-Za-z0-9_-]{8,12}")
_OPENREVIEW_LINK = re.compile(r"openreview\.net/(?:forum|pdf|attachment)\?id=([A-Za-z0-9_-]{8,12})")
ARXIV_STAMP = re.compile(r"arXiv:\s*(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?")


def read_doi(text: str | None) -> str | None:
    """Return the DOI in *text*, lower-case as DOIs compare, without a resolver's address."""
    found = _DOI.search(text or "")
    return found.group().rstrip(".,;)").casefold() if found else None


def read_arxiv(text: str | None) -> str | None:
    """Return the arXiv id in *text* without its version."""
    found = _ARXIV_NEW.search(text or "") or _ARXIV_OLD.search(text or "")
    return found.group(1) if found else None


def read_openreview(text: str | None) -> str | None:
    """Return the OpenReview forum id in *text*: a link to it, or the bare id (8 to 12 characters, not only digits)."""
    value = (text or "").strip()
    if link := _OPENREVIEW_LINK.search(value):
        return link.group(1)
    return value if _OPENREVIEW.fullmatch(value) and not value.isdigit() else None
