from ingest.extract.encoder.features import FEATURES, features
from ingest.extract.encoder.sentences import SentenceIn
from ingest.extract.sections import Part


def test_features_lie_between_zero_and_one():
    """No number is larger than another kind of number can be."""
    sentences = [SentenceIn(f"We got {n} of 91.2 ( see Table {n} ) .", "Results", Part.RESULTS) for n in range(90)]
    rows = features(sentences)
    assert (90, FEATURES) == rows.shape
    assert 0 <= rows.min()
    assert rows.max() <= 1


def test_a_part_has_a_number_of_its_own():
    """Two sentences that differ only in their part differ in two numbers."""
    one = features([SentenceIn("The same words .", "", Part.ABSTRACT)])
    other = features([SentenceIn("The same words .", "", Part.RELATED)])
    assert int((one != other).sum()) == 2


def test_nothing_gives_no_rows():
    """A document without sentences is no error."""
    assert (0, FEATURES) == features([]).shape
