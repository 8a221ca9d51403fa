import numpy as np
import torch

from ingest.extract.train.document_layer import refine
from ingest.extract.train.model import WIDTH, DocumentLayer, Sizes
from ingest.extract.train.settings import TrainingSettings

SETTINGS = TrainingSettings(document_epochs=6)


def _refined(documents, vectors):
    torch.manual_seed(5)
    layer = DocumentLayer(Sizes())
    lines = []
    refine(layer, documents, vectors, SETTINGS, lines.append)
    return layer, [float(line.rsplit(" ", 1)[1]) for line in lines]


def test_whole_papers_are_learnt_the_same_way_every_time(documents):
    """The layer fits the papers it sees, and two runs give the same weights."""
    papers = [each for each in documents if each.document.source == "ncg"]
    draw = np.random.default_rng(1)
    vectors = [draw.normal(size=(len(each.tokens), WIDTH)).astype(np.float32) for each in papers]
    one, losses = _refined(papers, vectors)
    other, _ = _refined(papers, vectors)
    assert losses[-1] < losses[0]
    for first, second in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(first, second)


def test_papers_without_a_known_sentence_teach_nothing(documents):
    """TDMSci has no contribution labels: the layer stays as it was."""
    singles = [each for each in documents if each.document.source == "tdmsci"]
    layer, losses = _refined(singles, [np.ones((1, WIDTH), dtype=np.float32)] * len(singles))
    torch.manual_seed(5)
    for first, second in zip(layer.parameters(), DocumentLayer(Sizes()).parameters(), strict=True):
        assert torch.equal(first, second)
    assert {0.0} == set(losses)
