"""The prompts that ship, each with a version in its file name; a changed prompt is a new file."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from ingest.extract.llm.answers import ANSWERS, Kind

VERSIONS: dict[Kind, int] = {"paper": 1, "review": 1}


@cache
def prompt(kind: Kind) -> str:
    """Return the instructions for a passage of a paper or of a review."""
    name = f"{kind}-{VERSIONS[kind]}.md"
    return (files("ingest.extract.llm") / "prompts" / name).read_text(encoding="utf-8")


@cache
def schema(kind: Kind) -> dict[str, Any]:
    """Return the JSON Schema of the answer."""
    return ANSWERS[kind].model_json_schema()


def llm_version(model: str) -> str:
    """Return what the extractor calls itself: 'llm:<model>/paper-1,review-1'."""
    versions = ",".join(f"{kind}-{version}" for kind, version in VERSIONS.items())
    return f"llm:{model}/{versions}"
