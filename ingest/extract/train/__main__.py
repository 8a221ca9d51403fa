"""The training command: `python -m ingest.extract.train --data DIR [--component encoder]`.

DIR holds annotated papers in any of the formats that `ingest.extract.gold` reads. Resumes from the checkpoints in
--work. Prints one line of progress every fifty steps on stderr, and the manifest's figures as JSON lines on stdout.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from ingest.extract.train.encoder import train_encoder
from ingest.extract.train.settings import TrainingSettings
from ingest.extract.weights.load import WEIGHTS


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m ingest.extract.train", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with annotated papers")
    parser.add_argument("--component", choices=["encoder"], default="encoder")
    parser.add_argument("--out", type=Path, help="folder of the component (default: where the package looks for it)")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="checkpoints and what is set once")
    parser.add_argument("--store", choices=["fp32", "fp16", "int8"], default="int8", help="how the weights are kept")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--join-tuning", action="store_true", help="learn from tuning papers too, with frozen settings")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a field of TrainingSettings, e.g. epochs=2"
    )
    asked = parser.parse_args()
    began = time.monotonic()

    def log(line: str) -> None:
        print(f"{time.monotonic() - began:7.0f} s  {line}", file=sys.stderr, flush=True)

    given = dict(each.split("=", 1) for each in asked.set)
    manifest = train_encoder(
        asked.data,
        asked.out or WEIGHTS / asked.component,
        asked.work,
        settings=TrainingSettings.model_validate_strings(given),
        store=asked.store,
        join_tuning=asked.join_tuning,
        threads=asked.threads,
        log=log,
    )
    for figure in manifest.figures:
        print(figure.model_dump_json())


if __name__ == "__main__":
    main()
