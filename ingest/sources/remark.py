"""A remark about one source: a failure or a notice, in the shape that every report shows."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from graph.vocabulary.document import Frozen


class Remark(Frozen):
    """What is said of one source. In JSON the field `kind` is called ``class``."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    source: str = Field(description="the path as given, safe to print")
    kind: str = Field(alias="class", description="the class of the failure or notice, e.g. EmptyFile")
    message: str = Field(description="a sentence that says what is wrong and, where it helps, what to do")

    @property
    def order(self) -> tuple[str, str, str]:
        """What remarks are sorted by in a report."""
        return self.source, self.kind, self.message
