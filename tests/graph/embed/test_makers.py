"""The two makers of vectors: sentence-transformers for batches, onnxruntime for a question."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from graph.embed.export import exported
from graph.embed.model import PACKAGED_WEIGHTS_SHA256, find_model
from graph.embed.offline import OfflineEmbedder
from graph.embed.onnx import MODEL_FILE, OnnxEmbedder
from graph.errors import EmbedderUnavailable

TEXTS = [
    "label smoothing makes small networks less sure of themselves",
    "How can a model be calibrated without a held-out set?",
    "ünïcode, 标签平滑 and ∑ symbols",
    "x",
    "",
    "a sentence that is far longer than the encoder reads " * 60,
]


@pytest.fixture(scope="module")
def export_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(find_model(), tmp_path_factory.mktemp("models"))


@pytest.mark.slow
def test_both_makers_give_equal_vectors(export_folder: Path):
    """Short, long, empty and foreign texts: cosine above .9999 between the two makers, and one model hash."""
    offline, online = OfflineEmbedder.open(), OnnxEmbedder.open(export_folder)
    ours, theirs = offline.embed(TEXTS), online.embed(TEXTS)
    assert offline.model_hash == online.model_hash
    assert offline.dimension == online.dimension == ours.shape[1]
    assert (ours * theirs).sum(axis=1).min() > 0.9999


@pytest.mark.slow
def test_a_row_hardly_depends_on_its_batch(export_folder: Path):
    """Padding beside a longer text changes nothing that matters."""
    online = OnnxEmbedder.open(export_folder)
    alone, beside = online.embed(TEXTS[:1]), online.embed(TEXTS)[:1]
    assert float((alone * beside).sum()) > 0.9999


@pytest.mark.slow
def test_the_encoder_says_what_it_cannot_read(export_folder: Path):
    """A text in a script without pieces is known as such; an English one is not suspected."""
    online = OnnxEmbedder.open(export_folder)
    assert online.unknown_share("label smoothing") == 0
    assert online.unknown_share("ᎠᏂᏴᏫᏯᎢ ᎤᏃᏕᎾ") > 0.5


@pytest.mark.slow
def test_an_export_is_made_once(export_folder: Path):
    """The second call returns the same files, untouched."""
    before = (export_folder / MODEL_FILE).stat().st_mtime_ns
    assert exported(find_model(), export_folder.parent) == export_folder
    assert (export_folder / MODEL_FILE).stat().st_mtime_ns == before


def test_a_missing_file_is_named(tmp_path: Path):
    """An incomplete export is refused with a sentence that names the file and the remedy."""
    with pytest.raises(EmbedderUnavailable, match=r"embedder\.json is missing: run patternbook compile"):
        OnnxEmbedder.open(tmp_path)


def test_the_packaged_weights_are_the_published_ones():
    """The packaged model passes its check, and its hash does not depend on where it lies."""
    model = find_model()
    assert model.model_id == "all-MiniLM-L6-v2"
    assert (model.max_length, model.pooling) == (256, "mean")
    assert len(model.model_hash) == len(PACKAGED_WEIGHTS_SHA256)


def test_other_weights_under_the_packaged_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Weights that were exchanged are not used silently."""
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    monkeypatch.setattr("graph.embed.model._packaged_folder", lambda: tmp_path)
    with pytest.raises(EmbedderUnavailable, match=r"are not those of all-MiniLM-L6-v2"):
        find_model()


def test_a_folder_without_weights_is_no_model(tmp_path: Path):
    """A path that holds no model is refused, not tried."""
    with pytest.raises(EmbedderUnavailable, match="holds no weights"):
        find_model(str(tmp_path))


def test_unusual_pooling_is_refused(tmp_path: Path):
    """A model whose pooling the question's path cannot repeat is refused at compile, not answered wrongly."""
    (tmp_path / "model.safetensors").write_bytes(b"w")
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "1_Pooling" / "config.json").write_text('{"pooling_mode_max_tokens": true}')
    with pytest.raises(EmbedderUnavailable, match="only mean and cls pooling"):
        find_model(str(tmp_path))


def test_unit_rows_keep_zeros():
    """A row of zeros stays zero instead of becoming NaN."""
    from graph.embed import unit_rows

    np.testing.assert_allclose(unit_rows(np.array([[0.0, 0.0], [3.0, 4.0]])), [[0, 0], [0.6, 0.8]], rtol=1e-6)
