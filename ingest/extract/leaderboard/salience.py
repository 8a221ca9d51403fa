"""Which named things a paper's results are about: clusters of mentions, each with how salient it is.

Mentions are one cluster where they have one type and one name: hyphens, plurals, general head words ("the FooNet
model") and the acronyms that the text itself defines undone. A trained model weighs each cluster: how often and in
which sections it stands, whether title, abstract or a heading names it, beside what, and how such names fare elsewhere.

Works on words, so that annotated corpora and documents are read alike. Guarantees: each mention is in one cluster;
order and clusters depend on the mentions alone. Not done: pronouns, and names that share no spelling.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph.names import squash
from graph.vocabulary.extraction import NameType
from ingest.extract.acronyms import is_short, long_form
from ingest.extract.leaderboard.model import LeaderboardModel

Range = tuple[int, int]
_HEADS = frozenset(
    [
        "algorithm",
        "approach",
        "architecture",
        "benchmark",
        "challenge",
        "corpus",
        "data",
        "database",
        "dataset",
        "datasets",
        "framework",
        "layer",
        "loss",
        "method",
        "methods",
        "metric",
        "model",
        "models",
        "module",
        "network",
        "networks",
        "score",
        "scores",
        "set",
        "system",
        "task",
        "tasks",
    ]
)
_OPENERS = frozenset(["a", "an", "our", "proposed", "the", "this"])
_KINDS = (
    ("related", re.compile(r"related|background|previous|prior", re.IGNORECASE)),
    (
        "experiments",
        re.compile(
            r"experiment|evaluat|result|dataset|setup|setting|comparison|state|benchmark|ablation|implementation"
            r"|analysis|discussion|performance|test",
            re.IGNORECASE,
        ),
    ),
    ("conclusion", re.compile(r"conclu", re.IGNORECASE)),
)
_VALUE = re.compile(r"\d+\.\d+%?|\d+%")
_PROPOSES = re.compile(r"\b(?:we|our|this paper|this work)\b.*\b(?:propos|present|introduc|develop|call|term|name)")
_EVALUATES = re.compile(r"\b(?:state[ -]+of|outperform|evaluat|experiment|achiev|benchmark|report|result)")
_MARKS = frozenset(["section", "subsection", "subsubsection", "paragraph", "document"])  # of SciREX, before a heading
_LONGEST_SHORT = 5  # words inside the brackets of an acronym


@dataclass(frozen=True, slots=True)
class TokenMention:
    """A mention: words *start* to *end* (exclusive)."""

    start: int
    end: int
    type: NameType


@dataclass(frozen=True, slots=True)
class Cluster:
    """The mentions of one named thing; `name` is its spelling-free form, `salience` a probability."""

    type: NameType
    name: str
    mentions: tuple[Range, ...]
    salience: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """A paper as words, with its sentences and sections as ranges of words."""

    words: Sequence[str]
    sentences: Sequence[Range]
    sections: Sequence[Range] = ()


def salient_clusters(paper: Words, mentions: Sequence[TokenMention], model: LeaderboardModel) -> list[Cluster]:
    """Return the clusters of *mentions* that are salient by *model*, in the order of their first mention."""
    return [each for each in weighed(paper, mentions, model) if each.salience >= model.least_salient]


def weighed(paper: Words, mentions: Sequence[TokenMention], model: LeaderboardModel) -> list[Cluster]:
    """Return every cluster of *mentions* with its salience, calibrated, in the order of their first mention."""
    found = clusters(paper, mentions)
    rows = [(*row, *fame(each, model.salient_names)) for row, each in zip(features(paper, found), found, strict=True)]
    return [
        Cluster(each.type, each.name, each.mentions, model.sure("salience", float(score)))
        for each, score in zip(found, model.salience.probabilities(rows), strict=True)
    ]


def clusters(paper: Words, mentions: Sequence[TokenMention]) -> list[Cluster]:
    """Return *mentions* as clusters, in the order of their first mention."""
    means = _acronyms(paper)
    found: defaultdict[tuple[NameType, str], dict[Range, None]] = defaultdict(dict)
    for each in sorted(mentions, key=lambda m: (m.start, m.end, m.type.value)):
        name = name_of(paper.words[each.start : each.end])
        found[each.type, means.get(name, name)][each.start, each.end] = None
    return [Cluster(type, name, tuple(ranges)) for (type, name), ranges in found.items()]


def name_of(words: Sequence[str]) -> str:
    """Return the spelling-free form of a mention, without articles and general head words."""
    kept = list(words)
    while len(kept) > 1 and kept[-1].lower() in _HEADS:
        kept.pop()
    while len(kept) > 1 and kept[0].lower() in _OPENERS:
        kept.pop(0)
    return squash(" ".join(kept))


def fame(
    cluster: Cluster, names: Mapping[str, tuple[int, int]], *, less: tuple[int, int] = (0, 0)
) -> tuple[float, ...]:
    """Return how names like this one fared in the training papers; *less* takes a paper's own share away."""
    seen, salient = names.get(fame_key(cluster), (0, 0))
    seen, salient = seen - less[0], salient - less[1]
    return math.log1p(max(seen, 0)), (salient + 0.3) / (seen + 2), float(seen > 0)


def fame_key(cluster: Cluster) -> str:
    """Return the key of a cluster among names of training papers."""
    return f"{cluster.type.value}:{cluster.name}"


def _acronyms(paper: Words) -> dict[str, str]:
    """Return the forms of the short forms that the text defines in brackets, each with the form of its long one."""
    words = paper.words
    found: dict[str, str] = {}
    for at, word in enumerate(words):
        if word != "(":
            continue
        inside = []
        for each in words[at + 1 : at + 2 + _LONGEST_SHORT]:
            if each == ")":
                break
            inside.append(each)
        else:
            continue
        short = "".join(inside)
        if is_short(short) and (long := long_form(short, " ".join(words[max(0, at - 24) : at]))):
            found.setdefault(name_of([short]), name_of(long.split()))
    return {short: long for short, long in found.items() if short and long}


