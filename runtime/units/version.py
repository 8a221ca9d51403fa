"""The version of what units and programs do; part of every trial's identity.

Raise it when the behaviour of a unit, of the training program or of its streams changes, so that no new result is
taken for an old one. `tests/runtime/units/test_program.py` pins the predictions of one run.
"""

from __future__ import annotations

PROGRAM_VERSION = "2"
