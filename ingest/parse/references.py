"""Entries of a bibliography: where each begins, and its title and year as far as they can be told.

Styles met in this field: ``[12] A. Author, "Title", Venue, 2019``; ``A. Author and B. Author. 2019. Title. Venue.``;
``A. Author. Title. In Venue, 2019``; ``Author, A. (2019). Title. Venue``. A title that cannot be told apart with some
safety is left out: None is better than a list of authors.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from graph.vocabulary.document import Reference
from ingest.parse.identifiers import read_arxiv, read_doi
from ingest.parse.reference_authors import family_names
from ingest.parse.text_normalisation import one_line

_LABEL = re.compile(
    r"[ \t]*(?:[-*+•][ \t]+)?"
    r"(?:\[(?P<key>[A-Za-z0-9+&.,\-' ]{1,24}|[^\[\]\n]{1,60}\d{4}[a-z]?)\]|(?P<number>\d{1,3})[.)])[ \t]*(?=\S)",
    re.MULTILINE,
)
_BULLET = re.compile(r"^[ \t]*[-*+•][ \t]+(?=\S)", re.MULTILINE)
_EMPTY_LINE = re.compile(r"\r?\n[ \t]*\r?\n")
_YEAR = re.compile(r"(?<![\d.:/–—-])(?:1[89]|20)\d{2}(?![\d:/–—-]|[.]\d)")
_QUOTED = re.compile(r"[\"“‘«]\s*([^\"”“»]{8,300}?)[,.]?\s*[\"”»]")
_YEAR_FIRST = re.compile(r"[.,)]?\s*\(?((?:1[89]|20)\d{2})[a-z]?\)?[.,:]\s+(?P<rest>\S.*)", re.DOTALL)
_SENTENCE_END = re.compile(
    r"(?<![A-Z])(?<!\bal)(?<!\bet)(?<!\bvs)(?<!\bSt)(?<!\bJr)[.?!]\s+(?=[\"“A-Z(\[]|arXiv|In\b)"
    # "Hinton, Geoffrey E. Layer normalization": a word in lower case follows a title's first word, not a surname
    r"|(?<=\b[A-Z])\.\s+(?=[A-Z][\w-]*:?\s+(?!(?:and|et|de|van|von|der|den|al)\b)[a-z])"
)
_NAME_TOKEN = re.compile(
    r"[^\W\d_a-z][\w'’-]*\.?|(?:[A-Z]\.-?)+|de|van|von|der|den|la|le|di|da|del|and|et|al\.?|others|&|jr\.?", re.UNICODE
)
_AFTER_COLON = re.compile(
    r"(?:\b[A-Z]\.|et al\.?|\(eds?\.\)):\s+(?P<rest>\S.*)", re.DOTALL
)  # Springer: "Goh, K.-I.: The …"
_INITIALED = (
    r"(?:[^\W\d_a-z]\.[-\s]?)+(?:(?:[a-z]{1,3}\.?|van|von|der|den|della)\s+)*"
    r"[^\W\d_a-z][\w'’-]+(?:\s[^\W\d_a-z][\w'’-]+)?"
)
# Names as in "A. Writer, B. Reader, and C. Other, Title, Journal", or with a colon before the title.
_INITIALS_FIRST = re.compile(
    rf"(?P<names>{_INITIALED}(?:,\s+{_INITIALED})*(?:,?\s+(?:and|&)\s+{_INITIALED})?(?:,?\s+et al\.?)?)(?P<end>[,:])\s+"
)
_SHORT_NAME = r"(?:[^\W\d_][\w'’-]+\s){1,3}[^\W\d_a-z]{1,3}"
# "Writer A, Reader BC, & Other D. Title. Journal."
_VANCOUVER = re.compile(rf"(?P<names>{_SHORT_NAME}(?:,\s+(?:&\s+|and\s+)?{_SHORT_NAME})*(?:,?\s+et al)?)(?P<end>\.)\s+")
_TITLE_END = re.compile(r"[.?!]\s+(?=[^\W\d_a-z]|https?:|\d)")
_TITLE_END_COMMA = re.compile(
    r",\s+(?=[Ii]n:?\s|arXiv|CoRR|(?:ACM|IEEE|Journal|Proc|Advances|Trans|Communications|Nature|Science|Neural)\b"
    r"|[^\W\d_a-z][^,]{2,80},?\s+\d{1,4}(?:\s?\(|,)|(?:PhD|Ph\.D|Master|technical report|tech\. rep))"
)
_NOT_A_TITLE = re.compile(
    r"(?:in\b|in:|arxiv|proceedings|proc\.|journal|advances in|transactions|ieee|acm|springer|https?:|"
    r"doi|corr\b|technical report|pp\.|\d)",
    re.IGNORECASE,
)
_DOI_MARK = re.compile(r"doi|10\.\d{4,9}/", re.IGNORECASE)
_ARXIV_MARK = re.compile(r"arxiv|\babs/|\bCoRR\b", re.IGNORECASE)
# A venue ends where its volume, pages, year, place or address begin.
_VENUE_END = re.compile(
    r"[,.;:(]\s*(?=(?:\d|vol\b|volume|pages?\b|pp\b|no\b|number|edited|editors?|eds?\b|series|https?:|doi|url|arxiv|"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\b))"
    r"|\s(?=\d{1,4}\s?[(:,]|vol\.|pp\.)|(?<=[a-z]{5})\.\s+(?=(?-i:[A-Z]))|,\s*(?=(?:19|20)\d{2}\b)",
    re.IGNORECASE,
)
_VOLUME = re.compile(r"^\S{1,12}\s\d+|\d+\s?\(\d+\)|\d+[–-]\d+\s*(?:\(|,|$)")  # "Phys. 8, 32–39": a journal, no title


def labelled_starts(text: str, start: int, end: int) -> list[int]:
    """Return where each entry begins by its label (``[12]``, ``12.``), or nothing where entries carry none."""
    marks = [m for m in _LABEL.finditer(text, start, end) if m.start() == start or text[m.start() - 1] == "\n"]
    brackets = [m.start() for m in marks if m.group("key")]
    numbers = [m.start() for m in marks if m.group("number")]
    return brackets if len(brackets) >= max(2, len(numbers)) else numbers if len(numbers) >= 2 else []


def split_entries(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Split ``text[start:end]`` into entries: by label, else by bullet, else by empty line, else by line."""
    starts = labelled_starts(text, start, end)
    if not starts:
        bullets = [m.start() for m in _BULLET.finditer(text, start, end)]
        starts = bullets if len(bullets) >= 2 else []
    if not starts:
        starts = [start, *(m.end() for m in _EMPTY_LINE.finditer(text, start, end))]
        if len(starts) < 3:
            starts = [start, *(m.end() for m in re.compile(r"\n").finditer(text, start, end))]
    bounds = zip(starts, [*starts[1:], end], strict=True)
    trimmed = (_trim(text, a, b) for a, b in bounds)
    return [(a, b) for a, b in trimmed if b - a >= 12]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def read_entries(text: str, start: int, end: int) -> tuple[Reference, ...]:
    """Split a bibliography and read each entry."""
    return tuple(read_entry(text, a, b) for a, b in split_entries(text, start, end))


