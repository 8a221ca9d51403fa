"""The benchmark of extraction: what it prints, and which documents it scores. No weights are read, the rules are."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ingest.extract.gold.identity import title_hash
from ingest.extract.weights.load import Component
from ingest.extract.weights.manifest import Manifest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
FIGURES = [
    "ncg.phrase.f1.rules",
    "ncg.sentence.f1.rules",
    "ncg.triple.f1.given_gold.rules",
    "ncg.triple.f1.rules",
    "nlp_tdms.tdm.f1.macro.rules",
    "nlp_tdms.tdm.f1.rules",
    "nlp_tdms.tdms.f1.macro.rules",
    "nlp_tdms.tdms.f1.rules",
    "scierc.mention.f1.rules",
    "scierc.relation.f1.rules",
    "scirex.mention.f1.rules",
    "scirex.salient.f1.rules",
    "semeval2017.mention.f1.rules",
    "tdmsci.entity.f1.rules",
]
TITLE, OTHER = "Kind Trees", "Stern Shrubs"


@dataclass(frozen=True)
class Printed:
    """The figures by name, and what was said beside them."""

    figures: dict[str, dict[str, Any]]
    notes: str


class Sets:
    """Writes small annotated papers of each format."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def all(self) -> None:
        """One document of each."""
        self.ncg("ncg/training/trees/0", TITLE)
        self.scirex("scirex/one.json", OTHER)
        self.tdmsci("tdmsci/sentences.conll", "We report accuracy .")
        self.nlp_tdms(TITLE)
        self.scierc("scierc/abstracts.json", "W01-0001")
        self.semeval("semeval/one")

    def _file(self, name: str, text: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def ncg(self, folder: str, title: str) -> None:
        """An article whose fourth line says what it contributes."""
        lines = ["title", title, "abstract", "We propose Kind Trees , which grow .", "The end ."]
        self._file(f"{folder}/{title.replace(' ', '-')}-Stanza-out.txt", "\n".join(lines) + "\n")
        self._file(f"{folder}/sentences.txt", "4\n")
        self._file(f"{folder}/entities.txt", "4\t11\t21\tKind Trees\n")
        self._file(f"{folder}/triples/model.txt", "(Contribution||has||Kind Trees)\n")

    def scirex(self, file: str, title: str) -> None:
        """A document of three sentences on one method."""
        words = f"document : {title} We propose Kind Trees . Kind Trees improve accuracy .".split()
        size = len(words)
        document = {
            "doc_id": title,
            "words": words,
            "sentences": [[0, size - 10], [size - 10, size - 5], [size - 5, size]],
            "sections": [[0, size]],
            "ner": [[size - 8, size - 6, "Method"], [size - 2, size - 1, "Metric"]],
            "coref": {"Kind_Trees": [[size - 8, size - 6]]},
            "coref_non_salient": {},
            "method_subrelations": {},
            "n_ary_relations": [
                {"Material": "", "Method": "Kind_Trees", "Metric": "", "Task": "", "score": "1"},
            ],
        }
        self._file(file, json.dumps(document))

    def tdmsci(self, file: str, *sentences: str) -> None:
        """Sentences in which accuracy is a metric."""
        tag = {"accuracy": "B-METRIC"}
        rows = ["\n".join(f"{word}\t0\t{tag.get(word, 'O')}" for word in each.split()) for each in sentences]
        self._file(file, "\n\n".join(rows) + "\n")

    def nlp_tdms(self, title: str) -> None:
        """A paper with one tuple, its TEI and its table."""
        names = "http://www.tei-c.org/ns/1.0"
        head = f"<fileDesc><titleStmt><title>{title}</title></titleStmt></fileDesc>"
        self._file("boards/gold.tsv", "1901.00001.pdf\tsorting#Leaves#Accuracy#91.5\n")
        self._file("boards/1901.00001.tei.xml", f'<TEI xmlns="{names}"><teiHeader>{head}</teiHeader></TEI>')
        cell = {"number": "91.5", "isBolded": "true", "associatedRows": [], "associatedColumns": []}
        table = {"caption": "Sorting of Leaves", "rows": [], "columns": ["Accuracy"], "mergedAllColumns": []}
        self._file("boards/1901.00001.json", json.dumps([{**table, "numberCells": [cell]}]))
        for name, entry in (("task", "sorting"), ("dataset", "Leaves"), ("evaMatrix", "Accuracy")):
            self._file(f"boards/{name}KB.tsv", f"0\t{entry}\t1\n")

    def scierc(self, file: str, key: str) -> None:
        """An abstract of one sentence with two entities, one used for the other."""
        abstract = {
            "doc_key": key,
            "sentences": [["We", "use", "dropout", "for", "parsing", "."]],
            "ner": [[[2, 2, "Method"], [4, 4, "Task"]]],
            "relations": [[[2, 2, 4, 4, "USED-FOR"]]],
            "clusters": [],
        }
        self._file(file, json.dumps(abstract) + "\n")

    def semeval(self, name: str) -> None:
        """A paragraph with one key phrase."""
        self._file(f"{name}.txt", "We use dropout for parsing.")
        self._file(f"{name}.ann", "T1\tProcess 7 14\tdropout\n")


@pytest.fixture
def sets(tmp_path: Path) -> Sets:
    """A writer into an empty folder."""
    return Sets(tmp_path / "data")


@pytest.fixture
def installed() -> dict[str, Component]:
    """The components that the benchmark finds: none, until a test puts one in."""
    return {}


@pytest.fixture
def measure(
    sets: Sets,
    installed: dict[str, Component],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Callable[..., Printed]]:
    """Runs the benchmark on what was written."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    before = set(sys.modules)
    benchmark, choice, doors = map(importlib.import_module, ("extract", "_choice", "_doors"))
    monkeypatch.setattr(choice, "load_component", installed.get)
    monkeypatch.setattr(doors, "load_leaderboard", lambda: None)
    monkeypatch.setattr(doors, "open_encoder", lambda: None)

    def run(*options: str) -> Printed:
        monkeypatch.setattr(sys, "argv", ["extract.py", "--data", str(sets.root), *options])
        benchmark.main()
        printed = capsys.readouterr()
        lines = [json.loads(line) for line in printed.out.splitlines()]
        assert len({line["figure"] for line in lines}) == len(lines)
        return Printed({line["figure"]: line for line in lines}, printed.err)

    yield run
    for name in set(sys.modules) - before:
        if Path(getattr(sys.modules[name], "__file__", None) or "/").parent == BENCHMARKS:
            del sys.modules[name]


def _learnt_from(*titles: str) -> Component:
    """A component that says it was trained on papers of these titles."""
    manifest = Manifest(
        component="leaderboard",
        version=1,
        purpose="test",
        licence="none",
        files=(),
        data_sets=(),
        trained_on={"somewhere": tuple(title_hash(title) for title in titles)},
        tuned_on={},
    )
    return Component(Path(), manifest)


def test_every_format_has_its_figures_once(sets: Sets, measure: Callable[..., Printed]):
    """Each set prints the names of the contract; without weights those of the rules, and stderr says so."""
    sets.all()
    printed = measure()
    assert sorted(printed.figures) == FIGURES
    assert {line["n"] for line in printed.figures.values()} == {1}
    assert "no weights of encoder are installed" in printed.notes


def test_what_the_rules_read_is_scored_exactly(sets: Sets, measure: Callable[..., Printed]):
    """A metric that the list knows is right; the boards' names that the table prints verbatim make the tuple."""
    sets.all()
    figures = measure().figures
    assert figures["tdmsci.entity.f1.rules"]["value"] == 1
    assert figures["nlp_tdms.tdms.f1.rules"]["value"] == 1
    assert figures["nlp_tdms.tdms.f1.rules"]["items"] == 1


def test_every_file_is_scored_whatever_it_is_called(sets: Sets, measure: Callable[..., Printed]):
    """No name of a folder or a file says what may be scored."""
    for number, folder in enumerate(("training", "trial", "test-phase", "x")):
        sets.ncg(f"{folder}/topic/{number}", f"{TITLE} {folder}")
        sets.scirex(f"{folder}/{number}.json", f"{OTHER} {folder}")
        sets.tdmsci(f"{folder}/words.txt", f"The accuracy of {folder} .", "Nothing .")
    figures = measure().figures
    scored = {name: figures[f"{name}.rules"]["n"] for name in ("ncg.sentence.f1", "scirex.mention.f1")}
    assert scored == {"ncg.sentence.f1": 4, "scirex.mention.f1": 4}
    assert figures["tdmsci.entity.f1.rules"]["n"] == 8


def test_what_a_manifest_lists_is_skipped_and_counted(
    sets: Sets, installed: dict[str, Component], measure: Callable[..., Printed]
):
    """A component that learnt from a paper is not scored on it, in whatever set the paper stands; others are."""
    sets.nlp_tdms(TITLE)
    sets.scirex("a.json", TITLE)
    sets.scirex("b.json", OTHER)
    installed["leaderboard"] = _learnt_from(TITLE)
    printed = measure()
    assert "nlp_tdms papers: 1 skipped, trained or tuned on" in printed.notes
    assert "scirex documents (salient): 1 skipped, trained or tuned on" in printed.notes
    assert "nlp_tdms.tdm.f1.rules" not in printed.figures
    assert printed.figures["scirex.salient.f1.rules"]["n"] == 1
    assert printed.figures["scirex.mention.f1.rules"]["n"] == 2  # that component has no part in it


def test_one_set_may_be_asked_for(sets: Sets, measure: Callable[..., Printed]):
    """The others are not read for a figure."""
    sets.all()
    assert sorted(measure("--set", "tdmsci").figures) == ["tdmsci.entity.f1.rules"]


def test_the_tuning_split_is_told_by_the_title(sets: Sets, measure: Callable[..., Printed]):
    """With --split tune only papers whose hash is 1 mod 5 are scored; the rest is counted."""
    titles = [f"{OTHER} {number}" for number in range(20)]
    tuning = [title for title in titles if int(title_hash(title), 16) % 5 == 1]
    for number, title in enumerate(titles):
        sets.scirex(f"{number}.json", title)
    printed = measure("--split", "tune", "--set", "scirex")
    assert 0 < printed.figures["scirex.mention.f1.rules"]["n"] == len(tuning) < len(titles)
    assert f"{len(titles) - len(tuning)} are not of the split tune" in printed.notes


def test_a_folder_that_is_not_there_is_said(measure: Callable[..., Printed]):
    """No figure, and no failure."""
    printed = measure()
    assert printed.figures == {}
    assert "nothing is measured" in printed.notes
