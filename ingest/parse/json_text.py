"""JSON as text: its decoded string values in file order, joined by a newline, with the place of each.

What a key says is not text; numbers and booleans are not either. Half a surrogate pair, which no UTF-8 can hold,
becomes U+FFFD and is counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.parse.errors import Damaged

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Placed:
    """A string value and its range in the text."""

    value: str
    start: int
    end: int


class JsonObject(dict[str, Any]):
    """An object; of a repeated key the first value counts here, while the text keeps all of them."""


@dataclass
class JsonText:
    """The decoded file: the tree, whose strings are `Placed`, and the text they make up."""

    root: Any = None
    text: str = ""
    replaced: int = 0
    _pieces: list[str] = field(default_factory=list)
    _position: int = 0

    def place(self, value: Any) -> Any:
        """Return *value* with each string in it placed at the end of the text."""
        if isinstance(value, str):
            clean, count = _LONE_SURROGATE.subn("\ufffd", value)
            self.replaced += count
            if self._pieces:
                self._position += 1
            self._pieces.append(clean)
            start = self._position
            self._position += len(clean)
            return Placed(clean, start, self._position)
        if isinstance(value, _Pairs):
            found = JsonObject()
            for key, item in value.items:
                found.setdefault(key, self.place(item))
            return found
        if isinstance(value, list):
            return [self.place(item) for item in value]
        return value

    def close(self) -> None:
        """Join the text."""
        self.text = "\n".join(self._pieces)


@dataclass(frozen=True)
class _Pairs:
    items: list[tuple[str, Any]]


def read_json(decoded: str, *, name: str) -> JsonText:
    """Decode a JSON file.

    Raises:
        Damaged: not JSON, or nested too deeply to be a form.
    """
    result = JsonText()
    try:
        result.root = result.place(json.loads(decoded, object_pairs_hook=_Pairs))
    except json.JSONDecodeError as error:
        raise Damaged(
            f"{name} is not valid JSON ({error.msg}, line {error.lineno}): fetch or export it again"
        ) from error
    except RecursionError as error:
        raise Damaged(
            f"{name} is JSON nested more than a thousand levels deep, which no review form is: export it again"
        ) from error
    except ValueError as error:  # an integer of more than 4,300 digits
        raise Damaged(f"{name} holds a number that cannot be read: {error}") from error
    result.close()
    return result


def unwrap(value: Any) -> Any:
    """Return what an OpenReview API v2 field ``{"value": …}`` holds; anything else as it is."""
    if isinstance(value, JsonObject) and "value" in value and len(value) <= 3:
        return value["value"]
    return value


def string_of(value: Any) -> str:
    """Return a field as a string: empty for what is neither string nor number."""
    found = unwrap(value)
    if isinstance(found, Placed):
        return found.value.strip()
    return str(found) if isinstance(found, int | float) and not isinstance(found, bool) else ""


def placed_texts(value: Any) -> Iterator[Placed]:
    """Yield the strings of a field: one, or those of a list."""
    found = unwrap(value)
    if isinstance(found, Placed):
        yield found
    elif isinstance(found, list):
        for item in found:
            yield from placed_texts(item)
