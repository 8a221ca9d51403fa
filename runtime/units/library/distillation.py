"""Distillation: a network learns from the softened probabilities of teachers, beside the labels.

Hinton, Vinyals, Dean 2015, "Distilling the Knowledge in a Neural Network", section 2: the loss is the weighted mean of
the cross entropy with the teachers' probabilities at temperature T, times T^2, and of that with the labels at
temperature 1. The teachers are an ensemble that is trained first, on the same rows, by the same recipe without this
unit, from initial weights and batches of their own; their probabilities are averaged (section 3). They are as large as
the network that learns from them, so the unit costs as many trainings more as it has teachers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit

if TYPE_CHECKING:
    from torch import Tensor


class Distillation(Hooks):
    """Learns from teachers."""

    def teachers(self) -> int:
        """Return how many."""
        return int(self.same("teachers"))

    def lesson(self, logits: Tensor) -> Tensor:
        """Return the teachers' probabilities at the temperature."""
        import torch

        return torch.softmax(logits / float(self.same("temperature")), -1)

    def loss(self, log_probabilities: Tensor, targets: Tensor) -> Tensor:
        """Return the weighted mean of both cross entropies."""
        import torch

        temperature, classes = float(self.same("temperature")), log_probabilities.shape[-1]
        labels, lesson = targets[..., :classes], targets[..., classes:]
        # A softmax does not see what is added to all logits, so logarithms of probabilities serve as logits.
        soft = -(lesson * torch.log_softmax(log_probabilities / temperature, -1)).sum(-1)
        hard = -(labels * log_probabilities).sum(-1)
        weight = self.knob("weight", hard)
        return weight * temperature**2 * soft + (1 - weight) * hard


UNIT = Unit(
    id="distillation",
    name="knowledge distillation",
    aliases=("distillation", "teacher-student training", "ensemble distillation", "self-distillation"),
    acronyms=("KD",),
    slot=Slot.LOSS,
    source="Hinton et al. 2015, section 2",
    hooks=Distillation,
    shapes=("mlp", "cnn"),
    knobs=(
        Knob("teachers", "networks that are trained first", 3, 1, 16, "int", structural=True),
        Knob("temperature", "by which logits are divided", 2.0, 1.0, 20.0, structural=True),
        Knob("weight", "of the teachers, against the labels", 0.7, 0.0, 1.0),
    ),
    needs=("classes",),
    # Those two look at rows that are kept back, for which there is no lesson; the third averages what it taught itself.
    conflicts=("temperature_scaling", "early_stopping", "deep_ensemble"),
)
