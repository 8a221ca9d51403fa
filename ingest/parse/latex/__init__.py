r"""LaTeX source to a Document: one .tex file, or an archive of a paper's source as arXiv and Overleaf give it.

The text is **rebuilt**, as a PDF's is: the words that a reader of the typeset paper sees, in the order of the source.
CONTRACT §4 gives a format's text verbatim where people can read that text; source is not: a quote of it would show
``\ours{}~\citep{x}`` for a name and a citation, no offset could point into a file that ``\input`` brings in, and every
later stage would have to expand the authors' commands again. So evidence is quoted as printed, and is verbatim in the
stored text of the document, against whose hash it is checked; it is not verbatim in the .tex file.

In the text: sections with the numbers that LaTeX prints; citations as ``[3, 5]``, by the place in the bibliography;
``\ref`` with its number; captions with their label; tables as lines with tabs between cells; formulas and listings as
written, the displayed ones marked. Comments, layout and definitions are left out.

Guarantees: a pure function of the bytes and the name; malformed source is read as far as it goes, with a warning for
what was not; expansion, nesting and size are bounded. This package opens no file: `ingest.sources` packs a .tex
with what it includes, and what is not there is named in a warning. A file without ``\begin{document}`` is a part of a
paper and refused. Not done: TeX programming (conditionals, counters), packages, and figures drawn in TeX.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from graph.canonical import sha256_hex
from graph.vocabulary.document import Document, DocumentKind, Format
from ingest.parse.detect import decode
from ingest.parse.errors import NoText, NotUtf8, UnknownShape
from ingest.parse.identifiers import read_arxiv
from ingest.parse.latex.archive import is_archive, read_archive
from ingest.parse.latex.front import has_document
from ingest.parse.latex.reader import LatexReader
from ingest.parse.latex.source import prepare, without_comments

PARSER = "latex/1"
_CLASS = re.compile(r"\\document(?:class|style)(?![a-zA-Z])")
_ENCODING = re.compile(rb"\\usepackage\s*\[\s*(latin1|latin9|ansinew|cp1252|applemac)\s*\]\s*\{inputenc\}")
_CODECS = {b"latin1": "latin-1", b"latin9": "iso8859-15", b"applemac": "mac-roman"}
_USUAL = ("main", "ms", "paper", "article", "root", "manuscript")


def parse_latex(content: bytes, *, name: str) -> list[Document]:
    """Read one paper.

    Raises:
        UnknownShape: a part of a paper, or an archive without one.
        Damaged: an archive that cannot be unpacked.
        NotUtf8: another encoding, and the file does not say which.
        NoText: neither title, abstract nor text.
    """
    if is_archive(content):
        files = {path: _decoded(held, f"{name}, {path}") for path, held in read_archive(content, name=name).items()}
        main = _main_file(files, name)
    else:
        main = PurePosixPath(name).name
        files = {main: _decoded(content, name)}
        if not has_document(without_comments(files[main])):
            raise UnknownShape(
                f"{name} has no \\begin{{document}}: it is a part of a paper; give its main file, or the folder as .zip"
            )
    folder = str(PurePosixPath(main).parent).removeprefix(".")
    others = {path: text for path, text in files.items() if path != main}
    reader = LatexReader(prepare(files[main], others, folder=folder), others, PurePosixPath(main).stem)
    about, text = reader.bibliography, reader.writer.text
    if not text.strip():
        raise NoText(f"{name} holds neither title, abstract nor text")
    stem = PurePosixPath(name).name.split(".tar")[0]
    arxiv = read_arxiv(stem) if re.match(r"(?:arXiv[-_ ]?)?\d{4}\.\d{4,5}(?:v\d+)?(?:\.\w+)?$", stem) else None
    return [
        Document(
            key=sha256_hex(content),
            kind=DocumentKind.PAPER,
            format=Format.LATEX,
            parser=PARSER,
            text=text,
            bibliography=about.model_copy(update={"arxiv": arxiv}),
            sections=reader.sections,
            sentences=reader.sentences,
            references=tuple(reader.writer.references),
            citations=tuple(reader.writer.citations),
            tables=reader.tables,
            formulas=tuple(reader.writer.formulas),
            warnings=tuple(reader.warnings),
        )
    ]


def _decoded(content: bytes, name: str) -> str:
    """Return *content* as text: UTF-8, else what the source itself names."""
    try:
        return decode(content, name=name)
    except NotUtf8:
        if (said := _ENCODING.search(content)) is None:
            if name.endswith((".bib", ".bbl")):
                return content.decode("latin-1")  # what BibTeX writes for a source in one
            raise
        return content.decode(_CODECS.get(said.group(1), "cp1252"), errors="replace")


def _main_file(files: dict[str, str], name: str) -> str:
    """Return the file that is the paper: with a class and a document, by a usual name, else the longest.

    Raises:
        UnknownShape: none is.
    """
    bare = {path: without_comments(text) for path, text in files.items() if not path.endswith((".bbl", ".bib"))}
    whole = [path for path, text in bare.items() if _CLASS.search(text) and has_document(text)]
    if not whole:
        raise UnknownShape(f"{name} holds LaTeX, but no file with \\documentclass and \\begin{{document}}")
    if PurePosixPath(name).name in whole:
        return PurePosixPath(name).name  # a file with what it includes, as `ingest.sources` packs them
    usual = [path for path in whole if PurePosixPath(path).stem.casefold() in _USUAL]
    return max(sorted(usual or whole), key=lambda path: (-path.count("/"), len(files[path])))
