r"""LaTeX source: the text a reader of the paper sees, with numbers, citations and cells; broken source is read too."""

from __future__ import annotations

import gzip
import io
import itertools
import tarfile
import zipfile
from collections.abc import Callable

import pytest

from graph.vocabulary.document import Document, Format, SectionRole
from ingest.parse import Damaged, NotUtf8, UnknownShape, parse_file

PREAMBLE = r"""% A comment before all.
\documentclass[11pt]{article}
\usepackage{natbib} % packages
\newcommand{\ours}{\textsc{NoiseNet}\xspace}
\newcommand{\best}[2][bold]{\textbf{#2} (#1)}
\def\data#1{the #1 set}
\title{When Does Noise Help?\thanks{Work done at home.} \\ A Study}
\author{Ada B. Example$^{1}$ \and Cy Other\thanks{Equal.} \\ University of Nowhere \\ \texttt{cy@nowhere.org}}
\begin{document}
\maketitle
\begin{abstract}
We measure noise. It helps a little.
\end{abstract}
"""
BODY = r"""\section{Introduction}\label{sec:intro}
Noise is cheap~\citep{writer2018,third2020}. % gone
We add 5\% of it to \data{digit} and call it \ours{}. As \citet{writer2018} show in \cref{tab:main},
\best{it works}, see \url{http://x.org/a%20b}.\footnote{Code is \emph{online}.} With $x_1 > 0$:
\begin{equation}\label{eq:one}
y = x + \epsilon
\end{equation}
where $\epsilon$ is small, by \eqref{eq:one} and Figure~\ref{fig:a}.

``Quoted'' text --- with na\"{\i}ve \'etude.
\iffalse Hidden text. \ifx a b c \else d \fi \fi
\begin{comment}
More hidden.
\end{comment}
\subsection*{Unnumbered}
\begin{itemize}
\item First thing.
\item Second thing.
\end{itemize}
\begin{figure}[t]\centering\includegraphics[width=\linewidth]{a.pdf}
\caption{Accuracy over noise. Ten seeds.}\label{fig:a}\end{figure}
\begin{table}\caption[Short]{Main numbers.}\label{tab:main}
\begin{tabular}{l|cc}\toprule
\multirow{2}{*}{Model} & \multicolumn{2}{c}{Accuracy} \\ \cmidrule(lr){2-3}
 & A & B \\ \midrule
\ours & \textbf{91.2} & 90.1 \\
Base~\cite{third2020} & 88.0 & \\ \bottomrule
\end{tabular}\end{table}
\section{Method}
\subsection{Data}
We use digits, as \ref{sec:intro} says.
\appendix
\section{Proofs}
It follows.
"""
BIBLIOGRAPHY = r"""\begin{thebibliography}{2}
\bibitem[{Writer and Reader(2018)}]{writer2018} Ada Writer and Ben Reader. 2018.
\newblock A work on noise.
\newblock In \emph{Proc. of Examples}, pages 1--9.
\bibitem{third2020} C. Third, D. Fourth, and E. Fifth. Plain words about noise. In Examples, 2020.
\end{thebibliography}
"""
END = "\\end{document}\n"
BIB = r"""@string{ex = "Examples"}
@article{unused, author = {Nobody, N.}, title = {Not cited}, year = 1999}
@inproceedings{third2020, author = {Third, C. and Fourth, Dora}, title = {Plain {Words} about noise},
  booktitle = {Examples}, year = {2020}}
@article{writer2018, author = "Ada Writer and Ben Reader", title = "A work on noise", journal = "J. Ex.", year = 2018}
"""


def parse(source: str, name: str = "main.tex") -> Document:
    (document,) = parse_file(source.encode(), name=name)
    return document


def body(source: str) -> Document:
    """A document around a piece of source."""
    return parse("\\documentclass{article}\n\\begin{document}\n" + source + END)


@pytest.fixture
def document() -> Document:
    """The sample above, parsed."""
    return parse(PREAMBLE + BODY + BIBLIOGRAPHY + END)


def sentences(document: Document) -> list[str]:
    return [document.quote(s) for s in document.sentences]


