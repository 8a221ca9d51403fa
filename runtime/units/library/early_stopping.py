"""Early stopping: training ends when the loss on held-out rows has not fallen for some looks; the best weights predict.

Prechelt 1998, "Early Stopping - But When?", section 2 (validation set, best weights so far), with patience counted in
looks. The held-out rows are taken from the training rows, as the harness keeps the labels of all others to itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks, by_lane
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from runtime.units.hooks import Parameters

_SHARE = 0.2
_LOOKS = 20  # in the whole run


class EarlyStopping(Hooks):
    """Ends lanes, each in its own time."""

    def held_out(self, rows: int) -> int:
        """Keep a fifth of the rows."""
        return max(1, int(_SHARE * rows))

    def looks(self, step: int) -> bool:
        """Look twenty times in a run."""
        return (step + 1) % max(1, self.run.steps // _LOOKS) == 0

    def stops(self, held_out_loss: Tensor, parameters: Parameters, step: int) -> Tensor:
        """Keep the best weights of each lane; stop those that have waited long enough."""
        import torch

        del step
        if "best" not in self.state:
            self.state["best"] = [parameter.detach().clone() for parameter in parameters]
            self.state["least"] = [held_out_loss.clone()]
            self.state["waited"] = [torch.zeros_like(held_out_loss)]
            return torch.zeros_like(held_out_loss, dtype=torch.bool)
        least, waited = self.state["least"][0], self.state["waited"][0]
        better = held_out_loss < least
        self.state["least"] = [torch.where(better, held_out_loss, least)]
        self.state["waited"] = [torch.where(better, 0.0, waited + 1)]
        self.state["best"] = [
            torch.where(by_lane(better, best), parameter.detach(), best)
            for best, parameter in zip(self.state["best"], parameters, strict=True)
        ]
        return self.state["waited"][0] >= self.knob("patience")

    def final(self, parameters: Parameters) -> Parameters:
        """Return the best weights."""
        return self.state.get("best", parameters)


UNIT = Unit(
    id="early_stopping",
    name="early stopping",
    aliases=("early stopping criterion", "early-stopping", "validation-based early stopping"),
    slot=Slot.STOPPING,
    source="Prechelt 1998, section 2",
    hooks=EarlyStopping,
    knobs=(Knob("patience", "looks without a lower loss, of twenty in a run", 3, 1, 20, "int"),),
    conflicts=("ema", "swa"),
)
