"""The trained component `leaderboard`: its models, its companions, its thresholds. Loading verifies the files.

Absent weights are a value (None): then no leaderboard entry is read and nothing is salient by the model, and the caller
says so. Damaged weights are an error of `ingest.extract.weights`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from ingest.extract.leaderboard.companions import Companions, CompanionTable
from ingest.extract.leaderboard.trees import Trees
from ingest.extract.weights import Manifest, load_component

COMPONENT = "leaderboard"
WEIGHTS_FILE, SETTINGS_FILE = "trees.npz", "settings.json"
_MODELS = ("dataset", "task", "metric", "value", "salience")


@dataclass(frozen=True)
class LeaderboardModel:
    """What the component learnt. Thresholds were chosen on tuning papers."""

    dataset: Trees
    task: Trees
    metric: Trees
    value: Trees
    salience: Trees
    companions: CompanionTable
    thresholds: Mapping[str, float]
    salient_names: Mapping[str, tuple[int, int]]
    manifest: Manifest | None = None

    @property
    def name(self) -> str:
        """The component with its version."""
        return self.manifest.name if self.manifest else COMPONENT

    @property
    def least_salient(self) -> float:
        """The salience from which on a cluster counts as salient."""
        return self.sure("salience", self.thresholds["salience"])

    def sure(self, what: str, score: float) -> float:
        """Return the probability that an item of this score is right: calibrated, where the manifest says how."""
        calibration = self.manifest.calibration.get(what) if self.manifest else None
        return calibration.probability(score) if calibration else score


@lru_cache(maxsize=1)
def load_leaderboard() -> LeaderboardModel | None:
    """Return the installed component, or None.

    Raises:
        DamagedWeights: a file is missing or is not the one its manifest names.
    """
    component = load_component(COMPONENT)
    return None if component is None else read_model(component.folder, component.manifest)


def read_model(folder: Path, manifest: Manifest | None = None) -> LeaderboardModel:
    """Return the model whose files lie in *folder*."""
    with np.load(folder / WEIGHTS_FILE, allow_pickle=False) as arrays:
        trees = {name: Trees.from_arrays(arrays, name) for name in _MODELS}
    settings = json.loads((folder / SETTINGS_FILE).read_text(encoding="utf-8"))
    return LeaderboardModel(
        **trees,
        companions=Companions.from_rows(settings["companions"]).table(),
        thresholds={name: float(value) for name, value in settings["thresholds"].items()},
        salient_names={name: (int(seen), int(salient)) for name, (seen, salient) in settings["salient_names"].items()},
        manifest=manifest,
    )


def write_model(folder: Path, trees: Mapping[str, Trees], settings: Mapping[str, object]) -> None:
    """Write what `read_model` reads; the same model gives the same bytes of settings."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {key: array for name in _MODELS for key, array in trees[name].arrays(name).items()}
    with (folder / WEIGHTS_FILE).open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    text = json.dumps(settings, ensure_ascii=False, sort_keys=True, indent=1)
    (folder / SETTINGS_FILE).write_text(f"{text}\n", encoding="utf-8")
