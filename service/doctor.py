"""What is in use, what is missing, and what to do about it, in plain words.

Each check is a function that returns one `Check` and never raises for what it looks at: a broken part is a finding.
Nothing is written or downloaded. Quick by default; with `deep` every byte of the snapshot is compared and
torch is asked about the GPU.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import shutil
from collections.abc import Iterator
from pathlib import Path

from graph.errors import EmbedderUnavailable, GraphError, SnapshotDamaged, SnapshotError, SnapshotMissing, StoreError
from ingest.settings import PdfReader
from service.documents import Check, DoctorDocument, Verdict
from service.extractors import components_check, llm_check
from service.settings import FILE_NAME, Settings, unknown_variables, usable_cores
from service.workspace import open_workspace, sqlite_path, store_exists

_LOW_SPACE_GB = 2
_TIMEOUT_S = 5.0


def examine(settings: Settings, *, deep: bool = False) -> DoctorDocument:
    """Look at everything that Patternbook needs or could use."""
    return DoctorDocument(
        version=importlib.metadata.version("patternbook"),
        python=platform.python_version(),
        checks=tuple(_checks(settings, deep=deep)),
    )


def _checks(settings: Settings, *, deep: bool) -> Iterator[Check]:
    yield _settings()
    yield _home(settings)
    yield _space(settings)
    yield _store(settings)
    yield _snapshot(settings, deep=deep)
    yield _embedder(settings)
    yield _parser(settings)
    yield _grobid(settings)
    yield _device(deep=deep)
    yield _sandbox(settings)
    yield components_check(settings)
    yield llm_check(settings)


def _settings() -> Check:
    unknown = unknown_variables(os.environ)
    source = f"{FILE_NAME} in {Path.cwd()}" if Path(FILE_NAME).is_file() else f"no {FILE_NAME} here"
    if unknown:
        return Check(
            name="settings",
            verdict=Verdict.WARNING,
            says=f"{source}; not a setting: {', '.join(unknown)}",
            advice=f"known are {', '.join('PATTERNBOOK_' + name.upper() for name in Settings.model_fields)}",
        )
    return Check(name="settings", verdict=Verdict.OK, says=source)


def _home(settings: Settings) -> Check:
    home = settings.home
    if not home.exists():
        return Check(name="home", verdict=Verdict.NOTE, says=f"{home.absolute()} is not there yet; ingest makes it")
    if not home.is_dir() or not os.access(home, os.W_OK | os.X_OK):
        return Check(
            name="home",
            verdict=Verdict.MISSING,
            says=f"{home.absolute()} is not a folder that can be written",
            advice="name another with --home, or mend its permissions",
        )
    return Check(name="home", verdict=Verdict.OK, says=str(home.absolute()))


def _space(settings: Settings) -> Check:
    folder = settings.home.absolute()
    while not folder.exists():
        folder = folder.parent
    free_gb = shutil.disk_usage(folder).free / 1e9
    says = f"{free_gb:.1f} GB free under {folder}"
    if free_gb < _LOW_SPACE_GB:
        return Check(
            name="disk",
            verdict=Verdict.WARNING,
            says=says,
            advice="make room: a large ingest would stop when it is full",
        )
    return Check(name="disk", verdict=Verdict.OK, says=says)


def _store(settings: Settings) -> Check:
    if not store_exists(settings):
        says = f"{settings.store_url} is not there yet; ingest makes it"
        return Check(name="store", verdict=Verdict.NOTE, says=says)
    try:
        with open_workspace(settings, must_exist=True) as workspace:
            health = workspace.store.health()
    except (StoreError, GraphError) as error:
        if sqlite_path(settings.store_url) is None:
            advice = "start the server, or check store, store_user and store_password"
        else:
            advice = "name another with --store or --home"
        return Check(name="store", verdict=Verdict.MISSING, says=str(error), advice=advice)
    says = f"{health.kind} {health.version} at {health.location}, schema {health.schema_version}, id {health.store_id}"
    return Check(name="store", verdict=Verdict.OK, says=says)


def _snapshot(settings: Settings, *, deep: bool) -> Check:
    from graph.home import Home
    from graph.snapshot import open_snapshot

    try:
        snapshot = open_snapshot(Home(settings.home))
        if deep:
            snapshot.verify()
    except SnapshotMissing:
        return Check(
            name="snapshot",
            verdict=Verdict.NOTE,
            says="none yet: questions cannot be answered",
            advice="run patternbook compile after an ingest",
        )
    except SnapshotDamaged as error:
        return Check(name="snapshot", verdict=Verdict.MISSING, says=str(error), advice="run patternbook compile")
    except SnapshotError as error:
        return Check(name="snapshot", verdict=Verdict.MISSING, says=str(error))
    checked = "every byte as it was written" if deep else "sizes and ends of its files as they were written"
    says = f"{snapshot.id}, {len(snapshot)} nodes, {checked}"
    if (now := _generation(settings)) is not None and now != snapshot.generation:
        return Check(
            name="snapshot",
            verdict=Verdict.NOTE,
            says=f"{says}; the graph has changed since it was compiled",
            advice="run patternbook compile",
        )
    return Check(name="snapshot", verdict=Verdict.OK, says=says)


def _generation(settings: Settings) -> int | None:
    from graph.schema import Label

    if not store_exists(settings):
        return None
    try:
        with open_workspace(settings, must_exist=True) as workspace:
            meta = workspace.store.get_nodes(Label.META, ["store"])
            generation = meta["store"].properties.get("generation") if "store" in meta else None
            return generation if isinstance(generation, int) else None
    except GraphError:
        return None  # the check of the store says why


def _embedder(settings: Settings) -> Check:
    if settings.embedder == "hash":
        return Check(
            name="embedder", verdict=Verdict.NOTE, says="hash: no model is used, only spelling counts for nearness"
        )
    from graph.embed.model import find_model

    known_here = settings.embedder == "packaged" or Path(settings.embedder).expanduser().is_dir()
    if not known_here:
        says = f"{settings.embedder}: fetched by name when compile needs it; not looked up here"
        return Check(name="embedder", verdict=Verdict.NOTE, says=says)
    try:
        model = find_model(settings.embedder)
    except EmbedderUnavailable as error:
        return Check(name="embedder", verdict=Verdict.MISSING, says=str(error))
    says = f"{model.model_id} in {model.path}, weights as they should be (hash {model.model_hash[:12]})"
    return Check(name="embedder", verdict=Verdict.OK, says=says)


def _parser(settings: Settings) -> Check:
    library = f"PyMuPDF {importlib.metadata.version('pymupdf')}"
    if settings.parse.pdf_reader is not PdfReader.GROBID:
        says = f"{library} reads PDFs ({settings.parse.pdf_reader}); GROBID's TEI files are read as they are"
        return Check(name="PDF parser", verdict=Verdict.OK, says=says)
    if settings.grobid_url is None:
        says, advice = "pdf_reader is grobid, and no server is set", "set grobid_url, or pdf_reader to rules"
        return Check(name="PDF parser", verdict=Verdict.MISSING, says=says, advice=advice)
    stand_in = f"{library} stands in" if settings.grobid_fallback else "a PDF that it does not return fails"
    says = f"GROBID at {settings.grobid_url} reads PDFs, checked page by page with {library}; {stand_in}"
    return Check(name="PDF parser", verdict=Verdict.OK, says=says)


def _grobid(settings: Settings) -> Check:
    if settings.grobid_url is None:
        return Check(name="GROBID", verdict=Verdict.OK, says="no server is set (grobid_url), and none is needed")
    import httpx

    is_asked = settings.parse.pdf_reader is PdfReader.GROBID
    try:
        answer = httpx.get(f"{settings.grobid_url}/api/isalive", timeout=_TIMEOUT_S)
        is_alive, why = answer.is_success, f"HTTP {answer.status_code}"
        version = _grobid_version(settings.grobid_url) if is_alive else ""
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        is_alive, why, version = False, str(error), ""
    if is_alive:
        asked = (
            f"PDFs are sent to it, {settings.grobid_concurrency} at a time" if is_asked else "PDFs are not sent to it"
        )
        advice = "" if is_asked else "set pdf_reader to grobid, or remove grobid_url"
        says = f"the server at {settings.grobid_url} answers{version}; {asked}"
        return Check(name="GROBID", verdict=Verdict.OK, says=says, advice=advice)
    needed = is_asked and not settings.grobid_fallback
    return Check(
        name="GROBID",
        verdict=Verdict.MISSING if needed else Verdict.WARNING,
        says=f"the server at {settings.grobid_url} does not answer ({why})",
        advice="start it (docker compose up -d --wait grobid), or remove grobid_url; PDFs are read without it",
    )


def _grobid_version(url: str) -> str:
    """Return what the server says of its version, in words; empty where it says nothing that can be read."""
    import httpx

    try:
        said = httpx.get(f"{url}/api/version", timeout=_TIMEOUT_S).json()
    except (httpx.HTTPError, ValueError):
        return ""
    version = said.get("version") if isinstance(said, dict) else None
    return f" (version {version})" if isinstance(version, str) and version else ""


def _device(*, deep: bool) -> Check:
    cores = f"{usable_cores()} CPU core(s); trials run on the CPU"
    if not deep:
        gpu = "an NVIDIA driver is there (--deep asks PyTorch)" if Path("/dev/nvidiactl").exists() else "no GPU"
        return Check(name="device", verdict=Verdict.OK, says=f"{cores}; {gpu}")
    import torch

    gpu = (
        f"GPU {torch.cuda.get_device_name(0)}, used to embed texts"
        if torch.cuda.is_available()
        else f"torch {torch.__version__} sees no GPU"
    )
    return Check(name="device", verdict=Verdict.OK, says=f"{cores}; {gpu}")


def _sandbox(settings: Settings) -> Check:
    from runtime.sandbox.errors import SandboxUnavailable
    from runtime.sandbox.isolation import may_run_untrusted
    from runtime.sandbox.ladder import choose

    try:
        sandbox = choose(settings.isolation)
    except SandboxUnavailable as error:
        return Check(name="sandbox", verdict=Verdict.MISSING, says=str(error), advice="see docs/how-to/sandbox.md")
    by = "each trial as a user of its own" if sandbox.own_uid else "trials as this user"
    chosen = "forced by the setting isolation" if settings.isolation else "the best that works here"
    stepped = "".join(f"; {each.isolation} was stepped over: {each.reason}" for each in sandbox.stepped_over)
    says = f"{sandbox.isolation}, {chosen}, {by}{stepped}"
    if not may_run_untrusted(sandbox.isolation, settings):
        advice = "install bubblewrap, or use Linux 6.12 or later with Landlock; until then code from outside is refused"
        return Check(name="sandbox", verdict=Verdict.WARNING, says=says, advice=advice)
    return Check(name="sandbox", verdict=Verdict.OK, says=says)
