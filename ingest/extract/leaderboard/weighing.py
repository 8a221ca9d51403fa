"""Which named things of a document its results are about: the salience of its mentions.

The document is laid out as the annotated papers are, a heading behind a mark before its section, so that one model
reads both. Guarantees: a name is salient as a whole, never mention by mention; the likeliest task is always salient,
since a paper without a task would be found by nobody; so is what a table of results is of. Without weights nothing is
weighed, and nothing changes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import Mention, NameType, StatedResult
from ingest.extract.leaderboard.model import LeaderboardModel
from ingest.extract.leaderboard.salience import Range, TokenMention, Words, weighed

_WORD = re.compile(r"\w+|[^\w\s]")
_WEIGHED = (NameType.TASK, NameType.DATASET, NameType.METRIC)


def with_salience(
    document: Document,
    mentions: Sequence[Mention],
    model: LeaderboardModel | None,
    *,
    results: Sequence[StatedResult] = (),
) -> list[Mention]:
    """Return *mentions*, tasks, datasets and metrics among them marked as salient or not.

    What a table of *results* is of is salient, whatever the model says.
    """
    if model is None or not mentions:
        return list(mentions)
    paper, places = _words(document, {each.sentence for each in mentions})
    tokens: dict[TokenMention, list[tuple[NameType, str]]] = defaultdict(list)
    for each in mentions:
        start, end = _place(each, places)
        if start < end:
            tokens[TokenMention(start, end, each.type)].append((each.type, each.name))
    best: dict[tuple[NameType, str], float] = {}
    for cluster in weighed(paper, list(tokens), model):
        for start, end in cluster.mentions:
            for name in tokens[TokenMention(start, end, cluster.type)]:
                best[name] = max(cluster.salience, best.get(name, 0.0))
    salient = {name for name, salience in best.items() if salience >= model.least_salient}
    if tasks := [name for name in best if name[0] is NameType.TASK]:
        salient.add(min(tasks, key=lambda name: (-best[name], name[1])))
    for result in results:
        if result.row is not None:
            names = (
                (NameType.TASK, result.task),
                (NameType.DATASET, result.dataset),
                (NameType.METRIC, result.metric),
            )
            salient.update((type, name) for type, name in names if name)
    return [
        each.model_copy(update={"salient": (each.type, each.name) in salient}) if each.type in _WEIGHED else each
        for each in mentions
    ]


def _words(document: Document, read: set[int]) -> tuple[Words, dict[int, list[tuple[int, int, int]]]]:
    """Return the document as words, and for each sentence of *read* where its words stand: (word, start, end)."""
    words: list[str] = []
    sentences: list[Range] = []
    sections: list[Range] = []
    places: dict[int, list[tuple[int, int, int]]] = {}
    current = None
    end = _end_of_body(document)
    for index, sentence in enumerate(document.sentences):
        if sentence.char_start >= end:
            break  # annotated papers end here, too
        if sentence.section != current:
            current = sentence.section
            if sections:
                sections[-1] = (sections[-1][0], len(words))
            sections.append((len(words), len(words)))
            if heading := document.sections[current].heading:
                first = len(words)
                words += ["section", ":", *_WORD.findall(heading)]
                sentences.append((first, len(words)))
        first = len(words)
        here = [
            (first + number, sentence.char_start + match.start(), sentence.char_start + match.end())
            for number, match in enumerate(_WORD.finditer(document.quote(sentence)))
        ]
        words += [document.text[start:end] for _, start, end in here]
        sentences.append((first, len(words)))
        if index in read:
            places[index] = here
    if sections:
        sections[-1] = (sections[-1][0], len(words))
    return Words(words, sentences, sections), places


def _end_of_body(document: Document) -> int:
    starts = [each.char_start for each in document.sections if each.role is SectionRole.REFERENCES]
    return min(starts, default=len(document.text))


def _place(mention: Mention, places: dict[int, list[tuple[int, int, int]]]) -> Range:
    inside = [
        word
        for word, start, end in places.get(mention.sentence, ())
        if start < mention.span.char_end and end > mention.span.char_start
    ]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)
