"""Properties as the text that SQLite keeps: canonical JSON, so that equal properties are equal text.

Numbers never pass through SQLite's own formatting (`json_set` shortens bound floats): they are written here and read
back here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from graph.schema import EdgeType, Label
from graph.store.values import decode_properties


def dump(properties: Mapping[str, Any]) -> str:
    """Return stored properties as text, keys sorted."""
    return orjson.dumps(properties, option=orjson.OPT_SORT_KEYS).decode()


def load(text: str) -> dict[str, Any]:
    """Return stored properties; JSON texts inside are left as they are."""
    properties: dict[str, Any] = orjson.loads(text)
    return properties


def decode(kind: Label | EdgeType, text: str) -> dict[str, Any]:
    """Return properties as a caller sees them."""
    return decode_properties(kind, orjson.loads(text))


def array(values: object) -> str:
    """Return a JSON array for ``json_each``."""
    return orjson.dumps(values).decode()
