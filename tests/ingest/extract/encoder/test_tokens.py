import pytest

from ingest.extract.encoder.tokens import SHAPES, first_pieces, shape, tokenise


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("network", "lower"),
        ("Network", "capital"),
        ("BLEU", "upper"),
        ("LSTMs", "upper plural"),
        ("ImageNet", "mixed"),
        ("K", "letter"),
        ("91.2", "number"),
        ("word2vec", "letters and digits"),
        ("F1", "upper and digits"),
        ("(", "bracket"),
        ("-", "punctuation"),
        ("=", "symbol"),
    ],
)
def test_how_a_word_is_printed(word, name):
    """What an uncased model cannot see is one of a few shapes."""
    assert name == SHAPES[shape(word)]


def test_words_are_the_same_with_and_without_spaces_at_hyphens(tokenizer):
    """A paper's "label-smoothing" and an annotated set's "label - smoothing" are the same words."""
    glued, spaced = tokenise(tokenizer, ["label-smoothing helps", "label - smoothing helps"], most=50)
    assert glued.ids == spaced.ids
    assert len(glued.words) == len(spaced.words) == 4


def test_words_are_ranges_of_the_text(tokenizer):
    """Each word can be cut out of the sentence as it is printed."""
    text = "We use Zipformer-XL."
    (tokens,) = tokenise(tokenizer, [text], most=50)
    assert ["We", "use", "Zipformer", "-", "XL", "."] == [text[start:end] for start, end in tokens.words]


def test_a_long_sentence_is_cut_at_a_whole_word(tokenizer):
    """A word of several pieces is read whole or not at all."""
    (tokens,) = tokenise(tokenizer, ["the hyperparametrization works"], most=3)
    assert [(0, 3)] == list(tokens.words)


def test_first_pieces_point_at_words(tokenizer):
    """The piece that carries a word's tag is its first."""
    (tokens,) = tokenise(tokenizer, ["hyperparametrization works"], most=50)
    assert [0, len(tokens) - 1] == first_pieces(tokens)
