"""Counter-based random streams: one for each (seed, purpose), addressed by step.

Guarantees: what a stream yields at a step depends on the seed, the purpose and the step alone, never on what else was
drawn before, so a unit that draws does not move the batches of another, and paired arms share every draw except
those of the unit they differ in. Numpy's Philox (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"):
key = hash of seed and purpose, the highest word of the counter = step, which leaves 2^192 blocks within a step.

`LaneStreams` draws for all lanes of a program at once; what a lane gets is what it would get alone. Generators are made
once and set to a step by their counter, which costs a microsecond. Draws are made on the CPU and moved to the device,
so that a seed means the same on all devices.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Streams:
    """All streams of one seed. A *member* other than 0 is one more network of the same seed, with draws of its own."""

    seed: int
    member: int = 0

    def at(self, purpose: str, step: int = 0) -> np.random.Generator:
        """Return the generator of *purpose*, set to the start of *step*."""
        return np.random.Generator(_philox(self, purpose, step))


def _philox(streams: Streams, purpose: str, step: int) -> np.random.Philox:
    member = f"/member {streams.member}" if streams.member else ""
    digest = hashlib.sha256(f"{streams.seed}{member}/{purpose}".encode()).digest()
    key = np.frombuffer(digest[:16], dtype="<u8")
    return np.random.Philox(key=key, counter=np.array([0, 0, 0, step], dtype=np.uint64))


class _Stream:
    """One purpose of one lane."""

    def __init__(self, streams: Streams, purpose: str) -> None:
        self.bits = _philox(streams, purpose, 0)
        self.generator = np.random.Generator(self.bits)
        self.start: Any = self.bits.state

    def at(self, step: int) -> np.random.Generator:
        """Set the stream to the start of *step*."""
        self.start["state"]["counter"][3] = step
        self.bits.state = self.start
        return self.generator


class LaneStreams:
    """The streams of the lanes of a program. Every draw is (lanes, *size*)."""

    def __init__(self, lanes: Sequence[Streams], device: str = "cpu") -> None:
        self.lanes, self.device = list(lanes), device
        self._opened: dict[str, list[_Stream]] = {}

    def each(self, purpose: str, step: int = 0) -> list[np.random.Generator]:
        """Return each lane's generator of *purpose* at the start of *step*; good until the purpose is asked again."""
        return [stream.at(step) for stream in self._streams(purpose)]

    def uniform(self, purpose: str, step: int, size: tuple[int, ...]) -> Tensor:
        """Return float32 draws from [0, 1)."""
        drawn = np.empty((len(self.lanes), *size), np.float32)
        for lane, generator in enumerate(self.each(purpose, step)):
            generator.random(out=drawn[lane], dtype=np.float32)
        return self._moved(drawn)

    def normal(self, purpose: str, step: int, size: tuple[int, ...]) -> Tensor:
        """Return float32 draws from the standard normal distribution."""
        drawn = np.empty((len(self.lanes), *size), np.float32)
        for lane, generator in enumerate(self.each(purpose, step)):
            generator.standard_normal(out=drawn[lane], dtype=np.float32)
        return self._moved(drawn)

    def integers(self, purpose: str, step: int, below: int, size: tuple[int, ...]) -> Tensor:
        """Return int64 draws from 0 to *below* - 1: 32 random bits times *below*, shifted (Lemire 2019).

        No value is rejected, so that every lane takes the same number of bits; the bias is under *below* / 2^32.
        """
        words = self._raw(purpose, step, size, "<u4").astype(np.uint64)
        return self._moved(((words * np.uint64(below)) >> np.uint64(32)).astype(np.int64))

    def chosen(self, purpose: str, step: int, size: tuple[int, ...], share: Tensor) -> Tensor:
        """Return float32 ones with the probability *share* of their lane, (lanes,), in steps of 2^-16, and zeros."""
        words = self._raw(purpose, step, size, "<u2")
        # Compared as words <= limit - 1, so that a share of 1 fits into 16 bits; a share of 0 is 2^-16 then.
        limit = np.clip(np.rint(share.cpu().numpy().astype(np.float64) * 65536) - 1, 0, 65535).astype(np.uint16)
        return self._moved((words <= limit.reshape(-1, *[1] * len(size))).astype(np.float32))

    def select(self, index: Sequence[int]) -> LaneStreams:
        """Return the streams of some of the lanes."""
        return LaneStreams([self.lanes[lane] for lane in index], self.device)

    def _streams(self, purpose: str) -> list[_Stream]:
        if purpose not in self._opened:
            self._opened[purpose] = [_Stream(lane, purpose) for lane in self.lanes]
        return self._opened[purpose]

    def _raw(self, purpose: str, step: int, size: tuple[int, ...], kind: str) -> np.ndarray[Any, np.dtype[Any]]:
        count = int(np.prod(size))
        words = -(-count * np.dtype(kind).itemsize // 8)
        drawn = np.empty((len(self.lanes), words), "<u8")
        for lane, stream in enumerate(self._streams(purpose)):
            stream.at(step)
            drawn[lane] = stream.bits.random_raw(words)
        return drawn.view(kind)[:, :count].reshape(len(self.lanes), *size)

    def _moved(self, drawn: np.ndarray[Any, np.dtype[Any]]) -> Tensor:
        import torch

        return torch.from_numpy(drawn).to(self.device)
