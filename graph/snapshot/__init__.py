"""The compiled read model: immutable files that answer online queries.

`open_snapshot(home)` opens the current one; `write_snapshot` makes one. `graph.snapshot.layout` says what lies where.
"""

from graph.snapshot.layout import SEARCHED, EmbedderStamp, IndexSettings, Manifest, Origin
from graph.snapshot.reader import Snapshot, current_id, open_folder, open_snapshot

__all__ = [
    "SEARCHED",
    "EmbedderStamp",
    "IndexSettings",
    "Manifest",
    "Origin",
    "Snapshot",
    "current_id",
    "open_folder",
    "open_snapshot",
]
