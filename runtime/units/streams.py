"""Counter-based random streams: one for each (seed, purpose), addressed by step.

Guarantees: what a stream yields at a step depends on the seed, the purpose and the step alone, never on what else was
drawn before, so a unit that draws does not move the batches of another, and paired arms share every draw except
those of the unit they differ in. Numpy's Philox (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"):
key = hash of seed and purpose, the highest word of the counter = step, which leaves 2^192 blocks within a step.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Streams:
    """All streams of one seed."""

    seed: int

    def at(self, purpose: str, step: int = 0) -> np.random.Generator:
        """Return the generator of *purpose*, set to the start of *step*."""
        digest = hashlib.sha256(f"{self.seed}/{purpose}".encode()).digest()
        key = np.frombuffer(digest[:16], dtype="<u8")
        counter = np.array([0, 0, 0, step], dtype=np.uint64)
        return np.random.Generator(np.random.Philox(key=key, counter=counter))
