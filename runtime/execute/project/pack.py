"""The work folder of one project trial: the project's files without what is held out, patched, and what to run.

::

    work/<pack>/pack.json     the commands with their arguments, the variables, the trial with its attempt
    work/<pack>/project/      the files that the trial may see, hashed while they were copied, with the patch applied
    work/<pack>/out/          where the result comes

One trial a pack: what an untrusted trial does to its folder reaches no other trial.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from graph.canonical import content_hash
from graph.vocabulary.plan import TrialSpec
from runtime.execute.ownership import drop, own
from runtime.execute.pack import ClaimedTrial, Pack
from runtime.projects import Project
from runtime.projects.contract import fill
from runtime.projects.diff import apply_diff
from runtime.projects.files import copy_files
from runtime.projects.policy import checked_patch

_CHILD = Path(__file__).with_name("child.py")


def command() -> list[str]:
    """Return how the child of a project trial is started."""
    return [sys.executable, "-I", "-S", str(_CHILD)]


def make_project_pack(work: Path, project: Project, trial: ClaimedTrial) -> Pack:
    """Make the work folder of *trial*; what stood there under the same name is removed.

    Raises:
        PatchRefused: the patch is not allowed or does not fit.
        ProjectMoved: the project's files are not what they were when the task was read.
    """
    spec = trial.spec
    id = "pack-" + content_hash([[trial.id, trial.claim.attempt]])[:16]
    folder = work / id
    drop(folder)
    own(folder, [f"{trial.id}.{trial.claim.attempt}"])
    (folder / "out").mkdir(parents=True)
    try:
        copy_files(project.folder, folder / "project", project.visible)
        if spec.patch is not None:
            apply_diff(folder / "project", checked_patch(spec.patch, project.contract))
    except (ValueError, OSError):
        drop(folder)
        raise
    left = folder / "out" / f"{trial.id}.{trial.claim.attempt}.tmp" / "left"
    values = placeholders(project, spec, left)
    (folder / "pack.json").write_text(
        json.dumps(
            {
                "trial": {"id": trial.id, "attempt": trial.claim.attempt},
                "steps": [
                    {"name": name, "arguments": fill(arguments, values)} for name, arguments in steps(project, spec)
                ],
                "environment": variables(project, spec, left),
            }
        )
    )
    return Pack(id, folder, project, (trial,))


def steps(project: Project, spec: TrialSpec) -> list[tuple[str, tuple[str, ...]]]:
    """Return the commands of a trial in order: testing only where the trial confirms on test."""
    commands = project.contract.commands
    named = [("train", commands.train), ("validate", commands.validate_)]
    if spec.split == "test":
        named.append(("test", commands.test))
    return [(name, arguments) for name, arguments in named if arguments]


def placeholders(project: Project, spec: TrialSpec, left: Path) -> dict[str, str]:
    """Return what the placeholders of a trial's commands stand for."""
    knobs = project.settings(spec.units)
    return {
        "python": sys.executable,
        "seed": str(spec.seed),
        "split": spec.split,
        "out": str(left),
        **{f"knob.{name}": project.contract.knobs[name].spelled(value) for name, value in knobs.items()},
    }


def variables(project: Project, spec: TrialSpec, left: Path) -> dict[str, str]:
    """Return the environment variables of a trial's commands, besides those of every child."""
    knobs = project.settings(spec.units)
    spelled = {name: project.contract.knobs[name].spelled(value) for name, value in knobs.items()}
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATTERNBOOK_SEED": str(spec.seed),
        "PATTERNBOOK_SPLIT": spec.split,
        "PATTERNBOOK_OUT": str(left),
        "PATTERNBOOK_KNOBS": json.dumps(knobs),
        **{f"PATTERNBOOK_KNOB_{name.upper()}": value for name, value in spelled.items()},
    }
