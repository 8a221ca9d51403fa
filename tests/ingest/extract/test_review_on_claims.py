"""Which claim an argument of a review speaks about, and which ones it does not."""

from __future__ import annotations

import pytest

from ingest.extract.reviews.on_claims import Ground, KnownName, SeenClaim, SeenPoint, claims_spoken_of


def _name(*names: str) -> tuple[KnownName, ...]:
    return (KnownName(names[0].lower(), names),)


ACCURACY = SeenClaim(
    key="accuracy",
    sentence="Orbit Pooling raises accuracy on torn maps by 4.25 points over mean pooling, as Table 3 shows.",
    interventions=_name("Orbit Pooling", "OP"),
    comparators=_name("mean pooling"),
    outcomes=_name("accuracy"),
    own=True,
)
GENERAL = SeenClaim(
    key="general",
    sentence="Across five collections of maps our method outperforms all earlier readers of maps.",
    interventions=_name("Orbit Pooling", "OP"),
    own=True,
)
OTHER = SeenClaim(
    key="other",
    sentence="Dropout lowers the calibration error of the reader.",
    interventions=_name("dropout"),
    outcomes=_name("calibration error"),
)
CLAIMS = (ACCURACY, GENERAL, OTHER)


def _linked(text: str, *about: str) -> tuple[str, Ground] | None:
    found = claims_spoken_of(CLAIMS, [SeenPoint("point", text, frozenset(about))])
    assert all(each.point == "point" and 0.5 < each.confidence < 1 for each in found)
    return (found[0].claim, found[0].ground) if found else None


@pytest.mark.parametrize(
    ("text", "claim", "ground"),
    [
        ("The gain in accuracy of Orbit Pooling over mean pooling is small.", "accuracy", Ground.NAMES),
        ("OP improves the accuracy on torn maps only a little over mean-pooling.", "accuracy", Ground.NAMES),
        ("The proposed method reaches a higher accuracy on torn maps.", "accuracy", Ground.NAMES),
        ("Is the 4.25 of Orbit Pooling on torn maps the best of several runs?", "accuracy", Ground.NUMBER),
        ("In Tab. 3, mean pooling performs better on half of the torn maps.", "accuracy", Ground.LABEL),
        ("“raises accuracy on torn maps” is not what I see.", "accuracy", Ground.QUOTES),
        ("The proposed method clearly outperforms the earlier readers of maps.", "general", Ground.NAMES),
        ("I doubt the claim that dropout makes the reader's calibration any better.", "other", Ground.WORDS),
    ],
)
def test_an_argument_is_linked_to_the_claim_it_speaks_about(text: str, claim: str, ground: Ground):
    """By a statement in quotation marks, a number, a table, the names of what is claimed, or its words."""
    assert _linked(text) == (claim, ground)


@pytest.mark.parametrize(
    "text",
    [
        "Orbit Pooling is a neat idea and easy to follow.",
        "The writing needs work: Section 2 is hard to read.",
        "Accuracy is not the only thing that matters for maps.",
        "Why was dropout not used in the decoder?",
        "“torn maps” is never defined.",
        "The experiments of 2024 should be repeated.",
        "Mean pooling and max pooling were proposed long ago.",
    ],
)
def test_naming_something_is_not_speaking_about_what_is_claimed_of_it(text: str):
    """A name, a measure or a term alone links nothing."""
    assert _linked(text) is None


def test_names_that_the_reader_of_the_review_found_count():
    """A name that the review writes in its own way is known by what its reader took it for."""
    text = "On torn maps the hit rate of Orbit Pooling is better, not by much."
    assert _linked(text) != ("accuracy", Ground.NAMES)
    assert _linked(text, "accuracy") == ("accuracy", Ground.NAMES)


def test_the_proposed_method_is_the_papers_own():
    """What is claimed of a method of others is not what reviewers call the proposed method."""
    theirs = SeenClaim(
        key="theirs",
        sentence="Mean pooling reaches a higher accuracy on torn maps.",
        interventions=_name("mean pooling"),
        outcomes=_name("accuracy"),
    )
    point = SeenPoint("point", "The proposed method has a higher accuracy.")
    assert claims_spoken_of([theirs], [point]) == []


def test_short_names_in_capitals_are_told_from_words():
    """The word op is no OP."""
    assert _linked("The op code raises accuracy in the torn reader.") is None


def test_of_two_claims_the_one_with_most_in_common_counts_and_order_decides_nothing():
    """One link an argument, whatever the order of the claims."""
    point = SeenPoint("point", "Orbit Pooling raises the accuracy over mean pooling on torn maps, by 4.25 points.")
    for claims in (CLAIMS, CLAIMS[::-1]):
        assert [each.claim for each in claims_spoken_of(claims, [point])] == ["accuracy"]


def test_without_claims_or_arguments_there_is_nothing():
    """A paper without reviews, and one without claims."""
    assert claims_spoken_of([], [SeenPoint("point", "Orbit Pooling raises accuracy.")]) == []
    assert claims_spoken_of(CLAIMS, []) == []
