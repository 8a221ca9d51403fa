"""Spelling: the form of a name without habits of spelling, its signature for near matches, and what abbreviates what.

Pure functions of the text, so the same name has the same form in every graph.

`squash` undoes habits of spelling: hyphens and spaces, British and American forms, plurals. It keeps what tells names
apart: digits, versions (``3.5``), signs (``C++``, ``A*``). It is a fingerprint and never shown: ``noise`` may become
``noiz`` as long as ``noises`` does too.

`gram_bands` is a MinHash (Broder 1997) over the 3-grams of the squashed form, cut into bands for locality-sensitive
hashing, each band together with the initials of the words: two names with the same initials and Jaccard similarity s
share a band with probability 1 - (1 - s^3)^4, that is .99 at s = .9, .94 at .8, .23 at .4. The initials keep the number
of candidates from growing with every other name that ends in "neural network". Names in which a slip of one letter
cannot be told from another name have no bands: short ones, ones with digits, ones without a long word, and ones of few
different letters (an entropy gate).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

import numpy as np

from graph.keys import normal_name

BANDS = 4
_ROWS = 3
_LEAST_LENGTH = 12
LONG_WORD = 8  # letters of a word in which one wrong letter is more likely a slip than another word
_LEAST_ENTROPY_BITS = 2.5  # 'aaaaaaaaaaaaab' has .4, 'label smoothing' 3.4
_LONGEST_SQUASH = 200  # longer ones are hashed: an index takes no arbitrary text

_EDGE_PUNCTUATION = "\"'`“”‘’«»()[]{}<>,;:!?…"
_IRREGULAR = {
    "analyses": "analysis",
    "corpora": "corpus",
    "criteria": "criterion",
    "hypotheses": "hypothesis",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    "simplices": "simplex",
    "phenomena": "phenomenon",
    "artefact": "artifact",
    "artefacts": "artifact",
    "grey": "gray",
    "programme": "program",
    "programmes": "program",
}
_AMERICAN = (
    (re.compile(r"^(.*)(behavi|col|neighb|fav|lab|hon|hum|vap)our(.*)$"), r"\1\2or\3"),
    (re.compile(r"^(.*(?:cent|fib|met|lit))re(s?|d)$"), r"\1er\2"),
    (re.compile(r"^(.*[ae])ll(ed|ing|er|ers)$"), r"\1l\2"),
    (re.compile(r"^(.*[a-z]{2})is(e|ed|er|ers|es|ing|ation|ations|able)$"), r"\1iz\2"),
    (re.compile(r"^(.*[ai]ly)s(e|ed|er|ers|ing)$"), r"\1z\2"),
    (re.compile(r"^(.*)(defen|licen|offen)ce(s?)$"), r"\1\2se\3"),
    (re.compile(r"^(.*)(catal|dial|anal)ogue(s?)$"), r"\1\2og\3"),
)
_PLURAL = re.compile(r"^[^\W\d_]{3,}s$")
_NO_PLURAL = ("ss", "us", "is", "as")
_SILENT_E = re.compile(r"(?:ch|sh|s|x|z)e$")


@lru_cache(maxsize=65536)
def squash(name: str) -> str:
    """Return the spelling-free form of *name*.

    >>> squash("Label Smoothings") == squash("label-smoothing") == squash("labelsmoothing")
    True
    >>> squash("C++") == squash("C")
    False
    """
    return joined(squashed_words(name))


def joined(words: Sequence[str]) -> str:
    """Return spelling-free words as one string that fits an index."""
    text = ""
    for word in words:
        # 'top 1 1' is not 'top 11'
        text += f"_{word}" if text[-1:].isdigit() and word[0].isdigit() else word
    if len(text) <= _LONGEST_SQUASH:
        return text
    return f"{text[:32]}~{blake2b(text.encode(), digest_size=16).hexdigest()}"


def squashed_words(name: str) -> tuple[str, ...]:
    """Return the words of the spelling-free form; a name of nothing but punctuation keeps its normal form."""
    words = tuple(word for word in map(squashed_word, normal_name(name).split()) if word)
    return words or (normal_name(name),)


def squashed_word(word: str) -> str:
    """Return the spelling-free form of one word of a normal form; nothing where it is all punctuation."""
    word = word.strip(_EDGE_PUNCTUATION)
    word = re.sub(r"(?<!\d)\.|\.(?!\d)", "", word)
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for pattern, american in _AMERICAN:
        word = pattern.sub(american, word)
    if _PLURAL.match(word) and not word.endswith(_NO_PLURAL):
        word = f"{word[:-3]}y" if word.endswith("ies") and len(word) > 4 else word[:-1]
    return word[:-1] if len(word) > 3 and _SILENT_E.search(word) else word


def grams(squashed: str) -> frozenset[str]:
    """Return the set of 3-grams of a squashed name."""
    return frozenset(squashed[i : i + 3] for i in range(max(1, len(squashed) - 2)))


def _multipliers() -> tuple[np.ndarray, np.ndarray]:
    stream = b"".join(
        blake2b(f"patternbook/minhash/{i}".encode(), digest_size=16).digest() for i in range(BANDS * _ROWS)
    )
    numbers = np.frombuffer(stream, dtype="<u8").reshape(-1, 2)
    return numbers[:, :1] | 1, numbers[:, 1:]


_A, _B = _multipliers()


@lru_cache(maxsize=65536)
def gram_bands(name: str) -> tuple[str, ...]:
    """Return the bands of a name's MinHash signature, or nothing for names that cannot be compared so."""
    words, squashed = squashed_words(name), squash(name)
    if len(squashed) < _LEAST_LENGTH or "~" in squashed or any(character.isdigit() for character in squashed):
        return ()
    if max(map(len, words)) < LONG_WORD or _entropy_bits(squashed) < _LEAST_ENTROPY_BITS:
        return ()
    hashes = np.array(sorted(crc32(gram.encode()) for gram in grams(squashed)), dtype=np.uint64)
    # Multiply and shift (Dietzfelbinger 1997): 64-bit products wrap on purpose, the upper half is the hash.
    signature = ((_A * hashes[None, :] + _B) >> np.uint64(32)).min(axis=1).astype("<u4").reshape(BANDS, _ROWS)
    initials = " ".join(word[0] for word in words).encode()
    return tuple(
        blake2b(bytes([i]) + band.tobytes() + initials, digest_size=6).hexdigest() for i, band in enumerate(signature)
    )


