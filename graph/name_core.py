"""The core of a name: its words without what people put around them, for names that may be one thing.

"the CIFAR-10 dataset" and "CIFAR-10", "classification of images" and "image classification", "named entity recognition
(NER)" and "named entity recognition" have one core each. Sharing a core makes two names candidates, nothing more:
"language model" and "language" share one as well. `Core` says what was taken away, and `ingest.resolve.rules` judges by
it. A pure function of label and normal form.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from graph.keys import normal_name
from graph.schema import Label
from graph.spelling import abbreviates, joined, squashed_word

_DETERMINERS = frozenset({"the", "a", "an", "our", "this", "these", "those", "their", "its", "such"})
_BRACKET = re.compile(r"\s*\(\s*([^()]+?)\s*\)?\s*$")
_OTHER_PREPOSITIONS = frozenset({"from", "to", "with", "in", "on", "by", "for", "and", "or", "via", "under", "over"})
_VERSION = re.compile(r"v(\d+(?:\.\d+)*)")
_ADJECTIVE = re.compile(r"([a-z]{4,}ion)al")  # convolutional, distributional, computational
# Words of one sense, as their spelling-free forms.
_ONE_SENSE = {"net": "network", "headed": "head", "layered": "layer", "squared": "square", "averaged": "average"}
_OF_METRICS = {"f": "f1", "acc": "accuracy", "prec": "precision", "rec": "recall"}
_CODES = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "zh": "chinese", "ro": "romanian"}
_RANK = re.compile(r"\d+|k")
_AT_RANK = re.compile(r"([^@]+?)s?@(\w+)")
_MOST_HEADS = 2


def _spelt(*words: str) -> frozenset[str]:
    return frozenset(squashed_word(word) for word in words)


# Words that may follow a name of that kind without changing what it names; which of them when is for the rules to say.
_HEADS = {
    Label.DATASET: _spelt(
        *("dataset", "data", "set", "corpus", "corpora", "benchmark", "database", "collection"),
        *("task", "challenge", "shared"),
    ),
    Label.TASK: _spelt("task", "problem"),
    Label.METRIC: _spelt("score", "metric", "measure", "value", "point"),
    Label.METHOD: _spelt(
        *("method", "algorithm", "approach", "technique", "mechanism", "strategy", "procedure", "scheme", "optimizer"),
        *("model", "network", "architecture", "classifier", "framework", "system", "module"),
    ),
    Label.PROBLEM: _spelt("problem", "issue", "phenomenon", "effect"),
}


@dataclass(frozen=True)
class Core:
    """The spelling-free words that are left, in order, and the general words at the end that were taken away."""

    words: tuple[str, ...]
    heads: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """The words as one string, for an index."""
        return joined(self.words)


@lru_cache(maxsize=65536)
def core(label: Label, name: str) -> Core:
    """Return the core of *name*.

    >>> core(Label.DATASET, "the CIFAR-10 dataset").form == core(Label.DATASET, "CIFAR-10").form
    True
    >>> core(Label.TASK, "classification of images").form == core(Label.TASK, "image classification").form
    True
    """
    words = _in_one_sense(label, _words(_without_bracket(normal_name(name))))
    while len(words) > 1 and words[0] in _DETERMINERS:
        words = words[1:]
    general = _HEADS.get(label, frozenset())
    heads: list[str] = []
    if len(words) > 2 and words[1] == "of" and words[0] in general:  # "the task of object detection"
        heads.append(words[0])
        words = words[2:]
    while len(words) > 1 and words[-1] in general and len(heads) < _MOST_HEADS:
        heads.append(words[-1])
        words = words[:-1]
    return Core(_in_order(words), tuple(sorted(heads)))


def _words(normal: str) -> tuple[str, ...]:
    """Return the spelling-free words, without accents, inner apostrophes and the v of a version."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", normal) if not unicodedata.combining(c))
    spelt = (squashed_word(re.sub("['’]", "", word)) for word in plain.split())
    words = tuple(_VERSION.sub(r"\1", word) if _VERSION.fullmatch(word) else word for word in spelt if word)
    return words or (normal,)


def _in_one_sense(label: Label, words: tuple[str, ...]) -> tuple[str, ...]:
    senses = _ONE_SENSE | _OF_METRICS if label is Label.METRIC else _ONE_SENSE
    found = [senses.get(word, match.group(1) if (match := _ADJECTIVE.fullmatch(word)) else word) for word in words]
    if label is Label.METRIC:
        found = [_AT_RANK.sub(r"\1@\2", word) if _AT_RANK.fullmatch(word) else word for word in found]
    for at in range(len(found) - 1):
        if label is Label.METRIC and found[at] == "at" and at and _RANK.fullmatch(found[at + 1]):
            found[at - 1 : at + 2] = [f"{found[at - 1]}@{found[at + 1]}", "", ""]
        if label in (Label.DATASET, Label.TASK) and found[at] in _CODES and found[at + 1] in _CODES:
            found[at : at + 2] = [_CODES[found[at]], _CODES[found[at + 1]]]
    return tuple(word for word in found if word)


def _without_bracket(normal: str) -> str:
    """Drop a short form in brackets that only repeats the name before it; any other bracket says something."""
    match = _BRACKET.search(normal)
    if match and match.start() and abbreviates(match.group(1), normal[: match.start()]):
        return normal[: match.start()]
    return normal


def _in_order(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return "estimation of pose" as "pose estimation"; where another preposition stands, order carries the sense."""
    if words.count("of") != 1 or _OTHER_PREPOSITIONS.intersection(words):
        return words
    at = words.index("of")
    before, after = words[:at], words[at + 1 :]
    while len(after) > 1 and after[0] in _DETERMINERS:
        after = after[1:]
    return (*after, *before) if before and after else words
