"""Search terms: the one analysis of text that both stores index and both query by.

SQLite's and Lucene's own analysers differ (stop words, what counts as a letter, which Porter), so hit sets would too.
Here text becomes terms once: NFKD without combining marks, case-folded, runs of letters and digits, Porter's stems. No
word is left out. The stores index the terms joined by spaces and split them at nothing but those spaces.

Not done here: ranking, which each store does in its own way.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

TERM_LENGTH = 64  # longer runs are data, not words; Lucene's own limit is 255
_RUNS = re.compile(r"[^\W_]+")
_PER_THREAD = threading.local()  # a stemmer keeps the word it works on in itself


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    stemmer = getattr(_PER_THREAD, "stemmer", None)
    if stemmer is None:
        stemmer = _PER_THREAD.stemmer = snowballstemmer.stemmer("porter")
    stem: str = stemmer.stemWord(word[:TERM_LENGTH])
    return stem


def terms_of(text: str) -> list[str]:
    """Return the terms of *text* in order, with repetitions.

    >>> terms_of("Label-smoothing helps C++ naïvely!")
    ['label', 'smooth', 'help', 'c', 'naiv']
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
        text = unicodedata.normalize("NFKD", text.casefold())
    return [_stem(word) for word in _RUNS.findall(text.lower())]


def terms_text(text: str) -> str:
    """Return the terms of *text* as the stores index them: joined by single spaces."""
    return " ".join(terms_of(text))


def query_terms(query: str) -> list[str]:
    """Return the distinct terms that a hit must hold, in order."""
    return list(dict.fromkeys(terms_of(query)))
