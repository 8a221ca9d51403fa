import pytest

from graph.vocabulary.extraction import SentenceRole
from ingest.extract.sections import Part
from ingest.extract.train.weak_roles import NONE, weak_role


@pytest.mark.parametrize(
    ("text", "part", "role"),
    [
        ("In this paper we propose a network that folds socks .", Part.ABSTRACT, SentenceRole.CONTRIBUTION),
        ("However , folding socks remains a difficult task for robots .", Part.INTRODUCTION, SentenceRole.PROBLEM),
        ("We set the learning rate to 0.1 and the batch size to 8 .", Part.EXPERIMENTS, SentenceRole.SETUP),
        ("Our folder outperforms the previous one by two points .", Part.RESULTS, SentenceRole.RESULT),
        ("The folder cannot see black socks in a dark drawer .", Part.LIMITATIONS, SentenceRole.LIMITATION),
    ],
)
def test_a_cue_in_its_section_gives_the_role(text, part, role):
    """A cue counts where it means what it says."""
    found = weak_role(text, part, contribution=None, units=())
    assert found is not None
    assert role is list(SentenceRole)[found]


def test_a_unit_gives_the_role_before_any_cue():
    """What annotators said of a sentence is more than its words."""
    found = weak_role("The socks are sorted by their colour first .", Part.METHOD, contribution=True, units={"model"})
    assert found == list(SentenceRole).index(SentenceRole.METHOD)


def test_others_work_has_no_role_and_the_rest_is_unknown():
    """Related work is none of the roles; a sentence without a cue teaches nothing."""
    assert weak_role("Smith et al. sorted gloves by hand in 1999 .", Part.RELATED, contribution=None, units=()) == NONE
    assert weak_role("The drawer has a handle made of wood .", Part.RESULTS, contribution=None, units=()) is None
