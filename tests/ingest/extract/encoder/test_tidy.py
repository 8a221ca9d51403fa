import pytest

from ingest.extract.encoder.consistency import Place
from ingest.extract.encoder.tidy import tidied

TEXT = "we study sock sorting ( SKS ) and , later , smith2018deep ( see below )"
WORDS = TEXT.split(" ")


def _ranges(places, head="scirex", words=WORDS):
    spans = [Place(0, first, last, 0, 0.5) for first, last in places]
    return [" ".join(words[each.first : each.last]) for each in tidied(spans, [words], head)]


@pytest.mark.parametrize("given", [(2, 5), (2, 4), (1 + 1, 4)])
def test_a_short_form_behind_a_name_is_a_mention_of_its_own(given):
    """SciREX marks the name and its short form as two; a bracket left hanging is cut off."""
    assert ["sock sorting", "SKS"] == _ranges([given])


@pytest.mark.parametrize("head", ["tdmsci", "phrases"])
def test_a_short_form_is_a_part_where_a_set_marks_it_so(head):
    """TDMSci and NCG mark name and short form as one span; what stood inside it is not marked again."""
    assert ["sock sorting ( SKS )"] == _ranges([(2, 4), (5, 6)], head)


def test_punctuation_ends_no_span():
    """A comma, a hyphen or a lone bracket at an end is cut off."""
    assert ["later"] == _ranges([(8, 11)])
    assert ["BiLSTM"] == _ranges([(0, 2)], words=["BiLSTM", "-", "CRF"])


def test_a_bracket_that_was_opened_is_closed():
    """A span that opens a bracket takes the closing one that follows."""
    assert ["sock ( left )"] == _ranges([(0, 3)], words=["sock", "(", "left", ")", "is"])


def test_a_citation_key_is_no_name():
    """The key "smith2018deep" is whom a text cites."""
    assert _ranges([(11, 12)]) == []


def test_other_brackets_are_left_alone():
    """What stands in brackets without two capitals is no short form."""
    assert ["smith"] == _ranges([(0, 1)], words=["smith", "(", "see", "below", ")"])


def test_a_percent_sign_may_end_a_span():
    """The words "3 %" are a whole value."""
    assert ["3 %"] == _ranges([(0, 2)], "phrases", ["3", "%", "better"])


def test_a_conjunction_ends_no_name():
    """Of "socks and" stays "socks"; a predicate of NCG may end in a preposition."""
    assert ["socks"] == _ranges([(0, 2)], words=["socks", "and", "shirts"])
    assert ["trained with"] == _ranges([(0, 2)], "phrases", ["trained", "with", "socks"])


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["SockNet", "(", "Smith"], "SockNet"),
        (["SockNets", ")", "[", "9"], "SockNets"),
        (["SockNet", ",", "DrawerNet"], "DrawerNet"),
        (["1", ",", "024", "socks"], "1 , 024 socks"),
    ],
)
def test_a_span_does_not_run_on_into_what_is_glued_to_it(words, kept):
    """A bracket without a partner is another's; of a list, the last item stays; a number keeps its comma."""
    assert [kept] == _ranges([(0, len(words))], words=words)
