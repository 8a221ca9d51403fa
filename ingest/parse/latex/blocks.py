"""The body of a LaTeX document as a list of blocks, found by scanning for what begins and ends one.

A scanner, not a grammar: a brace too many in one paragraph spoils that paragraph and nothing behind it. Environments
that are neither formula, float, table, list, code nor bibliography are read through, as if they were not there.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from ingest.parse.latex.braces import argument, end_of_environment, optional_argument


class Kind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    APPENDIX = "appendix"
    ABSTRACT = "abstract"
    FORMULA = "formula"
    FLOAT = "float"
    TABULAR = "tabular"
    CODE = "code"
    BIBLIOGRAPHY = "bibliography"


class Block(NamedTuple):
    """A piece of the source. `name` is the environment or command; `level` that of a heading, 1 for a section."""

    kind: Kind
    source: str
    name: str = ""
    level: int = 0
    starred: bool = False


LEVELS = {
    "part": 0,
    "chapter": 1,
    "section": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
    "subparagraph": 5,
}
FORMULAS = frozenset(
    ("equation", "align", "gather", "multline", "eqnarray", "displaymath", "flalign", "alignat", "dmath", "math")
)
FLOATS = frozenset(
    (
        *("figure", "table", "wrapfigure", "wraptable", "sidewaystable", "sidewaysfigure", "SCfigure", "SCtable"),
        *("teaserfigure", "marginfigure", "margintable", "algorithm", "listing", "floatingfigure", "longtable"),
        *("algorithm2e", "figwindow", "tabwindow", "supertabular", "xltabular", "longtabu"),
    )
)
TABULARS = frozenset(("tabular", "tabularx", "tabulary", "tabu", "longtable", "supertabular", "tblr", "xltabular"))
_CODE = frozenset(
    (
        *("verbatim", "Verbatim", "lstlisting", "minted", "alltt", "BVerbatim", "algorithmic", "algorithmicx"),
        *("tikzpicture", "pgfpicture", "picture", "filecontents", "CCSXML", "axis", "forest", "tcolorbox*"),
    )
)
_FRONT = frozenset(("icmlauthorlist", "keywords", "IEEEkeywords", "keyword"))
_SCAN = re.compile(
    r"(?P<skip>\\verb\*?(?P<mark>[^a-zA-Z\s*{]).*?(?P=mark))"
    r"|(?P<break>\\\\\*?(?:\s*\[[^\]\n]{0,20}\])?)"
    r"|\\begin\s*\{(?P<begin>[^{}\n]{1,40})\}"
    r"|(?P<end>\\end\s*\{[^{}\n]{1,40}\})"
    r"|\\(?P<heading>part|chapter|(?:sub){0,2}section|(?:sub)?paragraph)(?![a-zA-Z])(?P<star>\*?)(?=\s*[\[{])"
    r"|(?P<item>\\item(?![a-zA-Z]))"
    r"|(?P<open>\\\[)"
    r"|(?P<dollars>\$\$)"
    r"|(?P<appendix>\\(?:appendix|appendices)(?![a-zA-Z]))"
    r"|(?P<par>\n[ \t]*\n\s*|\\par(?![a-zA-Z]))"
)


def read_blocks(text: str) -> list[Block]:
    """Return the blocks of *text* in order."""
    return _Scanner(text).blocks()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[Block] = []
        self.begin = self.at = 0  # of the paragraph that is open, and of what is not yet read

    def blocks(self) -> list[Block]:
        """Scan the whole text."""
        while match := _SCAN.search(self.text, self.at):
            self.at = match.end()
            if match.group("skip") or match.group("break"):
                continue
            self._paragraph(match.start())
            self._at(match)
            self.begin = self.at
        self._paragraph(len(self.text))
        return self.found

    def _paragraph(self, end: int) -> None:
        source = self.text[self.begin : end]
        if source.strip():
            self.found.append(Block(Kind.PARAGRAPH, source))

    def _at(self, match: re.Match[str]) -> None:
        if match.group("begin"):
            self._environment(match.group("begin").strip(), match.start())
        elif heading := match.group("heading"):
            self._heading(heading, starred=bool(match.group("star")))
        elif match.group("open"):
            self._formula(match.start(), self.text.find("\\]", self.at), 2)
        elif match.group("dollars"):
            self._formula(match.start(), self.text.find("$$", self.at), 2)
        elif match.group("appendix"):
            self.found.append(Block(Kind.APPENDIX, ""))
        elif match.group("item") and (label := optional_argument(self.text, self.at)):
            self.at = label.end
            if label.text.strip():
                self.at = label.start
                # A term that is described opens its paragraph.
                self.text = f"{self.text[: label.end - 1]} {self.text[label.end :]}"

    def _heading(self, name: str, *, starred: bool) -> None:
        if short := optional_argument(self.text, self.at):
            self.at = short.end
        if title := argument(self.text, self.at):
            self.at = title.end
            self.found.append(Block(Kind.HEADING, title.text, name, LEVELS[name], starred))

    def _formula(self, start: int, end: int, length: int) -> None:
        """Take a formula between delimiters; one that never closes is a paragraph like any other."""
        limit = self.text.find("\n\n", self.at)
        if end < 0 or (0 <= limit < end):
            return
        self.at = end + length
        self.found.append(Block(Kind.FORMULA, self.text[start : self.at]))

    def _environment(self, name: str, start: int) -> None:
        plain = name.rstrip("*")
        if plain in FORMULAS | FLOATS | TABULARS | _CODE | _FRONT | {"abstract", "thebibliography"}:
            content = self.at
            inner_end, self.at = end_of_environment(self.text, name, content)
            inner = self.text[content:inner_end]
            if plain in FORMULAS:
                self.found.append(Block(Kind.FORMULA, self.text[start : self.at], name))
            elif plain in FLOATS:
                self.found.append(Block(Kind.FLOAT, inner, plain))
            elif plain in TABULARS:
                self.found.append(Block(Kind.TABULAR, self.text[start : self.at], plain))
            elif plain == "abstract":
                self.found.append(Block(Kind.ABSTRACT, inner))
            elif plain == "thebibliography":
                self.found.append(Block(Kind.BIBLIOGRAPHY, inner))
            elif plain in _CODE:
                self.found.append(Block(Kind.CODE, inner, name))
            return
        # Read through; its arguments (a width, a theorem's name) are no words of the text.
        while following := optional_argument(self.text, self.at):
            self.at = following.end
        if plain in {"minipage", "multicols", "adjustwidth", "spacing", "adjustbox", "tcolorbox", "varwidth"}:
            while following := argument(self.text, self.at):
                self.at = following.end
