"""Unified diffs, read and applied strictly: each hunk must fit where it says it does, to the last character.

Guarantees: no fuzz, no offset search, nothing applied in part. Files may be changed, made and deleted; renames, copies,
binary patches, links and changes of mode are refused. Paths are checked to lie inside the folder; which of them a task
allows is `policy`. The format is that of ``diff -u`` and ``git diff``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.projects.errors import PatchRefused

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@.*")
_NO_NEWLINE = "\\ No newline at end of file"
_NOWHERE = "/dev/null"
_REFUSED = ("rename ", "copy ", "similarity ", "dissimilarity ", "old mode", "new mode", "GIT binary", "Binary files")
_PLAIN_MODES = frozenset({"100644", "100755"})
# A patch is code that somebody reads: past this it is a new project.
MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Hunk:
    """Lines to replace at *start* (from 0); lines keep their newline, so that a missing one at the end is seen."""

    start: int
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True)
class FileChange:
    """What becomes of one file."""

    path: str
    makes: bool
    deletes: bool
    hunks: tuple[Hunk, ...]

    def applied(self, before: str | None) -> str | None:
        """Return the new text; None where the file is deleted. *before* is None where there is no file.

        Raises:
            PatchRefused: a hunk does not fit, a file that is to be made is there, or one to be changed is not.
        """
        if self.makes and before is not None:
            raise PatchRefused(f"the patch makes {self.path}, which is there already")
        if not self.makes and before is None:
            raise PatchRefused(f"the patch changes {self.path}, which is not there")
        lines = _lines(before or "")
        out: list[str] = []
        at = 0
        for number, hunk in enumerate(self.hunks, 1):
            if hunk.start < at or tuple(lines[hunk.start : hunk.start + len(hunk.old)]) != hunk.old:
                raise PatchRefused(f"hunk {number} of {self.path} does not fit the file as the task has it")
            out += [*lines[at : hunk.start], *hunk.new]
            at = hunk.start + len(hunk.old)
        text = "".join([*out, *lines[at:]])
        if self.deletes:
            if text:
                raise PatchRefused(f"the patch deletes {self.path} but leaves lines of it")
            return None
        return text


def _lines(text: str) -> list[str]:
    """Split at newlines alone: a carriage return or a form feed is part of its line."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def parse_diff(text: str) -> tuple[FileChange, ...]:
    """Return the changes of a unified diff, by path.

    Raises:
        PatchRefused: it is none, is too large, or does what is refused here.
    """
    if len(text.encode()) > MOST_BYTES:
        raise PatchRefused(f"the patch has more than {MOST_BYTES} bytes")
    changes = list(_changes(text.removesuffix("\n").split("\n")))
    if not changes:
        raise PatchRefused("the patch changes nothing: a unified diff with --- and +++ lines is expected")
    paths = [change.path for change in changes]
    if twice := sorted({path for path in paths if paths.count(path) > 1}):
        raise PatchRefused(f"the patch names {', '.join(twice)} twice")
    return tuple(sorted(changes, key=lambda change: change.path))


def _changes(lines: Sequence[str]) -> Iterator[FileChange]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith(_REFUSED):
            raise PatchRefused(f"the patch holds {line.split(' to ')[0]!r}: only changes of text files are taken")
        if line.startswith(("new file mode ", "deleted file mode ")) and line.split()[-1] not in _PLAIN_MODES:
            raise PatchRefused(f"the patch holds {line!r}: only plain files are taken")
        if not line.startswith("--- ") or at + 1 == len(lines) or not lines[at + 1].startswith("+++ "):
            if line.startswith("@@"):
                raise PatchRefused("the patch has a hunk before any --- and +++ lines")
            at += 1
            continue
        old, new = _name(line, "a/"), _name(lines[at + 1], "b/")
        if old is None and new is None:
            raise PatchRefused("the patch changes /dev/null")
        if old is not None and new is not None and old != new:
            raise PatchRefused(f"the patch renames {old} to {new}: only changes of text files are taken")
        path = str(new if new is not None else old)
        hunks, at = _hunks(lines, at + 2, path)
        yield FileChange(path, makes=old is None, deletes=new is None, hunks=hunks)


def _name(line: str, prefix: str) -> str | None:
    name = line[4:].split("\t", maxsplit=1)[0].strip()
    if name == _NOWHERE:
        return None
    name = name.removeprefix(prefix)
    parts = name.split("/")
    if (
        not name
        or name.startswith(("/", '"'))
        or "\\" in name
        or "\0" in name
        or any(p in {"", ".", ".."} for p in parts)
    ):
        raise PatchRefused(f"the patch names {name!r}, which is no plain path inside the project")
    return name


def _hunks(lines: Sequence[str], at: int, path: str) -> tuple[tuple[Hunk, ...], int]:
    hunks: list[Hunk] = []
    while at < len(lines) and (head := _HUNK.fullmatch(lines[at])):
        olds, news = int(head[2] or 1), int(head[4] or 1)
        start = int(head[1]) - 1 if olds else int(head[1])
        old: list[str] = []
        new: list[str] = []
        at += 1
        while at < len(lines) and (len(old) < olds or len(new) < news or lines[at] == _NO_NEWLINE):
            sign, rest = lines[at][:1], lines[at][1:] + "\n"
            if lines[at] == _NO_NEWLINE:
                _cut_newline(old, new, lines[at - 1][:1])
            elif sign in {" ", ""}:
                old.append(rest if sign else "\n")
                new.append(rest if sign else "\n")
            elif sign == "-":
                old.append(rest)
            elif sign == "+":
                new.append(rest)
            else:
                break
            at += 1
        if len(old) != olds or len(new) != news:
            raise PatchRefused(f"hunk {len(hunks) + 1} of {path} has other lengths than its head says")
        hunks.append(Hunk(max(0, start), tuple(old), tuple(new)))
    if not hunks:
        raise PatchRefused(f"the patch names {path} and holds no hunk for it")
    return tuple(hunks), at


def _cut_newline(old: list[str], new: list[str], sign: str) -> None:
    if sign in {" ", "-"} and old:
        old[-1] = old[-1].removesuffix("\n")
    if sign in {" ", "+"} and new:
        new[-1] = new[-1].removesuffix("\n")


def apply_diff(folder: Path, changes: Sequence[FileChange]) -> None:
    """Apply *changes* to *folder*, all or none.

    Raises:
        PatchRefused: one of them does not fit; nothing was changed.
    """
    texts: list[tuple[Path, str | None]] = []
    for change in changes:
        file = folder / change.path
        if any(part.is_symlink() for part in (file, *file.parents) if part != folder and folder in part.parents):
            raise PatchRefused(f"{change.path} lies behind a link")
        try:
            before = file.read_bytes().decode() if file.exists() else None
        except (OSError, UnicodeDecodeError):
            raise PatchRefused(f"{change.path} is no text file") from None
        texts.append((file, change.applied(before)))
    for file, text in texts:
        if text is None:
            file.unlink()
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
