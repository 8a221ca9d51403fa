"""Deep ensemble: several networks from different initial weights and batches, whose probabilities are averaged.

Lakshminarayanan, Pritzel, Blundell 2017, "Simple and Scalable Predictive Uncertainty Estimation using Deep Ensembles",
section 2.4, without adversarial training. The networks train as lanes of their own, the first of them being the one
that the seed would give alone.
"""

from __future__ import annotations

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit


class DeepEnsemble(Hooks):
    """Trains several networks for one trial."""

    def members(self) -> int:
        """Return how many."""
        return int(self.same("members"))


UNIT = Unit(
    id="deep_ensemble",
    name="deep ensemble",
    aliases=("deep ensembles", "ensemble of networks", "model ensembling", "ensembling"),
    slot=Slot.ENSEMBLE,
    source="Lakshminarayanan et al. 2017, section 2.4",
    hooks=DeepEnsemble,
    shapes=("mlp", "cnn"),
    knobs=(Knob("members", "networks", 3, 2, 16, "int", structural=True),),
)
