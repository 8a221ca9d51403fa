"""Score logits against labels that no trial sees: accuracy and negative log likelihood (nats)."""

import csv
import json
import math
import os
import sys
from pathlib import Path


def main() -> None:
    """Read what the trial left for the asked split and write the metrics."""
    split = os.environ["PATTERNBOOK_SPLIT"]
    labels = [int(line) for line in Path(f"heldout/{split}.csv").read_text().split()]
    with (Path(os.environ["PATTERNBOOK_LEFT"]) / f"{split}.csv").open() as lines:
        logits = [[float(value) for value in row] for row in csv.reader(lines)]
    if len(logits) != len(labels) or any(len(row) != 10 for row in logits):
        sys.exit(f"{split}.csv must hold {len(labels)} rows of 10 numbers")
    right, nll = 0, 0.0
    for row, label in zip(logits, labels, strict=True):
        most = max(row)
        right += row.index(most) == label
        nll += most + math.log(sum(math.exp(value - most) for value in row)) - row[label]
    metrics = {"accuracy": right / len(labels), "nll": nll / len(labels)}
    Path(os.environ["PATTERNBOOK_METRICS"]).write_text(json.dumps(metrics))


if __name__ == "__main__":
    main()
