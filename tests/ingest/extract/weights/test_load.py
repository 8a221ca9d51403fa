import pytest

from graph.canonical import sha256_hex
from ingest.extract.weights import DataSet, FileRecord, Manifest, load_component
from ingest.extract.weights.errors import DamagedWeights


@pytest.fixture
def installed(tmp_path):
    folder = tmp_path / "tagger"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(b"numbers")
    manifest = Manifest(
        component="tagger",
        version=2,
        purpose="tags",
        licence="Apache-2.0",
        files=(FileRecord(name="weights.bin", sha256=sha256_hex(b"numbers"), size_bytes=7),),
        data_sets=(DataSet(name="made", licence="CC0", source="here", used_for="tags"),),
        trained_on={"made": ("ab",)},
        tuned_on={"made": ("cd",)},
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json())
    load_component.cache_clear()
    return folder


def test_a_component_is_its_folder_and_manifest(installed):
    """What is whole is returned."""
    component = load_component("tagger", under=installed.parent)
    assert component is not None
    assert (installed, "tagger/2") == (component.folder, component.manifest.name)


def test_absent_weights_are_none(tmp_path):
    """A package without weights is no error: rules read alone."""
    assert load_component("tagger", under=tmp_path) is None


def test_a_changed_file_is_an_error(installed):
    """Weights that are not those of the manifest are never used."""
    (installed / "weights.bin").write_bytes(b"other numbers")
    with pytest.raises(DamagedWeights, match="sha256"):
        load_component("tagger", under=installed.parent)


def test_a_missing_file_is_an_error(installed):
    """Half a component is damaged, not absent."""
    (installed / "weights.bin").unlink()
    with pytest.raises(DamagedWeights, match="missing"):
        load_component("tagger", under=installed.parent)


def test_a_manifest_of_something_else_is_an_error(installed):
    """A folder holds the component it is named after, and its manifest can be read."""
    other = installed.rename(installed.parent / "parser")
    with pytest.raises(DamagedWeights, match="belongs to"):
        load_component("parser", under=other.parent)
    (other / "manifest.json").write_text("{}")
    load_component.cache_clear()
    with pytest.raises(DamagedWeights, match="no manifest"):
        load_component("parser", under=other.parent)
