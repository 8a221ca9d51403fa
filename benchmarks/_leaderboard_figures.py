"""NLP-TDMS: (task, dataset, metric) and (task, dataset, metric, score) of papers with gold, names of `kb/`. Sibling.

Sets by paper; a score is equal after its percent sign and trailing zeros are stripped. The main figures are micro;
`.macro` is the mean F1 of the papers. `.rules`: a dataset and a metric of the list, brackets left out, that the caption
and headers of one table hold verbatim, with each task that the title or the captions hold (each task of the list where
they hold none would be a guess: there are none then); the score is that table's first bold number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from _choice import Choice
from _peers import PEERS
from _scored import Tally, show_f1, show_macro

from graph.keys import normal_title
from ingest.extract.gold import KnowledgeBase, NlpTdmsPaper, ResultTable

_BRACKET = re.compile(r"\s*\([^)]*\)")

Triple = tuple[str, str, str]
Full = tuple[str, str, str, str]


@dataclass(frozen=True)
class Tuples:
    """What a reader says of a paper, each with its confidence."""

    triples: Mapping[Triple, float]
    full: Mapping[Full, float]


Predict = Callable[[NlpTdmsPaper, KnowledgeBase], Tuples]


@dataclass
class Tallies:
    """The two tallies of one reader."""

    triples: Tally = field(default_factory=Tally)
    full: Tally = field(default_factory=Tally)


def plain_score(printed: str) -> str:
    """Return a score without percent sign, and without the zeros that say nothing."""
    text = printed.strip().replace("%", "").strip()
    match = re.fullmatch(r"([+-]?)0*(\d+)(?:\.(\d*?)0*)?", text)
    if match is None:
        return text
    sign, whole, decimals = match.groups()
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def tuples_by_rules(paper: NlpTdmsPaper, known: KnowledgeBase) -> Tuples:
    """Return the tuples that stand verbatim in the paper's tables."""
    captions = normal_title(" ".join([paper.title, *(table.caption for table in paper.tables)]))
    tasks = [task for task in known.tasks if normal_title(task.replace("_", " ")) in captions]
    bare = {name: normal_title(_BRACKET.sub("", name)) for name in (*known.datasets, *known.metrics)}
    triples: dict[Triple, float] = {}
    full: dict[Full, float] = {}
    for table in paper.tables:
        text = normal_title(" ".join([table.caption, *table.rows, *table.columns, *table.merged_columns]))
        datasets = [name for name in known.datasets if len(bare[name]) > 2 and bare[name] in text]
        metrics = [name for name in known.metrics if len(bare[name]) > 1 and bare[name] in text]
        score = _first_bold(table)
        for triple in ((task, dataset, metric) for task in tasks for dataset in datasets for metric in metrics):
            triples[triple] = 0.5
            if score:
                full[*triple, plain_score(score)] = 0.5
    return Tuples(triples, full)


def _first_bold(table: ResultTable) -> str:
    return next((cell.number for cell in table.cells if cell.bold), "")


def measure(
    papers: tuple[NlpTdmsPaper, ...],
    known: KnowledgeBase,
    choice: Choice,
    predict: Predict | None,
    *,
    components: Sequence[str],
    data: str,
) -> dict[str, list[tuple[float, bool]]]:
    """Print the figures; return the confidences. *predict* is None where no weights are installed."""
    annotated = [paper for paper in papers if paper.tuples is not None]
    if not annotated:
        return {}
    scored = choice.documents(annotated, components, what="nlp_tdms papers")
    readers: dict[str, Predict] = {".rules": tuples_by_rules}
    if predict is not None:
        readers = {"": predict, **readers}
    pairs: dict[str, list[tuple[float, bool]]] = {}
    for suffix, reader in readers.items():
        tallies = Tallies()
        for paper in scored:
            found = reader(paper, known)
            gold = paper.tuples or ()
            tallies.triples.add(found.triples, {(each.task, each.dataset, each.metric) for each in gold})
            true = {(each.task, each.dataset, each.metric, plain_score(each.score)) for each in gold}
            tallies.full.add({(*key[:3], plain_score(key[3])): sure for key, sure in found.full.items()}, true)
        for name, tally in (("tdm", tallies.triples), ("tdms", tallies.full)):
            peer = None if suffix else PEERS[f"nlp_tdms.{name}.f1"]
            show_f1(f"nlp_tdms.{name}.f1{suffix}", tally, data=data, peer=peer)
            show_macro(f"nlp_tdms.{name}.f1.macro{suffix}", tally, data=data)
        if not suffix:
            pairs = {"tdm": tallies.triples.sure, "tdms": tallies.full.sure}
    return pairs
