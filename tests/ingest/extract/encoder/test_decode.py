import numpy as np
import pytest

from graph.vocabulary.extraction import NameType
from ingest.extract.encoder.consistency import Consistency
from ingest.extract.encoder.decode import Decoding, read
from ingest.extract.encoder.scores import DocumentScores
from ingest.extract.encoder.sentences import UNITS, SentenceIn, sentence_of_words
from ingest.extract.encoder.tags import allowed, begin, inside
from ingest.extract.encoder.tokens import tokenise
from ingest.extract.weights import Calibration


def _decoding(**calibration):
    return Decoding(
        transitions={"scirex": allowed(4), "tdmsci": allowed(3), "phrases": allowed(1)},
        contribution_threshold=0.4,
        consistency={head: Consistency(0.0, 0.3) for head in ("scirex", "tdmsci", "phrases")},
        calibration=calibration,
    )


def _scores(tokens, spans, *, contribution=0.0):
    tags = {}
    for head, size in (("scirex", 9), ("tdmsci", 7), ("phrases", 3)):
        rows = np.zeros((len(tokens.words), size), dtype=np.float32)
        rows[:, 0] = 6
        for first, last, kind in spans.get(head, ()):
            rows[first:last, 0] = 0
            rows[first, begin(kind)] = 6
            rows[first + 1 : last, inside(kind)] = 6
        tags[head] = (rows,)
    sentences = np.full((1, 1 + len(UNITS) + 7), -4, dtype=np.float32)
    sentences[0, 0] = contribution
    states = np.arange(len(tokens) * 4, dtype=np.float32).reshape(-1, 4)
    return DocumentScores(tags=tags, sentences=sentences, vectors=states.mean(axis=0)[None], states=(states,))


def test_spans_of_given_words_start_and_end_at_words(tokenizer):
    """A span over a part of a given word covers the word, and says which words it is."""
    sentence = sentence_of_words(["We", "train", "ResNet-50", "here"])
    (tokens,) = tokenise(tokenizer, [sentence.text], most=50)
    assert ["We", "train", "ResNet", "-", "50", "here"] == [sentence.text[a:b] for a, b in tokens.words]
    (found,) = read([sentence], [tokens], _scores(tokens, {"scirex": [(2, 4, 0)]}), _decoding())
    (mention,) = found.mentions
    assert (NameType.METHOD, "ResNet-50", 2, 3) == (
        mention.type,
        sentence.text[mention.start : mention.end],
        mention.first_word,
        mention.last_word,
    )


def test_spans_of_plain_text_are_its_characters(tokenizer):
    """Without given words, a span is what the tokens say."""
    sentence = SentenceIn("It reaches a high BLEU score.")
    (tokens,) = tokenise(tokenizer, [sentence.text], most=50)
    (found,) = read([sentence], [tokens], _scores(tokens, {"tdmsci": [(4, 6, 2)]}), _decoding())
    (mention,) = found.mentions
    assert "BLEU score" == sentence.text[mention.start : mention.end]
    assert mention.type is NameType.METRIC
    assert mention.first_word == -1


def test_the_threshold_decides_what_is_a_contribution(tokenizer):
    """The probability is given beside the decision."""
    sentence = SentenceIn("We propose this.")
    (tokens,) = tokenise(tokenizer, [sentence.text], most=50)
    (above,) = read([sentence], [tokens], _scores(tokens, {}, contribution=0.0), _decoding())
    (below,) = read([sentence], [tokens], _scores(tokens, {}, contribution=-1.0), _decoding())
    assert (0.5, True) == (above.contribution, above.is_contribution)
    assert not below.is_contribution


def test_confidences_are_calibrated(tokenizer):
    """A confidence is what the manifest's calibration makes of the score."""
    sentence = SentenceIn("It uses dropout.")
    (tokens,) = tokenise(tokenizer, [sentence.text], most=50)
    half = Calibration(kind="isotonic", scores=(0.0, 1.0), probabilities=(0.0, 0.5))
    (found,) = read([sentence], [tokens], _scores(tokens, {"scirex": [(2, 3, 0)]}), _decoding(scirex=half))
    assert found.mentions[0].confidence == pytest.approx(0.5, abs=0.02)


def test_a_span_has_a_vector(tokenizer):
    """The vector of a span is the mean of its tokens' states; of nothing, zeros."""
    sentence = SentenceIn("one two three")
    (tokens,) = tokenise(tokenizer, [sentence.text], most=50)
    (found,) = read([sentence], [tokens], _scores(tokens, {}), _decoding())
    assert [2.0, 3.0, 4.0, 5.0] == found.span_vector(0, 7).tolist()
    assert [0.0] * 4 == found.span_vector(100, 101).tolist()
