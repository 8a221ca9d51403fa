"""Attention heads: attention is split into that many times as many heads, each so much narrower.

Vaswani et al. 2017, "Attention Is All You Need", section 3.2.2 and table 3, rows (A), where the number of heads varies
at constant cost.
"""

from __future__ import annotations

from dataclasses import replace

from runtime.units.architecture import Architecture
from runtime.units.hooks import Hooks
from runtime.units.unit import Knob, Slot, Unit


class AttentionHeads(Hooks):
    """Splits attention finer."""

    def architecture(self, architecture: Architecture) -> Architecture:
        """Multiply the heads."""
        return replace(architecture, heads=architecture.heads * int(self.same("factor")))


UNIT = Unit(
    id="attention_heads",
    name="multi-head attention",
    aliases=("attention heads", "number of attention heads", "multihead attention"),
    acronyms=("MHA",),
    slot=Slot.HEADS,
    source="Vaswani et al. 2017, section 3.2.2",
    hooks=AttentionHeads,
    shapes=("transformer",),
    knobs=(Knob("factor", "times the heads of the bare recipe", 2, 2, 8, "int", structural=True),),
)
