"""Finding and verifying a trained component.

Guarantees: a component is used only if every file of its manifest is there with its sha256. Absent weights are a
value (None), since rules read without them; damaged weights are an error, never a silent fallback. Verified once a
process.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from graph.canonical import sha256_hex
from ingest.extract.weights.errors import DamagedWeights
from ingest.extract.weights.manifest import MANIFEST_FILE, Manifest

WEIGHTS = Path(__file__).parent


@dataclass(frozen=True)
class Component:
    """A component on this disk, verified."""

    folder: Path
    manifest: Manifest


@lru_cache(maxsize=32)
def load_component(name: str, *, under: Path = WEIGHTS) -> Component | None:
    """Return the component *name*, or None where no weights of it are installed.

    Raises:
        DamagedWeights: the manifest cannot be read, or a file is missing or differs from it.
    """
    folder = under / name
    path = folder / MANIFEST_FILE
    if not path.is_file():
        return None
    try:
        manifest = Manifest.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise DamagedWeights(
            f"{path} is no manifest ({error.error_count()} errors): install the package again"
        ) from error
    if manifest.component != name:
        raise DamagedWeights(f"{path} belongs to the component {manifest.component!r}: install the package again")
    for record in manifest.files:
        file = folder / record.name
        if not file.is_file():
            raise DamagedWeights(f"{file} is missing: install the package again, or remove {folder} to use rules alone")
        if (found := sha256_hex(file.read_bytes())) != record.sha256:
            raise DamagedWeights(
                f"{file} has sha256 {found} instead of {record.sha256}: install the package again, or remove {folder} "
                f"to use rules alone"
            )
    return Component(folder, manifest)
