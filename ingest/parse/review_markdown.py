"""Reviews in Markdown or plain text beside a paper: one review a file, or several under "Review 1", "Review 2".

Scores come from front matter and from lines such as ``Rating: 6``; the parts from headings and labels. The text is
the decoded file. Names of reviewers are read by nobody.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from graph.canonical import sha256_hex
from graph.vocabulary.document import Document, DocumentKind, Format, Review, SectionRole
from ingest.parse.front_fields import bibliography_of
from ingest.parse.json_text import JsonObject, Placed
from ingest.parse.markdown_blocks import read_front_matter
from ingest.parse.parts import Parts
from ingest.parse.review_forms import confidence_of, date_of, decision_of, rating_of, scale_of
from ingest.parse.review_labels import split_review

PARSER = "reviews-markdown/1"
# paper.review.md, paper.reviews.md, paper_review1.md, paper-review-2.md, paper.review.1.txt; reviews/paper.md
_NAME = re.compile(r"(?:[._-](?:meta)?reviews?(?:[._-]?\d{1,3})?|^reviews?(?:[._-]?\d{1,3})?)$", re.IGNORECASE)
_SHAPE = re.compile(r"^[ \t]*(?:#{1,6}[ \t]*|\*\*)(strengths?|weaknesses|weakness)\b", re.IGNORECASE | re.MULTILINE)
_PAPER = re.compile(
    r"^#{1,6}[ \t]*(?:\d\.?[ \t]*)?(?:abstract|introduction|references)\b", re.IGNORECASE | re.MULTILINE
)
_START = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]*|\*\*[ \t]*)(?P<meta>meta[\s-]?review|decision)?"
    r"(?:(?:official\s+)?review(?:er)?\s*(?:#|no\.?)?\s*\w{1,4})?"
    r"[ \t:*#]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SCORE = re.compile(
    r"^[ \t>*_#-]*(?P<name>(?:overall\s+)?(?:rating|score|recommendation)|(?:reviewer\s+)?confidence|"
    r"(?:final\s+)?decision|date)"
    r"[ \t*_]*(?:[:：][ \t*_]*|\n+)(?P<value>[^\n]+)$",
    re.IGNORECASE | re.MULTILINE,
)


def is_review_name(name: str) -> bool:
    """Say whether a file name is that of a review beside a paper."""
    path = PurePath(name)
    return _NAME.search(path.stem) is not None or path.parent.name.casefold() in {"reviews", "review"}


def is_review_text(text: str, *, name: str) -> bool:
    """Say whether a text is a review: by ``kind: review`` in front matter, its name, or its headings."""
    fields = read_front_matter(text).fields
    kind = str(fields.get("kind", fields.get("type", ""))).casefold()
    if kind:
        return "review" in kind
    shaped = {match.casefold()[:6] for match in _SHAPE.findall(text)}
    return is_review_name(name) or (len(shaped) == 2 and not _PAPER.search(text))


def parse_review_markdown(text: str, *, content: bytes, format: Format) -> list[Document]:
    """Read a file of reviews; *text* is the decoded *content*."""
    front = read_front_matter(text)
    parts = Parts(text)
    reviews: list[Review] = []
    decision = None
    bibliography = bibliography_of(
        {k: v for k, v in front.fields.items() if str(k).casefold() not in {"author", "authors"}}
    )
    for is_meta, start, end in _reviews(text, front.body_start):
        stated = JsonObject({k: _placed(v) for k, v in front.fields.items()})
        scores = list(_SCORE.finditer(text, start, end))
        for score in scores:
            stated[score.group("name")] = _placed(score.group("value"))
        meta = is_meta or "meta" in str(front.fields.get("kind", "")).casefold()
        worded = decision_of(stated)
        decision = decision or worded
        _add_parts(parts, start, end, scores, review=len(reviews))
        reviews.append(
            Review(
                is_meta=meta,
                rating=rating_of(stated),
                rating_scale=scale_of(stated, venue=bibliography.venue or ""),
                confidence=confidence_of(stated),
                decision=worded if meta else None,
                date=date_of(stated),
            )
        )
    return [
        Document(
            key=sha256_hex(content),
            kind=DocumentKind.REVIEW,
            format=format,
            parser=PARSER,
            text=text,
            bibliography=bibliography.model_copy(update={"decision": bibliography.decision or decision}),
            sections=parts.sections,
            sentences=parts.sentences,
            reviews=tuple(reviews),
            warnings=(front.problem,) if front.problem else (),
        )
    ]


def _placed(value: object) -> object:
    return value if isinstance(value, int | float) else Placed(str(value), 0, 0)


def _reviews(text: str, start: int) -> list[tuple[bool, int, int]]:
    """Return (is it a meta-review, start, end) of each review in the file."""
    starts = [m for m in _START.finditer(text, start) if re.search(r"review|decision", m.group(), re.IGNORECASE)]
    if not starts:
        return [(False, start, len(text))]
    ends = [*(m.start() for m in starts[1:]), len(text)]
    found = [(m.group("meta") is not None, m.end(), end) for m, end in zip(starts, ends, strict=True)]
    return [each for each in found if text[each[1] : each[2]].strip()] or [(False, start, len(text))]


def _add_parts(parts: Parts, start: int, end: int, scores: list[re.Match[str]], *, review: int) -> None:
    """Add the parts of one review; the lines with scores are left out of the prose."""
    bounds = [start]
    for score in scores:
        bounds += [score.start(), score.end()]
    bounds.append(end)
    for part in split_review(parts.text, start, end, role=SectionRole.REVIEW_OTHER):
        index = parts.open(part.role, part.start, part.end, heading=part.label, level=1, review=review)
        for begin, stop in zip(bounds[::2], bounds[1::2], strict=True):
            low, high = max(begin, part.start), min(stop, part.end)
            if low < high:
                parts.add_prose(index, low, high)
