"""How trials are laid out as lanes: which train in one program, and how many of them.

A unit that no lane of a program uses costs nothing, and one that all use is computed once for all: so a program holds
trials with one `program_key`, and arms that differ in their units train one after another. Fewer lanes waste time on
calls, more outgrow the processor's cache; the numbers were chosen with ``benchmarks/lanes.py --sizes``. A child takes
several programs, so that what it costs to start one is shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runtime.units.unit import Recipe, program_key

# Most lanes of a program by shape.
MOST_LANES: Mapping[str, int] = {"mlp": 24, "cnn": 8, "transformer": 4}
# Trials after which a child takes no further program, by shape: as many as make some seconds of work.
ENOUGH_TRIALS: Mapping[str, int] = {"mlp": 130, "cnn": 32, "transformer": 8}


def programs(recipes: Mapping[str, Recipe], *, most: int) -> Iterator[list[str]]:
    """Yield the trials of each program, at most *most* and in even parts, in the order in which keys first came."""
    by_key: dict[str, list[str]] = {}
    for trial, recipe in recipes.items():
        by_key.setdefault(program_key(recipe), []).append(trial)
    for trials in by_key.values():
        yield from _even(trials, max(1, most))


def _even(trials: Sequence[str], most: int) -> Iterator[list[str]]:
    parts = -(-len(trials) // most)
    start = 0
    for part in range(parts):
        end = start + -(-(len(trials) - start) // (parts - part))
        yield list(trials[start:end])
        start = end
