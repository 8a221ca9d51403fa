"""From a trained network to the files that ship: two ONNX graphs, in one of three stores.

`fp32`: as trained. `fp16`: matrices kept in half precision and the embedding rows in eight bits, computed in single
precision. `int8`: matrix products in eight bits, weights per column, activations by the range of each window
(onnxruntime's dynamic quantisation), save the few products that lose most by it. Which one ships is decided by the
figures on tuning papers.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from ingest.extract.encoder.features import FEATURES
from ingest.extract.encoder.runtime import DOCUMENT_FILE, HEADS, TOKENS_FILE
from ingest.extract.train.model import WIDTH, Network

Store = Literal["fp32", "fp16", "int8"]
_OPSET = 17
# Left in half precision: without these the error of the tag probabilities (mean divergence from single precision) is
# half of what it is with every product in eight bits, for a tenth more bytes. What feeds them has outlying values.
_SENSITIVE = ("layer.0/", "layer.1/output/dense", "layer.2/output/dense")
_WORTH_SHRINKING = 4096  # elements; below it the bytes are not worth a rounding


class _Tokens(nn.Module):
    """Piece ids and shapes of one unpadded window to states and tag scores."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor, shapes: Tensor) -> tuple[Tensor, ...]:
        states = self.network.encoder(input_ids=ids).last_hidden_state
        return (states, *(self.network.heads[head](states, shapes) for head in HEADS))


def export(network: Network, folder: Path, store: Store) -> None:
    """Write the graphs of *network* to *folder*."""
    network.eval()
    with tempfile.TemporaryDirectory() as name:
        raw = Path(name) / "raw.onnx"
        example = torch.tensor([[101, 2023, 102]]), torch.tensor([[0, 1, 0]])
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # the tracer warns of constants that are constant for this model
            torch.onnx.export(
                _Tokens(network),
                example,
                str(raw),
                input_names=["ids", "shapes"],
                output_names=["states", *HEADS],
                dynamic_axes={each: {1: "length"} for each in ("ids", "shapes", "states", *HEADS)},
                opset_version=_OPSET,
                dynamo=False,
            )
        _STORES[store](raw, folder / TOKENS_FILE)
    export_document_layer(network, folder)


def export_document_layer(network: Network, folder: Path) -> None:
    """Write the graph of the document layer to *folder*, in single precision."""
    example = torch.zeros(3, WIDTH), torch.zeros(3, FEATURES)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.document,
            example,
            str(folder / DOCUMENT_FILE),
            input_names=["vectors", "features"],
            output_names=["scores"],
            dynamic_axes={each: {0: "sentences"} for each in ("vectors", "features", "scores")},
            opset_version=_OPSET,
            dynamo=False,
        )


def _fp32(raw: Path, target: Path) -> None:
    onnx.save(onnx.load(str(raw)), str(target))


def _fp16(raw: Path, target: Path) -> None:
    model = onnx.load(str(raw))
    _half_matrices(model)
    _byte_rows(model)
    onnx.save(model, str(target))


def _int8(raw: Path, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    shrunk = raw.with_name("int8.onnx")
    products = [node.name for node in onnx.load(str(raw)).graph.node if node.op_type == "MatMul"]
    quantize_dynamic(
        str(raw),
        str(shrunk),
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=[name for name in products if any(part in name for part in _SENSITIVE)],
        extra_options={"MatMulConstBOnly": True},
    )
    model = onnx.load(str(shrunk))
    _half_matrices(model)
    _byte_rows(model)
    onnx.save(model, str(target))


_STORES: dict[Store, Callable[[Path, Path], None]] = {"fp32": _fp32, "fp16": _fp16, "int8": _int8}


def _half_matrices(model: Any) -> None:
    """Keep float matrices as float16 with a cast behind them, which onnxruntime folds when it loads."""
    gathered = {node.input[0] for node in model.graph.node if node.op_type == "Gather"}
    casts = []
    for tensor in list(model.graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or tensor.name in gathered:
            continue
        values = numpy_helper.to_array(tensor)
        if values.size < _WORTH_SHRINKING:
            continue
        half = numpy_helper.from_array(values.astype(np.float16), f"{tensor.name}.half")
        model.graph.initializer.remove(tensor)
        model.graph.initializer.append(half)
        casts.append(helper.make_node("Cast", [half.name], [tensor.name], to=TensorProto.FLOAT))
    for node in reversed(casts):
        model.graph.node.insert(0, node)


def _byte_rows(model: Any) -> None:
    """Keep the rows of large embedding tables in eight bits, each with its own scale."""
    tables = {tensor.name: tensor for tensor in model.graph.initializer if tensor.data_type == TensorProto.FLOAT}
    for node in list(model.graph.node):
        if node.op_type != "Gather" or node.input[0] not in tables:
            continue
        values = numpy_helper.to_array(tables[node.input[0]])
        if values.ndim != 2 or values.size < 100 * _WORTH_SHRINKING:
            continue
        scale = np.maximum(np.abs(values).max(axis=1, keepdims=True), 1e-12) / 127
        table, rows = f"{node.input[0]}.bytes", f"{node.input[0]}.scale"
        model.graph.initializer.remove(tables.pop(node.input[0]))
        model.graph.initializer.append(numpy_helper.from_array(np.round(values / scale).astype(np.int8), table))
        model.graph.initializer.append(numpy_helper.from_array(scale.astype(np.float32), rows))
        at = list(model.graph.node).index(node)
        out, picked = node.output[0], node.input[1]
        model.graph.node.remove(node)
        for offset, new in enumerate(
            (
                helper.make_node("Gather", [table, picked], [f"{out}.bytes"]),
                helper.make_node("Cast", [f"{out}.bytes"], [f"{out}.float"], to=TensorProto.FLOAT),
                helper.make_node("Gather", [rows, picked], [f"{out}.scale"]),
                helper.make_node("Mul", [f"{out}.float", f"{out}.scale"], [out]),
            )
        ):
            model.graph.node.insert(at + offset, new)