def test_front_matter(document: Document) -> None:
    """Title without its note, authors without marks and affiliations, abstract."""
    found = document.bibliography
    assert ("When Does Noise Help? A Study", ("Ada B. Example", "Cy Other")) == (found.title, found.authors)
    assert "We measure noise. It helps a little." == found.abstract
    assert (Format.LATEX, "latex/1") == (document.format, document.parser)
    assert "When Does Noise Help? A Study" == sentences(document)[0]


def test_sentences_read_as_printed(document: Document) -> None:
    """Definitions are expanded, accents composed, comments and hidden parts gone, references show their number."""
    found = sentences(document)
    for expected in (
        "We add 5% of it to the digit set and call it NoiseNet.",
        "As Writer and Reader [1] show in Table 1, it works (bold), see http://x.org/a%20b.",
        "where $\\epsilon$ is small, by (1) and Figure 1.",
        "“Quoted” text — with naïve étude.",
        "First thing.",
        "We use digits, as 1 says.",
    ):
        assert expected in found
    assert not any(word in document.text for word in ("gone", "Hidden", "hidden", "packages", "linewidth", "Short"))


def test_sections_are_numbered_as_printed(document: Document) -> None:
    """By LaTeX's counting; a star has no number; an appendix has letters."""
    headed = [(s.role, s.number, s.level, s.heading) for s in document.sections if s.heading and s.level]
    assert [
        (SectionRole.ABSTRACT, None, 1, "Abstract"),
        (SectionRole.BODY, "1", 1, "Introduction"),
        (SectionRole.BODY, None, 2, "Unnumbered"),
        (SectionRole.BODY, "2", 1, "Method"),
        (SectionRole.BODY, "2.1", 2, "Data"),
        (SectionRole.APPENDIX, "A", 1, "Proofs"),
        (SectionRole.REFERENCES, None, 1, "References"),
    ] == headed


def test_sections_do_not_overlap_and_hold_their_sentences(document: Document) -> None:
    """Flat ranges without heading lines; each sentence lies in the section it names."""
    flat = [s for s in document.sections if s.level]
    assert all(a.char_end <= b.char_start for a, b in itertools.pairwise(flat))
    assert all("Method" not in document.quote(s) for s in flat)
    for sentence in document.sentences:
        section = document.sections[sentence.section]
        assert section.char_start <= sentence.char_start < sentence.char_end <= section.char_end


def test_floats_notes_and_formulas_stand_apart(document: Document) -> None:
    """Captions carry their label, a footnote follows its paragraph, a formula is as written and numbered."""
    by_role = {role: [document.quote(s) for s in document.sections if s.role is role] for role in SectionRole}
    assert ["Figure 1: Accuracy over noise. Ten seeds.", "Table 1: Main numbers."] == by_role[SectionRole.CAPTION]
    assert ["Code is online."] == by_role[SectionRole.FOOTNOTE]
    (formula,) = document.formulas
    assert ("(1)", True) == (formula.number, "y = x + \\epsilon" in document.quote(formula))
    assert not any("epsilon\n" in sentence for sentence in sentences(document))


def test_table_cells(document: Document) -> None:
    """Spans put the cells on a grid, rules are none, bold and headers are told, citations in cells count."""
    (table,) = document.tables
    assert "Table 1" == table.label
    assert "Table 1: Main numbers." == document.quote(document.sections[table.caption or 0])
    cells = {(c.row, c.column): (document.quote(c), c.header, c.bold) for c in table.cells}
    assert {
        (0, 0): ("Model", True, False),
        (0, 1): ("Accuracy", True, False),
        (1, 1): ("A", True, False),
        (1, 2): ("B", True, False),
        (2, 0): ("NoiseNet", True, False),
        (2, 1): ("91.2", False, True),
        (2, 2): ("90.1", False, False),
        (3, 0): ("Base [2]", True, False),
        (3, 1): ("88.0", False, False),
        (3, 2): ("", False, False),
    } == cells


