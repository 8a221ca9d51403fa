"""The trained sentence encoder at run time: one pass over a document gives vectors, roles, mentions and phrases.

`open_encoder()` returns the encoder, or None where no weights are installed; `encoder.read(sentences)` reads the
sentences of one document in reading order. onnxruntime, tokenizers and numpy only.
"""

from ingest.extract.encoder.runtime import Encoder, open_encoder, read_sentences
from ingest.extract.encoder.sentences import (
    UNITS,
    FoundPhrase,
    FoundSpan,
    Guideline,
    SentenceIn,
    SentenceRead,
    sentence_of_words,
)

__all__ = [
    "UNITS",
    "Encoder",
    "FoundPhrase",
    "FoundSpan",
    "Guideline",
    "SentenceIn",
    "SentenceRead",
    "open_encoder",
    "read_sentences",
    "sentence_of_words",
]
