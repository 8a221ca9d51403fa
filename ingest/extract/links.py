"""Links to code, data, models and project pages: where they point, what lies there, and whose it is.

Guarantees: `span` is what the text prints, breaks of lines included; `url` is the address as it is meant. A link whose
address is not whole is refused with the reason. What is neither code, data, a model nor a project page (an article, a
blog, a policy) is passed over. Read are the sentences of the body, footnotes, captions and data or code statements, not
the bibliography and the checklist. Nothing is fetched.

PDF converters break addresses: ``https: //github.com/ foo/bar``. A break is undone where the address is not whole yet,
or where what follows can be no word of the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graph.addresses import address_of, host_of, is_whole
from graph.vocabulary.document import Document, SectionRole, Sentence
from graph.vocabulary.extraction import ResourceKind, Span, StatedLink
from ingest.extract.confidence import LINK, LINK_BROKEN, LINK_GUESSED
from ingest.extract.refusals import Refusals
from ingest.extract.sections import Part, parts

_START = re.compile(
    r"https?\s?:\s?/\s?/\s?|(?<![\w/.@-])(?:www\.)?(?=(?:github|gitlab|bitbucket)\.(?:com|org)/"
    r"|huggingface\.co/|zenodo\.org/"
    r"|[\w-]+\.github\.io\b)",
    re.IGNORECASE,
)
_CHARACTERS = r"[^\s<>\"'`{}|\\^\[\])(,;*]"
_CHUNK = re.compile(rf"{_CHARACTERS}+(?:\\[_%~&#]{_CHARACTERS}*)*")
_GAP = re.compile(r"[ \t]?\r?\n?[ \t]*")
_END = ".,;:!?)]}*_'\"”’"
_OPEN_END = re.compile(r"[/_=~-]$|(?:^|/)www\.$|\.$")
_NOT_WORD = re.compile(r"[/_=~]|\w-\w|\d\w|\w\.\w|[a-z][A-Z]")
_DATED = re.compile(r"\d{4}[.)]?$")

_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "anonymous.4open.science"})
_DATA_HOSTS = frozenset(
    {"kaggle.com", "physionet.org", "figshare.com", "dataverse.harvard.edu", "openml.org", "archive.ics.uci.edu"}
    | {"commoncrawl.org", "osf.io", "ieee-dataport.org", "data.mendeley.com"}
)
_OPEN_HOSTS = frozenset({"zenodo.org", "doi.org", "drive.google.com", "dropbox.com", "huggingface.co", "osf.io"})
_NEVER = re.compile(
    r"(?:^|\.)(?:nips\.cc|neurips\.cc|openreview\.net|arxiv\.org|aclanthology\.org|aclweb\.org|creativecommons\.org"
    r"|orcid\.org|ieee\.org|acm\.org|springer\.com|sciencedirect\.com|wikipedia\.org|paperswithcode\.com)$"
)
_SAYS = (
    (
        ResourceKind.CODE,
        re.compile(r"\b(?:code|codebase|implement\w*|repositor\w*|toolkit|toolbox|library|package|scripts?)\b"),
    ),
    (
        ResourceKind.DATA,
        re.compile(r"\b(?:data ?sets?|corpus|corpora|data|benchmarks?|annotations?)\b"),
    ),
    (
        ResourceKind.MODEL,
        re.compile(r"\b(?:models?|checkpoints?|weights|adapters?)\b"),
    ),
    (
        ResourceKind.PAGE,
        re.compile(r"\b(?:project (?:web ?)?(?:page|site)|web ?(?:page|site)|home ?page|demos?|leaderboard)\b"),
    ),
)
_OTHERS = re.compile(
    r"\b(?:official(?:ly)? (?:\w+ )?(?:code|implementation|repositor\w*|codebase)|(?:implementation|code"
    r"|codebase|repositor\w*"
    r"|weights|checkpoints?|model|data ?set|toolkit) (?:of|from|by|provided by|released by)"
    r"|(?:taken|downloaded|obtained|borrowed|adapted|accessed|sourced|collected|retrieved) (?:from|via|through)"
    r"|we (?:use|used|employ|adopt|adapt|follow|build|built|base|utili[sz]e|download|obtain|leverage|rely|refer)\b"
    r"|(?:is|are|was|were) (?:used|adopted|implemented|built|based)|based on|built on|licen[sc]e|third[- ]party)"
)
_OWN = re.compile(
    r"\b(?:our (?:\w+[ -]){0,4}?(?:codes?|codebase|implementation|repositor\w*|data ?sets?|data|models?"
    r"|benchmark|checkpoints?"
    r"|weights|project|website|demo|source)|we (?:\w+ )?(?:release|publish|open-?source|provide|share|make|host|will)"
    r"|(?:codes?|data|datasets?|models?|materials?|scripts?|checkpoints?|weights|page|website|demo|repository"
    r"|codebase"
    r"|implementations?)(?: (?!from\b|of\b|by\b)\w+){0,6}? (?:(?:is|are|will be|can be|could be|has been|have been)"
    r"(?: \w+){0,3}? (?:available|released|accessed|found|open|published|provided|at\b|here)|available (?:at|on"
    r"|from)\b)"
    r"|open-?sourced?|made (?:publicly )?available|publicly released)"
)
_BARE_OWN = re.compile(
    r"^\W*\d{0,2}\W*(?:source |project |paper |our |the )*(?:code|data|dataset|data ?set|models?|project"
    r"|project ?page|page|website|demo"
    r"|github|repository|code and data|homepage|weights)(?: (?:is|are)?(?: \w+)? ?available)?(?: at| here| link"
    r"| repository| page| website)?\W*$"
)
_STATEMENT = re.compile(r"availability|reproducib|open[- ]sourc|resources|code and data|data and code", re.IGNORECASE)
_READ_ANYWAY = frozenset({SectionRole.FOOTNOTE, SectionRole.CAPTION})
_FRONT = (Part.TITLE, Part.ABSTRACT)
_WINDOW = 160  # characters before a link that say what it is


def find_links(document: Document, refusals: Refusals) -> list[StatedLink]:
    """Return the links of a paper in reading order."""
    kinds = parts(document)
    found: list[StatedLink] = []
    for index, sentence in enumerate(document.sentences):
        section = document.sections[sentence.section]
        part = kinds[sentence.section]
        if section.role is SectionRole.REFERENCES:
            continue
        if part is Part.UNREAD and section.role not in _READ_ANYWAY and not _STATEMENT.search(section.heading):
            continue
        before_text = sentence.char_start
        for start, end, url in _addresses(document, sentence):
            text = document.text[start:end]
            if not is_whole(url):
                refusals.add(text, "link without a whole address", index)
                continue
            host = host_of(address_of(url))
            if _NEVER.search(host):
                continue
            said = _one_line(document.text[max(before_text, start - _WINDOW) : start])
            after = _one_line(document.text[end : min(sentence.char_end, end + 60)])
            before_text = end
            kind, sure = _kind(host, url, said, after)
            if kind is None:
                continue
            joined = (
                bool(found) and found[-1].own and found[-1].sentence == index and said.lstrip(" ,;").startswith("and ")
            )
            own = joined or _is_own(said, after, host, part)
            confidence = LINK if sure else LINK_GUESSED
            found.append(
                StatedLink(
                    url=url,
                    kind=kind,
                    own=own,
                    span=Span(char_start=start, char_end=end, quote=text),
                    sentence=index,
                    confidence=min(confidence, LINK_BROKEN) if re.search(r"\s", text) else confidence,
                )
            )
    return found


def _addresses(document: Document, sentence: Sentence) -> Iterator[tuple[int, int, str]]:
    """Yield where each address of a sentence starts and ends, and the address without its breaks."""
    text, end = document.text, sentence.char_end
    at = sentence.char_start
    while match := _START.search(text, at, end):
        chunk = _CHUNK.match(text, match.end(), end)
        if chunk is None:
            at = match.end()
            continue
        stop, url = chunk.end(), chunk.group()
        while joined := _joined(text, stop, end, url):
            stop, more = joined
            url += more
        trimmed = url.rstrip(_END)
        stop -= len(url) - len(trimmed)
        scheme = "" if ":" not in match.group() else re.sub(r"\s", "", match.group()).lower()
        yield match.start(), stop, f"{scheme or 'https://'}{trimmed.replace(chr(92), '')}"
        at = max(stop, match.end())


def _joined(text: str, stop: int, end: int, url: str) -> tuple[int, str] | None:
    """Return the end and text of what belongs to *url* behind a break, or None."""
    gap = _GAP.match(text, stop, end)
    if gap is None or gap.end() == stop:
        return None
    chunk = _CHUNK.match(text, gap.end(), end)
    if chunk is None:
        return None
    more = chunk.group()
    if _START.match(text, gap.end()) or not re.match(r"[\w~%./-]", more) or _DATED.match(more):
        return None
    whole = is_whole(url.rstrip(_END))
    if not whole and (_OPEN_END.search(url) or "\n" in gap.group() or _NOT_WORD.search(more.rstrip(_END))):
        return chunk.end(), more
    if re.search(r"[_-]$", url):  # no address that stands in a sentence ends so
        return chunk.end(), more
    if re.search(r"[/=~.]$", url) and more[0].islower() | more[0].isdigit() and _NOT_WORD.search(more.rstrip(_END)):
        return chunk.end(), more
    return None


def _kind(host: str, url: str, said: str, after: str) -> tuple[ResourceKind | None, bool]:
    """Return what lies behind a link, by its host, else by the words around it; and whether the host tells."""
    path = address_of(url)
    if host == "huggingface.co":
        if "/datasets/" in path:
            return ResourceKind.DATA, True
        return (ResourceKind.PAGE, True) if "/spaces/" in path else (ResourceKind.MODEL, False)
    if host in _CODE_HOSTS:
        return ResourceKind.CODE, True
    if host in _DATA_HOSTS or "/datasets/" in path:
        return ResourceKind.DATA, True
    words = [
        (match.end(), -number, kind) for number, (kind, pattern) in enumerate(_SAYS) for match in pattern.finditer(said)
    ]
    if words:
        kind = max(words)[2]
        if host.endswith((".github.io", ".gitlab.io")) and kind is not ResourceKind.DATA:
            kind = ResourceKind.PAGE
        return kind, False
    if host.endswith((".github.io", ".gitlab.io")) or host.startswith("sites.google."):
        return ResourceKind.PAGE, True
    if host in _OPEN_HOSTS:
        named = next((kind for kind, pattern in _SAYS if pattern.search(after)), None)
        return named, False
    return None, False


def _is_own(said: str, after: str, host: str, part: Part) -> bool:
    """Say whether the paper itself publishes it: by its own words, or where only a link stands on the first page."""
    if _OTHERS.search(said):
        return False
    if _OWN.search(said) or _BARE_OWN.match(said):
        return True
    if re.match(r"\W*(?:is|are|will be)? ?(?:our|the) (?:official )?(?:code|repository|project)", after):
        return True
    return part in _FRONT and host in _CODE_HOSTS


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).lower()
