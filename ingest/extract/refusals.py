"""What was found and not kept: bounded, with a count, so that nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter

from graph.vocabulary.extraction import Refusal

_SHOWN = 8  # of each reason; the rest is one line with a count
_LONGEST = 160


class Refusals:
    """Collects refusals by reason, in reading order."""

    def __init__(self) -> None:
        self._shown: list[Refusal] = []
        self._count: Counter[str] = Counter()

    def add(self, what: str, reason: str, sentence: int | None) -> None:
        """Count one refusal; the first of each reason are kept with their text."""
        self._count[reason] += 1
        if self._count[reason] <= _SHOWN:
            self._shown.append(Refusal(what=what[:_LONGEST], reason=reason, sentence=sentence))

    def result(self) -> tuple[Refusal, ...]:
        """Return those shown, then one line for each reason that had more."""
        more = [
            Refusal(what=f"{count - _SHOWN} more", reason=reason)
            for reason, count in sorted(self._count.items())
            if count > _SHOWN
        ]
        return (*self._shown, *more)
