"""How well names are resolved, and what adding a paper costs (CONTRACT §7).

    python benchmarks/resolve.py [--data PATH] [--split tune] [--ablate] [--papers 1000 10000 50000] [--no-growth]

`resolve.pairwise.f1`, `resolve.b3.f1`: the distinct mention strings of non-empty SciREX `coref` clusters under PATH,
typed, per document, micro over documents; intervals over documents. Gold is what a name means within its paper, where
"segmentation" may be semantic segmentation. The bare figures score `ingest.resolve.in_document`, which reads names so;
`.merged` scores what resolve joins in the graph, where such a merge would be wrong for other papers, and where
precision counts. Peers: one group a spelling-free form (squash), in the same line; equal strings, and one group a
type, as `.exact` and `.one_a_type`. With *--ablate* each rule of the merges is left out in turn.

`….alias`: the half of the alias list (labels/aliases.tsv) that no rule was written on; `….alias.developed` the other
half. Pairwise: is a pair labelled `same` held to be one; `resolve.variant.f1.alias`: is a `variant` known as one. B³:
the names of the half together, of which only those count that some chain of labels connects: about the others the list
says nothing. Intervals over pairs and names.

`resolve.add_one.50k_vs_1k`: CPU time of writing and resolving one more paper in a graph of 50,000 made-up papers over
that in one of 1,000: the median over the same probe papers, the interval over them; sizes between are printed as
`….10k_vs_1k`. Needs some minutes and 2 GB of disk in the temporary folder.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from _alias_pairs import AliasPair, clusterings, f1, is_same, is_same_by_spelling, is_variant, read_pairs, related
from _clusters import Counted, b_cubed, count, interval, pairwise
from _figures import Interval, print_figure, quantile
from _growth import Cost, costs
from _scirex_names import NamedDocument, by_form, in_document, merged, named

from graph.names import squash
from ingest.extract.gold import Split, read_scirex
from ingest.resolve.rules import RULES

_DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
_RESAMPLES = 1000
_SCORES = {"pairwise": pairwise, "b3": b_cubed}

Grouping = Callable[[NamedDocument], list[list[str]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=_DEFAULT, help="folder with SciREX documents")
    parser.add_argument("--split", type=Split, choices=list(Split), help="only papers of this split (development)")
    parser.add_argument("--ablate", action="store_true", help="leave out each rule in turn")
    parser.add_argument("--papers", type=int, nargs="+", default=[1_000, 10_000, 50_000], help="sizes of the graphs")
    parser.add_argument("--no-growth", action="store_true", help="leave out the cost of adding a paper")
    asked = parser.parse_args()
    if asked.split is None:
        _aliases([pair for pair in read_pairs() if not pair.is_developed_on], ".alias")
    _aliases([pair for pair in read_pairs() if pair.is_developed_on], ".alias.developed")
    _scirex(asked.data, asked.split, ablate=asked.ablate)
    if not asked.no_growth:
        with tempfile.TemporaryDirectory() as folder:
            _growth(costs(asked.papers, Path(folder)))


def _scirex(data: Path, split: Split | None, *, ablate: bool) -> None:
    documents = [named(each) for each in read_scirex(data) if split in (None, each.split)] if data.is_dir() else []
    documents = [each for each in documents if each.gold]
    if not documents:
        print(f"{data} holds no SciREX documents: their figures are skipped", file=sys.stderr)
        return
    by_squash = _counted(documents, lambda document: by_form(document, squash))
    _show("", _counted(documents, in_document), str(data), peer=by_squash)
    _show(".merged", _counted(documents, merged), str(data), peer=by_squash)
    _show(".exact", _counted(documents, lambda document: by_form(document, str)), str(data))
    _show(".one_a_type", _counted(documents, lambda document: by_form(document, lambda _: "")), str(data))
    for rule, _ in RULES if ablate else ():
        without = _counted(documents, lambda document, rule=rule: merged(document, rule))
        _show(f".merged.without_{rule}", without, str(data))


def _counted(documents: Sequence[NamedDocument], grouping: Grouping) -> list[Counted]:
    return [count(grouping(each), each.gold) for each in documents]


def _show(suffix: str, units: Sequence[Counted], data: str, *, peer: Sequence[Counted] | None = None) -> None:
    for name, score in _SCORES.items():
        precision, recall, value = score(units)
        print_figure(
            f"resolve.{name}.f1{suffix}",
            value,
            "F1",
            n=len(units),
            interval=interval(units, score),
            peer="squash" if peer else None,
            peer_value=score(peer)[2] if peer else None,
            data=data,
            details={"precision": round(precision, 4), "recall": round(recall, 4)},
        )


def _aliases(pairs: Sequence[AliasPair], suffix: str) -> None:
    same = [pair.relation == "same" for pair in pairs]
    spelt = [is_same_by_spelling(pair) for pair in pairs]
    _show_answers(f"resolve.pairwise.f1{suffix}", [is_same(pair) for pair in pairs], same, spelt)
    variant = [pair.relation == "variant" for pair in pairs]
    _show_answers(f"resolve.variant.f1{suffix}", [is_variant(pair) for pair in pairs], variant, None)
    found, gold = clusterings(pairs)
    labelled = {text: frozenset(group) for group in related(pairs) for text in group}
    strings = sorted(text for group in gold for text in group)
    of = {text: frozenset(group) for group in found for text in group}
    true = {text: frozenset(group) for group in gold for text in group}
    units = []
    for text in strings:
        joined = of[text] & labelled[text]
        both = len(joined & true[text])
        units.append(Counted(0, 0, 0, both / len(joined), both / len(true[text]), 1))
    precision, recall, value = b_cubed(units)
    print_figure(
        f"resolve.b3.f1{suffix}",
        value,
        "F1",
        n=len(strings),
        interval=interval(units, b_cubed),
        details={"precision": round(precision, 4), "recall": round(recall, 4)},
    )


def _show_answers(figure: str, found: Sequence[bool], true: Sequence[bool], peer: Sequence[bool] | None) -> None:
    draw = random.Random(0)
    rows = list(zip(found, true, strict=True))
    values = []
    for _ in range(_RESAMPLES):
        some = draw.choices(rows, k=len(rows))
        values.append(f1([a for a, _ in some], [b for _, b in some])[2])
    precision, recall, value = f1(found, true)
    print_figure(
        figure,
        value,
        "F1",
        n=len(rows),
        interval=Interval(quantile(values, 0.025), quantile(values, 0.975)),
        peer="squash" if peer else None,
        peer_value=f1(peer, true)[2] if peer else None,
        details={"precision": round(precision, 4), "recall": round(recall, 4)},
    )


def _growth(found: dict[int, list[Cost]]) -> None:
    smallest = min(found)
    for size in sorted(found):
        median = statistics.median(cost.cpu_s for cost in found[size])
        wall = statistics.median(cost.wall_s for cost in found[size])
        print_figure(
            f"resolve.add_one.{_short(size)}.cpu_ms",
            median * 1e3,
            "ms",
            n=len(found[size]),
            interval=_medians([cost.cpu_s * 1e3 for cost in found[size]]),
            details={"wall_ms": round(wall * 1e3, 2)},
        )
        if size > smallest:
            ratios = [b.cpu_s / a.cpu_s for a, b in zip(found[smallest], found[size], strict=True)]
            print_figure(
                f"resolve.add_one.{_short(size)}_vs_{_short(smallest)}",
                statistics.median(ratios),
                "x",
                n=len(ratios),
                interval=_medians(ratios),
            )


def _medians(values: Sequence[float]) -> Interval:
    draw = random.Random(0)
    found = [statistics.median(draw.choices(values, k=len(values))) for _ in range(_RESAMPLES)]
    return Interval(quantile(found, 0.025), quantile(found, 0.975))


def _short(size: int) -> str:
    return f"{size // 1000}k" if size % 1000 == 0 else str(size)


if __name__ == "__main__":
    main()
