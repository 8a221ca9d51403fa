"""Unified diffs: applied exactly, or refused with a sentence."""

from __future__ import annotations

import difflib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.projects import PatchRefused, Project
from runtime.projects.diff import apply_diff, parse_diff
from runtime.projects.policy import patch_problems

CHANGE = """--- a/notes/plan.txt
+++ b/notes/plan.txt
@@ -1,3 +1,3 @@
 one
-two
+zwei
 three
"""


def folder_with(folder: Path, text: str) -> Path:
    (folder / "notes").mkdir(parents=True, exist_ok=True)
    (folder / "notes" / "plan.txt").write_bytes(text.encode())
    return folder


_LINES = st.lists(st.sampled_from(["a", "b", "", " ", "\f", "-", "+x", "@@ -1 +1 @@", "é"]), max_size=12)


@given(_LINES, _LINES, st.booleans(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_applying_a_diff_gives_the_other_text(
    tmp_path_factory: pytest.TempPathFactory, old: list[str], new: list[str], old_ends: bool, new_ends: bool
) -> None:
    """For any two texts, with and without a newline at their end."""
    before = "\n".join(old) + ("\n" if old and old_ends else "")
    after = "\n".join(new) + ("\n" if new and new_ends else "")
    patch = _newline_diff(before, after)
    folder = folder_with(tmp_path_factory.mktemp("diff"), before)
    if before == after:
        return
    apply_diff(folder, parse_diff(patch))
    assert (folder / "notes" / "plan.txt").read_bytes().decode() == after
    shutil.rmtree(folder)


def _newline_diff(before: str, after: str) -> str:
    """A diff by lines that end at newlines alone, as diff(1) sees them."""

    def lines(text: str) -> list[str]:
        parts = text.split("\n")
        return [f"{part}\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])

    out = ""
    for line in difflib.unified_diff(lines(before), lines(after), "a/notes/plan.txt", "b/notes/plan.txt"):
        out += line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
    return out


def test_git_reads_the_same(tmp_path: Path) -> None:
    """A diff that git makes, with a new and a deleted file, gives what git has."""
    ours, theirs = folder_with(tmp_path / "a", "one\ntwo"), tmp_path / "b"
    (ours / "gone.txt").write_text("x\n")
    shutil.copytree(ours, theirs)
    (theirs / "gone.txt").unlink()
    (theirs / "notes" / "plan.txt").write_text("one\nzwei\n")
    (theirs / "new.txt").write_text("fresh")
    made = subprocess.run(
        ["git", "diff", "--no-index", "a", "b"], cwd=tmp_path, capture_output=True, text=True, check=False
    ).stdout
    patch = made.replace("a/a/", "a/").replace("b/b/", "b/")
    apply_diff(ours, parse_diff(patch))
    found = {str(file.relative_to(ours)): file.read_text() for file in ours.rglob("*") if file.is_file()}

    assert found == {"new.txt": "fresh", "notes/plan.txt": "one\nzwei\n"}


@pytest.mark.parametrize(
    ("patch", "says"),
    [
        ("hello", "changes nothing"),
        (CHANGE.replace("notes/plan.txt", "../plan.txt"), "no plain path inside the project"),
        (CHANGE.replace("a/notes", "/etc").replace("b/notes", "/etc"), "no plain path inside the project"),
        (CHANGE.replace("+++ b/notes/plan.txt", "+++ b/notes/other.txt"), "renames notes/plan.txt to notes/other.txt"),
        (f"rename from a\nrename to b\n{CHANGE}", "only changes of text files"),
        (f"new file mode 120000\n{CHANGE}", "only plain files"),
        (CHANGE.replace("@@ -1,3 +1,3 @@", "@@ -1,4 +1,4 @@"), "other lengths than its head says"),
        (CHANGE + CHANGE, "names notes/plan.txt twice"),
        ("--- a/x\n+++ b/x\n", "holds no hunk"),
        ("Binary files a/x and b/x differ\n", "only changes of text files"),
        ("x" * (1 << 21), "more than"),
    ],
)
def test_what_is_refused_when_read(patch: str, says: str) -> None:
    """Before anything is looked at on the disk."""
    with pytest.raises(PatchRefused, match=says):
        parse_diff(patch)


@pytest.mark.parametrize(
    ("text", "patch", "says"),
    [
        ("one\nzwei\nthree\n", CHANGE, "hunk 1 of notes/plan.txt does not fit"),
        ("zero\none\ntwo\nthree\n", CHANGE, "does not fit"),
        ("x\n", "--- /dev/null\n+++ b/notes/plan.txt\n@@ -0,0 +1 @@\n+x\n", "which is there already"),
        ("x\n", "--- a/notes/none.txt\n+++ b/notes/none.txt\n@@ -1 +1 @@\n-x\n+y\n", "which is not there"),
        ("x\ny\n", "--- a/notes/plan.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", "leaves lines of it"),
    ],
)
def test_what_does_not_fit_changes_nothing(tmp_path: Path, text: str, patch: str, says: str) -> None:
    """No fuzz, no offset: the file as it is, or none."""
    folder = folder_with(tmp_path, text)
    with pytest.raises(PatchRefused, match=says):
        apply_diff(folder, parse_diff(patch))
    assert (folder / "notes" / "plan.txt").read_text() == text


def test_one_hunk_that_does_not_fit_stops_all(tmp_path: Path) -> None:
    """The change of the other file is not made either."""
    folder = folder_with(tmp_path, "one\nother\nthree\n")
    patch = "--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+x\n" + CHANGE
    with pytest.raises(PatchRefused):
        apply_diff(folder, parse_diff(patch))
    assert not (folder / "a.txt").exists()


def test_a_link_on_the_way_is_not_followed(tmp_path: Path) -> None:
    """A patched file behind a link would lie elsewhere."""
    elsewhere = folder_with(tmp_path / "elsewhere", "one\ntwo\nthree\n")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "notes").symlink_to(elsewhere / "notes")
    with pytest.raises(PatchRefused, match="behind a link"):
        apply_diff(folder, parse_diff(CHANGE))


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("score.sh", "part of the evaluator"),
        ("task.toml", "the task itself"),
        ("data/train.txt", "data of the task"),
        ("held/val.txt", "data of the task"),
        ("other.sh", "does not allow to be edited; allowed: guess.sh, notes/"),
    ],
)
def test_what_a_task_does_not_take(make_project: Callable[..., Project], path: str, says: str) -> None:
    """The evaluator, the contract, the data, and whatever is not allowed."""
    problems = list(patch_problems(CHANGE.replace("notes/plan.txt", path), make_project().contract))

    assert len(problems) == 1
    assert says in problems[0]


def test_what_a_task_takes(make_project: Callable[..., Project]) -> None:
    """A file that its globs allow."""
    assert list(patch_problems(CHANGE, make_project().contract)) == []
