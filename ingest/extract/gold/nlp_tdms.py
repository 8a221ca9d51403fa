"""NLP-TDMS: the leaderboard tuples of a paper, with its GROBID TEI and its tables.

``results_gold.tsv`` (any ``.tsv`` of that shape) has ``<id>.pdf<TAB>task#dataset#metric#score$task#…`` a line. Beside
it, anywhere below its folder, lie ``<id>.tei.xml`` and ``<id>.json`` (a list of tables). ``taskKB.tsv``,
``datasetKB.tsv`` and ``evaMatrixKB.tsv`` list the names that tuples are made of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from ingest.extract.gold.errors import UnreadableGold
from ingest.extract.gold.identity import Identified, Names, Paper, paper_of

_GOLD_ROW = re.compile(r"[^\t]+\.pdf\t.*#.*")
_TEI = ".tei.xml"
_VERSION = re.compile(r"v\d+$")
_NS = {"t": "http://www.tei-c.org/ns/1.0"}


@dataclass(frozen=True)
class LeaderboardTuple:
    """One tuple, names as in the knowledge base, the score as printed."""

    task: str
    dataset: str
    metric: str
    score: str


@dataclass(frozen=True)
class NumberCell:
    """A number in a table with the headers it stands under."""

    number: str
    bold: bool
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    merged_columns: tuple[str, ...]


@dataclass(frozen=True)
class ResultTable:
    """A table as its extractor read it."""

    caption: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    merged_columns: tuple[str, ...]
    cells: tuple[NumberCell, ...]


@dataclass(frozen=True)
class KnowledgeBase:
    """The names that tuples may be made of; for a metric, whether higher is better where that is said."""

    tasks: tuple[str, ...]
    datasets: tuple[str, ...]
    metrics: tuple[str, ...]


@dataclass(frozen=True)
class NlpTdmsPaper(Identified):
    """One paper. `tuples` is None where the paper has no gold; `tei` is None where there is no TEI."""

    id: str
    title: str
    names: Names
    paper: Paper
    tei: Path | None
    tables: tuple[ResultTable, ...]
    tuples: tuple[LeaderboardTuple, ...] | None


def read_nlp_tdms(path: Path) -> tuple[NlpTdmsPaper, ...]:
    """Read every paper that stands beside a file of gold tuples under *path*, in the order of ids.

    Raises:
        UnreadableGold: a table file is not a list of tables.
    """
    found: dict[str, NlpTdmsPaper] = {}
    for folder, gold in sorted(_gold_by_folder(path).items()):
        teis = {file.name.removesuffix(_TEI): file for file in sorted(folder.rglob(f"*{_TEI}"))}
        tables = {file.stem: file for file in sorted(folder.rglob("*.json"))}
        for id_ in sorted({*gold, *(teis.keys() & tables.keys())}):
            found.setdefault(id_, _paper(id_, teis.get(id_), tables.get(id_), gold.get(id_)))
    return tuple(found[id_] for id_ in sorted(found))


def read_knowledge_base(path: Path) -> KnowledgeBase:
    """Return the names of every knowledge base under *path*, without repetition, in file order."""
    return KnowledgeBase(
        tasks=_kb_names(path, "taskKB.tsv"),
        datasets=_kb_names(path, "datasetKB.tsv"),
        metrics=_kb_names(path, "evaMatrixKB.tsv"),
    )


def _kb_names(path: Path, name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for file in sorted(path.rglob(name)):
        for row in file.read_text(encoding="utf-8").splitlines():
            columns = row.split("\t")
            if len(columns) > 1 and columns[1].strip():
                found[columns[1].strip()] = None
    return tuple(found)


def _gold_by_folder(path: Path) -> dict[Path, dict[str, tuple[LeaderboardTuple, ...]]]:
    folders: dict[Path, dict[str, tuple[LeaderboardTuple, ...]]] = {}
    for file in sorted(path.rglob("*.tsv")):
        rows = [row for row in file.read_text(encoding="utf-8", errors="replace").splitlines() if row.strip()]
        if rows and _GOLD_ROW.fullmatch(rows[0]):
            folders.setdefault(file.parent, {}).update(
                (name.strip().removesuffix(".pdf"), tuple(dict.fromkeys(_tuples(rest))))
                for name, _, rest in (row.partition("\t") for row in rows)
            )
    return folders


def _tuples(text: str) -> Iterator[LeaderboardTuple]:
    for part in text.strip().split("$"):
        fields = [field.strip() for field in part.split("#")]
        if len(fields) >= 4:
            yield LeaderboardTuple(fields[0], fields[1], fields[2], fields[3])


def _paper(
    id_: str, tei: Path | None, table_file: Path | None, tuples: tuple[LeaderboardTuple, ...] | None
) -> NlpTdmsPaper:
    title = _title(tei) if tei else ""
    names = Names(titles=(title,) if title else (), ids=(_VERSION.sub("", id_),))
    return NlpTdmsPaper(
        id=id_,
        title=title,
        names=names,
        paper=paper_of(names),
        tei=tei,
        tables=_tables(table_file) if table_file else (),
        tuples=tuples,
    )


def _title(tei: Path) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.parse(str(tei), parser).getroot()
    if root is None:
        return ""
    titles = (" ".join("".join(e.itertext()).split()) for e in root.iterfind(".//t:titleStmt/t:title", _NS))
    return next((title for title in titles if title), "")


def _tables(file: Path) -> tuple[ResultTable, ...]:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        return tuple(_table(table) for table in raw)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableGold(f"{file}: not a list of tables ({error!r})") from error


def _table(raw: dict[str, Any]) -> ResultTable:
    return ResultTable(
        caption=str(raw.get("caption", "")),
        rows=_strings(raw.get("rows")),
        columns=_strings(raw.get("columns")),
        merged_columns=_strings(raw.get("mergedAllColumns")),
        cells=tuple(
            NumberCell(
                number=str(cell["number"]),
                bold=str(cell.get("isBolded", "")).casefold() == "true",
                rows=_strings(cell.get("associatedRows")),
                columns=_strings(cell.get("associatedColumns")),
                merged_columns=_strings(cell.get("associatedMergedColumns")),
            )
            for cell in raw.get("numberCells", ())
        ),
    )


def _strings(values: list[object] | None) -> tuple[str, ...]:
    return tuple(str(value) for value in values or ())
