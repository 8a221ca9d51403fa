"""Values in tables: what they are of, what grounds them, and what is not read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graph.vocabulary.document import Document
from graph.vocabulary.extraction import StatedResult
from graph.write.read_facts import facts_of
from ingest.extract.extractor import extract

Make = Callable[[str], Document]

_TABLE = """Table 1: Results on PearSet.

| Method       | Accuracy | F1   |
|--------------|----------|------|
| BarNet [1]   | 81.2     | 80.1 |
| QuuxNet      | 84.5     | 79.0 |
| FooNet (ours)| 90.3     | 88.8 |
"""


def _in_tables(document: Document) -> list[StatedResult]:
    return [each for each in extract(document).results if each.row is not None]


def _short(document: Document) -> list[tuple[str | None, str | None, str, str]]:
    return [(each.method, each.dataset, each.metric, each.printed) for each in _in_tables(document)]


def test_own_rows_and_the_best_of_the_others_are_kept(paper_with: Make) -> None:
    """Every value of the own method, and of each column the best baseline; metric by header, dataset by caption."""
    assert [
        ("BarNet", "PearSet", "F1", "80.1"),
        ("QuuxNet", "PearSet", "accuracy", "84.5"),
        ("FooNet", "PearSet", "accuracy", "90.3"),
        ("FooNet", "PearSet", "F1", "88.8"),
    ] == _short(paper_with(_TABLE))


def test_every_value_is_grounded_by_its_row(paper_with: Make) -> None:
    """The row is verbatim, holds the value, and the graph takes it as the evidence."""
    document = paper_with(_TABLE)
    for each in _in_tables(document):
        assert each.row is not None
        assert document.text[each.row.char_start : each.row.char_end] == each.row.quote
        assert each.printed in each.row.quote
    extraction = extract(document)
    facts = facts_of(document, extraction, paper="p", run="r")
    assert not [each for each in facts.refused if "result" in each.what]
    quotes = {row["quote"] for label, rows in facts.nodes.items() if label == "Evidence" for row in rows.values()}
    assert {each.row.quote for each in extraction.results if each.row} <= quotes


def test_a_row_that_is_not_in_the_text_is_refused(paper_with: Make) -> None:
    """An invented row grounds nothing: the result is refused, not written."""
    document = paper_with(_TABLE)
    extraction = extract(document)
    (first, *_) = [each for each in extraction.results if each.row]
    assert first.row is not None
    forged = first.model_copy(update={"row": first.row.model_copy(update={"quote": "FooNet 99.9"})})
    facts = facts_of(document, extraction.model_copy(update={"results": (forged,)}), paper="p", run="r")
    assert any("verbatim" in each.reason for each in facts.refused)
    assert not facts.nodes.get("Result")


def test_columns_of_two_datasets(paper_with: Make) -> None:
    """A header above the metric names the dataset of each column."""
    table = """Table 2: Comparison.

| Method        | PearSet  | AppleBank |
|---------------|----------|-----------|
|               | Accuracy | Accuracy  |
| FooNet (ours) | 90.3     | 71.0      |
"""
    assert {("FooNet", "PearSet", "accuracy", "90.3"), ("FooNet", "AppleBank", "accuracy", "71.0")} == set(
        _short(paper_with(table))
    )


@pytest.mark.parametrize("label", ["w/o attention", "+ dropout", "Average", "0.1"])
def test_what_is_no_method_gives_no_result(paper_with: Make, label: str) -> None:
    """An ablation, an average or a setting is not the name of a method."""
    table = f"Table 3: Accuracy on PearSet.\n\n| Variant | Accuracy |\n|---|---|\n| {label} | 77.7 |\n"
    assert "77.7" not in {each.printed for each in _in_tables(paper_with(table))}


def test_a_header_that_measures_something_else_is_not_given_the_metric_of_the_caption(paper_with: Make) -> None:
    """Where headers name metrics, a column whose metric nobody knows has none."""
    table = "Table 4: Accuracy.\n\n| Method | Accuracy | ZQX ↓ |\n|---|---|---|\n| FooNet (ours) | 90.3 | 3.3 |\n"
    assert [("FooNet", None, "accuracy", "90.3")] == _short(paper_with(table))


def test_tables_without_results_are_not_read(paper_with: Make) -> None:
    """Statistics of a dataset are no results."""
    table = "Table 5: Dataset statistics.\n\n| Dataset | Accuracy | Size |\n|---|---|---|\n| FooNet | 90.3 | 3 |\n"
    assert _in_tables(paper_with(table)) == []


def test_rows_of_a_lower_is_better_metric_keep_the_lowest(paper_with: Make) -> None:
    """The arrow of a header says which baseline is the best."""
    table = (
        "Table 6: Error rate on PearSet.\n\n| Method | Error rate ↓ |\n|---|---|\n| BarNet | 9.1 |\n| QuuxNet | 7.2 |\n"
    )
    document = paper_with(f"Error rate is measured, too.\n\n{table}")
    assert {"7.2"} == {each.printed for each in _in_tables(document)}
