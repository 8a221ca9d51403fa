"""ARC-Bench: a manifest in YAML that states a question and a design, and comes without code.

The form: ``id``, ``title``, ``synthesis``, ``hypotheses[{id, statement}]`` and ``experiment_design`` with
``research_question``, ``conditions[{name, description}]``, ``baselines``, ``metrics[{name, direction, description}]``,
``datasets[{name, source}]`` and ``compute_requirements``.

Conditions become the values of one knob: the first that a line of ``baselines`` names is its default, each other one an
arm. The first metric is the primary one. What runs a condition and what scores it is for somebody to write: the
contract names ``run.py`` and ``evaluate.py``, and ``patternbook task check`` asks for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml

from runtime.projects.errors import ImportRefused
from runtime.projects.imports.imported import Imported, metric_name, slug, write_task

_DIRECTIONS = {"minimize": "min", "maximize": "max"}
# The manifest estimates a whole experiment; a trial is one condition and one seed, with room for a slow machine.
_LEAST_WALL_S = 60.0


def import_arc_bench(path: Path, out: Path, direction: Literal["max", "min"] | None) -> Imported:
    """Import the manifest *path*."""
    del direction  # the manifest has it for each metric
    manifest = _read(path)
    design = manifest.get("experiment_design")
    if not isinstance(design, dict) or not manifest.get("id") or not manifest.get("title"):
        raise ImportRefused(f"{path} has no id, title or experiment_design: it is no manifest of ARC-Bench")
    conditions = [str(each["name"]) for each in _named(path, design, "conditions")]
    metrics = [_metric(path, place, each) for place, each in enumerate(_named(path, design, "metrics"))]
    if len(conditions) < 2:
        raise ImportRefused(f"{path}: experiment_design.conditions has {len(conditions)}, and a plan compares two")
    baseline = _baseline(conditions, [str(line) for line in design.get("baselines") or ()])
    requires = design.get("compute_requirements") or {}
    contract: dict[str, Any] = {
        "id": slug(str(manifest["id"])),
        "title": str(manifest["title"]),
        "names": [],
        "goal": " ".join(str(design.get("research_question") or manifest["title"]).split()),
        "data": {
            "name": ", ".join(str(each["name"]) for each in _named(path, design, "datasets")),
            "split": "to be said by who writes run.py",
        },
        "edit": {"allow": ["run.py"]},
        "commands": {
            "train": ["{python}", "run.py", "--condition", "{knob.condition}", "--seed", "{seed}", "--out", "{out}"]
        },
        "outputs": {"keep": ["*"]},
        "evaluator": {"command": ["{python}", "evaluate.py"], "files": ["evaluate.py"]},
        "budget": {
            "trial_wall_s": max(_LEAST_WALL_S, float(requires.get("estimated_wall_clock_sec") or 0)),
            "gpus": 1.0 if requires.get("gpu_required") else 0.0,
            "seeds": 10,
        },
        "knobs": {
            "condition": {
                "type": "choice",
                "default": baseline,
                "choices": conditions,
                "proposed": [each for each in conditions if each != baseline],
                "meaning": "which condition of the experiment is run",
            }
        },
        "metrics": metrics,
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "README.md").write_text(_readme(manifest, design), encoding="utf-8")
    return write_task(
        out,
        contract,
        (
            "a manifest comes without code: write run.py (one condition, one seed) and evaluate.py",
            "nothing is declared as held out: declare it in data.files once the data are there",
            f"baseline {baseline}, primary metric {metrics[0]['name']}: the manifest names them first",
        ),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ImportRefused(f"{path} is not valid YAML: {error}") from None
    if not isinstance(found, dict):
        raise ImportRefused(f"{path} holds no mapping")
    return found


def _named(path: Path, design: dict[str, Any], what: str) -> list[dict[str, Any]]:
    found = design.get(what)
    if not isinstance(found, list) or not all(isinstance(each, dict) and each.get("name") for each in found):
        raise ImportRefused(f"{path}: experiment_design.{what} must be a list of mappings with a name")
    return found


def _metric(path: Path, place: int, metric: dict[str, Any]) -> dict[str, Any]:
    direction = _DIRECTIONS.get(str(metric.get("direction")))
    if direction is None:
        raise ImportRefused(f"{path}: the metric {metric['name']} has direction {metric.get('direction')!r}")
    return {"name": metric_name(str(metric["name"])), "direction": direction, "primary": place == 0}


def _baseline(conditions: list[str], lines: list[str]) -> str:
    """Return the first condition that a line names; longer names first, since one may be part of another."""
    for line in lines:
        for condition in sorted(conditions, key=lambda each: (-len(each), each)):
            if condition in line:
                return condition
    return conditions[0]


def _readme(manifest: dict[str, Any], design: dict[str, Any]) -> str:
    lines = [f"# {manifest['title']}", "", str(manifest.get("synthesis") or "").strip(), "", "## Hypotheses", ""]
    lines += [f"- {each.get('id')}: {each.get('statement')}" for each in manifest.get("hypotheses") or ()]
    for what in ("conditions", "metrics", "datasets"):
        lines += ["", f"## {what.capitalize()}", ""]
        lines += [
            f"- {each['name']}: {each.get('description') or each.get('source') or ''}"
            for each in design.get(what) or ()
        ]
    return "\n".join(lines).rstrip() + "\n"
