"""Reviews in JSON to Documents: OpenReview notes (API v1 and v2), PeerRead, and plain forms beside a paper.

The text is every decoded string of the file; sections cover the parts of each review, and what its thread says after
it: the authors' response and the same reviewer's later comments. Whether a comment is the same reviewer's is read off
the signatures, which go no further: names and ids of reviewers, and what others reply, get no section and no field. A
file that also carries title and abstract yields a second Document of these two alone, the lowest rank of its paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from graph.canonical import sha256_hex
from graph.vocabulary.document import (
    Bibliography,
    Document,
    DocumentKind,
    Format,
    Review,
    SectionRole,
)
from ingest.parse.errors import UnknownShape
from ingest.parse.identifiers import read_arxiv, read_doi, read_openreview
from ingest.parse.json_text import JsonObject, JsonText, Placed, placed_texts, read_json, string_of, unwrap
from ingest.parse.parts import Parts, first_year
from ingest.parse.review_forms import (
    by_names,
    confidence_of,
    date_of,
    decision_of,
    rating_of,
    role_of_field,
    scale_of,
)
from ingest.parse.review_labels import split_review, wraps_lines
from ingest.parse.text_normalisation import one_line

PARSER = "reviews-json/2"
_NO_REVIEW = ("comment", "rebuttal", "withdraw", "revision", "acknowledgement")
_VENUES_ON_OPENREVIEW = (
    "neurips",
    "nips",
    "iclr",
    "icml",
    "tmlr",
    "corl",
    "colm",
    "uai",
    "aistats",
    "openreview",
    "midl",
    "log ",
)


class _Reply(NamedTuple):
    """What the thread of a review says after it."""

    text: Placed
    role: SectionRole


class _Entry(NamedTuple):
    """One review as found: its form fields and what is known around it."""

    fields: JsonObject
    is_meta: bool
    date: str | None
    replies: tuple[_Reply, ...] = ()


class _Found(NamedTuple):
    """What a file holds: the fields that describe the paper, its reviews, the forum where the shape names one."""

    paper: JsonObject
    entries: list[_Entry]
    openreview: str | None


def parse_reviews_json(decoded: str, *, content: bytes, name: str) -> list[Document]:
    """Read a JSON file of reviews.

    Raises:
        Damaged: not JSON.
        UnknownShape: JSON without a review in it.
    """
    json_text = read_json(decoded, name=name)
    found = _find(json_text.root)
    if found is None:
        raise UnknownShape(
            f"{name} is JSON, but holds no review: expected OpenReview notes, a list under 'reviews', or a form with "
            "fields such as summary, strengths and weaknesses"
        )
    return _documents(json_text, found, sha256_hex(content))


# -- shapes -----------------------------------------------------------------------------------------------------------


def _find(root: Any) -> _Found | None:
    if isinstance(root, list):
        notes = [item for item in root if isinstance(item, JsonObject)]
        if notes and all("content" in note for note in notes):
            return _from_notes(notes)
        entries = [_Entry(item, _says_meta(item), date_of(item)) for item in notes if _is_form(item)]
        return _Found(JsonObject(), entries, None) if entries else None
    if not isinstance(root, JsonObject):
        return None
    if isinstance(root.get("notes"), list):
        return _from_notes([note for note in root["notes"] if isinstance(note, JsonObject)])
    if isinstance(root.get("content"), JsonObject):
        return _from_notes([root])
    listed = by_names(root, ("reviews", "officialreviews", "peerreviews"))
    if isinstance(listed, list):
        return _from_list(root, listed)
    return _Found(root, [_Entry(root, _says_meta(root), date_of(root))], None) if _is_form(root) else None


def _from_list(root: JsonObject, listed: list[Any]) -> _Found:
    """PeerRead: the paper's fields around a list of reviews; the id is OpenReview's where the venue reviews there."""
    entries = [_Entry(item, _says_meta(item), date_of(item)) for item in listed if isinstance(item, JsonObject)]
    meta = by_names(root, ("metareview", "metareviews", "decisionnote"))
    for item in meta if isinstance(meta, list) else [meta]:
        if isinstance(item, JsonObject):
            entries.append(_Entry(item, True, date_of(item)))
    venue = string_of(by_names(root, ("conference", "venue"))).casefold()
    stated = string_of(root.get("openreview")) or string_of(root.get("forum"))
    own = string_of(root.get("id")) if any(each in venue for each in _VENUES_ON_OPENREVIEW) else ""
    return _Found(root, entries, read_openreview(stated) or read_openreview(own))


def _from_notes(notes: list[JsonObject]) -> _Found | None:
    """OpenReview: the submission is the note whose id is its forum; replies may be nested in its details."""
    everything = list(_with_replies(notes))
    paper = JsonObject()
    entries: list[_Entry] = []
    forum: str | None = None
    threads = _threads(everything)
    for note in everything:
        fields = note.get("content")
        if not isinstance(fields, JsonObject):
            continue
        forum = forum or read_openreview(string_of(note.get("forum")))
        kind = _invitation(note)
        if _is_submission(note, fields, kind):
            paper = paper or JsonObject({**fields, **{k: note[k] for k in ("forum",) if k in note}})
        elif any(word in kind for word in _NO_REVIEW):
            continue
        elif "decision" in kind or "meta_review" in kind or "metareview" in kind or _says_meta(fields):
            entries.append(_Entry(fields, True, date_of(note)))
        elif "review" in kind or _is_form(fields):
            entries.append(_Entry(fields, False, date_of(note), threads.get(string_of(note.get("id")), ())))
    return _Found(paper, entries, forum) if entries or paper else None


def _threads(notes: list[JsonObject]) -> dict[str, tuple[_Reply, ...]]:
    """Return, for the id of each note that is replied to, the authors' and its own writer's later words.

    A reply to a reply belongs to the note that the thread began with. Comments of others are left out.
    """
    by_id = {id: note for note in notes if (id := string_of(note.get("id")))}
    found: dict[str, list[_Reply]] = {}
    for note in notes:
        fields, kind = note.get("content"), _invitation(note)
        if not isinstance(fields, JsonObject) or not any(word in kind for word in ("comment", "rebuttal")):
            continue
        root = _root(note, by_id)
        text = _first_text(fields, ("rebuttal", "comment", "response", "text"))
        if root is None or text is None:
            continue
        signed = _signatures(note)
        if any("authors" in each for each in signed):
            role = SectionRole.REVIEW_RESPONSE
        elif signed and signed == _signatures(root):
            role = SectionRole.REVIEW_FOLLOWUP
        else:
            continue
        found.setdefault(string_of(root.get("id")), []).append(_Reply(text, role))
    return {id: tuple(replies) for id, replies in found.items()}


def _root(note: JsonObject, by_id: dict[str, JsonObject]) -> JsonObject | None:
    """Return the note that began the thread of *note*, below the submission; None where it hangs on that directly."""
    seen: set[str] = set()
    while True:
        above = string_of(note.get("replyto"))
        parent = by_id.get(above)
        if parent is None or above in seen or above == string_of(parent.get("forum")):
            return None if not seen else note
        seen.add(above)
        note = parent


def _first_text(fields: JsonObject, names: tuple[str, ...]) -> Placed | None:
    return next((value for name in names if isinstance(value := unwrap(by_names(fields, (name,))), Placed)), None)


def _signatures(note: JsonObject) -> tuple[str, ...]:
    return tuple(sorted(placed.value.casefold() for placed in placed_texts(note.get("signatures"))))


def _with_replies(notes: list[JsonObject]) -> Iterator[JsonObject]:
    for note in notes:
        yield note
        details = note.get("details")
        if isinstance(details, JsonObject):
            for key in ("replies", "directReplies"):
                replies = details.get(key)
                if isinstance(replies, list):
                    yield from (reply for reply in replies if isinstance(reply, JsonObject))
                    break


def _invitation(note: JsonObject) -> str:
    value = note.get("invitations", note.get("invitation"))
    return " ".join(placed.value for placed in placed_texts(value)).casefold()


def _is_submission(note: JsonObject, fields: JsonObject, kind: str) -> bool:
    own, forum = string_of(note.get("id")), string_of(note.get("forum"))
    if own and forum:
        return own == forum
    return "abstract" in fields and ("submission" in kind or not kind)


def _says_meta(fields: JsonObject) -> bool:
    flag = unwrap(by_names(fields, ("ismetareview", "ismeta", "meta")))
    if isinstance(flag, bool):
        return flag
    title = string_of(by_names(fields, ("title",))).casefold()
    worded = by_names(fields, ("decision", "metareview")) is not None
    return worded or title in {"decision", "meta-review", "metareview", "paper decision", "meta review"}


def _is_form(fields: JsonObject) -> bool:
    """A review form: some part of a review in words. ``summary`` or ``text`` alone could be anything."""
    roles = {role_of_field(key) for key in fields if string_of(fields[key])} - {None}
    telling = {
        SectionRole.REVIEW_STRENGTHS,
        SectionRole.REVIEW_WEAKNESSES,
        SectionRole.REVIEW_QUESTIONS,
        SectionRole.REVIEW_DECISION,
    }
    if (
        roles & telling
        or by_names(fields, ("review", "mainreview", "metareview", "strengthsandweaknesses")) is not None
    ):
        return True
    scored = by_names(fields, ("rating", "recommendation", "reviewerconfidence", "confidence", "score")) is not None
    return bool(roles) and scored


# -- documents --------------------------------------------------------------------------------------------------------


def _documents(json_text: JsonText, found: _Found, sha: str) -> list[Document]:
    text = json_text.text
    parts = Parts(text)
    title = _placed(found.paper, "title")
    abstract = _placed(found.paper, "abstract")
    for role, placed in ((SectionRole.TITLE, title), (SectionRole.ABSTRACT, abstract)):
        if placed is not None and placed.value.strip():
            parts.open(role, placed.start, placed.end)
    authors = list(placed_texts(by_names(found.paper, ("authors", "author"))))
    if authors:
        parts.open(SectionRole.AUTHORS, authors[0].start, authors[-1].end)
    venue = string_of(by_names(found.paper, ("conference", "venue", "venueid")))
    reviews: list[Review] = []
    for entry in found.entries:
        _add_parts(parts, entry.fields, review=len(reviews))
        for reply in entry.replies:
            _add_reply(parts, reply, review=len(reviews))
        reviews.append(
            Review(
                is_meta=entry.is_meta,
                rating=rating_of(entry.fields),
                rating_scale=scale_of(entry.fields, venue=venue),
                confidence=confidence_of(entry.fields),
                decision=decision_of(entry.fields) if entry.is_meta else None,
                date=entry.date or date_of(entry.fields),
            )
        )
    bibliography = _bibliography(found, authors, venue, reviews)
    warnings = []
    if not reviews:
        warnings.append("the file describes a paper and holds no review")
    if json_text.replaced:
        warnings.append(f"{json_text.replaced} half surrogate pair(s) became U+FFFD")
    documents = [
        Document(
            key=sha,
            kind=DocumentKind.REVIEW,
            format=Format.JSON,
            parser=PARSER,
            text=text,
            bibliography=bibliography,
            sections=parts.sections,
            sentences=parts.sentences,
            reviews=tuple(reviews),
            warnings=tuple(warnings),
        )
    ]
    if title is not None and abstract is not None and title.value.strip() and abstract.value.strip():
        documents.append(_abstract_document(sha, title.value.strip(), abstract.value.strip(), bibliography))
    return documents


def _placed(fields: JsonObject, key: str) -> Placed | None:
    value = unwrap(by_names(fields, (key,)))
    return value if isinstance(value, Placed) else None


def _add_parts(parts: Parts, fields: JsonObject, *, review: int) -> None:
    """Open a section for each part of a review, in file order, cut at the labels inside it."""
    for key, value in fields.items():
        role = role_of_field(key)
        if role is None:
            continue
        for placed in placed_texts(value):
            if role in (SectionRole.REVIEW_RESPONSE, SectionRole.REVIEW_FOLLOWUP):
                _add_reply(parts, _Reply(placed, role), review=review)
                continue
            soft = wraps_lines(placed.value)
            heading = "" if len(placed.value) == 0 else key.replace("_", " ").strip().capitalize()
            for part in split_review(parts.text, placed.start, placed.end, role=role):
                index = parts.open(
                    part.role, part.start, part.end, heading=part.label or heading, level=1, review=review
                )
                parts.add_prose(index, part.start, part.end, lines_end_sentences=not soft)


def _add_reply(parts: Parts, reply: _Reply, *, review: int) -> None:
    """Open one section: the labels inside a reply are quotes of the review, not parts of it."""
    index = parts.open(reply.role, reply.text.start, reply.text.end, level=1, review=review)
    parts.add_prose(index, reply.text.start, reply.text.end, lines_end_sentences=not wraps_lines(reply.text.value))


def _bibliography(found: _Found, authors: list[Placed], venue: str, reviews: list[Review]) -> Bibliography:
    paper = found.paper
    decision = next((review.decision for review in reviews if review.is_meta and review.decision), None)
    accepted = unwrap(by_names(paper, ("accepted",)))
    if decision is None and isinstance(accepted, bool):
        decision = "accepted" if accepted else "rejected"
    own = string_of(by_names(paper, ("arxiv", "arxivid"))) or (
        string_of(paper.get("id")) if not found.openreview else ""
    )
    year = first_year(
        [string_of(by_names(paper, ("year",))), venue.rpartition(" ")[2], string_of(by_names(paper, ("date",)))]
    )
    return Bibliography(
        title=one_line(string_of(by_names(paper, ("title",)))),
        authors=tuple(name for placed in authors if (name := one_line(placed.value))),
        abstract=one_line(string_of(by_names(paper, ("abstract",)))),
        year=year,
        venue=venue or None,
        doi=read_doi(string_of(by_names(paper, ("doi",)))),
        arxiv=read_arxiv(own),
        openreview=found.openreview,
        decision=decision,
        keywords=tuple(one_line(placed.value) for placed in placed_texts(by_names(paper, ("keywords",)))),
    )


def _abstract_document(sha: str, title: str, abstract: str, bibliography: Bibliography) -> Document:
    """The paper as far as a review file knows it: title, newline, abstract."""
    text = f"{title}\n{abstract}"
    parts = Parts(text)
    parts.add_sentence(parts.open(SectionRole.TITLE, 0, len(title)), 0, len(title))
    begin = len(title) + 1
    index = parts.open(SectionRole.ABSTRACT, begin, len(text), heading="Abstract", level=1)
    parts.add_prose(index, begin, len(text))
    return Document(
        key=f"{sha}~abstract",
        kind=DocumentKind.ABSTRACT,
        format=Format.JSON,
        parser=PARSER,
        text=text,
        bibliography=bibliography,
        sections=parts.sections,
        sentences=parts.sentences,
    )
