"""LaTeX of a paragraph to the words that a reader of the paper sees, through pylatexenc.

Commands that the authors defined are expanded (outside formulas; a bounded number of times), formulas in the line stay
as written, fonts and layout go. What needs the whole document, a citation or a reference to a number, comes back as a
mark (`MARK`) that the writer replaces; footnotes are handed over apart. Source that the library cannot take apart keeps
its letters and loses its commands, and is counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexGroupNode, LatexWalker, LatexWalkerError
from pylatexenc.latexwalker import get_default_latex_context_db as get_walker_context
from pylatexenc.macrospec import MacroSpec

from ingest.parse.latex.braces import argument
from ingest.parse.latex.source import Macro

MARK = re.compile("\ue000(\\d+)\ue001")
_VERB = re.compile(r"\\(?:verb|lstinline)\*?(?P<mark>[^a-zA-Z\s*{])(?P<verb>.*?)(?P=mark)")
_ADDRESS = re.compile(r"\\(?P<how>url|path|nolinkurl|href)\s*\{(?P<address>[^{}]*)\}")
_COMMAND = re.compile(r"\\[a-zA-Z@]+\*?|\\.|[{}]", re.DOTALL)
_MAX_DEPTH = 20
_MAX_EXPANSIONS = 300  # by one command of the text: those of papers need a handful
_MAX_EXPANDED = 20_000  # characters, likewise
_MAX_EXPANDED_IN_ALL = 200_000  # characters, in one document
# What pylatexenc raises on malformed source: its own, and those of its own parts that such source leads astray.
_ERRORS = (LatexWalkerError, RecursionError, ValueError, IndexError, AttributeError, TypeError, KeyError)

TEXTUAL = frozenset({"citet", "textcite", "citeauthor", "newcite", "cites", "citealt", "Citet", "Textcite"})
_CITES = TEXTUAL | frozenset(
    (
        *("cite", "citep", "citealp", "parencite", "autocite", "footcite", "footcitetext", "citeyear", "citeyearpar"),
        *("Cite", "Citep", "Parencite", "Autocite", "supercite", "shortcite", "citenum", "onlinecite", "fullcite"),
    )
)
_REFERENCES = ("ref", "eqref", "cref", "Cref", "autoref", "vref", "nameref", "pageref", "subref", "labelcref", "secref")
# Packages and styles define these; authors use them without a definition that we can see.
_COMMON = {
    "eg": "e.g.",
    "ie": "i.e.",
    "Eg": "E.g.",
    "Ie": "I.e.",
    "etal": "et al.",
    "etc": "etc.",
    "cf": "cf.",
    "vs": "vs.",
    "wrt": "w.r.t.",
    "iid": "i.i.d.",
    "xspace": "",
    "ding": "",
    "LaTeX": "LaTeX",
    "TeX": "TeX",
}
_DROPPED = {
    **dict.fromkeys(("label", "bibliographystyle", "pagestyle", "thispagestyle", "hypersetup", "index", "nocite"), "{"),
    **dict.fromkeys(
        ("thanks", "marginpar", "input", "include", "graphicspath", "captionsetup", "cline", "phantom"), "{"
    ),
    **dict.fromkeys(("usepackage", "documentclass", "todo", "footnotemark", "includegraphics", "bibliography"), "*[{"),
    **dict.fromkeys(("vspace", "hspace", "setcounter", "addtocounter", "vphantom", "hphantom"), "*{"),
    **dict.fromkeys(("setlength", "addtolength", "markboth", "fontsize", "newcounter", "numberwithin"), "{{"),
    **dict.fromkeys(("addcontentsline", "definecolor", "pdfbookmark", "titleformat"), "{{{"),
    "color": "[{",
    "rule": "[{{",
    "footnotemark": "[",
    "cmidrule": "[{",
    "vskip": "",
    "hfill": "",
    "hline": "",
    "centering": "",
}
_LAST_KEPT = {
    **dict.fromkeys(
        ("textcolor", "colorbox", "parbox", "raisebox", "href", "resizebox", "scalebox", "adjustbox"), "[{{"
    ),
    "resizebox": "*{{{",
    "scalebox": "{[{",
    "multicolumn": "{{{",
    "multirow": "[{[{[{",
    "makebox": "[[{",
    "texorpdfstring": "{{",
    "footnotesize": "",
    "makecell": "[{",
    "shortstack": "[{",
    "hyperref": "[{",
    "hyperlink": "{{",
    "hypertarget": "{{",
    "IEEEauthorblockN": "{",
    "IEEEauthorblockA": "{",
}


@dataclass(frozen=True)
class Mark:
    """What stands for a mark: a citation of keys, a reference to labels, or text as it is."""

    kind: str  # "cite", "ref" or "text"
    command: str
    values: tuple[str, ...]


class Inline:
    """Turns source into words; keeps the marks it made and the footnotes it met."""

    def __init__(self, macros: Mapping[str, Macro]) -> None:
        self.marks: list[Mark] = []
        self.notes: list[str] = []
        self.kept_as_written = self.cut_short = 0
        common = {name: Macro(0, None, body) for name, body in _COMMON.items()}
        self._macros = {**common, **macros}
        self._depth = self._expansions = self._expanded = self._expanded_in_all = 0
        self._walker_context, self._text_context = self._contexts()

    def words(self, source: str) -> str:
        """Return *source* as words, with marks, on one line."""
        return " ".join(self._convert(source).split())

    def _convert(self, source: str) -> str:
        source = _ADDRESS.sub(self._address, _VERB.sub(lambda m: self._mark("text", "verb", m.group("verb")), source))
        marks, notes = len(self.marks), len(self.notes)
        try:
            nodes, _, _ = LatexWalker(
                source, latex_context=self._walker_context, tolerant_parsing=True
            ).get_latex_nodes()
            return str(self._to_text().nodelist_to_text(nodes))
        except _ERRORS:
            # Half of it may have been read: what that left is none of the result.
            del self.marks[marks:], self.notes[notes:]
            self.kept_as_written += 1
            return _COMMAND.sub(" ", source)

    def _to_text(self) -> LatexNodes2Text:
        return LatexNodes2Text(latex_context=self._text_context, math_mode="verbatim", fill_text=False)

    # -- what the library is told of --------------------------------------------------------------------------------

    def _contexts(self) -> tuple[Any, Any]:
        walker, text = get_walker_context(), get_default_latex_context_db()
        macros = [MacroSpec(name, "*[[{") for name in sorted(_CITES)]
        texts = [MacroTextSpec(name, simplify_repl=self._cite) for name in sorted(_CITES)]
        macros += [MacroSpec(name, "*{") for name in _REFERENCES]
        texts += [MacroTextSpec(name, simplify_repl=self._ref) for name in _REFERENCES]
        macros += [MacroSpec(name, "[{") for name in ("footnote", "footnotetext", "sidenote", "tablefootnote")]
        texts += [
            MacroTextSpec(name, simplify_repl=self._note)
            for name in ("footnote", "footnotetext", "sidenote", "tablefootnote")
        ]
        macros += [MacroSpec(name, specified) for name, specified in _DROPPED.items()]
        texts += [MacroTextSpec(name, simplify_repl="") for name in _DROPPED]
        macros += [MacroSpec(name, specified) for name, specified in _LAST_KEPT.items()]
        texts += [MacroTextSpec(name, simplify_repl=self._last) for name in _LAST_KEPT]
        known = {spec.macroname for spec in macros}
        own = {name: macro for name, macro in self._macros.items() if name not in known}
        macros += [MacroSpec(name, _parameters(macro)) for name, macro in own.items()]
        texts += [MacroTextSpec(name, simplify_repl=self._expand) for name in own]
        walker.add_context_category("paper", macros=macros, prepend=True)
        text.add_context_category("paper", macros=texts, prepend=True)
        # The library parses the arguments of many commands for whose text it has no rule, and would drop both.
        text.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=self._unknown))
        return walker, text

    def _mark(self, kind: str, command: str, *values: str) -> str:
        self.marks.append(Mark(kind, command, values))
        return f"\ue000{len(self.marks) - 1}\ue001"

    def _address(self, match: re.Match[str]) -> str:
        address = match.group("address").replace("\\", "").strip()
        if match.group("how") != "href":
            return self._mark("text", "url", address)
        link = argument(match.string, match.end())
        shown = link.text.strip() if link else ""
        if not address.startswith(("http://", "https://")) or address in shown:
            return ""
        return f"{self._mark('text', 'url', address)}: "  # "(code)" says less than where it leads

    def _arguments(self, node: Any) -> list[Any]:
        return list(node.nodeargd.argnlist) if node.nodeargd and node.nodeargd.argnlist else []

    def _verbatim(self, node: Any) -> str:
        text = str(node.latex_verbatim())
        return text[1:-1] if text[:1] in {"{", "["} and len(text) > 1 else text

    def _cite(self, node: Any) -> str:
        given = self._arguments(node)
        keys = self._verbatim(given[-1]) if given and given[-1] is not None else ""
        named = tuple(key for each in keys.split(",") if (key := each.strip()))
        return self._mark("cite", str(node.macroname), *named) if named else ""

    def _ref(self, node: Any) -> str:
        given = self._arguments(node)
        labels = self._verbatim(given[-1]) if given and given[-1] is not None else ""
        named = tuple(label for each in labels.split(",") if (label := each.strip()))
        return self._mark("ref", str(node.macroname), *named) if named else ""

    def _note(self, node: Any) -> str:
        given = self._arguments(node)
        if given and given[-1] is not None:
            self.notes.append(self._verbatim(given[-1]))
        return ""

    def _last(self, node: Any, l2tobj: Any) -> str:
        given = self._arguments(node)
        return str(l2tobj.nodelist_to_text([given[-1]])) if given and given[-1] is not None else ""

    def _unknown(self, node: Any, l2tobj: Any) -> str:
        shown = [each for each in self._arguments(node) if each is not None and each.isNodeType(LatexGroupNode)]
        return " ".join(str(l2tobj.nodelist_to_text([each])) for each in shown if each.delimiters[0] == "{")

    def _expand(self, node: Any) -> str:
        """Put the arguments into the body of a definition and read the result."""
        macro = self._macros[node.macroname]
        given = [self._verbatim(each) if each is not None else None for each in self._arguments(node)]
        if macro.default is not None and given and given[0] is None:
            given[0] = macro.default
        body = macro.body
        for number, value in reversed(list(enumerate(given[: macro.parameters], 1))):
            body = body.replace(f"#{number}", value or "")
            if len(body) > _MAX_EXPANDED:
                break
        if self._depth == 0:
            self._expansions = self._expanded = 0
        self._expansions += 1
        self._expanded += len(body)
        self._expanded_in_all += len(body)
        if (
            self._expanded_in_all > _MAX_EXPANDED_IN_ALL
            or self._depth >= _MAX_DEPTH
            or self._expansions > _MAX_EXPANSIONS
            or self._expanded > _MAX_EXPANDED
        ):
            self.cut_short += 1
            return ""
        self._depth += 1
        try:
            return self._convert(body) + str(node.macro_post_space or "")
        finally:
            self._depth -= 1


def _parameters(macro: Macro) -> str:
    if macro.default is not None:
        return "[" + "{" * max(macro.parameters - 1, 0)
    return "{" * macro.parameters
