"""What a resolve did."""

from __future__ import annotations

from pydantic import Field

from graph.vocabulary.document import Frozen


class ResolveReport(Frozen):
    """What a resolve did. All zero where nothing had changed."""

    documents: int = Field(default=0, description="Documents that were new or had changed")
    names: int = Field(default=0, description="names looked at")
    merged: int = Field(default=0, description="merge edges written, of names and papers")
    parted: int = Field(default=0, description="merge edges removed")
    renamed: int = Field(default=0, description="names that are shown differently now")
    written: int = Field(default=0, description="rows that changed the database")
    left: int = Field(default=0, description="Documents that kept changing meanwhile and are left for the next resolve")

    def __add__(self, other: ResolveReport) -> ResolveReport:
        return ResolveReport(
            **{name: getattr(self, name) + getattr(other, name) for name in ResolveReport.model_fields}
        )
