"""Reviews in JSON: OpenReview v1 and v2, PeerRead, plain forms; offsets over the decoded strings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graph.vocabulary.document import Document, DocumentKind, SectionRole
from ingest.parse import UnknownShape, parse_file

PEERREAD = {
    "title": "When Does Input Noise Help?",
    "abstract": "We measure when noise helps. It is cheap.",
    "id": "aB3dE5fG7h",
    "authors": ["Ada Example", "Ben Sample"],
    "accepted": True,
    "conference": "NeurIPS 2025",
    "reviews": [
        {
            "IS_META_REVIEW": False,
            "RECOMMENDATION": 4,
            "REVIEWER_CONFIDENCE": 3,
            "DATE": "2025-06-03",
            "comments": "SUMMARY:\nIt adds noise.\n\nSTRENGTHS AND WEAKNESSES:\n# Strengths\n- Clear text\n\n"
            "**Weaknesses:**\nNo baseline. One seed only.\nW1. It is slow.\n\nQUESTIONS:\nWhy ten seeds?\n\n"
            "LIMITATIONS:\nyes",
        },
        {
            "IS_META_REVIEW": True,
            "RECOMMENDATION": "Accept (poster)",
            "DATE": "2025-09-17",
            "comments": "DECISION:\nAccept (poster)\n\nCOMMENT:\nAll agree.",
        },
    ],
}


def parse(value: Any, *, name: str = "r.json") -> list[Document]:
    return parse_file(json.dumps(value).encode(), name=name)


def parts(document: Document) -> list[tuple[SectionRole, str, int | None]]:
    return [(s.role, document.quote(s), s.review) for s in document.sections if s.review is not None]


def note(content: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"forum": "aB3dE5fG7h", "content": content, **rest}


def v2(content: dict[str, Any]) -> dict[str, Any]:
    return {key: {"value": value} for key, value in content.items()}


SUBMISSION = {"title": "When Does Input Noise Help?", "abstract": "We measure noise.", "authors": ["Ada Example"]}
FORM = {
    "summary": "It adds noise.",
    "strengths": "Clear.",
    "weaknesses": "No baseline.\nOne seed.",
    "questions": "Why?",
    "limitations": "None stated.",
    "rating": "8: accept, good paper",
    "confidence": "4: You are confident",
}


def openreview_v1() -> dict[str, Any]:
    return {
        "notes": [
            note(SUBMISSION, id="aB3dE5fG7h", invitation="V/-/Blind_Submission"),
            note(
                FORM,
                id="r1",
                invitation="V/Paper1/-/Official_Review",
                signatures=["V/Paper1/Rev_Quux"],
                cdate=1700000000000,
            ),
            note({"comment": "We thank the reviewer."}, id="c1", invitation="V/Paper1/-/Official_Comment"),
            note({"decision": "Accept (poster)", "comment": "Fine."}, id="d1", invitation="V/Paper1/-/Decision"),
        ]
    }


def openreview_v2() -> dict[str, Any]:
    replies = [
        note(v2(FORM), id="r1", invitations=["V/Submission1/-/Official_Review"], cdate=1700000000000),
        note(v2({"comment": "We thank the reviewer."}), id="c1", invitations=["V/Submission1/-/Official_Comment"]),
        note(v2({"decision": "Accept (poster)", "comment": "Fine."}), id="d1", invitations=["V/-/Decision"]),
    ]
    forum = note(v2(SUBMISSION), id="aB3dE5fG7h", invitations=["V/-/Submission"], details={"replies": replies})
    return {"notes": [forum], "count": 1}


def test_text_is_the_decoded_strings_in_file_order() -> None:
    """Values, not keys or numbers, joined by a newline; escapes are decoded."""
    content = (
        b'{"reviews": [{"summary": "A \\u00e9 \\"b\\"", "rating": 5, "weaknesses": "C\\nD", "tags": ["x", true]}]}'
    )
    (document,) = parse_file(content, name="r.json")
    assert 'A é "b"\nC\nD\nx' == document.text


def test_peerread_parts() -> None:
    """Upper-case parts, and the headings inside the block that holds strengths and weaknesses, are sections."""
    document, _ = parse(PEERREAD)
    assert DocumentKind.REVIEW is document.kind
    assert [
        (SectionRole.REVIEW_SUMMARY, "It adds noise.", 0),
        (SectionRole.REVIEW_STRENGTHS, "- Clear text", 0),
        (SectionRole.REVIEW_WEAKNESSES, "No baseline. One seed only.\nW1. It is slow.", 0),
        (SectionRole.REVIEW_QUESTIONS, "Why ten seeds?", 0),
        (SectionRole.REVIEW_LIMITATIONS, "yes", 0),
        (SectionRole.REVIEW_DECISION, "Accept (poster)", 1),
        (SectionRole.REVIEW_OTHER, "All agree.", 1),
    ] == parts(document)


def test_peerread_form_fields() -> None:
    """Scores, scale, dates and the decision are read; the id of an OpenReview venue is its forum."""
    document, _ = parse(PEERREAD)
    first, meta = document.reviews
    assert (4.0, "1-6", 3.0, "2025-06-03", False) == (
        first.rating,
        first.rating_scale,
        first.confidence,
        first.date,
        first.is_meta,
    )
    assert (None, "Accept (poster)", True) == (meta.rating, meta.decision, meta.is_meta)
    found = document.bibliography
    assert ("aB3dE5fG7h", "Accept (poster)", 2025) == (found.openreview, found.decision, found.year)


def test_abstract_only_document() -> None:
    """A file with title and abstract also gives the paper as far as it knows it."""
    review, abstract = parse(PEERREAD)
    assert (f"{review.key}~abstract", DocumentKind.ABSTRACT) == (abstract.key, abstract.kind)
    assert f"{PEERREAD['title']}\n{PEERREAD['abstract']}" == abstract.text
    assert ["We measure when noise helps.", "It is cheap."] == [abstract.quote(s) for s in abstract.sentences[1:]]


def test_sentences_are_slices_of_review_parts() -> None:
    """Each line of a form ends a sentence, and each sentence lies in the section it names."""
    document, _ = parse(PEERREAD)
    weak = [
        document.quote(s)
        for s in document.sentences
        if document.sections[s.section].role is SectionRole.REVIEW_WEAKNESSES
    ]
    assert ["No baseline.", "One seed only.", "W1. It is slow."] == weak
    for sentence in document.sentences:
        section = document.sections[sentence.section]
        assert section.char_start <= sentence.char_start < sentence.char_end <= section.char_end


@pytest.mark.parametrize("make", [openreview_v1, openreview_v2])
def test_openreview(make: Any) -> None:
    """Both API versions give the same paper, review and decision; replies of authors are no review."""
    document, abstract = parse(make())
    assert "aB3dE5fG7h" == document.bibliography.openreview
    assert ("When Does Input Noise Help?", "Accept (poster)") == (
        document.bibliography.title,
        document.bibliography.decision,
    )
    review, decision = document.reviews
    assert (8.0, 4.0, "2023-11-14", False) == (review.rating, review.confidence, review.date, review.is_meta)
    assert ("Accept (poster)", True) == (decision.decision, decision.is_meta)
    assert (SectionRole.REVIEW_WEAKNESSES, "No baseline.\nOne seed.", 0) in parts(document)
    assert "We thank the reviewer." not in [document.quote(s) for s in document.sentences]
    assert DocumentKind.ABSTRACT is abstract.kind


def test_reviewers_have_no_names() -> None:
    """A signature reaches neither a field nor a section of the Document."""
    document, _ = parse(openreview_v1())
    assert "Quux" not in document.model_dump_json(exclude={"text"})
    assert not [s for s in (*document.sections, *document.sentences) if "Quux" in document.quote(s)]


@pytest.mark.parametrize(
    "value",
    [
        {"summary": "Good.", "weaknesses": "Slow.", "rating": "6 (marginal)"},
        [{"review": "It is slow.", "rating": 6}],
        {"reviews": [{"main_review": "It is slow.", "overall_assessment": "6 / 10"}]},
        {"comments": "It is slow.", "score": "6"},
    ],
)
def test_plain_forms(value: Any) -> None:
    """A form, a list of forms and a list under a key are all read."""
    (document,) = parse(value, name="noise.reviews.json")
    assert [6.0] == [review.rating for review in document.reviews]
    assert document.sentences


@pytest.mark.parametrize("value", [{"a": 1}, [], [1, 2], {"title": "T", "abstract": "A"}, {"summary": "only"}, "text"])
def test_other_json_is_an_unknown_shape(value: Any) -> None:
    """JSON without a review says what was expected."""
    with pytest.raises(UnknownShape, match="review"):
        parse(value)


def test_half_surrogates_do_not_reach_the_text() -> None:
    """Half of a pair, which no store holds, becomes U+FFFD with a warning."""
    (document,) = parse_file(b'{"reviews": [{"weaknesses": "bad \\ud83d here"}]}', name="r.json")
    assert "bad \ufffd here" == document.text
    assert "surrogate" in document.warnings[0]


def test_wrapped_text_is_not_cut_at_its_lines() -> None:
    """Where most lines go on in lower case, a line break ends nothing."""
    wrapped = (
        "This review was written in a\nmail program that wraps its\nlines at a fixed width and\ngoes on. It is slow."
    )
    (document,) = parse([{"review": wrapped, "rating": 5}])
    assert 2 == len(document.sentences)


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Strengths:", SectionRole.REVIEW_STRENGTHS),
        ("## Strengths", SectionRole.REVIEW_STRENGTHS),
        ("[Pros]", SectionRole.REVIEW_STRENGTHS),
        ("**Weaknesses**:", SectionRole.REVIEW_WEAKNESSES),
        ("***Cons***", SectionRole.REVIEW_WEAKNESSES),
        ("Weaknesses：", SectionRole.REVIEW_WEAKNESSES),
        ("- Weakness", SectionRole.REVIEW_WEAKNESSES),
        ("Minor comments:", SectionRole.REVIEW_WEAKNESSES),
        ("Questions for the authors:", SectionRole.REVIEW_QUESTIONS),
        ("**Limitations**", SectionRole.REVIEW_LIMITATIONS),
    ],
)
def test_labels(label: str, role: SectionRole) -> None:
    """Each way to write a label opens its part."""
    document, _ = parse(PEERREAD | {"reviews": [{"comments": f"First words.\n{label}\nThe part."}]})
    assert (role, "The part.", 0) == parts(document)[1]


def test_a_sentence_that_begins_like_a_label_is_none() -> None:
    """The words "Weaknesses are few" open nothing; the label "Weaknesses:" does."""
    document, _ = parse(PEERREAD | {"reviews": [{"comments": "Weaknesses are few and small.\nWeaknesses: few."}]})
    assert [SectionRole.REVIEW_OTHER, SectionRole.REVIEW_WEAKNESSES] == [role for role, _, _ in parts(document)]


def test_numbered_items_change_the_part() -> None:
    """S1 and W1 say what they are where no heading does."""
    document, _ = parse(PEERREAD | {"reviews": [{"comments": "S1. Clear.\nS2. Fast.\nW1. One seed."}]})
    assert [
        (SectionRole.REVIEW_STRENGTHS, "S1. Clear.\nS2. Fast.", 0),
        (SectionRole.REVIEW_WEAKNESSES, "W1. One seed.", 0),
    ] == parts(document)


def _thread(*replies: dict[str, Any]) -> Document:
    review = note(
        v2(FORM), id="rev1", replyto="aB3dE5fG7h", signatures=["V/Reviewer_x1Yz"], invitations=["V/Official_Review"]
    )
    paper = note(v2(SUBMISSION), id="aB3dE5fG7h", invitations=["V/Submission"])
    return parse({"notes": [paper, review, *replies]})[0]


def _reply(text: str, *, by: str, to: str, id: str, kind: str = "Official_Comment") -> dict[str, Any]:
    return note(v2({"comment": text}), id=id, replyto=to, signatures=[f"V/{by}"], invitations=[f"V/{kind}"])


def test_a_thread_is_read_to_the_review_it_began_with() -> None:
    """The authors' response and the same reviewer's reply to it are parts of that review, however deep they stand."""
    document = _thread(
        _reply("We added a baseline.", by="Authors", to="rev1", id="c1", kind="Rebuttal"),
        _reply("Thank you. My concern remains.", by="Reviewer_x1Yz", to="c1", id="c2"),
    )
    replies = [
        each for each in parts(document) if each[0] in (SectionRole.REVIEW_RESPONSE, SectionRole.REVIEW_FOLLOWUP)
    ]
    assert replies == [
        (SectionRole.REVIEW_RESPONSE, "We added a baseline.", 0),
        (SectionRole.REVIEW_FOLLOWUP, "Thank you. My concern remains.", 0),
    ]


def test_what_others_say_in_a_thread_is_left_out() -> None:
    """A comment of another reviewer, and one to all, is no part of this review."""
    document = _thread(
        _reply("I disagree with this review.", by="Reviewer_aB2c", to="rev1", id="c1"),
        _reply("Dear all, we thank you.", by="Authors", to="aB3dE5fG7h", id="c2"),
    )
    assert all(role is not SectionRole.REVIEW_FOLLOWUP for role, _, _ in parts(document))
    assert all(role is not SectionRole.REVIEW_RESPONSE for role, _, _ in parts(document))


def test_a_rebuttal_beside_a_review_is_read() -> None:
    """Plain forms keep the authors' response as a field of the review; labels in it are quotes, not parts."""
    value = {"title": "T", "reviews": [{"weaknesses": "No baseline.", "rebuttal": "Weaknesses:\nWe added one."}]}
    found = parts(parse(value)[0])
    assert (SectionRole.REVIEW_RESPONSE, "Weaknesses:\nWe added one.", 0) in found
