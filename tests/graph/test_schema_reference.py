"""The reference page of the schema says what the schema says."""

from __future__ import annotations

from pathlib import Path

from graph.schema import EDGES, NODES
from graph.schema_reference import schema_reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "schema.md"


def test_the_page_is_fresh() -> None:
    """The committed page ends with what is made from the schema: run make docs."""
    assert PAGE.read_text("utf-8").endswith(schema_reference())


def test_every_label_type_and_property_is_on_the_page() -> None:
    """Nothing that can be stored is left unsaid."""
    page = schema_reference()
    for kind, spec in [*NODES.items(), *EDGES.items()]:
        section = page.split(f"### {kind}\n", 1)[1].split("\n###", 1)[0]
        assert all(f"| `{name}` |" in section for name in spec.properties)
