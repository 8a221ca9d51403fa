"""Tables of JATS: XHTML's model, and CALS' (OASIS) with names of columns and rows in it."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from graph.vocabulary.document import Cell
from ingest.parse.table_cells import CellText, place_cells, span_of, trimmed
from ingest.parse.xml_text import XmlText, children, descendants, local_name


def read_cells(xml: XmlText, table: etree._Element) -> tuple[Cell, ...]:
    """Return the cells of a ``table`` (or ``oasis:table``) with their spans; heads are what the file calls one."""
    rows: list[list[CellText]] = []
    for row in descendants(table, "tr", "row"):
        columns = _columns(row)
        cells = [_cell(xml, cell, row, columns) for cell in children(row, "td", "th", "entry")]
        rows.append(trimmed(cells, xml.text))
    return place_cells(rows, xml.text)


def _cell(xml: XmlText, cell: etree._Element, row: etree._Element, columns: Mapping[str, int]) -> CellText:
    in_head = any(local_name(e) == "thead" for e in row.iterancestors())
    is_head = local_name(cell) == "th" or in_head
    if local_name(cell) == "entry":
        first, last = (columns.get(cell.get(name) or "") for name in ("namest", "nameend"))
        column_span = last - first + 1 if first is not None and last is not None and last >= first else 1
        row_span = (
            span_of(str(int(cell.get("morerows") or "0") + 1)) if (cell.get("morerows") or "0").isdecimal() else 1
        )
    else:
        column_span, row_span = span_of(cell.get("colspan")), span_of(cell.get("rowspan"))
    start, end = xml.range(cell)
    return CellText(
        start,
        end,
        row_span=row_span,
        column_span=column_span,
        header=True if is_head else None,
        bold=_is_bold(xml, cell),
    )


def _columns(row: etree._Element) -> dict[str, int]:
    """Return the place of each named column of the group that *row* is in."""
    group = next((e for e in row.iterancestors() if local_name(e) == "tgroup"), None)
    if group is None:
        return {}
    return {e.get("colname") or "": place for place, e in enumerate(children(group, "colspec"))}


def _is_bold(xml: XmlText, cell: etree._Element) -> bool:
    """Say whether all of a cell is bold."""
    words = xml.words(cell)
    return bool(words) and any(xml.words(e) == words for e in descendants(cell, "bold", "b", "strong"))