def features(paper: Words, found: Sequence[Cluster]) -> list[tuple[float, ...]]:
    """Return one row of features for each cluster of a paper."""
    return _Features(paper, found).rows()


class _Features:
    """What is counted once for a paper, and then for each of its clusters."""

    def __init__(self, paper: Words, found: Sequence[Cluster]) -> None:
        self.paper, self.found = paper, found
        self.size = max(1, len(paper.words))
        self.sections = list(paper.sections) or [(0, len(paper.words))]
        self.section_of = _by_word(self.sections, len(paper.words))
        self.sentence_of = _by_word(paper.sentences, len(paper.words))
        self.headings = [self._heading(each) for each in self.sections]
        self.kinds = [self._kind(number) for number in range(len(self.sections))]
        texts = [" ".join(paper.words[a:b]).lower() for a, b in paper.sentences]
        self.has_value = [any(_VALUE.fullmatch(word) for word in paper.words[a:b]) for a, b in paper.sentences]
        self.proposes = [bool(_PROPOSES.search(text)) for text in texts]
        self.evaluates = [bool(_EVALUATES.search(text)) for text in texts]
        self.captions = [text.startswith(("table ", "figure ", "tab ")) for text in texts]
        self.heading_words = {
            word for (start, _), heading in zip(self.sections, self.headings, strict=True) if heading
            for word in range(start, start + len(heading.split()) + 2)
        }  # fmt: skip
        self.total: Counter[NameType] = Counter()
        self.most: Counter[NameType] = Counter()
        for each in found:
            self.total[each.type] += len(each.mentions)
            self.most[each.type] = max(self.most[each.type], len(each.mentions))
        self.rank = {}
        for type in NameType:
            order = sorted(
                (n for n, each in enumerate(found) if each.type is type), key=lambda n: -len(found[n].mentions)
            )
            self.rank.update({number: rank for rank, number in enumerate(order)})
        self.in_sentence: defaultdict[int, set[int]] = defaultdict(set)
        for number, each in enumerate(found):
            for start, _ in each.mentions:
                self.in_sentence[self.sentence_of[start]].add(number)

    def rows(self) -> list[tuple[float, ...]]:
        """Return the rows, in the order of the clusters."""
        return [self._row(number, each) for number, each in enumerate(self.found)]

    def _row(self, number: int, cluster: Cluster) -> tuple[float, ...]:
        words = self.paper.words
        count = len(cluster.mentions)
        starts = [start for start, _ in cluster.mentions]
        sentences = [self.sentence_of[start] for start in starts]
        kinds = Counter(self.kinds[self.section_of[start]] for start in starts)
        surfaces = Counter(" ".join(words[a:b]) for a, b in cluster.mentions)
        top = min(surfaces, key=lambda text: (-surfaces[text], text))
        beside: Counter[NameType] = Counter()
        for sentence in set(sentences):
            beside.update(self.found[other].type for other in self.in_sentence[sentence] if other != number)
        title_end = self.paper.sentences[0][1] if self.paper.sentences else 0
        all_mentions = max(1, sum(self.total.values()))
        flagged = [sum(flags[s] for s in sentences) for flags in (self.has_value, self.proposes, self.evaluates)]
        return (
            *(float(cluster.type is type) for type in NameType),
            math.log1p(count), count / self.total[cluster.type], count / self.most[cluster.type],
            math.log1p(self.rank[number]), float(len(surfaces)),
            float(any(start < title_end for start in starts)),
            float(kinds["abstract"] > 0), math.log1p(kinds["abstract"]),
            float(kinds["introduction"] > 0), math.log1p(kinds["introduction"]),
            math.log1p(kinds["related"]), math.log1p(kinds["experiments"]), kinds["experiments"] / count,
            float(kinds["conclusion"] > 0), math.log1p(kinds["other"]),
            starts[0] / self.size, starts[-1] / self.size,
            len({self.section_of[start] for start in starts}) / len(self.sections),
            *(math.log1p(each) for each in flagged), *(each / count for each in flagged),
            math.log1p(sum(self.captions[s] for s in sentences)),
            math.log1p(sum(start in self.heading_words for start in starts)),
            float(top.count(" ") + 1), float(any(c.isupper() for c in top[1:])), float(any(c.isdigit() for c in top)),
            float(top == top.lower()),
            *(math.log1p(beside[type]) for type in NameType),
            *(self.total[type] / all_mentions for type in NameType),
            len(self.sections) / 20, math.log(self.size) / 10,
        )  # fmt: skip

    def _heading(self, section: Range) -> str:
        words = self.paper.words[section[0] : section[1]]
        if len(words) < 2 or words[0].lower() not in _MARKS or words[1] != ":":
            return ""
        if words[0].lower() == "document":
            return "abstract"
        end = next((b for a, b in self.paper.sentences if a == section[0]), section[0] + 2)
        return " ".join(self.paper.words[section[0] + 2 : end])

    def _kind(self, number: int) -> str:
        heading = self.headings[number].lower()
        if number == 0 or "abstract" in heading:
            return "abstract"
        if number <= 2 and "introduction" in heading:
            return "introduction"
        return next((kind for kind, pattern in _KINDS if pattern.search(heading)), "other")


def _by_word(ranges: Sequence[Range], size: int) -> list[int]:
    """Return for each word the number of the range it is in; 0 where it is in none."""
    found = [0] * size
    for number, (start, end) in enumerate(ranges):
        found[start:end] = [number] * (min(end, size) - start)
    return found
