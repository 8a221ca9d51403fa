"""What each row of a PDF is: running text, or one of the parts that stand apart from it."""

from __future__ import annotations

from enum import StrEnum


class RowKind(StrEnum):
    """The kinds of row. A row is running text until something else is known of it."""

    BODY = "body"
    TITLE = "title"
    AUTHORS = "authors"
    HEADING = "heading"
    CAPTION = "caption"
    TABLE = "table"  # cells, and labels inside a figure
    FOOTNOTE = "footnote"
    FORMULA = "formula"  # displayed, in its place in the running text