def _entropy_bits(text: str) -> float:
    total = len(text)
    return -sum(n / total * math.log2(n / total) for n in Counter(text).values())


def abbreviates(short: str, long: str) -> bool:
    """Say whether *short* can be a short form of *long*: made of the beginnings of its words, or mostly of initials.

    A pair of brackets is not yet a definition: "conducted on four datasets (CORA)" defines nothing, although the
    letters stand in the phrase in that order.

    >>> abbreviates("MLP", "multilayer perceptron"), abbreviates("ResNet", "residual network")
    (True, True)
    >>> abbreviates("CORA", "conducted on four datasets")
    False
    """
    letters = "".join(c for c in normal_name(short) if c.isalnum())
    words = [word for word in re.split(r"[^\w+#]+", normal_name(long)) if word]
    if not letters or not words or letters[0] != words[0][0] or letters in words:
        return False  # "full dataset (full)" shortens nothing
    singular = letters.removesuffix("s") or letters  # a plural s stands for no word: "LLMs"
    return any(_beginnings(form, words) or 2 * _initials(form, words) > len(form) for form in (letters, singular))


def _beginnings(letters: str, words: Sequence[str]) -> bool:
    """Say whether *letters* are beginnings of words in order, of at least half of all words."""
    # used[i]: the most words that give the first i letters, with the words so far; None where they do not.
    used: list[int | None] = [0] + [None] * len(letters)
    for word in words:
        for end in range(len(letters), 0, -1):
            for start in range(max(0, end - len(word)), end):
                before = used[start]
                if before is not None and word.startswith(letters[start:end]):
                    used[end] = max(used[end] or 0, before + 1)
    return 2 * (used[-1] or 0) >= len(words)


def _initials(letters: str, words: Sequence[str]) -> int:
    """Return how many letters can be initials of words when all of them stand in the words in order; else -1."""
    best = [0] + [-1] * len(letters)  # best[i]: the most initials among the first i letters, in the text so far
    for word in words:
        for place, character in enumerate(word):
            for index in range(len(letters), 0, -1):
                if letters[index - 1] == character and best[index - 1] >= 0:
                    best[index] = max(best[index], best[index - 1] + (place == 0))
    return best[-1]