def test_references_and_citations(document: Document) -> None:
    """Entries by their blocks or their words; every citation names its entries."""
    assert [
        ("1", ("Writer", "Reader"), "A work on noise", 2018),
        ("2", ("Third", "Fourth", "Fifth"), "Plain words about noise", 2020),
    ] == [(r.label, r.authors, r.title, r.year) for r in document.references]
    assert [("[1, 2]", (0, 1)), ("Writer and Reader [1]", (0,)), ("[2]", (1,))] == [
        (document.quote(c), c.references) for c in document.citations
    ]


def test_commands_that_nobody_explains_keep_their_words() -> None:
    """Fonts, colours, and commands of packages that we do not have."""
    document = body("It is \\texttt{mono}, \\textcolor{red}{red} and \\foo{own} in \\LaTeX{}.\n")
    assert ["It is mono, red and own in LaTeX."] == sentences(document)


def test_references_of_several_kinds_and_notes_with_addresses() -> None:
    """Each kind is named once; what stands in a footnote is read like the rest."""
    document = body(
        "See \\cref{a,t}.\\footnote{At \\url{http://x.org/y_z}.}\n\n"
        "\\begin{figure}\\caption{A.\\label{a}}\\end{figure}\\begin{table}\\caption{T.\\label{t}}\\end{table}\n"
    )
    assert "See Figure 1 and Table 1." in sentences(document)
    assert "At http://x.org/y_z." in sentences(document)


def test_a_number_in_a_formula_is_a_number_in_a_cell() -> None:
    """As it is printed."""
    document = body("\\begin{tabular}{ll}A & B \\\\ x & $\\mathbf{91.2} \\pm 0.3$\\end{tabular}\n")
    assert ["A", "B", "x", "91.2 ± 0.3"] == [document.quote(c) for c in document.tables[0].cells]
    assert [True, True, True, False] == [c.header for c in document.tables[0].cells]


def test_a_lone_file_says_what_it_includes() -> None:
    """It sees no other file: what is missing is named, and what to do."""
    document = body("\\section{A}\nText.\n\\input{sections/method}\n\\bibliography{refs}\n We cite \\cite{x}.\n")
    said = " ".join(document.warnings)
    assert all(word in said for word in ("sections/method", ".zip", "refs", "x"))
    assert [("[x]", ())] == [(document.quote(c), c.references) for c in document.citations]


def test_a_warning_holds_no_nul() -> None:
    """No store keeps one, and a warning that names a damaged key would keep the whole paper out."""
    document = body("\\section{A}\nText.\n\\bibliography{re\0fs}\n We cite \\cite{so\0me}.\n")
    assert document.warnings
    assert "\0" not in "".join(document.warnings)
    assert "re fs" in " ".join(document.warnings)


def _zip(files: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return held.getvalue()


def _tar(files: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return held.getvalue()


FILES = {
    "src/main.tex": PREAMBLE + "\\input{parts/body} % here\n\\bibliography{refs}\n" + END,
    "src/parts/body.tex": BODY + "\\input{parts/body}\n",
    "src/refs.bib": BIB,
    "src/figure.png": "not read",
    "src/old/main.tex": "\\documentclass{article}\\begin{document}Old.\\end{document}",
}


@pytest.mark.parametrize(("pack", "name"), [(_zip, "paper.zip"), (_tar, "2101.01234v2.tar.gz"), (_tar, "paper.tgz")])
def test_an_archive_is_one_paper(pack: Callable[[dict[str, str]], bytes], name: str) -> None:
    """The main file with its parts and its .bib; only cited entries, in order of citation; arXiv's name is an id."""
    (document,) = parse_file(pack(FILES), name=name)
    assert "We add 5% of it to the digit set and call it NoiseNet." in sentences(document)
    assert [
        (("Writer", "Reader"), "A work on noise", 2018, "J. Ex."),
        (("Third", "Fourth"), "Plain Words about noise", 2020, "Examples"),
    ] == [(r.authors, r.title, r.year, r.venue) for r in document.references]
    assert ("2101.01234" if name[0] == "2" else None) == document.bibliography.arxiv
    assert any("includes itself" in warning for warning in document.warnings)


def test_what_bibtex_printed_is_preferred() -> None:
    """A .bbl is what the reader saw."""
    files = {**FILES, "src/main.bbl": BIBLIOGRAPHY.replace("A work on noise", "The printed title")}
    (document,) = parse_file(_zip(files), name="a.zip")
    assert ["The printed title", "Plain words about noise"] == [r.title for r in document.references]


def test_a_single_file_in_gzip() -> None:
    """As arXiv serves papers of one file."""
    (document,) = parse_file(gzip.compress((PREAMBLE + BODY + END).encode()), name="2101.01234.gz")
    assert "When Does Noise Help? A Study" == document.bibliography.title


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (_zip({"a.csv": "1,2"}), "data.zip", UnknownShape),
        (_zip({"a.tex": "\\section{A} part"}), "a.zip", UnknownShape),
        (_zip(FILES)[:-30], "a.zip", Damaged),
        (_tar(FILES)[:-400], "a.tgz", Damaged),
        (b"\\section{A} A part of a paper.", "part.tex", UnknownShape),
        ("\\documentclass{a}\\begin{document}caf\u00e9\\end{document}".encode("latin-1"), "a.tex", NotUtf8),
    ],
)
def test_what_is_no_paper_is_told(content: bytes, name: str, kind: type[Exception]) -> None:
    """Each with its reason."""
    with pytest.raises(kind):
        parse_file(content, name=name)


