"""Counts of exact matches by unit of resampling, and what is printed of them. Imported as a sibling file."""

from __future__ import annotations

import sys
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np
from _figures import RESAMPLES, Interval, print_figure
from _peers import Peer

from ingest.extract.weights.calibration import expected_calibration_error

SURE = 0.9


@dataclass(frozen=True)
class Counts:
    """Hits, predictions and gold of one unit of resampling (a paper, or a sentence)."""

    right: int = 0
    predicted: int = 0
    gold: int = 0

    @property
    def f1(self) -> float:
        """F1; 0 where there is nothing."""
        total = self.predicted + self.gold
        return 2 * self.right / total if total else 0.0


@dataclass
class Tally:
    """The counts of one figure, and the confidence of each prediction with whether it was right."""

    units: list[Counts] = field(default_factory=list)
    sure: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, predicted: Mapping[Hashable, float] | Collection[Hashable], gold: Collection[Hashable]) -> None:
        """Count one unit; *predicted* may map each item to its confidence."""
        found, true = set(predicted), set(gold)
        self.units.append(Counts(len(found & true), len(found), len(true)))
        if isinstance(predicted, Mapping):
            self.sure += [(confidence, item in true) for item, confidence in predicted.items()]

    @property
    def total(self) -> Counts:
        """The sum over units."""
        return Counts(
            sum(unit.right for unit in self.units),
            sum(unit.predicted for unit in self.units),
            sum(unit.gold for unit in self.units),
        )

    def interval(self, *, seed: int = 0) -> Interval:
        """Return the bootstrap interval of micro F1, units resampled."""
        rows = np.array([(unit.right, unit.predicted + unit.gold) for unit in self.units], dtype=np.float64)
        draws = np.random.default_rng(seed).integers(0, len(rows), size=(RESAMPLES, len(rows)))
        sums = np.stack([rows[draw].sum(axis=0) for draw in draws])
        values = np.sort(2 * sums[:, 0] / np.maximum(sums[:, 1], 1))
        return Interval(float(values[int(0.025 * RESAMPLES)]), float(values[int(0.975 * RESAMPLES) - 1]))


def show_f1(figure: str, tally: Tally, *, data: str, peer: Peer | None = None) -> None:
    """Print micro F1 with its interval; say so on stderr where nothing was scored."""
    if not tally.units:
        print(f"{figure}: no document left to score", file=sys.stderr)
        return
    total = tally.total
    print_figure(
        figure,
        total.f1,
        "F1",
        n=len(tally.units),
        interval=tally.interval(),
        peer=peer.name if peer else None,
        peer_value=peer.value if peer else None,
        data=data,
        details={
            "precision": round(total.right / max(1, total.predicted), 4),
            "recall": round(total.right / max(1, total.gold), 4),
            "items": total.gold,
        },
    )


def show_macro(figure: str, tally: Tally, *, data: str, peer: Peer | None = None) -> None:
    """Print the mean F1 of the units."""
    if not tally.units:
        return
    values = [unit.f1 for unit in tally.units]
    draws = np.random.default_rng(0).choice(values, size=(RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(draws, (0.025, 0.975))
    print_figure(
        figure,
        sum(values) / len(values),
        "F1",
        n=len(values),
        interval=Interval(float(low), float(high)),
        peer=peer.name if peer else None,
        peer_value=peer.value if peer else None,
        data=data,
    )


def show_confidence(component: str, pairs: list[tuple[float, bool]], *, data: str) -> float | None:
    """Print what a component's confidences are worth: calibration error, and precision where it is sure."""
    if not pairs:
        return None
    error = expected_calibration_error([confidence for confidence, _ in pairs], [right for _, right in pairs])
    print_figure(f"extract.ece.{component}", error, "ECE", n=len(pairs), data=data)
    sure = [right for confidence, right in pairs if confidence >= SURE]
    if sure:
        share = sum(sure) / len(sure)
        details = {"share_of_predictions": round(len(sure) / len(pairs), 4)}
        print_figure(f"extract.precision_at_90.{component}", share, "share", n=len(sure), data=data, details=details)
    else:
        print(f"extract.precision_at_90.{component}: no prediction is that sure", file=sys.stderr)
    return error
