"""Pairs to learn from: phrases of NCG's contribution sentences, related by the predicate of a triple.

NCG writes triples of phrases, (subject, predicate, object), with predicates as the text has them. Those that say one of
our kinds of relation are examples of it; pairs that no triple joins are examples of none; pairs joined by another
predicate are left out. The annotators wrote down what a contribution consists of and not every relation, so an example
of none may be wrong: the learnt model is careful.

Not done here: SciERC and the other sets for measurement only are not read, nor is any list taken from them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.vocabulary.extraction import NameType
from ingest.extract.gold import NcgArticle
from ingest.extract.lexicon import lookup
from ingest.extract.phrases import kind
from ingest.extract.relations.features import CLASSES, candidate_pairs, features
from ingest.extract.relations.relation import Name, RelationType
from ingest.extract.relations.rules import relations_by_rules
from ingest.extract.relations.scorer import said_by

_MOST_PHRASES = 14  # a sentence of more phrases is a list of settings

_FOR = re.compile(
    r"for|to|used (?:for|to|in)|is used (?:for|to)|applied to|in order to \w+|to [a-z]+|models?|learns?"
    r"|generates?|encodes?|predicts?"
    r"|captures?|produces?|computes?|performs?|as|aims? (?:at|to)|address(?:es)?|solves?|tackles?|extracts?|to be"
)
_BY = re.compile(
    r"using|by|via|through|based on|uses?|employs?|utili[sz]es?|adopts?|trained (?:on|with|using)"
    r"|initiali[sz]ed (?:with|by|from)|by using"
    r"|with|from|implemented (?:in|with|using)|relies on|leverages?|built on|exploits?|optimi[sz]ed (?:with"
    r"|using|by)|equipped with"
)
_COMPARED = re.compile(
    r"outperform\w*|over|compared (?:to|with)|than|(?:better|worse|higher|lower|performs better|superior) than"
    r"|instead of|surpass\w*"
    r"|improves (?:over|on|upon)|comparable (?:to|with)|significantly outperforms?|beats?|competitive with|against"
)
_WHOLE = re.compile(
    r"consists? of|contains?|includ\w+|combin\w+|(?:is )?compris\w+(?: of)?|composed of|integrates?|incorporates?"
)
_MEASURED = re.compile(
    r"on|in terms of|across|evaluated (?:on|by|with)|tested on|measured by|achieves?|obtains?|reaches"
)
_OF = re.compile(r"of|for|on")


@dataclass(frozen=True)
class Example:
    """The features of one pair and the index of its class in `CLASSES`."""

    features: tuple[str, ...]
    label: int


def examples(articles: Iterable[NcgArticle]) -> list[Example]:
    """Return the examples of *articles*, in the order of articles, lines and pairs."""
    return [example for article in articles for example in _of_article(article)]


def name_type(text: str) -> NameType | None:
    """Return the kind of a phrase that nobody typed: by the lists, else by its last word."""
    listed = next((each for each in NameType if lookup(each, text)), None)
    return listed or kind(text.lower().split())


def _of_article(article: NcgArticle) -> Iterator[Example]:
    joined: dict[tuple[str, str], list[str]] = defaultdict(list)
    for triples in article.triples.values():
        for subject, predicate, value in triples:
            joined[subject.lower(), value.lower()].append(predicate.lower())
    ends = {end for pair in joined for end in pair}
    by_line: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for phrase in article.phrases:
        if article.line(phrase.line)[phrase.start : phrase.end].lower() in ends:
            by_line[phrase.line].append((phrase.start, phrase.end))
    for line in sorted(by_line):
        text, spans = article.line(line), by_line[line]
        if len(spans) <= _MOST_PHRASES:
            names = [Name(start, end, name_type(text[start:end])) for start, end in spans]
            yield from _of_sentence(text, names, joined)


def _of_sentence(
    text: str, names: Sequence[Name], joined: Mapping[tuple[str, str], Sequence[str]]
) -> Iterator[Example]:
    lower = text.lower()
    said = said_by(relations_by_rules(text, names), names)
    for pair in candidate_pairs(names):
        one, other = names[pair[0]], names[pair[1]]
        first, second = lower[one.start : one.end], lower[other.start : other.end]
        forward, backward = joined.get((first, second), ()), joined.get((second, first), ())
        labels = [
            *(label for each in forward if (label := _label(each, one, other))),
            *((label[0], not label[1]) for each in backward if (label := _label(each, other, one))),
        ]
        if not labels and (forward or backward):
            continue  # related in a way that is none of ours
        type, is_backward = labels[0] if labels else (None, False)
        known = None if type is None else (type, is_backward and type is not RelationType.COMPARE)
        yield Example(tuple(features(lower, names, pair, said)), CLASSES.index(known))


def _label(predicate: str, subject: Name, value: Name) -> tuple[RelationType, bool] | None:
    """Return the relation of a triple and whether its object is the head."""
    if _COMPARED.fullmatch(predicate):
        return RelationType.COMPARE, False
    if _WHOLE.fullmatch(predicate):
        return RelationType.PART_OF, True
    if _MEASURED.fullmatch(predicate) and value.type in (NameType.DATASET, NameType.METRIC):
        return RelationType.EVALUATE_FOR, True
    if subject.type is NameType.METRIC and _OF.fullmatch(predicate):
        return RelationType.EVALUATE_FOR, False
    if predicate == "on" and value.type is None:
        return RelationType.EVALUATE_FOR, True
    if _FOR.fullmatch(predicate):
        return RelationType.USED_FOR, False
    if _BY.fullmatch(predicate):
        return RelationType.USED_FOR, True
    return None
