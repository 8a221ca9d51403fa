"""A bounded part of the fuzzing of ingest; `fuzz_ingest.py` beside this file runs ten thousand files."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILES = 140


@pytest.fixture(scope="module")
def fuzzing() -> ModuleType:
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("fuzz_ingest", Path(__file__).with_name("fuzz_ingest.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_damaged_files_break_no_rule(fuzzing: ModuleType, tmp_path: Path) -> None:
    """Every file is in or refused for a stated reason, whole or not at all."""
    assert fuzzing.fuzz(tmp_path, count=FILES, seed=1, workers=2) == {}


def test_the_same_seed_makes_the_same_files(fuzzing: ModuleType) -> None:
    """A file that broke a rule can be made again."""
    assert list(fuzzing.files(40, 5)) == list(fuzzing.files(40, 5))


def test_whole_files_are_read(fuzzing: ModuleType, tmp_path: Path) -> None:
    """The seeds themselves are papers and reviews: what is refused is refused for its damage."""
    from graph.home import Home
    from graph.store import open_store
    from ingest.pipeline import ingest
    from ingest.settings import IngestSettings

    for number, (suffix, whole) in enumerate(sorted(fuzzing.seeds().items())):
        for version, content in enumerate(whole):
            folder = tmp_path / "files" / f"{number}-{version}"
            folder.mkdir(parents=True)
            (folder / f"file{suffix}").write_bytes(content)
    store = open_store(f"sqlite:///{tmp_path / 'graph.sqlite'}")
    report = ingest([tmp_path / "files"], store=store, home=Home(tmp_path / "home"), settings=IngestSettings(workers=0))
    store.close()
    assert report.failures == ()
