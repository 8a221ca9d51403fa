"""Which effects count: the smallest gain that is worth a method's trouble, by metric, and what guards may give up."""

from __future__ import annotations

MIN_EFFECT = {
    "accuracy": 0.01,
    "nll": 0.02,
    "ece": 0.01,
    "balanced_accuracy": 0.02,
    "macro_f1": 0.02,
    "rmse": 1.0,
    "mae": 1.0,
    "r2": 0.02,
    "bits_per_character": 0.02,
    "bits_per_byte": 0.02,
}
MARGIN = {"accuracy": 0.01, "nll": 0.05, "ece": 0.02}
GUARDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(MIN_EFFECT, ()),
    "ece": ("accuracy",),
    "nll": ("accuracy",),
}
