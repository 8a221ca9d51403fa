"""Which effects count: the smallest gain that is worth a method's trouble, by metric, and what guards may give up."""

from __future__ import annotations

MIN_EFFECT = {"accuracy": 0.01, "nll": 0.02, "ece": 0.01}
MARGIN = {"accuracy": 0.01, "nll": 0.05, "ece": 0.02}
GUARDS: dict[str, tuple[str, ...]] = {"ece": ("accuracy",), "nll": ("accuracy",), "accuracy": ()}
