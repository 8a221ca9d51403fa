from ingest.extract.encoder.tokens import tokenise
from ingest.extract.encoder.windows import CLS, SEP, windows


def _tokens(tokenizer, texts):
    return tokenise(tokenizer, texts, most=200)


def test_every_sentence_stands_in_one_window(tokenizer):
    """Each sentence is encoded once, whatever the size of a window."""
    tokens = _tokens(tokenizer, [f"Sentence number {n} says something about models ." for n in range(40)])
    for size in (32, 64, 224):
        found = windows(tokens, [()] * 40, size=size)
        assert list(range(40)) == [number for window in found for number, _, _ in window.sentences]
        assert all(len(window) <= size for window in found)


def test_a_window_begins_with_its_heading_and_does_not_cross_sections(tokenizer):
    """A sentence sees the heading it stands under, and no sentence of another section."""
    tokens = _tokens(tokenizer, ["one", "two", "three"])
    found = windows(tokens, [(7592,), (7592,), (2088,)])
    assert [CLS, 7592, SEP] == list(found[0].ids[:3])
    assert [[0, 1], [2]] == [[number for number, _, _ in window.sentences] for window in found]


def test_the_places_of_sentences_hold_their_pieces(tokenizer):
    """Where a window says a sentence lies, its pieces lie."""
    tokens = _tokens(tokenizer, ["a first sentence", "another one"])
    (window,) = windows(tokens, [(), ()])
    for number, first, last in window.sentences:
        assert tokens[number].ids == window.ids[first:last]


def test_windows_of_a_section_are_of_nearly_equal_length(tokenizer):
    """The last sentence of a section is not left without neighbours."""
    tokens = _tokens(tokenizer, ["ten pieces stand in this sentence , as counted"] * 12)
    sizes = [len(window.sentences) for window in windows(tokens, [()] * 12, size=90)]
    assert max(sizes) - min(sizes) <= 1


def test_a_sentence_without_pieces_stands_in_no_window(tokenizer):
    """What the tokenizer finds nothing in is not read."""
    tokens = _tokens(tokenizer, ["something", " ", "else"])
    (window,) = windows(tokens, [(), (), ()])
    assert [0, 2] == [number for number, _, _ in window.sentences]
    assert windows(_tokens(tokenizer, [" "]), [()]) == []
