"""Title, authors and abstract of a LaTeX source: commands that print nothing where they stand."""

from __future__ import annotations

import re
from typing import NamedTuple

from ingest.parse.latex.braces import argument, optional_argument

_TITLES = ("title", "icmltitle", "Title", "papertitle", "aistatstitle", "mlsystitle", "wacvtitle", "ieeetitle")
_AUTHORS = ("author", "authors", "icmlauthor", "name", "mlsysauthor", "aistatsauthor", "Author", "cvprauthor")
_KEYWORDS = ("keywords", "icmlkeywords", "IEEEkeywords", "keyword")
# Of no use for the text, with all the arguments that follow.
_ASIDE = (
    *("affil", "affiliation", "affiliations", "address", "institute", "email", "date", "icmlaffiliation", "orcid"),
    *("icmlcorrespondingauthor", "icmltitlerunning", "titlerunning", "authorrunning", "runningtitle", "runningauthor"),
    *("icmlsetsymbol", "correspondingauthor", "corresp", "ccsdesc", "acmConference", "acmYear", "acmISBN", "acmDOI"),
    *("acmPrice", "acmSubmissionID", "copyrightyear", "setcopyright", "shorttitle", "shortauthors", "received"),
    *("subtitle", "thanksref", "aistatsaddress", "mlsysaffiliation", "mlsyscorrespondingauthor", "editor", "ead"),
    *("printAffiliationsAndNotice", "maketitle", "iclrfinalcopy", "aclfinalcopy", "icmlEqualContribution", "fntext"),
    *(
        "IEEEtitleabstractindextext",
        "IEEEdisplaynontitleabstractindextext",
        "IEEEpeerreviewmaketitle",
        "tableofcontents",
    ),
)
_NAMED = re.compile(
    rf"\\(?P<name>{'|'.join(sorted({*_TITLES, *_AUTHORS, *_KEYWORDS, *_ASIDE, 'abstract'}, key=len, reverse=True))})"
    r"(?![a-zA-Z@])\*?"
)
_DOCUMENT = re.compile(r"\\begin\s*\{document\}")
_KEYWORD_LIST = re.compile(
    r"\\begin\s*\{(?P<name>IEEEkeywords|keywords?)\}(?P<words>.{0,2000}?)\\end\s*\{(?P=name)\}", re.DOTALL
)
_END = re.compile(r"\\end\s*\{document\}")


class Front(NamedTuple):
    """The source of each part, and the body without them."""

    title: str
    authors: tuple[str, ...]
    abstract: str
    keywords: str
    body: str


def has_document(text: str) -> bool:
    """Say whether *text* is a whole document and no part of one."""
    return _DOCUMENT.search(text) is not None


def read_front(text: str) -> Front:
    """Take *text*, without comments and definitions, apart. The preamble gives its commands only."""
    begin = _DOCUMENT.search(text)
    preamble, body = (text[: begin.start()], text[begin.end() :]) if begin else ("", text)
    if end := _END.search(body):
        body = body[: end.start()]
    found: dict[str, list[str]] = {}
    _take(preamble, found)
    body = _take(body, found)
    titles = [each for name in _TITLES for each in found.get(name, ()) if each.strip()]
    authors = [each for name in _AUTHORS for each in found.get(name, ())]
    abstracts = [each for each in found.get("abstract", ()) if each.strip()]
    keywords = [each for name in _KEYWORDS for each in found.get(name, ())]
    keywords += [match.group("words") for match in _KEYWORD_LIST.finditer(body)]
    return Front(
        titles[0] if titles else "",
        tuple(authors),
        abstracts[0] if abstracts else "",
        keywords[0] if keywords else "",
        body,
    )


def _take(text: str, found: dict[str, list[str]]) -> str:
    """Move the commands of the front out of *text*."""
    kept: list[str] = []
    position = at = 0
    while match := _NAMED.search(text, at):
        name, at = match.group("name"), match.end()
        inner = optional_argument(text, at)
        end = inner.end if inner else at
        first = argument(text, end)
        if first is None and name not in _ASIDE:
            continue  # "\abstract" as a switch, "\name" of something else
        if name == "abstract" or name not in _ASIDE:
            assert first is not None
            found.setdefault(name, []).append(first.text)
        end = first.end if first else end
        if name in _ASIDE or name in {"icmlauthor", "mlsysauthor"}:
            while following := optional_argument(text, end) or argument(text, end):
                end = following.end
        kept.append(text[position : match.start()])
        position = at = end
    return "".join(kept) + text[position:]
