"""Export: the whole graph out of a store, through its `scan`, as a file or into another store."""

from __future__ import annotations

from pathlib import Path

from graph.store import open_store
from service.documents import ExportDocument
from service.errors import WrongUse
from service.export.copy import copy_store
from service.export.files import FileFormat, export_file
from service.settings import Settings, load_settings
from service.workspace import open_workspace


def export_to(
    settings: Settings,
    *,
    file: Path | None,
    format: str | None = None,
    into: str | None = None,
    user: str | None = None,
    password: str | None = None,
) -> ExportDocument:
    """Write the graph to *file*, or copy it into the store *into*.

    Raises:
        WrongUse: both or neither were named, the format is not known, or the target cannot take it.
        PartMissing: there is no graph yet.
    """
    if (file is None) == (into is None):
        raise WrongUse("name a file or --into STORE, one of the two: patternbook export graph.graphml")
    if into is not None:
        target_url = load_settings({"home": settings.home, "store": into}).store_url
        if target_url == settings.store_url:
            raise WrongUse(f"{target_url} is the store itself: name another one to copy into")
        with open_workspace(settings, must_exist=True) as workspace:
            target = open_store(target_url, user=user, password=password)
            try:
                return copy_store(workspace.store, target, target_url=target_url)
            finally:
                target.close()
    assert file is not None
    chosen = _format(file, format)
    with open_workspace(settings, must_exist=True) as workspace:
        return export_file(workspace.store, file, chosen)


def _format(file: Path, format: str | None) -> FileFormat:
    name = format or file.suffix.removeprefix(".").lower()
    try:
        return FileFormat(name)
    except ValueError:
        known = ", ".join(FileFormat)
        where = "--format" if format else f"the suffix of {file.name}"
        raise WrongUse(f"{where}: {name or 'none'!r} is not a format; known are {known}") from None
