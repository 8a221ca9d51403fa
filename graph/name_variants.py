"""Variants: names that add a size, a version, a setting or a part to another name, and that name.

BERT-base is a BERT, ResNet-50 a ResNet, macro F1 an F1: not one thing with it, and not foreign to it. What a name adds
is read off its words alone, so that it is known for every name whatever else is in the graph: `parent` is the name
without the last thing added (BERT-base-uncased: BERT-base), `family` without any (BERT). A pure function of label and
normal form; whether somebody uses the parent's name is for the graph to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from graph.keys import normal_name
from graph.schema import Label
from graph.spelling import joined, squashed_word

_NUMBER = re.compile(r"\d+(?:\.\d+)*[bmk]?|v\d+(?:\.\d+)*|\d+x\d+[bmk]?|[a-z]\d+|\d+[a-z]")
_GLUED = re.compile(r"^([a-z]{4,}?)(v\d+(?:\.\d+)*[a-z]?)$|^([a-z]{2,})(\d+(?:\.\d+)*[a-z]?)$")
_PLUS = re.compile(r"^([a-z]{2,}.*?)(\+{1,2})$")
_AT = re.compile(r"^(.+?)(@[\w.]+)$")
_SIZES = frozenset(
    {"base", "large", "small", "big", "tiny", "mini", "medium", "huge", "giant", "xl", "xxl", "xlarge", "nano"}
)
_SETTINGS = frozenset({"cased", "uncased", "instruct", "chat", "turbo", "preview", "multilingual", "distilled"})
_LETTERS = frozenset({"s", "b", "l", "h", "g", "t", "m", "x"})
_PARTS = frozenset({"train", "training", "test", "testing", "dev", "development", "val", "validation"})
_PART_HEADS = frozenset({"set", "split", "subset"})
_ROUGES = frozenset({"l", "n", "w", "su"})
_AVERAGES = frozenset({"macro", "micro", "weighted"})
_TASK_SETTINGS = frozenset(
    {"2d", "3d", "binary", "multiclass", "multi class", "multi label", "fine grained", "coarse grained"}
    | {"zero shot", "one shot", "few shot", "low resource", "cross lingual", "multilingual", "cross domain"}
    | {"single document", "multi document", "supervised", "unsupervised", "semi supervised", "weakly supervised"}
)
_SHOTS = re.compile(r"\w+ way \w+ shot")
_CASES = re.compile(r"case (?:in)?sensitive")
_LANGUAGES = frozenset(
    {
        "arabic",
        "bengali",
        "bulgarian",
        "catalan",
        "chinese",
        "czech",
        "danish",
        "dutch",
        "english",
        "estonian",
        "finnish",
        "french",
        "german",
        "greek",
        "hebrew",
        "hindi",
        "hungarian",
        "indonesian",
        "italian",
        "japanese",
        "korean",
        "latvian",
        "norwegian",
        "persian",
        "polish",
        "portuguese",
        "romanian",
        "russian",
        "spanish",
        "swedish",
        "thai",
        "turkish",
        "ukrainian",
        "urdu",
        "vietnamese",
        "ar",
        "cs",
        "de",
        "en",
        "es",
        "fr",
        "hi",
        "it",
        "ja",
        "ko",
        "nl",
        "pl",
        "pt",
        "ro",
        "ru",
        "tr",
        "zh",
    }
)
_NOT_A_NAME = frozenset(
    {"top", "rank", "layer", "level", "type", "class", "step", "stage", "version", "phase", "model", "method"}
)


@dataclass(frozen=True)
class Variant:
    """What a name adds to others, outermost first, and the spelling-free forms of its parent and its family."""

    added: tuple[str, ...] = ()
    parent: str | None = None
    family: str | None = None


@lru_cache(maxsize=65536)
def variant(label: Label, name: str) -> Variant:
    """Return what *name* is a variant of.

    >>> variant(Label.METHOD, "BERT-base-uncased")
    Variant(added=('uncased', 'base'), parent='bertbas', family='bert')
    >>> variant(Label.METHOD, "dropout")
    Variant(added=(), parent=None, family=None)
    """
    words = tuple(word.strip("()[]{},;:'\"") for word in normal_name(name).split())
    words = tuple(word for word in words if word)
    added: list[str] = []
    parents: list[str] = []
    while (peeled := _peel(label, words)) is not None:
        words, what = peeled
        added.append(what)
        parents.append(_form(words))
    return Variant(tuple(added), parents[0], parents[-1]) if parents else Variant()


def _form(words: tuple[str, ...]) -> str:
    return joined(tuple(word for word in map(squashed_word, words) if word))


def _peel(label: Label, words: tuple[str, ...]) -> tuple[tuple[str, ...], str] | None:
    """Return *words* without the last thing added, and that thing; None where nothing is added."""
    for peel in (_before, _after, _inside) if words else ():
        if (found := peel(label, words)) is not None and _is_name(found[0]):
            return found
    return None


def _is_name(words: tuple[str, ...]) -> bool:
    """Say whether what is left can be a name of its own."""
    letters = "".join(words)
    return len(letters) > 1 and any(c.isalpha() for c in letters) and not _NOT_A_NAME.issuperset(words)


def _before(label: Label, words: tuple[str, ...]) -> tuple[tuple[str, ...], str] | None:
    count = _COUNT_BEFORE[label](words) if label in _COUNT_BEFORE else 0
    return (words[count:], " ".join(words[:count])) if 0 < count < len(words) else None


def _before_metric(words: tuple[str, ...]) -> int:
    """Return how many words at the start say how it is averaged, on which part, to which rank: "macro", "top 5"."""
    first = words[0]
    if first in _AVERAGES | _PARTS or re.fullmatch(r"top\d+", first):
        return 1
    is_rank = first == "top" and len(words) > 2 and words[1].isdigit()
    return 2 if is_rank or _CASES.fullmatch(" ".join(words[:2])) else 0


def _before_method(words: tuple[str, ...]) -> int:
    """Return how many words at the start count its layers."""
    return 2 if len(words) > 2 and words[1] in {"layer", "layered"} and _counts(words[0]) else 0


def _before_task(words: tuple[str, ...]) -> int:
    """Return how many words at the start name a setting or languages: "zero shot", "5 way 1 shot", "English German"."""
    if words[0] in _TASK_SETTINGS:
        return 1
    if " ".join(words[:2]) in _TASK_SETTINGS:
        return 2
    if _SHOTS.fullmatch(" ".join(words[:4])):
        return 4
    languages = 0
    while languages < len(words) and words[languages] in _LANGUAGES and len(words[languages]) > 2:
        languages += 1
    return languages if languages == 1 or words[languages:] == ("translation",) else 0


_COUNT_BEFORE = {Label.METRIC: _before_metric, Label.METHOD: _before_method, Label.TASK: _before_task}


def _counts(word: str) -> bool:
    return word.isdigit() or word in {"one", "two", "three", "four", "five", "six", "single", "multi"}


def _after(label: Label, words: tuple[str, ...]) -> tuple[tuple[str, ...], str] | None:
    if len(words) < 2:
        return None
    count = _part_after(words) if label is Label.DATASET else 0
    last, is_named = words[-1], label in (Label.METHOD, Label.DATASET)
    if not count and (
        (is_named and last in _SIZES | _SETTINGS)
        or (label is Label.METHOD and last in _LETTERS and len(words[-2]) > 1)
        or ((is_named or label is Label.METRIC) and _NUMBER.fullmatch(last))
        or (label is Label.METRIC and last in _ROUGES and words[0] == "rouge")
    ):
        count = 1
    return (words[:-count], " ".join(words[-count:])) if count else None


def _part_after(words: tuple[str, ...]) -> int:
    """Return how many words at the end name a part of a dataset: "test set", "dev", "English German"."""
    if len(words) > 2 and words[-1] in _PART_HEADS and words[-2] in _PARTS:
        return 2
    if words[-1] in _PARTS:
        return 1
    return 2 if len(words) > 2 and words[-1] in _LANGUAGES and words[-2] in _LANGUAGES else 0


def _inside(label: Label, words: tuple[str, ...]) -> tuple[tuple[str, ...], str] | None:
    """Peel what is glued to the last word: VGG16, YOLOv3, PointNet++, hits@10."""
    if label not in (Label.METHOD, Label.DATASET, Label.METRIC):
        return None
    last = words[-1]
    for pattern in (_AT, _PLUS, _GLUED):
        if match := pattern.match(last):
            name, added = (part for part in match.groups() if part is not None)
            return (*words[:-1], name), added
    return None
