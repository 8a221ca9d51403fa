"""Names: the forms that are stored with every name and under which names that may be one meet.

Shared by the writers, which store them, and by resolve, which looks names up by them. Functions of label and normal
form alone, so the same name has the same forms in every graph.
"""

from __future__ import annotations

from functools import lru_cache

from graph.keys import normal_name
from graph.name_core import core
from graph.name_variants import variant
from graph.schema import Label
from graph.spelling import (
    BANDS,
    LONG_WORD,
    abbreviates,
    gram_bands,
    grams,
    squash,
    squashed_words,
)

__all__ = [
    "BANDS",
    "LONG_WORD",
    "abbreviates",
    "derived_forms",
    "gram_bands",
    "grams",
    "name_properties",
    "squash",
    "squashed_words",
]


def derived_forms(name: str, label: Label = Label.METHOD) -> dict[str, str | None]:
    """Return the stored forms of a name, functions of its label and normal form alone; None where it has none."""
    return dict(_derived(normal_name(name), label))


@lru_cache(maxsize=65536)
def _derived(normal: str, label: Label) -> tuple[tuple[str, str | None], ...]:
    squashed, centre = squash(normal), core(label, normal).form
    bands = gram_bands(normal)
    padded = (*bands, *([None] * (BANDS - len(bands))))
    made = variant(label, normal)
    forms = {
        "normal": normal,
        "squash": squashed,
        "core": centre if centre != squashed else None,  # most names are their own core: one index entry less
        "parent": made.parent,
        "family": made.family if made.family != made.parent else None,
        **{f"grams{i}": band for i, band in enumerate(padded)},
    }
    return tuple(forms.items())


def name_properties(name: str, label: Label = Label.METHOD) -> dict[str, str]:
    """Return the properties of a new name's node: shown by its normal form until resolve has counted its spellings."""
    present = {field: form for field, form in derived_forms(name, label).items() if form is not None}
    return {"name": present["normal"], **present}