def test_a_bomb_is_not_unpacked() -> None:
    """A member that says and holds more than a paper has is passed over."""
    with pytest.raises(UnknownShape):
        parse_file(_zip({"main.tex": " " * 30_000_000}), name="a.zip")


def test_another_encoding_is_read_where_the_source_names_it() -> None:
    """Inputenc says which."""
    source = "\\documentclass{a}\\usepackage[latin1]{inputenc}\\begin{document}caf\u00e9\\end{document}"
    (document,) = parse_file(source.encode("latin-1"), name="a.tex")
    assert "café" == document.text


def test_latex_is_known_by_its_content() -> None:
    """A .txt that is a LaTeX document; one that only speaks of LaTeX is text."""
    assert Format.LATEX is parse(PREAMBLE + BODY + END, "a.txt").format
    assert Format.TEXT is parse("About LaTeX\n\nWe write \\documentclass{article} at the top.\n", "a.txt").format


BROKEN = {
    "open brace": "Good one.\n\n\\textbf{open and $x\n\nGood two.",
    "closing braces": "Good one. }}}\n\n\\end{figure} Good two.",
    "open environment": "Good one.\n\n\\begin{table}\\caption{No end.}\n\nGood two.",
    "open formula": "Good one.\n\n\\[ x = 1\n\nGood two.",
    "open dollars": "Good one.\n\n$$ x = 1\n\nGood two.",
    "deep": "Good one.\n\n" + "{" * 3000 + "x" + "}" * 3000 + "\n\nGood two.",
    "url": "Good one.\n\n\\url{http://a%b} x } {\n\nGood two.",
    "macro loop": "\\newcommand{\\a}{\\b\\b}\\newcommand{\\b}{\\a\\a}Good one. \\a{}\n\nGood two.",
    "macro bomb": "\\newcommand{\\a}[1]{#1#1#1#1#1#1#1#1}Good one. " + "\\a{" * 12 + "x" + "}" * 12 + "\n\nGood two.",
    "verbatim": "Good one.\n\\begin{verbatim}\n\\end{document} % } {\n\\end{verbatim}\nGood two.",
    "odd tabular": "Good one.\n\n\\begin{tabular} a & b \\\\ \\multirow{2 & x \\end{tabular}\n\nGood two.",
}


@pytest.mark.parametrize("source", BROKEN.values(), ids=BROKEN.keys())
def test_broken_source_is_read_as_far_as_it_goes(source: str) -> None:
    """No crash, no hang; what stands before the fault is there."""
    document = body(source)
    assert any("Good one." in sentence for sentence in sentences(document))


@pytest.mark.parametrize("kind", ["open brace", "closing braces", "deep", "url", "macro loop", "macro bomb"])
def test_a_fault_spoils_its_own_paragraph(kind: str) -> None:
    """What follows is read as if nothing had been."""
    assert any("Good two." in sentence for sentence in sentences(body(BROKEN[kind])))
