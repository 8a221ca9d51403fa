"""The fields of a review form: which part each one holds, and how scores, decisions and dates are worded."""

from __future__ import annotations

import datetime
import re
from typing import Any

from graph.vocabulary.document import SectionRole
from ingest.parse.json_text import Placed, string_of, unwrap
from ingest.parse.text_normalisation import letters_and_digits

# Field names of OpenReview venues 2018-2025, PeerRead and plain forms; compared as letters and digits, case-folded.
_ROLES: dict[SectionRole, str] = {
    SectionRole.REVIEW_SUMMARY: "summary|summaryofthepaper|papersummary|summaryofcontributions|summaryandcontributions|"
    "briefsummary|summaryofstrengthsandweaknesses",
    SectionRole.REVIEW_STRENGTHS: "strengths|strength|pros|summaryofstrengths|reasonstoaccept|positives|"
    "strengthsofthepaper",
    SectionRole.REVIEW_WEAKNESSES: "weaknesses|weakness|cons|summaryofweaknesses|reasonstoreject|negatives|concerns|"
    "weaknessesofthepaper|commentssuggestionsandtypos|areasforimprovement",
    SectionRole.REVIEW_QUESTIONS: "questions|question|questionsforauthors|questionsfortheauthors|"
    "questionstoauthors|questionsandsuggestions",
    SectionRole.REVIEW_LIMITATIONS: "limitations|limitation|limitationsandsocietalimpact|limitationsandethics",
    SectionRole.REVIEW_DECISION: "decision",
    SectionRole.REVIEW_OTHER: "strengthsandweaknesses|strengthweakness|strengthandweaknesses|review|mainreview|"
    "comments|comment|metareview|metareviews|text|body|detailedcomments|additionalcomments|generalcomments|overallcomments|reviewtext|"
    "claritqualitynoveltyandreproducibility|clarityqualitynoveltyandreproducibility|summaryofthereview|"
    "justificationforwhynothigherscore|justificationforwhynotlowerscore|relationtopriorwork|correctness|"
    "additionalfeedback|additionalfeedbackcommentssuggestionsforimprovementandquestionsfortheauthors|"
    "technicalqualityandcorrectness|noveltyandoriginality|finalremarks|requestedchanges|"
    "broaderimpactconcerns|claimsandevidence",
    SectionRole.REVIEW_RESPONSE: "rebuttal|authorrebuttal|authorresponse|authorsresponse|responsetoreviewer",
    SectionRole.REVIEW_FOLLOWUP: "followup|postrebuttal|postrebuttalcomments|commentsafterrebuttal|"
    "responsetorebuttal|finalcomments",
}
_ROLE_OF = {name: role for role, names in _ROLES.items() for name in names.split("|")}
_RATING = (
    "rating",
    "recommendation",
    "overall",
    "overallscore",
    "overallassessment",
    "overallrating",
    "score",
    "finalrating",
)
_CONFIDENCE = ("confidence", "reviewerconfidence", "reviewconfidence")
_DATE = ("date", "tcdate", "cdate", "pdate", "tmdate", "mdate", "created")
_NUMBER = re.compile(r"\s*(?:[A-Za-z ]{1,20}:\s*)?(-?\d{1,3}(?:\.\d+)?)(?![\d%])")
_OUT_OF = re.compile(r"\s*-?\d{1,3}(?:\.\d+)?\s*(?:/|out of)\s*(\d{1,3})", re.IGNORECASE)
# As the venues' review forms have it: NeurIPS changed from ten steps to six in 2025.
_SCALES = (
    (re.compile(r"(?:neurips|nips)\D*2025", re.IGNORECASE), "1-6"),
    (re.compile(r"(?:neurips|nips)\D*20(?:1[4-9]|2[0-4])", re.IGNORECASE), "1-10"),
    (re.compile(r"iclr\D*20(?:1[3-9]|2\d)", re.IGNORECASE), "1-10"),
)


def role_of_field(key: str) -> SectionRole | None:
    """Return the part of a review that the form field *key* holds, or None."""
    return _ROLE_OF.get(letters_and_digits(key))


def by_names(fields: dict[str, Any], names: tuple[str, ...]) -> Any:
    """Return the first field that bears one of *names*, in the order of *names*."""
    folded = {letters_and_digits(key): key for key in reversed(fields)}
    return next((fields[folded[name]] for name in names if name in folded), None)


def number_in(worded: str) -> float | None:
    """Return the number that a score leads with: 8.0 for ``8: accept, good paper``, None for words alone."""
    found = _NUMBER.match(worded)
    return float(found.group(1)) if found else None


def rating_of(fields: dict[str, Any]) -> float | None:
    """Return the overall score of a review."""
    return number_in(string_of(by_names(fields, _RATING)))


def confidence_of(fields: dict[str, Any]) -> float | None:
    """Return the reviewer's confidence."""
    return number_in(string_of(by_names(fields, _CONFIDENCE)))


def scale_of(fields: dict[str, Any], *, venue: str) -> str | None:
    """Return the scale of the score: as written in it ("8/10"), else as the venue's form has it."""
    if found := _OUT_OF.match(string_of(by_names(fields, _RATING))):
        return f"1-{found.group(1)}"
    return next((scale for pattern, scale in _SCALES if pattern.search(venue)), None)


def decision_of(fields: dict[str, Any]) -> str | None:
    """Return a decision in words, from a decision field or a worded recommendation."""
    for name in ("decision", "recommendation", "finaldecision"):
        worded = string_of(by_names(fields, (name,)))
        if worded and number_in(worded) is None:
            return worded[:200]
    return None


def date_of(fields: dict[str, Any]) -> str | None:
    """Return a date as ``YYYY-MM-DD``: written so, or in milliseconds since 1970 as OpenReview has it."""
    for name in _DATE:
        value = unwrap(by_names(fields, (name,)))
        if isinstance(value, Placed) and (found := re.match(r"\d{4}-\d{2}-\d{2}", value.value.strip())):
            return found.group()
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1e14:
            seconds = value / 1000 if value > 1e11 else value
            return datetime.datetime.fromtimestamp(seconds, tz=datetime.UTC).date().isoformat()
    return None
