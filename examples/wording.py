"""Turn the statistics of a study into sentences. No number is typed by hand, and no verdict either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DATASETS = {"digits-mlp": "digits", "breast-cancer-mlp": "breast cancer", "wine-mlp": "wine"}
UNITS = {
    "label_smoothing": "label smoothing",
    "dropout": "dropout",
    "weight_decay": "weight decay",
    "mixup": "mixup",
    "cosine_schedule": "the cosine schedule",
    "ema": "an exponential moving average of the weights",
    "input_noise": "Gaussian input noise",
    "adamw": "AdamW",
    "focal_loss": "focal loss",
    "gradient_clipping": "gradient clipping",
    "label_smoothing_and_dropout": "label smoothing with dropout",
}
METRICS = {
    "accuracy": "accuracy",
    "nll": "negative log likelihood (NLL)",
    "ece": "expected calibration error (ECE)",
}
LOWER_IS_BETTER = {"nll", "ece"}


@dataclass(frozen=True)
class Comparison:
    """One arm against the baseline on one metric, over seed pairs."""

    baseline: float
    value: float
    gain: float
    ci_low: float
    ci_high: float
    p_corrected: float
    n: int
    verdict: str

    @property
    def half_width(self) -> float:
        """Half the 95 % interval of the gain."""
        return (self.ci_high - self.ci_low) / 2


class Study:
    """The results of one study, as the templates of studies.toml read them."""

    def __init__(self, arms: list[str], results: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]) -> None:
        self._arms = arms
        self._results = results

    def comparison(self, task: str, metric: str, arm: str | None = None) -> Comparison:
        """Return the comparison of *arm* (the only arm, where it is not named)."""
        return Comparison(**self._results[task][arm or self._arms[0]][metric])

    def baseline(self, task: str, metric: str) -> str:
        """The baseline's mean as printed."""
        return shown(metric, self.comparison(task, metric).baseline)

    def verdict(self, task: str, metric: str, arm: str | None = None) -> str:
        """A clause that says what happened, in the words of a paper."""
        found = self.comparison(task, metric, arm)
        unit, data, name = UNITS[arm or self._arms[0]], DATASETS[task], METRICS[metric].split(" (")[0]
        change = f"from {shown(metric, found.baseline)} to {shown(metric, found.value)}"
        if found.verdict == "improves":
            verb = "reduces" if metric in LOWER_IS_BETTER else "improves"
            return f"{unit} {verb} {name} on {data} {change}"
        if found.verdict == "degrades":
            verb = "increases" if metric in LOWER_IS_BETTER else "hurts"
            return f"{unit} {verb} {name} on {data} {change}"
        return f"{unit} has no significant effect on {name} on {data}"

    def effect(self, task: str, metric: str, arm: str | None = None) -> str:
        """A sentence with both means, the paired gain, its interval and the corrected p."""
        found = self.comparison(task, metric, arm)
        clause = self.verdict(task, metric, arm)
        points = 100 if metric == "accuracy" else 1
        unit = " points" if metric == "accuracy" else ""
        digits = 1 if metric == "accuracy" else 3
        p = f"p = {found.p_corrected:.3f}" if found.p_corrected >= 0.001 else "p < 0.001"
        return (
            f"{clause[0].upper()}{clause[1:]} (paired gain {found.gain * points:+.{digits}f}{unit}, 95% interval "
            f"{found.ci_low * points:+.{digits}f} to {found.ci_high * points:+.{digits}f}, {found.n} seeds, {p})."
        )


def shown(metric: str, value: float) -> str:
    """Accuracy in per cent with one decimal, the others with three decimals."""
    return f"{value * 100:.1f}%" if metric == "accuracy" else f"{value:.3f}"
