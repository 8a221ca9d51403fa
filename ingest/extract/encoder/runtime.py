"""The encoder as it ships: two ONNX graphs, the tokenizer and the settings of decoding, run on one thread.

Guarantees: every window is run by itself and unpadded, so that what is read is a function of the document, and equal
documents give equal bytes on one machine. Another instruction set may differ in the last digits of a score. No torch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from ingest.extract.encoder.consistency import Consistency
from ingest.extract.encoder.decode import Decoding, read
from ingest.extract.encoder.features import features
from ingest.extract.encoder.scores import DocumentScores
from ingest.extract.encoder.sentences import SentenceIn, SentenceRead, Vector
from ingest.extract.encoder.tags import Scores
from ingest.extract.encoder.tokens import Tokens, first_pieces, tokenise
from ingest.extract.encoder.windows import HEADING, LONGEST, windows
from ingest.extract.weights import Calibration, Component, load_component

if TYPE_CHECKING:
    from tokenizers import Tokenizer

COMPONENT = "encoder"
TOKENS_FILE = "tokens.onnx"
DOCUMENT_FILE = "document.onnx"
TOKENIZER_FILE = "tokenizer.json"
DECODING_FILE = "decoding.json"
HEADS = ("scirex", "tdmsci", "phrases")


@dataclass(frozen=True)
class Encoder:
    """The trained sentence encoder. One a process: `open_encoder`. `name` has the version: 'encoder/1'."""

    name: str
    decoding: Decoding
    _tokenizer: Tokenizer
    _tokens: Any  # onnxruntime.InferenceSession, which has no types
    _document: Any

    @classmethod
    def open(cls, component: Component) -> Encoder:
        """Load *component*."""
        decoding = read_decoding(component.folder / DECODING_FILE, component.manifest.calibration)
        return cls.of_folder(component.folder, decoding, name=component.manifest.name)

    @classmethod
    def of_folder(cls, folder: Path, decoding: Decoding, *, name: str = COMPONENT) -> Encoder:
        """Load the graphs and the tokenizer in *folder*; onnxruntime and tokenizers are imported here."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(
            name=name,
            decoding=decoding,
            _tokenizer=tokenizer,
            _tokens=_session(str(folder / TOKENS_FILE)),
            _document=_session(str(folder / DOCUMENT_FILE)),
        )

    def read(self, sentences: Sequence[SentenceIn]) -> list[SentenceRead]:
        """Return what is read in the sentences of one document, which are given in reading order."""
        if not sentences:
            return []
        tokens, scores = self.scores(sentences)
        return read(sentences, tokens, scores, self.decoding)

    def scores(self, sentences: Sequence[SentenceIn]) -> tuple[list[Tokens], DocumentScores]:
        """Return the tokens and the undecided scores of one document."""
        tokens = tokenise(self._tokenizer, [sentence.text for sentence in sentences], most=LONGEST)
        distinct = sorted({sentence.heading for sentence in sentences})
        pieces = dict(zip(distinct, tokenise(self._tokenizer, distinct, most=HEADING), strict=True))
        tags, states = self._run(tokens, [pieces[sentence.heading].ids for sentence in sentences])
        width = max((each.shape[1] for each in states), default=0)
        vectors = np.zeros((len(sentences), width), dtype=np.float32)
        for number, each in enumerate(states):
            if len(each):
                vectors[number] = each.mean(axis=0)
        (rows,) = self._document.run(None, {"vectors": vectors, "features": features(sentences)})
        return tokens, DocumentScores(
            tags={head: tuple(its) for head, its in tags.items()},
            sentences=rows,
            vectors=vectors,
            states=tuple(states),
        )

    def _run(
        self, tokens: Sequence[Tokens], headings: Sequence[tuple[int, ...]]
    ) -> tuple[dict[str, list[Scores]], list[Vector]]:
        sizes = {output.name: output.shape[-1] for output in self._tokens.get_outputs()}
        empty = {name: np.zeros((0, size), dtype=np.float32) for name, size in sizes.items()}
        tags = {head: [empty[head]] * len(tokens) for head in HEADS}
        states: list[Vector] = [empty["states"]] * len(tokens)
        names = ["states", *HEADS]
        for window in windows(tokens, headings):
            inputs = {
                "ids": np.array([window.ids], dtype=np.int64),
                "shapes": np.array([window.shapes], dtype=np.int64),
            }
            found = dict(zip(names, self._tokens.run(names, inputs), strict=True))
            for sentence, first, last in window.sentences:
                states[sentence] = found["states"][0, first:last]
                rows = [first + at for at in first_pieces(tokens[sentence])]
                for head in HEADS:
                    tags[head][sentence] = found[head][0, rows]
        return tags, states


@cache
def open_encoder() -> Encoder | None:
    """Return this process's encoder, or None where no weights of it are installed.

    Raises:
        DamagedWeights: weights are there and are not those of their manifest.
    """
    component = load_component(COMPONENT)
    return Encoder.open(component) if component else None


def read_sentences(sentences: Sequence[SentenceIn]) -> list[SentenceRead] | None:
    """Return what the encoder reads in the sentences of one document, or None where no weights are installed."""
    encoder = open_encoder()
    return encoder.read(sentences) if encoder else None


def _session(path: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, sess_options=options, providers=["CPUExecutionProvider"])


def read_decoding(path: Path, calibration: dict[str, Calibration]) -> Decoding:
    """Return the decoding that *path* describes, with *calibration* from the manifest."""
    raw: dict[str, Any] = orjson.loads(path.read_bytes())
    return Decoding(
        transitions={head: np.array(matrix, dtype=np.float32) for head, matrix in raw["transitions"].items()},
        contribution_threshold=float(raw["contribution_threshold"]),
        consistency={head: Consistency(**setting) for head, setting in raw["consistency"].items()},
        calibration=calibration,
    )
