"""Where the benchmark meets the installed components of leaderboards and salience. Sibling file.

Each door is None where its weights are not installed; the figures of the rules are then printed alone.
"""

from __future__ import annotations

import sys

import _leaderboard_figures
import _salient_figures

SALIENT_COMPONENTS = ("encoder", "salience")
LEADERBOARD_COMPONENTS = ("encoder", "leaderboard")


def salient() -> _salient_figures.Predict | None:
    """Return the reader of salient clusters."""
    print("no reader of salient clusters is installed: the rules alone are scored", file=sys.stderr)
    return None


def leaderboard() -> _leaderboard_figures.Predict | None:
    """Return the reader of leaderboard tuples."""
    print("no reader of leaderboard tuples is installed: the rules alone are scored", file=sys.stderr)
    return None
