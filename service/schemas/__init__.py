"""The published JSON Schemas: one file a document, made from the models (`service.schemas.generate`) and shipped."""

from __future__ import annotations

from importlib import resources

from service.errors import NotThere


def names() -> list[str]:
    """Return the names of the published documents."""
    files = resources.files(__name__).iterdir()
    return sorted(file.name.removesuffix(".schema.json") for file in files if file.name.endswith(".schema.json"))


def read_schema(name: str) -> str:
    """Return the JSON Schema called *name*.

    Raises:
        NotThere: no such document.
    """
    if name not in names():
        raise NotThere(f"there is no document {name!r}; there are {', '.join(names())}")
    return (resources.files(__name__) / f"{name}.schema.json").read_text("utf-8")