def read_entry(text: str, start: int, end: int) -> Reference:
    """Read one entry, whose range is already known."""
    entry = one_line(text[start:end])
    label = _LABEL.match(entry)
    body = entry[label.end() :] if label else entry
    parts = _take_apart(body)
    return Reference(
        char_start=start,
        char_end=end,
        label=(label.group("key") or label.group("number")).strip() if label else None,
        authors=family_names(parts.authors),
        title=parts.title,
        year=guess_year(entry),
        venue=guess_venue(parts.rest),
        doi=read_doi(_from(_DOI_MARK, body)),
        arxiv=read_arxiv(_from(_ARXIV_MARK, body)),
    )


def _from(mark: re.Pattern[str], entry: str) -> str:
    """Return *entry* from *mark* on, without the white space that a line break left inside an identifier."""
    found = mark.search(entry)
    return re.sub(r"(?<=[/:])\s(?=\w)", "", entry[found.start() :]) if found else ""


def guess_year(entry: str) -> int | None:
    """Return the year of *entry*: the one between authors and title, else the last.

    Parts of arXiv numbers, page ranges and links are no years.
    """
    without_links = re.sub(r"https?://\S+|arXiv:\s*\d{4}\.\d+(?:v\d+)?|abs/\d{4}\.\d+", " ", entry, flags=re.IGNORECASE)
    if (by_year := _YEAR_FIRST.search(without_links)) and by_year.start() < len(without_links) * 0.6:
        return int(by_year.group(1))
    years = [int(m.group()) for m in _YEAR.finditer(without_links)]
    likely = [year for year in years if 1850 <= year <= 2099]
    return likely[-1] if likely else None


