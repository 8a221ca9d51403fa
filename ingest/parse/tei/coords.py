"""GROBID's coordinates: ``page,x,y,width,height``, several with a semicolon, in points from the top left corner."""

from __future__ import annotations

import re

from lxml import etree

from graph.vocabulary.document import Box

_NUMBER = r"(-?\d+(?:\.\d+)?(?:[eE]-?\d+)?)"
_COORD = re.compile(rf"(\d+),{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}")


def boxes_of(element: etree._Element) -> tuple[Box, ...]:
    """Return the boxes of *element*; entries of another form, and empty ones, are left out."""
    found = []
    for entry in (element.get("coords") or "").split(";"):
        if match := _COORD.fullmatch(entry.strip()):
            page = int(match.group(1))
            x, y, width, height = (float(value) for value in match.groups()[1:])
            if page >= 1 and width > 0 and height > 0:
                found.append(Box(page=page, x0=x, y0=y, x1=round(x + width, 2), y1=round(y + height, 2)))
    return tuple(found)
