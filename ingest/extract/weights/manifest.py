"""What a trained component says of itself: its files, what it learnt from, how it was set and what it reached.

`trained_on` and `tuned_on` list, for each data set, the sha256 of the normalised title of every paper (of the sentence
where a set has no titles), so that a benchmark can leave those out. The model card is written from the manifest.
"""

from __future__ import annotations

from pydantic import Field, JsonValue

from graph.vocabulary.document import Frozen
from ingest.extract.weights.calibration import Calibration

MANIFEST_FILE = "manifest.json"
CARD_FILE = "CARD.md"


class FileRecord(Frozen):
    """A file of the component's folder."""

    name: str
    sha256: str
    size_bytes: int = Field(ge=0)


class DataSet(Frozen):
    """Data that a component learnt from, with its licence and what it was used for."""

    name: str
    licence: str
    source: str = Field(description="who made it, and where it is described")
    used_for: str


class MeasuredFigure(Frozen):
    """A figure measured by the training command, never on test papers."""

    figure: str
    value: float
    n: int = Field(ge=0, description="units of resampling: papers, or sentences")
    measured_on: str = Field(description="'tuning papers', 'training papers'")
    precision: float | None = None
    recall: float | None = None


class Manifest(Frozen):
    """The manifest of one trained component."""

    component: str
    version: int = Field(ge=1)
    purpose: str
    licence: str
    attribution: str = ""
    base_model: str = ""
    parameters: int = Field(default=0, ge=0)
    files: tuple[FileRecord, ...]
    data_sets: tuple[DataSet, ...]
    trained_on: dict[str, tuple[str, ...]] = Field(description="data set → title hashes")
    tuned_on: dict[str, tuple[str, ...]] = Field(description="data set → title hashes")
    settings: dict[str, JsonValue] = {}
    figures: tuple[MeasuredFigure, ...] = ()
    calibration: dict[str, Calibration] = Field(default={}, description="what a confidence is of → its map")
    not_for: str = Field(default="", description="what the component cannot do, in words")

    @property
    def name(self) -> str:
        """The component with its version, as `Extraction.read_by` names it: 'encoder/1'."""
        return f"{self.component}/{self.version}"
