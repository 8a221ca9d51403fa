"""How a name may be written: its tokens, and the spellings that follow from its form.

Tokens are lower case, split where letters meet digits, plurals undone, so that "CoNLL-2003", "CoNLL2003" and "CoNLL
2003" are the same two; two-digit years are written out. Nothing here knows which names there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from graph.vocabulary.extraction import NameType
from ingest.extract.lexicon import lookup

_TOKEN = re.compile(r"[a-z]+|\d+|%|@")
_NO_PLURAL = ("ss", "us", "is", "as", "os")
_BRACKETED = re.compile(r"\s*\(([^()]*)\)")
# Words that say what kind of thing a name is: a text rarely repeats them.
GENERIC = frozenset(
    [
        "a",
        "an",
        "and",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "benchmark",
        "campaign",
        "challenge",
        "corpora",
        "corpus",
        "data",
        "dataset",
        "english",
        "evaluation",
        "full",
        "metric",
        "rate",
        "restricted",
        "score",
        "set",
        "shared",
        "subset",
        "subtask",
        "suite",
        "task",
        "test",
        "unrestricted",
        "value",
        "version",
        "s",
    ]
)
_LANGUAGES = {
    "en": "english", "de": "german", "fr": "french", "cs": "czech", "ru": "russian", "zh": "chinese", "ro": "romanian",
    "fi": "finnish", "vi": "vietnamese", "tr": "turkish", "ja": "japanese", "ar": "arabic", "et": "estonian",
    "lv": "latvian", "es": "spanish", "it": "italian", "hi": "hindi", "ko": "korean", "pt": "portuguese",
}  # fmt: skip


_CAPITALS = re.compile(r"\b[A-Z]{2,5}\b")


def capitals(text: str) -> tuple[str, ...]:
    """Return the short words of *text* in capitals, marked so that they are no token: "=RACE"."""
    return tuple(f"={word}" for word in _CAPITALS.findall(text))


def cased(name: str) -> str | None:
    """Return the mark of a short name in capitals, which may be an ordinary word otherwise: RACE is no race."""
    return f"={name}" if _CAPITALS.fullmatch(name) else None


@lru_cache(maxsize=200_000)
def tokens(text: str) -> tuple[str, ...]:
    """Return the tokens of *text*."""
    found = [_singular(each) for each in _TOKEN.findall(text.lower())]
    return tuple(_years(found))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(_NO_PLURAL):
        return word[:-1]
    return word


def _years(found: list[str]) -> Iterator[str]:
    """Yield the tokens, with a two-digit year behind a name of three letters or more written out."""
    for at, each in enumerate(found):
        if each.isdigit() and len(each) == 2 and at and found[at - 1].isalpha() and len(found[at - 1]) >= 3:
            year = int(each)
            if each[0] == "0" or 10 <= year <= 29:
                yield f"20{each}"
                continue
            if 90 <= year <= 99:
                yield f"19{each}"
                continue
        yield each


def spellings(type: NameType, name: str, given: tuple[str, ...] = ()) -> tuple[tuple[str, ...], ...]:
    """Return the token sequences under which *name* may stand in a text, the fullest first, without repeats."""
    found: dict[tuple[str, ...], None] = {}
    for text in _forms(type, name, given):
        if mark := cased(text):
            found.setdefault((mark,))
            continue
        sequence = tokens(text)
        if sequence and not all(each in GENERIC for each in sequence):
            found.setdefault(sequence)
        short = tuple(each for each in sequence if each not in GENERIC)
        if short and (len(short) > 1 or len(short[0]) > 1):
            found.setdefault(short)
    return tuple(found)


def _forms(type: NameType, name: str, given: tuple[str, ...]) -> Iterator[str]:
    plain = name.replace("_", " ")
    bare = _BRACKETED.sub("", plain).strip()
    for text in dict.fromkeys([plain, bare, *given]):
        yield text
        if entry := lookup(type, text):
            yield from entry.spellings
        yield from _languages(text)
    for inner in _BRACKETED.findall(plain):
        if re.fullmatch(r"[A-Z][A-Za-z0-9@.%-]{1,11}", inner) and _stands_for(inner, bare):
            yield inner
    yield from _short_metrics(text for text in (plain, bare) if type is NameType.METRIC)
    parts = [part.strip() for part in re.split(r"\s/\s", bare)]
    if len(parts) > 1 and all(" " in part for part in parts):
        yield from parts
    if initials := _initials(bare):
        yield initials


# How tables shorten the names of metrics. Written from general knowledge of the field.
_SHORT = (
    (re.compile(r"\bROUGE-(\w)\b"), (r"R-\1", r"RG-\1", r"R\1", r"ROUGE \1", r"RL \1")),
    (re.compile(r"\bAccuracy\b", re.IGNORECASE), ("Acc", "Acc.")),
    (re.compile(r"\bAcc\b"), ("Accuracy",)),
    (re.compile(r"\bPerplexity\b", re.IGNORECASE), ("PPL", "ppl", "Perp.")),
    (re.compile(r"\bValidation perplexity\b", re.IGNORECASE), ("Valid", "Val PPL", "Dev PPL")),
    (re.compile(r"\bTest perplexity\b", re.IGNORECASE), ("Test PPL",)),
    (re.compile(r"\bMETEOR\b"), ("MTR",)),
    (re.compile(r"\bEM\b"), ("Exact match", "ExactMatch")),
    (re.compile(r"\bNumber of params\b", re.IGNORECASE), ("Params", "Parameters", "#Params", "Size", "Model size")),
    (re.compile(r"\bBLEU-(\d)\b"), (r"B-\1", r"BLEU\1", r"Bleu \1")),
    (re.compile(r"\bH@(\d+)\b"), (r"Hits@\1", r"Hit@\1", r"Hits \1")),
    (re.compile(r"\bR_(\d+)@(\d+)\b"), (r"R\1@\2", r"Recall\1@\2", r"R@\2")),
    (re.compile(r"\bAcc ex\b"), ("Execution accuracy", "Accex", "Acc_ex", "Execution")),
    (re.compile(r"\bPearson Correlation\b", re.IGNORECASE), ("Pearson", "Pearson's r", "r")),
    (re.compile(r"\bError\b"), ("Error rate", "Err", "Test error")),
    (re.compile(r"\bBPC\b"), ("Bits per character", "Bits per char", "bpc")),
    (re.compile(r"\bF0\.5\b"), ("F_0.5", "F 0.5")),
    (re.compile(r"\bUAS\b"), ("Unlabeled attachment",)),
    (re.compile(r"\bLAS\b"), ("Labeled attachment",)),
    (re.compile(r"\bMatched Accuracy\b"), ("Matched", "MNLI-m")),
    (re.compile(r"\bMismatched Accuracy\b"), ("Mismatched", "MNLI-mm")),
)


def _short_metrics(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for pattern, shorts in _SHORT:
            if match := pattern.search(text):
                for short in shorts:
                    yield text[: match.start()] + match.expand(short) + text[match.end() :]


def _languages(text: str) -> Iterator[str]:
    """Yield a translation pair in words and in codes: "WMT 2014 EN-DE" is "WMT 2014 English-German"."""
    match = re.search(r"\b([A-Z]{2})-([A-Z]{2})\b", text)
    if match and (pair := [_LANGUAGES.get(each.lower()) for each in match.groups()]) and all(pair):
        head, tail = text[: match.start()], text[match.end() :]
        yield f"{head}{pair[0]} {pair[1]}{tail}"
        yield f"{head}{pair[0]} to {pair[1]}{tail}"


def _stands_for(short: str, long: str) -> bool:
    letters = [each for each in short.lower() if each.isalpha()]
    starts = [word[0] for word in re.findall(r"[a-z]+", long.lower())]
    return bool(letters) and letters[0] in starts and len(letters) <= len(starts) + 2


def _initials(text: str) -> str | None:
    """Return the initials of a name of three words or more."""
    words = re.findall(r"[A-Za-z]+", text)
    if len(words) < 3 or len(words) > 6 or re.search(r"\d", text):
        return None
    return "".join(word[0] for word in words).upper()
