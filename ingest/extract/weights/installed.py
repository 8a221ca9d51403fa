"""Which trained components are installed, as one short word: part of the version of every extraction.

Reads the manifests' bytes only. Whether the files are those that a manifest names is checked by who loads them.
"""

from __future__ import annotations

from pathlib import Path

from graph.canonical import content_hash, sha256_hex
from ingest.extract.weights.manifest import MANIFEST_FILE

WEIGHTS = Path(__file__).parent


def installed_components(under: Path = WEIGHTS) -> tuple[str, ...]:
    """Return the names of the components that have a manifest here."""
    return tuple(path.parent.name for path in sorted(under.glob(f"*/{MANIFEST_FILE}")))


def installed_weights(under: Path = WEIGHTS) -> str:
    """Return a hash over all installed manifests, or "" where none is installed."""
    found = {path.parent.name: sha256_hex(path.read_bytes()) for path in sorted(under.glob(f"*/{MANIFEST_FILE}"))}
    return content_hash(found)[:12] if found else ""
