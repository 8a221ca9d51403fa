r"""LaTeX source made ready for reading: one text, without comments, with its definitions taken out.

Comments go as TeX drops them (``\%`` and the ``%`` of an address stay), ``comment`` and ``\iffalse`` too; files that
``\input`` and its like name are put in their place where they are at hand. Guarantees: every step is bounded, a file
that includes itself is put in once, and what was not found is named. Not done: conditionals other than ``\iffalse``,
category codes, packages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ingest.parse.latex.braces import argument, optional_argument

_VERBATIM = "verbatim|Verbatim|lstlisting|minted|alltt|BVerbatim"
_SCAN = re.compile(
    rf"(?P<keep>\\begin\{{(?P<env>(?:{_VERBATIM})\*?)\}}.*?(?:\\end\{{(?P=env)\}}|\Z)"
    r"|\\(?:url|path|nolinkurl|href)\s*\{[^{}\n]*\}|\\[\\%])"
    r"|(?P<dropped>\\begin\{comment\}.*?(?:\\end\{comment\}|\Z))"
    r"|(?P<line>^[ \t]*%[^\n]*(?:\n|\Z))"
    r"|%[^\n]*(?:\n(?P<blank>(?=[ \t]*\n))?[ \t]*|\Z)",
    re.DOTALL | re.MULTILINE,
)
_IF = re.compile(r"\\(?P<which>iffalse|if[a-zA-Z@]*|else|fi)(?![a-zA-Z@])")
_INCLUDE = re.compile(
    r"\\(?P<how>input|include|subfile|subimport|import)(?![a-zA-Z])\s*(?:\{(?P<a>[^{}]*)\}|(?P<b>[^\s{}\\]+))"
)
_BIBLIOGRAPHY = re.compile(r"\\(?:bibliography|addbibresource)\s*(?:\[[^\]]*\])?\s*\{(?P<names>[^{}]*)\}")
_PRIVATE = re.compile("[\ue000-\uf8ff]")  # characters without a meaning of their own: ours are marks (`inline.MARK`)
_MAX_DEPTH = 20
_MAX_CHARACTERS = 20_000_000
_DEFINITION = re.compile(
    r"\\(?:(?P<new>newcommand|renewcommand|providecommand|DeclareRobustCommand)\*?\s*(?:\{\s*\\(?P<a>[a-zA-Z@]+|.)\s*\}|\\(?P<b>[a-zA-Z@]+|.))"
    r"|(?P<def>def|gdef|edef|xdef)\s*\\(?P<c>[a-zA-Z@]+|.)(?P<parameters>(?:#\d)*)\s*(?=\{)"
    r"|(?P<other>newenvironment|renewenvironment|newtheorem|DeclareMathOperator)\*?\s*(?=[{\\]))"
)
_MAX_MACROS = 5000
_MAX_PARAMETERS = 9


@dataclass(frozen=True)
class Macro:
    """A command that the authors defined. `default` is that of an optional first argument, None where it has none."""

    parameters: int
    default: str | None
    body: str


@dataclass
class Source:
    """The text that is left, the definitions that were in it, and what could not be done."""

    text: str
    macros: dict[str, Macro] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def prepare(main: str, files: Mapping[str, str], *, folder: str = "") -> Source:
    """Return *main* with *files* (by their path in the archive, POSIX) put in; *folder* is that of the main file."""
    source = Source("")
    source.text = _without_false(_included(without_comments(main), files, folder, source, 0, set()))
    if len(source.text) > _MAX_CHARACTERS:
        source.text = source.text[:_MAX_CHARACTERS]
        source.warnings.append(f"the source is longer than {_MAX_CHARACTERS:,} characters: the rest was not read")
    source.text = _take_definitions(source.text, source.macros)
    if source.missing:
        named = ", ".join(sorted(set(source.missing))[:10])
        source.warnings.append(
            f"included files are not here and were not read: {named}; give the whole folder as .zip or .tar.gz"
        )
    return source


def included_names(text: str) -> list[str]:
    """Return the names of the files that *text* includes, as it writes them, those of its bibliographies too."""
    bare = without_comments(text)
    names: list[str] = []
    for match in _INCLUDE.finditer(bare):
        name = (match.group("a") or match.group("b") or "").strip().strip('"')
        if match.group("how") in {"import", "subimport"} and (second := argument(bare, match.end())):
            name = f"{name.rstrip('/')}/{second.text.strip()}"
        names.append(name)
    for match in _BIBLIOGRAPHY.finditer(bare):
        names += [f"{name.strip().removesuffix('.bib')}.bib" for name in match.group("names").split(",")]
    return [name for name in dict.fromkeys(names) if name and "#" not in name]


def without_comments(text: str) -> str:
    """Return *text* without its comments."""
    return _SCAN.sub(_kept, _PRIVATE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _kept(match: re.Match[str]) -> str:
    if match.group("keep"):
        return match.group()
    # A line's end is part of its comment; the empty line behind it still ends the paragraph.
    return "\n" if match.group("blank") is not None else ""


def _without_false(text: str) -> str:
    r"""Return *text* without what stands between ``\iffalse`` and its ``\else`` or ``\fi``."""
    kept: list[str] = []
    position = 0
    depth = 0  # of conditionals inside the one that is dropped; 0: none is
    dropping = False
    for match in _IF.finditer(text):
        which = match.group("which")
        if not dropping:
            if which == "iffalse":
                kept.append(text[position : match.start()])
                dropping, depth = True, 1
        elif which == "fi":
            depth -= 1
        elif which != "else":
            depth += 1
        if dropping and (depth == 0 or (which == "else" and depth == 1)):
            position, dropping = match.end(), False
    return "".join(kept) + ("" if dropping else text[position:])


def _included(text: str, files: Mapping[str, str], folder: str, source: Source, depth: int, open_: set[str]) -> str:
    pieces: list[str] = []
    position = size = 0
    for match in _INCLUDE.finditer(text):
        name = (match.group("a") or match.group("b") or "").strip().strip('"')
        end = match.end()
        if match.group("how") in {"import", "subimport"}:
            second = argument(text, end)
            if second is None:
                continue
            name, end = f"{name.rstrip('/')}/{second.text.strip()}", second.end
        if not name or "#" in name:
            continue  # the body of a definition
        pieces.append(text[position : match.start()])
        position = end
        path = _find(name, files, folder)
        if path is None:
            if not name.endswith((".tikz", ".pgf", ".pdf_tex", ".pgf.tex", ".sty", ".cfg", ".def")):
                source.missing.append(name)
        elif path in open_ or depth >= _MAX_DEPTH or size > _MAX_CHARACTERS:
            source.warnings.append(f"{path} includes itself, or too deep: left out there")
        else:
            inner = without_comments(files[path])
            size += len(inner)
            pieces.append(_included(inner, files, folder, source, depth + 1, open_ | {path}))
    pieces.append(text[position:])
    return "".join(pieces)


def _find(name: str, files: Mapping[str, str], folder: str) -> str | None:
    base = PurePosixPath(folder) / name
    parts: list[str] = []
    for part in base.parts:
        if part == "..":
            if parts:
                parts.pop()
        elif part != ".":
            parts.append(part)
    plain = "/".join(parts)
    return next((each for each in (plain, f"{plain}.tex", f"{plain}.ltx") if each in files), None)


def _take_definitions(text: str, macros: dict[str, Macro]) -> str:
    """Move the definitions of *text* to *macros* and return what is left; the last definition of a name counts."""
    pieces: list[str] = []
    position = 0
    while (match := _DEFINITION.search(text, position)) and len(macros) < _MAX_MACROS:
        found = _definition(text, match)
        if found is None:
            pieces.append(text[position : match.end()])
            position = match.end()
            continue
        name, macro, end = found
        if macro is not None:
            macros[name] = macro
        pieces.append(text[position : match.start()])
        position = end
    return "".join(pieces) + text[position:]


def _definition(text: str, match: re.Match[str]) -> tuple[str, Macro | None, int] | None:
    at = match.end()
    if match.group("other"):
        # Of no use for the text: an environment's begin and end, a theorem's name, an operator of formulas.
        return _skip_arguments(text, at)
    if match.group("def"):
        body = argument(text, at)
        count = len(match.group("parameters")) // 2
        return (match.group("c"), Macro(count, None, body.text), body.end) if body else None
    count, default = 0, None
    if number := optional_argument(text, at):
        at = number.end
        count = int(number.text) if number.text.strip().isdecimal() and len(number.text.strip()) == 1 else 0
        if preset := optional_argument(text, at):
            default, at = preset.text, preset.end
    body = argument(text, at)
    name = match.group("a") or match.group("b")
    return (name, Macro(min(count, _MAX_PARAMETERS), default, body.text), body.end) if body else None


def _skip_arguments(text: str, at: int) -> tuple[str, None, int]:
    end = at
    for _ in range(5):
        following = argument(text, end) or optional_argument(text, end)
        if following is None:
            break
        end = following.end
    return "", None, max(end, at)
