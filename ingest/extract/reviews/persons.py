"""Who is named: a sentence of a review that holds a person's name, or a reviewer's code, is never quoted."""

from __future__ import annotations

import re

from graph.vocabulary.document import Document
from graph.write.person_names import person_named_in

_PERSON = re.compile(
    r"\bet al\b|\b(?:Dr|Prof|Mr|Mrs|Ms)\.?\s+[A-Z]|\([A-Z][a-z]+(?:[A-Z][a-z]+)?(?:,| and| &)[^()]*\b(?:19"
    r"|20)\d\d|\b[A-Z][a-z]+(?: (?:and|&) [A-Z][a-z]+)?,? \(?(?:19|20)\d\d[a-z]?\)|\[[A-Z][a-z]+[^\]]*(?:19"
    r"|20)\d\d"
    r"|\b[A-Z]\. ?[A-Z][a-z]{2,}"
)


def names_somebody(quote: str, document: Document) -> bool:
    """Say whether *quote* names a person: a citation by name, a title, an author of the paper, a reviewer's code."""
    if _PERSON.search(quote) or person_named_in(quote, document.bibliography.authors):
        return True
    words = set(re.findall(r"[^\W\d_]{3,}", quote))
    return any(_surname(author) in words for author in document.bibliography.authors)


def _surname(author: str) -> str:
    return author.split(",", maxsplit=1)[0].rsplit(maxsplit=1)[-1] if author.split() else ""
