"""The maker for a question: the exported model on onnxruntime, one thread, without torch.

Reads a folder that `graph.embed.export` wrote (``model.onnx``, ``tokenizer.json``, ``embedder.json``). Imports
onnxruntime when it is opened, in 0.1 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from graph.embed.interface import Vectors, unit_rows
from graph.errors import EmbedderUnavailable
from graph.vocabulary.document import Frozen

MODEL_FILE, TOKENIZER_FILE, SETTINGS_FILE = "model.onnx", "tokenizer.json", "embedder.json"
_BATCH = 32


class OnnxSettings(Frozen):
    """What must be repeated to get the vectors that the offline maker gives."""

    model_id: str
    model_hash: str
    dimension: int
    max_length: int
    pooling: str
    inputs: tuple[str, ...]
    unknown_token: str | None = None


class OnnxEmbedder:
    """Embeds single questions and small batches."""

    def __init__(self, settings: OnnxSettings, tokenizer: Any, session: Any) -> None:
        self._settings, self._tokenizer, self._session = settings, tokenizer, session

    @classmethod
    def open(cls, folder: Path) -> OnnxEmbedder:
        """Open an exported model.

        Raises:
            EmbedderUnavailable: a file is absent or cannot be read; `patternbook compile` exports it again.
        """
        for name in (SETTINGS_FILE, TOKENIZER_FILE, MODEL_FILE):
            if not (folder / name).is_file():
                raise EmbedderUnavailable(f"{folder / name} is missing: run patternbook compile")
        import onnxruntime
        from tokenizers import Tokenizer

        try:
            settings = OnnxSettings.model_validate_json((folder / SETTINGS_FILE).read_bytes())
        except ValidationError as error:
            raise EmbedderUnavailable(f"{folder / SETTINGS_FILE} cannot be read: run patternbook compile") from error
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        tokenizer.enable_truncation(settings.max_length)
        pad = tokenizer.padding or {}
        tokenizer.enable_padding(pad_id=pad.get("pad_id", 0), pad_token=pad.get("pad_token", "[PAD]"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # The file was optimised when it was exported; doing it again would cost more than the question.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), sess_options=options, providers=["CPUExecutionProvider"]
        )
        return cls(settings, tokenizer, session)

    @property
    def model_id(self) -> str:
        """The model's name."""
        return self._settings.model_id

    @property
    def model_hash(self) -> str:
        """The hash of the model it was exported from."""
        return self._settings.model_hash

    @property
    def maker(self) -> str:
        """Always ``onnxruntime``."""
        return "onnxruntime"

    @property
    def dimension(self) -> int:
        """Length of a row."""
        return self._settings.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows, in the order of *texts*."""
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            rows[start : start + len(batch)] = self._embed(batch)
        return rows

    def unknown_share(self, text: str) -> float:
        """Return which share of the words of *text* the model has no piece for: 1 for a script it never saw."""
        unknown = self._settings.unknown_token
        pieces = self._tokenizer.encode(text, add_special_tokens=False).tokens
        return sum(piece == unknown for piece in pieces) / len(pieces) if pieces and unknown else 0.0

    def _embed(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
        inputs = {
            "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([each.type_ids for each in encoded], dtype=np.int64),
        }
        (states,) = self._session.run(None, {name: inputs[name] for name in self._settings.inputs})
        if self._settings.pooling == "cls":
            return unit_rows(states[:, 0])
        weights = mask[:, :, None].astype(np.float32)
        return unit_rows((states * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1e-9))
