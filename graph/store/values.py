"""Values: what a property may hold, checked and coerced by the schema before either store sees it.

Guarantees: a value that passes here is kept by both stores and read back equal. Refused with InvalidValue, in a
sentence that names the node and the property: NaN and infinity, integers outside 64 bits, lone surrogates, NUL
characters, a wrong type, an unknown property, a key of the wrong form, an indexed text longer than `INDEXED_BYTES`.

Coerced: integers become floats where the schema says float, and minus zero becomes zero, so that 1 and 1.0 are one
value; tuples become lists. A property of type `JSON` takes any nesting of dictionaries with text keys, lists and plain
values; it is stored as canonical JSON text (a string in the database, which Neo4j can hold) and read back decoded.

Not done here: what belongs together in one batch (`graph.store.prepare`) and what is true (`graph.write`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import orjson

from graph.errors import InvalidValue
from graph.keys import is_key
from graph.schema import EDGES, NODES, EdgeType, Label, Property, ValueType

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
INDEXED_BYTES = 4096  # a range index of Neo4j 5 holds values up to some 8 kB

Coercion = Callable[[Any], Any]
Coercions = Mapping[str, Coercion]


def _refuse(expected: str, value: Any) -> InvalidValue:
    return InvalidValue(f"must be {expected}, not {type(value).__name__}")


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise _refuse("text", value)
    if "\0" in value:
        raise InvalidValue("holds a NUL character")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InvalidValue("holds a lone surrogate, which is no character") from None
    return value if type(value) is str else str.__str__(value)


def _int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refuse("a whole number", value)
    if not INT_MIN <= value <= INT_MAX:
        raise InvalidValue(f"{value} does not fit into 64 bits")
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refuse("a number", value)
    try:
        number = float(value)
    except OverflowError:
        raise InvalidValue("is too large for a number of 64 bits") from None
    if not math.isfinite(number):
        raise InvalidValue(f"{number} is not a finite number")
    return number + 0.0  # minus zero becomes zero


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refuse("true or false", value)
    return value


def _list_of(coerce: Coercion) -> Coercion:
    def coerce_list(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise _refuse("a list", value)
        return [coerce(item) for item in value]

    return coerce_list


def _plain(value: Any) -> Any:
    """Return nested JSON with every leaf checked."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        return _int(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise InvalidValue("has a key that is not text")
        return {_string(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise _refuse("made of dictionaries, lists, text, numbers, true, false and null", value)


def _json(value: Any) -> str:
    try:
        return orjson.dumps(_plain(value), option=orjson.OPT_SORT_KEYS).decode()
    except (RecursionError, orjson.JSONEncodeError):
        raise InvalidValue("is nested too deeply") from None


_BY_TYPE: dict[ValueType, Coercion] = {
    ValueType.STRING: _string,
    ValueType.INT: _int,
    ValueType.FLOAT: _float,
    ValueType.BOOL: _bool,
    ValueType.STRINGS: _list_of(_string),
    ValueType.INTS: _list_of(_int),
    ValueType.FLOATS: _list_of(_float),
    ValueType.JSON: _json,
}


def _indexed(coerce: Coercion) -> Coercion:
    def coerce_indexed(value: Any) -> Any:
        coerced = coerce(value)
        if isinstance(coerced, str) and len(coerced.encode()) > INDEXED_BYTES:
            raise InvalidValue(f"is longer than the {INDEXED_BYTES} bytes an index can hold")
        return coerced

    return coerce_indexed


def _coercions(properties: Mapping[str, Property]) -> Coercions:
    return {
        name: _indexed(_BY_TYPE[each.type]) if each.indexed else _BY_TYPE[each.type]
        for name, each in properties.items()
    }


@cache
def node_coercions(label: Label) -> Coercions:
    """Return the coercion of each property of *label*."""
    return _coercions(NODES[label].properties)


@cache
def edge_coercions(type: EdgeType) -> Coercions:
    """Return the coercion of each property of *type*."""
    return _coercions(EDGES[type].properties)


@cache
def _json_names(kind: Label | EdgeType) -> tuple[str, ...]:
    properties = NODES[kind].properties if isinstance(kind, Label) else EDGES[kind].properties
    return tuple(name for name, each in properties.items() if each.type is ValueType.JSON)


@cache
def searched_names(label: Label) -> tuple[str, ...]:
    """Return the properties of *label* that text search covers."""
    return tuple(name for name, each in NODES[label].properties.items() if each.searched)


def check_key(label: Label, key: Any) -> str:
    """Return *key* if it may name a node of *label*.

    Raises:
        InvalidValue: it is no text, or not of the form of CONTRACT §1.
    """
    if not isinstance(key, str) or not is_key(key):
        raise InvalidValue(
            f"{label}: {key!r} is not a key; a key has 1 to 120 lower-case letters, digits and . _ : ~ -, "
            "and starts with a letter or digit"
        )
    return key if type(key) is str else str.__str__(key)


def coerce_patch(name: str, coercions: Coercions, row: Mapping[str, Any], identity: frozenset[str]) -> dict[str, Any]:
    """Return the properties of *row* without its *identity* fields, coerced; None stays None (it removes).

    Raises:
        InvalidValue: naming *name* and the property.
    """
    patch: dict[str, Any] = {}
    for field, value in row.items():
        if field in identity:
            continue
        coerce = coercions.get(field)
        if coerce is None:
            raise InvalidValue(f"{name}: the schema has no property {field!r}; it has {', '.join(coercions) or 'none'}")
        if value is None:
            patch[field] = None
            continue
        try:
            patch[field] = coerce(value)
        except InvalidValue as error:
            raise InvalidValue(f"{name}: property {field!r} {error}; nothing was written") from None
    return patch


def coerce_field(label: Label, field: str, value: Any) -> Any:
    """Return one value for a property of *label* as a store holds it; None means absent.

    Raises:
        InvalidValue: an unknown property, or a value it cannot hold.
    """
    return coerce_patch(label, node_coercions(label), {field: value}, frozenset())[field]


def scalar_field(label: Label, field: str, purpose: str) -> Property | None:
    """Return the property of a *field* that can be compared; None for ``key``.

    Raises:
        InvalidValue: an unknown property, or a list or JSON, which have no order that both stores share.
    """
    if field == "key":
        return None
    spec = NODES[label].properties.get(field)
    if spec is None:
        raise InvalidValue(f"{label} has no property {field!r} to {purpose} by")
    if spec.type not in {ValueType.STRING, ValueType.INT, ValueType.FLOAT, ValueType.BOOL}:
        raise InvalidValue(f"{label}.{field} is of type {spec.type}; only single values can be used to {purpose} by")
    return spec


def wanted_values(label: Label, field: str, value: Any) -> tuple[list[Any], bool]:
    """Return what a condition of `find_nodes` accepts: the values, and whether an absent one will do.

    Raises:
        InvalidValue: the field cannot be compared, or does not hold such values.
    """
    spec = scalar_field(label, field, "search")
    choices: Sequence[Any] = value if isinstance(value, list | tuple) else (value,)
    coerce = _string if spec is None else _BY_TYPE[spec.type]
    values = []
    for each in choices:
        if each is None:
            continue
        try:
            values.append(coerce(each))
        except InvalidValue as error:
            raise InvalidValue(f"{label}.{field}: the value to search for {error}") from None
    return values, any(each is None for each in choices)


def decode_properties(kind: Label | EdgeType, stored: dict[str, Any]) -> dict[str, Any]:
    """Return properties as a caller sees them: JSON text decoded. Changes *stored* in place."""
    for name in _json_names(kind):
        text = stored.get(name)
        if text is not None:
            stored[name] = orjson.loads(text)
    return stored
