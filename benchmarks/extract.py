"""How well the shipped extractor reads, on gold (CONTRACT §7): one JSON line a figure.

    python benchmarks/extract.py [--data PATH] [--split tune] [--set NAME …]

PATH is a folder of annotated papers, or the parent of several: every file of a format under it is read, whatever the
split or the file is called. NCG, SciREX, TDMSci, NLP-TDMS, SciERC (document form), SemEval-2017 task 10 (brat form);
what is absent is left out. Exact match, micro over the set, 95 % bootstrap interval by paper (TDMSci by sentence).

It scores what is installed and never trains. Documents that the manifest of a component lists as trained or tuned on
are skipped and counted on stderr; every other one is scored. `--split tune`, for development, scores only papers whose
hash mod 5 is 1. Figures ending in `.rules` are those of the rules alone on the same papers; where a component has no
weights they stand alone, and stderr says so.

What each figure is: `_ncg_figures.py`, `_mention_figures.py`, `_salient_figures.py`, `_leaderboard_figures.py`,
`_abstract_figures.py`. Published figures, with model and size: `_peers.py`. `extract.ece.<component>` is the expected
calibration error (10 bins of equal width) of the component's confidences over its predictions,
`extract.precision_at_90.<component>` the share of right ones among those of confidence ≥ .9, `extract.ece` the mean
over components.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import _abstract_figures
import _doors
import _leaderboard_figures
import _mention_figures
import _ncg_figures
import _salient_figures
from _choice import Choice
from _figures import print_figure
from _scored import show_confidence

from ingest.extract.gold import Split, read_gold
from ingest.extract.reading import matchers

_DEFAULT = Path(__file__).resolve().parent.parent.parent / "shared" / "data"

Pairs = list[tuple[float, bool]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=_DEFAULT, help="a folder of annotated papers, or its parent")
    parser.add_argument("--split", choices=["tune"], help="for development: only papers whose hash mod 5 is 1")
    parser.add_argument("--set", action="append", default=[], help="only this set: ncg, tdmsci, scirex, …")
    asked = parser.parse_args()
    path: Path = asked.data
    if not path.is_dir():
        print(f"{path} is not there: nothing is measured", file=sys.stderr)
        return
    matchers()
    choice = Choice(Split(asked.split) if asked.split else None)
    gold = read_gold(path)
    data = str(path)
    sets: dict[str, Callable[[], dict[str, Pairs] | None]] = {
        "ncg": lambda: _ncg_figures.measure(gold.ncg, choice, data=data),
        "tdmsci": lambda: _mention_figures.measure_tdmsci(gold.tdmsci, choice, data=data),
        "scirex": lambda: _mention_figures.measure_scirex(gold.scirex, choice, data=data),
        "salient": lambda: _salient_figures.measure(
            gold.scirex, choice, _doors.salient(), components=_doors.SALIENT_COMPONENTS, data=data
        ),
        "nlp_tdms": lambda: _leaderboard_figures.measure(
            gold.nlp_tdms,
            gold.knowledge_base,
            choice,
            _doors.leaderboard(),
            components=_doors.LEADERBOARD_COMPONENTS,
            data=data,
        ),
        "scierc": lambda: _abstract_figures.measure_scierc(path, choice),
        "semeval2017": lambda: _abstract_figures.measure_semeval2017(path, choice),
    }
    pairs: dict[str, Pairs] = {}
    for name, measure in sets.items():
        if not asked.set or name in asked.set:
            pairs |= measure() or {}
    errors = [show_confidence(component, its, data=data) for component, its in pairs.items()]
    known = [error for error in errors if error is not None]
    if known:
        print_figure("extract.ece", sum(known) / len(known), "ECE", n=len(known), data=data)


if __name__ == "__main__":
    main()
