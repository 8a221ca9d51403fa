"""Canonical bytes and content hashes: the one place that decides when two values are equal.

Guarantees: equal values give equal bytes on every machine and on both stores. Not done here: choosing what is hashed
(`graph.graph_hash`) and making readable keys (`graph.keys`).
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


def canonical_json(value: Any) -> bytes:
    """Return *value* as JSON with sorted keys and no spaces; floats in their shortest exact form.

    Raises:
        TypeError: *value* holds something JSON has no form for. NaN and infinity have none: they become null, so
            refuse them before (`graph.store.values` does).
    """
    return orjson.dumps(value, option=_OPTIONS)


def sha256_hex(content: bytes) -> str:
    """Return the sha256 of *content* as 64 lower-case hex digits."""
    return hashlib.sha256(content).hexdigest()


def content_hash(value: Any) -> str:
    """Return the sha256 of the canonical JSON of *value*."""
    return sha256_hex(canonical_json(value))
