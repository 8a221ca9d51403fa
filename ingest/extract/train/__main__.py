"""The training command: `python -m ingest.extract.train --data DIR [--component NAME]`.

DIR holds annotated papers in any of the formats that `ingest.extract.gold` reads. Resumes from the checkpoints in
--work. Prints progress on stderr, and the manifests' figures as JSON lines on stdout.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ingest.extract.train.settings import TrainingSettings
from ingest.extract.weights import Manifest
from ingest.extract.weights.load import WEIGHTS

Log = Callable[[str], None]


def _encoder(asked: argparse.Namespace, out: Path, log: Log) -> Manifest:
    from ingest.extract.train.encoder import train_encoder

    return train_encoder(
        asked.data,
        out,
        asked.work / "encoder",
        settings=TrainingSettings.model_validate_strings(dict(each.split("=", 1) for each in asked.set)),
        store=asked.store,
        join_tuning=asked.join_tuning,
        threads=asked.threads,
        log=log,
    )


def _triples(asked: argparse.Namespace, out: Path, log: Log) -> Manifest:  # noqa: ARG001 - one shape for all
    from ingest.extract.contributions.training import train_triples
    from ingest.extract.gold import read_gold

    return train_triples(read_gold(asked.data), out, join_tuning=asked.join_tuning)


def _relations(asked: argparse.Namespace, out: Path, log: Log) -> Manifest:
    from ingest.extract.relations.train import train_relations

    return train_relations(asked.data, out, join_tuning=asked.join_tuning, log=log)


def _leaderboard(asked: argparse.Namespace, out: Path, log: Log) -> Manifest:
    from ingest.extract.leaderboard.training import train_leaderboard

    return train_leaderboard(asked.data, out, join_tuning=asked.join_tuning, log=log)


def _reviews(asked: argparse.Namespace, out: Path, log: Log) -> Manifest:
    from ingest.extract.reviews.training import train_reviews

    if asked.join_tuning:
        log("reviews: tuning papers calibrate the reader and set its threshold; they are not joined")
    inside = asked.data / "neurips"
    return train_reviews(inside if inside.is_dir() else asked.data, out, work=asked.work / "reviews", log=log)


_TRAINERS: dict[str, Callable[[argparse.Namespace, Path, Log], Manifest]] = {
    # In this order: the reader of triples uses the encoder's units where they are installed.
    "encoder": _encoder,
    "relations": _relations,
    "triples": _triples,
    "leaderboard": _leaderboard,
    "reviews": _reviews,
}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m ingest.extract.train", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with annotated papers")
    parser.add_argument("--component", choices=[*_TRAINERS, "all"], default="all")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="folder under which each component has its own")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="checkpoints and what is set once")
    parser.add_argument("--store", choices=["fp32", "fp16", "int8"], default="int8", help="how the encoder is kept")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--join-tuning", action="store_true", help="learn from tuning papers too, with frozen settings")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a field of TrainingSettings, e.g. epochs=2"
    )
    asked = parser.parse_args()
    began = time.monotonic()

    def log(line: str) -> None:
        print(f"{time.monotonic() - began:7.0f} s  {line}", file=sys.stderr, flush=True)

    for name, trainer in _TRAINERS.items():
        if asked.component in (name, "all"):
            log(f"component {name}")
            for figure in trainer(asked, asked.out / name, log).figures:
                print(f"{figure.model_dump_json()}")


if __name__ == "__main__":
    main()
