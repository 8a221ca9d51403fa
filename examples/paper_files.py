"""Write one paper as a two-column PDF, as TEI or as Markdown, and its reviews in one of three formats."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pymupdf
from lxml import etree

_PAGE = pymupdf.paper_rect("letter")
_MARGIN, _GUTTER = 54.0, 18.0
_TEI = "http://www.tei-c.org/ns/1.0"


@dataclass(frozen=True)
class Section:
    """A numbered section: its heading and paragraphs."""

    heading: str
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A small table with its caption."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Paper:
    """A short paper, ready to be written in any format."""

    title: str
    authors: Sequence[str]
    abstract: str
    sections: Sequence[Section]
    table: Table
    table_after: int
    references: Sequence[str]


def pdf(paper: Paper) -> bytes:
    """Return the paper as a two-column PDF: title over both columns, running head and page number on each page."""
    columns = _columns()
    story = pymupdf.Story(html=_body(paper), user_css=_CSS)
    buffer = io.BytesIO()
    writer = pymupdf.DocumentWriter(buffer)
    title = pymupdf.Story(html=_front(paper), user_css=_CSS)
    more, page_number = True, 0
    while more:
        page_number += 1
        device = writer.begin_page(_PAGE)
        top = _MARGIN
        if page_number == 1:
            _, filled = title.place(pymupdf.Rect(_MARGIN, _MARGIN, _PAGE.x1 - _MARGIN, _PAGE.y1))
            title.draw(device)
            top = filled[3] + 12
        for left, right in columns:
            if more:
                more, _ = story.place(pymupdf.Rect(left, top, right, _PAGE.y1 - _MARGIN - 14))
                story.draw(device)
        writer.end_page()
    writer.close()
    return _with_running_heads(buffer.getvalue(), paper.title)


def tei(paper: Paper) -> bytes:
    """Return the paper as TEI in the shape GROBID writes."""

    def add(parent: Any, name: str, text: str | None = None, **attributes: str) -> Any:
        element = etree.SubElement(parent, f"{{{_TEI}}}{name}", **attributes)
        element.text = text
        return element

    root = etree.Element(f"{{{_TEI}}}TEI", nsmap={None: _TEI})
    header = add(root, "teiHeader")
    description = add(header, "fileDesc")
    add(add(description, "titleStmt"), "title", paper.title, level="a", type="main")
    analytic = add(add(add(description, "sourceDesc"), "biblStruct"), "analytic")
    for author in paper.authors:
        first, _, last = author.rpartition(" ")
        name = add(add(analytic, "author"), "persName")
        add(name, "forename", first, type="first")
        add(name, "surname", last)
    add(add(add(header, "profileDesc"), "abstract"), "p", paper.abstract)
    text = add(root, "text")
    body = add(text, "body")
    for number, section in enumerate(paper.sections, start=1):
        division = add(body, "div")
        add(division, "head", section.heading, n=f"{number}")
        for paragraph in section.paragraphs:
            add(division, "p", paragraph)
        if number == paper.table_after:
            figure = add(body, "figure", type="table")
            add(figure, "figDesc", paper.table.caption)
            table = add(figure, "table")
            for cells in (paper.table.header, *paper.table.rows):
                row = add(table, "row")
                for cell in cells:
                    add(row, "cell", cell)
    references = add(add(add(text, "back"), "div", type="references"), "listBibl")
    for reference in paper.references:
        add(add(references, "biblStruct"), "note", reference, type="raw_reference")
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def markdown(paper: Paper) -> bytes:
    """Return the paper as Markdown with front matter."""
    authors = ", ".join(json.dumps(author) for author in paper.authors)
    lines = ["---", f"title: {json.dumps(paper.title)}", f"authors: [{authors}]", "---", "", f"# {paper.title}", ""]
    lines += ["## Abstract", "", paper.abstract, ""]
    for number, section in enumerate(paper.sections, start=1):
        lines += [f"## {number} {section.heading}", ""]
        for paragraph in section.paragraphs:
            lines += [paragraph, ""]
        if number == paper.table_after:
            lines += [f"Table 1: {paper.table.caption}", "", "| " + " | ".join(paper.table.header) + " |"]
            lines += ["|" + " --- |" * len(paper.table.header)]
            lines += ["| " + " | ".join(row) + " |" for row in paper.table.rows] + [""]
    lines += ["## References", ""]
    lines += [f"[{number}] {reference}" for number, reference in enumerate(paper.references, start=1)]
    return ("\n".join(lines) + "\n").encode()


def openreview_reviews(title: str, abstract: str, forum: str, reviews: Sequence[dict[str, Any]]) -> bytes:
    """Return the submission and its reviews as the OpenReview API lists notes."""
    submission = {
        "id": forum,
        "forum": forum,
        "content": {"title": {"value": title}, "abstract": {"value": abstract}},
        "invitations": ["Examples/-/Submission"],
    }
    notes = [submission]
    for number, review in enumerate(reviews, start=1):
        content = {
            "summary": {"value": f"The paper is titled '{title}'."},
            "strengths": {"value": review["strengths"]},
            "weaknesses": {"value": review["weaknesses"]},
            "questions": {"value": review["questions"]},
            "rating": {"value": f"{review['rating']}: {_RATINGS[review['rating']]}"},
            "confidence": {"value": f"{review['confidence']}: {_CONFIDENCES[review['confidence']]}"},
        }
        invitation = f"Examples/Submission/-/Official_Review{number}"
        notes.append({"id": f"{forum}-r{number}", "forum": forum, "content": content, "invitations": [invitation]})
    return json.dumps({"notes": notes}, indent=1, ensure_ascii=False).encode()


def peerread_reviews(title: str, abstract: str, forum: str, reviews: Sequence[dict[str, Any]]) -> bytes:
    """Return the reviews as PeerRead-style JSON."""
    entries = [
        {
            "IS_META_REVIEW": False,
            "TITLE": "Official Review",
            "comments": f"SUMMARY:\nThe paper is titled '{title}'.\n\nSTRENGTHS:\n{review['strengths']}\n\n"
            f"WEAKNESSES:\n{review['weaknesses']}\n\nQUESTIONS:\n{review['questions']}",
            "RECOMMENDATION": review["rating"],
            "REVIEWER_CONFIDENCE": review["confidence"],
        }
        for review in reviews
    ]
    paper = {"id": forum, "title": title, "abstract": abstract, "conference": "Examples", "reviews": entries}
    return json.dumps(paper, indent=1, ensure_ascii=False).encode()


def markdown_review(title: str, review: dict[str, Any]) -> bytes:
    """Return one review as Markdown with front matter."""
    front = f"---\nkind: review\ntitle: {json.dumps(title)}\nrating: {review['rating']}\n"
    front += f"confidence: {review['confidence']}\n---\n"
    parts = []
    for heading in ("strengths", "weaknesses", "questions"):
        points = "\n".join(f"- {line}" for line in review[heading].splitlines())
        parts.append(f"\n## {heading.title()}\n\n{points}\n")
    return (front + "".join(parts)).encode()


_RATINGS = {4: "borderline reject", 5: "borderline", 6: "weak accept", 7: "accept"}
_CONFIDENCES = {3: "fairly confident", 4: "confident", 5: "certain"}
_CSS = """
* { font-family: serif; font-size: 9.5pt; }
h1 { font-size: 16pt; text-align: center; margin-bottom: 4pt; }
.authors { text-align: center; margin-bottom: 2pt; }
h2 { font-size: 11.5pt; margin-top: 8pt; margin-bottom: 3pt; }
p { text-align: justify; margin-top: 0; margin-bottom: 4pt; }
.caption { font-size: 8.5pt; margin-bottom: 2pt; }
td, th { font-size: 8pt; padding: 1pt 3pt; }
.reference { font-size: 8.5pt; margin-bottom: 2pt; }
"""


def _columns() -> list[tuple[float, float]]:
    width = (_PAGE.width - 2 * _MARGIN - _GUTTER) / 2
    return [(_MARGIN, _MARGIN + width), (_MARGIN + width + _GUTTER, _PAGE.x1 - _MARGIN)]


def _front(paper: Paper) -> str:
    return f"<h1>{html.escape(paper.title)}</h1><p class='authors'>{html.escape(', '.join(paper.authors))}</p>"


def _body(paper: Paper) -> str:
    parts = [f"<h2>Abstract</h2><p>{html.escape(paper.abstract)}</p>"]
    for number, section in enumerate(paper.sections, start=1):
        parts.append(f"<h2>{number} {html.escape(section.heading)}</h2>")
        parts += [f"<p>{html.escape(paragraph)}</p>" for paragraph in section.paragraphs]
        if number == paper.table_after:
            parts.append(_table(paper.table))
    parts.append("<h2>References</h2>")
    parts += [
        f"<p class='reference'>[{number}] {html.escape(reference)}</p>"
        for number, reference in enumerate(paper.references, start=1)
    ]
    return "".join(parts)


def _table(table: Table) -> str:
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in table.header)
    rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows)
    return f"<p class='caption'>Table 1: {html.escape(table.caption)}</p><table><tr>{head}</tr>{rows}</table>"


def _with_running_heads(content: bytes, title: str) -> bytes:
    document = pymupdf.open(stream=content, filetype="pdf")
    for page in document:
        head = pymupdf.Point(_MARGIN, _MARGIN - 18)
        if page.number:
            page.insert_text(head, title, fontsize=8, fontname="tiit")
        foot = pymupdf.Point(_PAGE.width / 2 - 4, _PAGE.y1 - _MARGIN + 12)
        page.insert_text(foot, str(page.number + 1), fontsize=8, fontname="tiro")
    document.set_metadata({"title": title})
    return bytes(document.tobytes(deflate=True, garbage=4, no_new_id=True))
