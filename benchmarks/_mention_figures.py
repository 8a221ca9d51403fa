"""Typed mentions of TDMSci (by sentence) and SciREX (by document), exact spans. Sibling file."""

from __future__ import annotations

from functools import partial

from _choice import Choice, installed
from _peers import PEERS
from _rule_documents import TokenKey, sectioned_document, sentence_document, token_mentions
from _scored import Tally, show_f1

from graph.vocabulary.extraction import NameType
from ingest.extract.encoder import Encoder, Guideline, SentenceRead, open_encoder, sentence_of_words
from ingest.extract.gold import SciRexDocument, TdmSciSentence
from ingest.extract.train.corpora import scirex_document

TDMSCI_TYPES = {"TASK": NameType.TASK, "DATASET": NameType.DATASET, "METRIC": NameType.METRIC}
SCIREX_TYPES = {
    "Method": NameType.METHOD,
    "Task": NameType.TASK,
    "Metric": NameType.METRIC,
    "Material": NameType.DATASET,
}

Pairs = list[tuple[float, bool]]


def measure_tdmsci(sentences: tuple[TdmSciSentence, ...], choice: Choice, *, data: str) -> dict[str, Pairs]:
    """Print the figures of TDMSci; return the confidences."""
    if not sentences:
        return {}
    encoder = open_encoder() if installed("encoder") else None
    scored = choice.documents(sentences, ("encoder",), what="tdmsci sentences")
    show = partial(show_f1, data=data)
    trained, rules = Tally(), Tally()
    for sentence in scored:
        gold = {(each.start, each.end, TDMSCI_TYPES[each.type]) for each in sentence.mentions}
        if encoder is not None:
            (read,) = encoder.read([sentence_of_words(sentence.tokens)])
            trained.add(word_mentions(read, Guideline.TDMSCI), gold)
        found = token_mentions(*sentence_document(sentence.tokens))
        rules.add({key: value for key, value in found.items() if key[2] is not NameType.METHOD}, gold)
    if encoder is not None:
        show("tdmsci.entity.f1", trained, peer=PEERS["tdmsci.entity.f1"])
    show("tdmsci.entity.f1.rules", rules)
    return {"mentions_tdmsci": trained.sure}


def measure_scirex(documents: tuple[SciRexDocument, ...], choice: Choice, *, data: str) -> dict[str, Pairs]:
    """Print the mention figures of SciREX; return the confidences."""
    if not documents:
        return {}
    encoder = open_encoder() if installed("encoder") else None
    scored = choice.documents(documents, ("encoder",), what="scirex documents")
    show = partial(show_f1, data=data)
    trained, rules = Tally(), Tally()
    for document in scored:
        gold = {(each.start, each.end, SCIREX_TYPES[each.type]) for each in document.mentions}
        if encoder is not None:
            trained.add(document_mentions(encoder, document), gold)
        rules.add(token_mentions(*sectioned_document(document.words, document.sentences, document.sections)), gold)
    if encoder is not None:
        show("scirex.mention.f1", trained)
    show("scirex.mention.f1.rules", rules)
    return {"mentions_scirex": trained.sure}


def word_mentions(read: SentenceRead, guideline: Guideline, *, offset: int = 0) -> dict[TokenKey, float]:
    """Return the mentions of one sentence as word ranges, moved by *offset*."""
    return {
        (offset + each.first_word, offset + each.last_word, each.type): each.confidence
        for each in read.mentions
        if each.guideline is guideline
    }


def document_mentions(encoder: Encoder, document: SciRexDocument) -> dict[TokenKey, float]:
    """Return the mentions of one SciREX document as ranges of its tokens."""
    sentences = scirex_document(document).sentences
    found: dict[TokenKey, float] = {}
    for read, (first, _) in zip(encoder.read(sentences), document.sentences, strict=True):
        found |= word_mentions(read, Guideline.SCIREX, offset=first)
    return found
