"""Why a trained component cannot be used.

WeightsError
└── DamagedWeights   a file of the component is missing or is not the one its manifest names
"""

from __future__ import annotations


class WeightsError(Exception):
    """Base of what can go wrong with trained components. The message is a sentence for a person."""


class DamagedWeights(WeightsError):
    """A file is missing, or differs from its manifest."""
