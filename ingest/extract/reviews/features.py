"""A sentence as hashed words and word pairs: what the trained reader of reviews sees.

Hashing (Weinberger et al. 2009, "Feature hashing for large scale multitask learning") needs no vocabulary file: CRC-32
of the feature modulo `BUCKETS`. Formulas and numbers become one word each, so that a symbol is no clue.
"""

from __future__ import annotations

import re
import zlib
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

BUCKETS = 1 << 16
LONGEST_WORDS = 80  # more of a sentence is not looked at
Ids = npt.NDArray[np.int64]

_FORMULA = re.compile(r"\$[^$]{1,300}\$|\\\(.{1,300}?\\\)")
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?|\d+(?:\.\d+)?|->|→|[?!%:;()\[\]\"“”]")
_BULLET = re.compile(r"^\W*(?:[-*•+]|\(?\d{1,2}[.):]|[swql]\d{1,2}\b)")


def features(text: str) -> Ids:
    """Return the buckets of *text*, each once, in ascending order."""
    lower = _FORMULA.sub(" formula ", text.lower())
    words = ["0" if word[0].isdigit() else word for word in _WORD.findall(lower)[:LONGEST_WORDS]]
    found = {_bucket(word) for word in words}
    found.update(_bucket(f"{one} {other}") for one, other in pairwise(words))
    for place, word in enumerate(words[:3]):
        found.add(_bucket(f"^{place} {word}"))
    if words:
        found.add(_bucket(f"$ {words[-1]}"))
        found.add(_bucket(f"^2 {' '.join(words[:2])}"))
    found.add(_bucket(f"# {min(len(words) // 4, 8)}"))
    if _BULLET.match(lower):
        found.add(_bucket("# item"))
    if "et al" in lower or "arxiv" in lower or "proceedings" in lower:
        found.add(_bucket("# reference"))
    return np.array(sorted(found), dtype=np.int64)


@lru_cache(maxsize=200_000)
def _bucket(feature: str) -> int:
    return zlib.crc32(feature.encode()) % BUCKETS
