"""What can go wrong when somebody names a name.

ResolveError
├── UnknownName     nothing in the graph is called so; the message suggests what is
└── AmbiguousName   several kinds of thing are called so
"""

from __future__ import annotations

from collections.abc import Sequence


class ResolveError(Exception):
    """Base of the errors of this package."""


class UnknownName(ResolveError):
    """No Method, Task, Dataset, Metric or Problem has this name."""

    def __init__(self, name: str, suggestions: Sequence[str]) -> None:
        hint = f"; did you mean {', '.join(suggestions)}?" if suggestions else ""
        super().__init__(f"nothing in the graph is called {name!r}{hint}")
        self.suggestions = tuple(suggestions)


class AmbiguousName(ResolveError):
    """Two names are there as more than one kind of thing."""

    def __init__(self, one: str, other: str, kinds: Sequence[str]) -> None:
        super().__init__(
            f"{one!r} and {other!r} are both {' and '.join(kinds)}: say which with --kind, "
            f"or write them as {kinds[0]}/key"
        )