def guess_title(entry: str) -> str | None:
    """Return the title of *entry*, or None where authors and title cannot be told apart."""
    label = _LABEL.match(entry)
    return _take_apart(entry[label.end() :] if label else entry).title


class _EntryParts(NamedTuple):
    """An entry in three: who, what, and what stands behind the title. Empty where they cannot be told apart."""

    authors: str
    title: str | None
    rest: str


def _take_apart(body: str) -> _EntryParts:
    """Take an entry without its label apart at the mark that its style has: quotes, a colon, the year, full stops."""
    if quoted := _QUOTED.search(body):
        before = body[: quoted.start()]
        year = _YEAR_FIRST.search(before + "\u201c")
        return _EntryParts(
            before[: year.start()] if year else before, quoted.group(1).strip(" ,."), body[quoted.end() :]
        )
    for mark, share in ((_AFTER_COLON, 0.7), (_YEAR_FIRST, 0.6)):
        if (found := mark.search(body)) and found.start() < len(body) * share:
            rest = found.group("rest")
            title = _first_part(rest)
            authors = body[: found.start("rest") if mark is _AFTER_COLON else found.start()]
            return _EntryParts(authors, title, rest[len(_SENTENCE_END.split(rest)[0]) :] if title else rest)
    for listed in (_INITIALS_FIRST, _VANCOUVER):
        if names := listed.match(body):
            title, rest = _title_behind_names(body[names.end() :], comma=names.group("end") == ",")
            if title:
                return _EntryParts(names.group("names"), title, rest)
    ends = [m.start() for m in _SENTENCE_END.finditer(body)]
    starts = [0, *(m.end() for m in _SENTENCE_END.finditer(body))]
    for begin, end in list(zip(starts, [*ends, len(body)], strict=True))[1:3]:
        part = body[begin:end].strip()
        if not _NOT_A_TITLE.match(part) and not _is_name_list(part) and len(part) >= 8 and not _VOLUME.search(part):
            return _EntryParts(body[:begin], part.rstrip(" .,"), body[end:])
    return _EntryParts(body[: ends[0]] if ends else "", None, "")


def _title_behind_names(rest: str, *, comma: bool) -> tuple[str | None, str]:
    """Return the title that *rest* begins with, and what follows: in some styles only commas part them."""
    end = _TITLE_END_COMMA.search(rest) if comma else _TITLE_END.search(rest)
    title = rest[: end.start()].strip(" .,") if end else ""
    if len(title) < 8 or _NOT_A_TITLE.match(title):
        return None, rest
    return title, rest[end.start() :] if end else ""


def guess_venue(rest: str) -> str | None:
    """Return the journal or proceedings that *rest*, what stands behind a title, begins with."""
    plain = rest.strip(' .,;:?!"\u201d')
    plain = re.sub(r"^(?:in\s*:?\s+|in:)", "", plain, flags=re.IGNORECASE)
    if re.match(r"(?:arxiv|corr\b|https?:|doi\b|url\b|abs/)", plain, re.IGNORECASE):
        return None
    name = _VENUE_END.split(plain)[0].strip(" .,;:(")
    return name if 2 <= len(name) <= 200 and any(c.isupper() for c in name) else None


def _first_part(rest: str) -> str | None:
    part = _SENTENCE_END.split(rest)[0].strip(" .,")
    return part if len(part) >= 8 and not re.match(r"(?:in|in:)\s", part, re.IGNORECASE) else None


def _is_name_list(part: str) -> bool:
    """Whether every word is a capitalised name, an initial or a joiner, with a comma or a joiner somewhere."""
    words = re.split(r"[,\s]+", part.strip(" ,"))
    joined = "," in part or any(word in {"and", "&", "et", "others"} for word in words)
    return joined and all(_NAME_TOKEN.fullmatch(word) for word in words)
