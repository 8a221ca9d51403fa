"""Small annotated papers in the published formats, written for these tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

TEI = """<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt>
<title level="a">{title}</title></titleStmt></fileDesc></teiHeader></TEI>"""


class Writer:
    """Writes files of each format under one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def ncg(self, folder: str = "ncg/any/topic/0", *, title: str = "Kind Trees", id_: str = "1901.00001v2") -> Path:
        """Write an article with one contribution sentence; return its folder."""
        where = self.root / folder
        (where / "triples").mkdir(parents=True)
        lines = ["title", *title.split("\n"), "abstract", "We grow Kind Trees on CIFAR .", "The end ."]
        (where / f"{id_}-Stanza-out.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        number = lines.index("We grow Kind Trees on CIFAR .") + 1
        (where / "sentences.txt").write_text(f"{number}\n", encoding="utf-8")
        entities = f"{number}\t8\t18\tKind Trees\n{number}\t3\t7\tgrow\n"
        (where / "entities.txt").write_text(entities, encoding="utf-8")
        (where / "triples" / "model.txt").write_text(
            "(Contribution||has||Model)\n(Model||grow||Kind Trees)\n", encoding="utf-8"
        )
        return where

    def scirex(self, file: str, *titles: str) -> Path:
        """Write a document for each title, one a line."""
        where = self.root / file
        where.parent.mkdir(parents=True, exist_ok=True)
        rows = []
        for title in titles:
            words = ["document", ":", *title.split(), "It", "works", "."]
            end = len(words)
            rows.append(
                {
                    "doc_id": f"id of {title}",
                    "words": words,
                    "sentences": [[0, end - 3], [end - 3, end]],
                    "sections": [[0, end]],
                    "ner": [[2, 4, "Method"]],
                    "coref": {"Kind": [[2, 4]], "Accuracy": []},
                    "coref_non_salient": {},
                    "method_subrelations": {"Kind": [[[0, 4], "Kind"]]},
                    "n_ary_relations": [
                        {"Material": "CIFAR", "Method": "Kind", "Metric": "Accuracy", "Task": "Sorting", "score": "1"}
                    ],
                }
            )
        where.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        return where

    def nlp_tdms(self, id_: str = "1901.00001", *, title: str = "Kind Trees") -> Path:
        """Write one paper with gold, TEI, a table and the names."""
        where = self.root / "leaderboards"
        for part in ("xml", "tables", "kb"):
            (where / part).mkdir(parents=True, exist_ok=True)
        (where / "gold.tsv").write_text(
            f"{id_}.pdf\tsorting#CIFAR#Accuracy#91.5$sorting#SVHN#Error#3\n", encoding="utf-8"
        )
        (where / "xml" / f"{id_}.tei.xml").write_text(TEI.format(title=title), encoding="utf-8")
        cell = {
            "number": "91.5",
            "isBolded": "true",
            "associatedRows": ["ours"],
            "associatedColumns": ["Acc"],
            "associatedMergedColumns": [],
        }
        table = {"caption": "Table 1", "rows": ["ours"], "columns": ["Acc"], "mergedAllColumns": []}
        (where / "tables" / f"{id_}.json").write_text(json.dumps([table | {"numberCells": [cell]}]), encoding="utf-8")
        for name, entry in (("task", "sorting"), ("dataset", "CIFAR"), ("evaMatrix", "Accuracy")):
            (where / "kb" / f"{name}KB.tsv").write_text(f"x0\t{entry}\t1\n", encoding="utf-8")
        return where

    def tdmsci(self, file: str, rows: str) -> Path:
        """Write CoNLL rows as they are given."""
        where = self.root / file
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(rows, encoding="utf-8")
        return where


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """A writer of annotated papers into an empty folder (`write.root`)."""
    return Writer(tmp_path)
