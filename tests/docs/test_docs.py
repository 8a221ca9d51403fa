"""The documentation against the code: what is made from it is fresh, what is mentioned exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from service.cli.app import COMMANDS, app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
WRITTEN = [page for page in PAGES if "reference" not in page.parts]

GROUP = typer.main.get_command(app)


def _shell_lines(page: Path) -> list[str]:
    """Lines of the code blocks of a page, with what a shell would join joined, without what follows a prompt."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    shell = [block for language, block in blocks if language in {"", "sh", "bash", "console"}]
    return [line.strip() for block in shell for line in block.replace("\\\n", " ").splitlines()]


def _calls(page: Path) -> list[list[str]]:
    """The arguments of every ``patternbook`` call on a page."""
    calls = []
    for line in _shell_lines(page):
        for part in re.split(r"&&|;|\|", line.split("   #")[0]):
            words = shlex.split(part, comments=True)
            at = next((i for i, word in enumerate(words) if Path(word).name in {"patternbook", "service"}), None)
            if at is not None and words[at].endswith(("patternbook", "service")) and "=" not in words[at]:
                calls.append([word for word in words[at + 1 :] if word != "…"])
    return [call for call in calls if call and not call[0].startswith("#")]


def test_what_is_made_from_the_code_is_fresh() -> None:
    """Reference pages and JSON Schemas are what ``make docs`` would write."""
    script = [sys.executable, str(ROOT / "scripts" / "make-docs"), "--check"]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_written_about(name: str) -> None:
    """In README or a how-to page, not only in the reference."""
    assert any(f"patternbook {name}" in page.read_text("utf-8") for page in WRITTEN), name


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_every_command_that_is_shown_exists_with_its_options(page: Path) -> None:
    """What a reader copies can be run."""
    for call in _calls(page):
        if call[0].startswith("-"):
            continue
        assert call[0] in COMMANDS, call
        command = GROUP.commands[call[0]]
        if isinstance(command, typer.core.TyperGroup):
            assert call[1] in command.commands, call
            command = command.commands[call[1]]
        context = typer.Context(command)
        known = {option for parameter in context.command.get_params(context) for option in parameter.opts}
        for word in call[1:]:
            if word.startswith("--"):
                assert word.partition("=")[0] in known, call


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Relative links name files that are there."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_every_make_target_that_is_shown_exists(page: Path) -> None:
    """``make x`` on a page is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = {words[1] for line in _shell_lines(page) if (words := line.split())[:1] == ["make"] and len(words) > 1}
    assert shown <= targets


def test_every_setting_of_the_compose_file_exists() -> None:
    """A variable that nothing reads would mislead."""
    from service.settings import Settings

    text = (ROOT / "docker-compose.yml").read_text() + (ROOT / "docker" / "Dockerfile").read_text()
    known = {f"PATTERNBOOK_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bPATTERNBOOK_[A-Z_]+", text)) <= known


def test_every_image_is_pinned_and_every_service_is_checked_and_runs_as_nobody_special() -> None:
    """No ``latest``; a health check and a user that is not root for each service."""
    compose = (ROOT / "docker-compose.yml").read_text()
    block = compose.partition("\nservices:\n")[2].partition("\nvolumes:\n")[0]
    services = [each for each in re.split(r"^  (?=\w[\w-]*:$)", block, flags=re.MULTILINE) if each.strip()]
    assert len(services) == 3
    for service in services:
        assert re.search(r"image: \S+:\d+\.\d+\.\d+", service), service
        assert "healthcheck:" in service
        assert re.search(r'user: "[1-9]\d*:', service), service


def test_the_licence_is_the_one_that_is_declared() -> None:
    """AGPL-3.0-or-later, in full."""
    licence = (ROOT / "LICENSE").read_text()
    assert licence.startswith("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3")
    assert "13. Remote Network Interaction" in licence
    assert 'license = "AGPL-3.0-or-later"' in (ROOT / "pyproject.toml").read_text()


def test_locked_versions_cover_what_is_needed() -> None:
    """Every dependency that pyproject names has a locked version, and nothing is locked to a path."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    lines = [line for line in (ROOT / "requirements.lock").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", line) for line in lines)
    locked = {re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in lines}
    names = {re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", each)[0]).lower() for each in needed}
    assert names <= locked
