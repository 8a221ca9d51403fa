"""A paper in Markdown to a Document, as authored (front matter, levels) or as PDF converters write it.

The text is the decoded file, character for character. Converters give each heading the same number of hashes: then
levels come from the section numbers, and an unnumbered heading stands below the numbered one before it. They also make
headings of what is none (names of authors, algorithms, answers of a checklist), leave labels of figures between
paragraphs, and cut a bibliography at each page: all this is told apart as far as its own words show.

Tables are cells, display formulas (and the marks that a converter leaves for one) have ranges, citations name their
entries. Code, tables, formulas and labels of figures hold no sentences. Not done: joining a sentence that a figure
cuts in two, and words that a converter broke or glued, since the text is not altered.
"""

from __future__ import annotations

from graph.vocabulary.document import Document
from ingest.parse.markdown.reader import PARSER, MarkdownReader

__all__ = ["PARSER", "parse_markdown"]


def parse_markdown(text: str, *, content: bytes) -> list[Document]:
    """Read a paper in Markdown; *text* is the decoded *content*."""
    return [MarkdownReader(text, content).document()]
