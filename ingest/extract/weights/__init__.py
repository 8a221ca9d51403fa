"""Trained components that ship with the package: one folder each, with a manifest, a model card and its files.

`load_component(name)` verifies every file against the manifest and returns the folder, or None where the component is
not installed. Nothing here learns or runs a model.
"""

from ingest.extract.weights.calibration import Calibration
from ingest.extract.weights.load import Component, load_component
from ingest.extract.weights.manifest import DataSet, FileRecord, Manifest, MeasuredFigure

__all__ = ["Calibration", "Component", "DataSet", "FileRecord", "Manifest", "MeasuredFigure", "load_component"]
