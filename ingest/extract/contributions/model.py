"""The trained reader of triples: two linear models, two forests, and the few numbers that were tuned.

One ``.npz`` of arrays without pickles. `open_triples()` gives None where no weights are installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ingest.extract.contributions.forest import Forest
from ingest.extract.contributions.lexical import Floats, LinearModel
from ingest.extract.weights import Calibration, Manifest, load_component

COMPONENT = "triples"
FILE = "triples.npz"
CALIBRATED = "triple"
TREE_PARTS = ("feature", "threshold", "left", "right", "value", "roots")


@dataclass(frozen=True)
class Tuned:
    """What was set on tuning papers.

    `least` is the probability from which a term's best link is kept, `also` the one from which a second is; `said` the
    confidence from which a triple is said, all that it rests on included. A sentence's unit is mixed from the encoder's
    by `encoder_weight`; `rivalry` and `order` are those of `decide_units`.
    """

    least: float = 0.3
    also: float = 0.5
    said: float = 0.0
    encoder_weight: float = 0.5
    rivalry: float = 2.0
    order: float = 1.0


@dataclass(frozen=True)
class TripleModel:
    """All parts, and what the reader is called for `Extraction.read_by`."""

    units: LinearModel
    transitions: Floats
    types: LinearModel
    links: Forest
    subjects: Forest
    tuned: Tuned
    calibration: Calibration | None = None
    name: str = "triples/1"


def save(model: TripleModel, file: Path) -> None:
    """Write the arrays of *model*; settings and calibration belong to the manifest."""
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "units.weights": model.units.weights.astype(np.float16),
        "units.intercepts": model.units.intercepts,
        "transitions": model.transitions,
        "types.weights": model.types.weights.astype(np.float16),
        "types.intercepts": model.types.intercepts,
    }
    for name, forest in (("links", model.links), ("subjects", model.subjects)):
        arrays |= {f"{name}.{part}": getattr(forest, part) for part in TREE_PARTS}
        arrays[f"{name}.baseline"] = np.asarray([forest.baseline])
        arrays[f"{name}.depth"] = np.asarray([forest.depth])
    with file.open("wb") as out:
        np.savez_compressed(out, allow_pickle=False, **arrays)


def load(file: Path, tuned: Tuned, *, calibration: Calibration | None = None, name: str = "triples/1") -> TripleModel:
    """Read the arrays of a model."""
    with np.load(file, allow_pickle=False) as arrays:
        found = dict(arrays)

    def linear(part: str) -> LinearModel:
        weights = found[f"{part}.weights"].astype(np.float32)
        return LinearModel(weights, found[f"{part}.intercepts"].astype(np.float32))

    def forest(part: str) -> Forest:
        return Forest(
            **{each: found[f"{part}.{each}"] for each in TREE_PARTS},
            baseline=float(found[f"{part}.baseline"][0]),
            depth=int(found[f"{part}.depth"][0]),
        )

    return TripleModel(
        units=linear("units"),
        transitions=found["transitions"],
        types=linear("types"),
        links=forest("links"),
        subjects=forest("subjects"),
        tuned=tuned,
        calibration=calibration,
        name=name,
    )


def tuned_of(manifest: Manifest) -> Tuned:
    """Return the settings that *manifest* holds."""
    settings = manifest.settings
    return Tuned(**{each: float(str(settings[each])) for each in Tuned.__dataclass_fields__ if each in settings})


@lru_cache(maxsize=1)
def open_triples() -> TripleModel | None:
    """Return the installed reader of triples, or None.

    Raises:
        DamagedWeights: its files differ from its manifest.
    """
    component = load_component(COMPONENT)
    if component is None:
        return None
    return load(
        component.folder / FILE,
        tuned_of(component.manifest),
        calibration=component.manifest.calibration.get(CALIBRATED),
        name=component.manifest.name,
    )
