"""From a sentence-transformers model to the folder that `graph.embed.onnx` reads.

Needs torch, so it belongs to `compile`; done once a model (the folder is named by the model's hash). Survives a kill:
the folder is written under another name and renamed when it is whole.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.embed.model import ModelFolder
from graph.embed.offline import load_model
from graph.embed.onnx import MODEL_FILE, SETTINGS_FILE, TOKENIZER_FILE, OnnxSettings

if TYPE_CHECKING:
    import torch

# Raised when the exported file would come out different from the same model.
EXPORT_VERSION = 1


def exported(folder: ModelFolder, cache: Path) -> Path:
    """Return the exported form of *folder* under *cache*, exporting it where that was not done yet."""
    target = cache / f"{folder.model_hash}-{EXPORT_VERSION}"
    if not target.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix="export-", dir=cache))
        try:
            _export(folder, partial)
            for path in partial.iterdir():
                _sync(path)
            try:
                partial.rename(target)
            except OSError:  # another compile was quicker: its folder holds the same
                if not target.is_dir():
                    raise
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return target


def _export(folder: ModelFolder, target: Path) -> None:
    import torch

    model = load_model(folder)
    model.to("cpu").eval()
    module: Any = model[0]
    tokenizer: Any = model.tokenizer
    inputs = tuple(
        name
        for name in ("input_ids", "attention_mask", "token_type_ids")
        if name in (*tokenizer.model_input_names, "input_ids", "attention_mask")
    )
    example = tokenizer(["one", "two words"], padding=True, return_tensors="pt")
    raw = target / "raw.onnx"
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # the tracer warns of constants that are constant for this model
        torch.onnx.export(
            _last_state(module.auto_model, inputs),
            tuple(example[name] for name in inputs),
            str(raw),
            input_names=list(inputs),
            output_names=["states"],
            dynamic_axes={name: {0: "batch", 1: "length"} for name in (*inputs, "states")},
            opset_version=17,
            dynamo=False,
        )
    _optimise(raw, target / MODEL_FILE)
    raw.unlink()
    tokenizer.backend_tokenizer.save(str(target / TOKENIZER_FILE))
    settings = OnnxSettings(
        model_id=folder.model_id,
        model_hash=folder.model_hash,
        dimension=int(model.get_embedding_dimension() or 0),
        max_length=folder.max_length,
        pooling=folder.pooling,
        inputs=inputs,
        unknown_token=tokenizer.unk_token,
    )
    (target / SETTINGS_FILE).write_text(settings.model_dump_json(indent=1))


def _last_state(model: Any, inputs: tuple[str, ...]) -> torch.nn.Module:
    import torch

    class LastState(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: torch.Tensor) -> torch.Tensor:
            named = dict(zip(inputs, tensors, strict=True))
            states: torch.Tensor = self.model(**named, return_dict=True).last_hidden_state
            return states

    return LastState()


def _optimise(raw: Path, target: Path) -> None:
    """Write what onnxruntime makes of the graph, so that a question does not wait for it.

    Extended, not full: the full level bakes in this machine's instruction set.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(raw), sess_options=options, providers=["CPUExecutionProvider"])


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
