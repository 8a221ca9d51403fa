"""Power of the paired t test against statsmodels."""

from __future__ import annotations

import pytest
from statsmodels.stats.power import TTestPower

from runtime.learn.power import detectable, power, seeds_needed


@pytest.mark.parametrize(("effect", "n"), [(0.5, 10), (1.0, 8), (2.0, 5), (0.2, 40)])
def test_power_equals_statsmodels(effect: float, n: int) -> None:
    """Two-sided, one sample of differences."""
    assert power(effect, 1.0, n, alpha=0.05) == pytest.approx(TTestPower().power(effect, n, 0.05), abs=1e-6)


def test_more_comparisons_need_more_seeds() -> None:
    """Each comparison gets its share of alpha."""
    needed = [
        seeds_needed(0.01, 0.01, alpha=0.05, comparisons=comparisons, least=2, most=100) for comparisons in (1, 4, 12)
    ]

    assert needed == sorted(needed)
    assert needed[0] == 10
    assert power(0.01, 0.01, needed[1], alpha=0.05, comparisons=4) >= 0.8
    assert power(0.01, 0.01, needed[1] - 1, alpha=0.05, comparisons=4) < 0.8


def test_the_number_of_seeds_is_bounded() -> None:
    """What cannot be found with *most* seeds gets *most*, what is easy gets *least*."""
    assert seeds_needed(1e-6, 1.0, alpha=0.05, comparisons=1, least=5, most=20) == 20
    assert seeds_needed(100.0, 1.0, alpha=0.05, comparisons=1, least=5, most=20) == 5


def test_the_detectable_effect_is_found_with_eighty_percent() -> None:
    """It inverts the power."""
    found = detectable(0.02, 12, alpha=0.05, comparisons=3)

    assert power(found, 0.02, 12, alpha=0.05, comparisons=3) == pytest.approx(0.8, abs=0.01)


def test_no_spread_has_no_power() -> None:
    """It is refused, not divided by."""
    with pytest.raises(ValueError, match="positive spread"):
        power(0.1, 0.0, 10, alpha=0.05)
