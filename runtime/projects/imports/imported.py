"""What an import returns, and the folder that it writes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from graph.vocabulary.document import Frozen
from runtime.projects.contract import FILE_NAME, contract_from
from runtime.projects.errors import ContractError, ImportRefused
from runtime.projects.files import hash_file


class Imported(Frozen):
    """A task that was imported: its id and folder, and what its form could not say, in sentences."""

    id: str
    folder: str
    notices: tuple[str, ...] = ()


def write_task(out: Path, contract: Mapping[str, Any], notices: tuple[str, ...]) -> Imported:
    """Write ``task.toml`` of a folder whose other files are there, after checking it.

    Raises:
        ImportRefused: what was read makes no contract; every place is named.
    """
    try:
        checked = contract_from(contract, source=f"what was imported into {out}")
    except ContractError as error:
        shutil.rmtree(out, ignore_errors=True)
        raise ImportRefused(str(error)) from None
    out.mkdir(parents=True, exist_ok=True)
    (out / FILE_NAME).write_text(toml_text(contract), encoding="utf-8")
    return Imported(id=checked.id, folder=str(out), notices=notices)


def slug(name: str) -> str:
    """Return *name* as an id: lower-case letters, digits and hyphens."""
    found = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:64]
    if not found:
        raise ImportRefused(f"{name!r} makes no id")
    return found


def metric_name(name: str) -> str:
    """Return *name* as a metric's: lower-case, signs as underscores, a letter first."""
    found = re.sub(r"[^a-z0-9_@.-]+", "_", name.lower()).strip("_")[:60]
    return found if found[:1].isalpha() else f"m_{found}"


def data_files(out: Path, paths: list[str], *, held_out: bool, part: str) -> list[dict[str, Any]]:
    """Return the entries of ``data.files`` for *paths* in *out*."""
    return [
        {"path": path, "part": part, "held_out": held_out, "sha256": hash_file(out / path)} for path in sorted(paths)
    ]


def toml_text(document: Mapping[str, Any]) -> str:
    """Return *document* as TOML: plain values first, then tables; a list of tables as such."""
    plain = {key: value for key, value in document.items() if not _is_table(value)}
    lines = [f"{key} = {_value(value)}" for key, value in plain.items()]
    for key, value in document.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{key}]", *(f"{_key(name)} = {_value(each)}" for name, each in value.items())]
        elif _is_table(value):
            for table in value:
                lines += ["", f"[[{key}]]", *(f"{_key(name)} = {_value(each)}" for name, each in table.items())]
    return "\n".join(lines) + "\n"


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)
    )


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(name)} = {_value(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    if isinstance(value, str):
        # A JSON string is a TOML basic string but for DEL; what is not ASCII stays as it is, without surrogates.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return json.dumps(value)
