"""A network of one layer with random weights, and annotated papers written for these tests."""

import json

import pytest
import torch
from tokenizers import Tokenizer

from graph.embed.model import find_model
from ingest.extract.gold import read_gold
from ingest.extract.train.corpora import labelled
from ingest.extract.train.encoded import encode


@pytest.fixture(scope="session")
def tokenizer():
    found = Tokenizer.from_file(str(find_model().path / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


@pytest.fixture(scope="session")
def small_base(tmp_path_factory):
    """A BERT of one layer, in a folder as `load_base` wants it."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("base")
    config = BertConfig(vocab_size=30522, hidden_size=384, num_hidden_layers=1, intermediate_size=64)
    BertModel(config, add_pooling_layer=False).save_pretrained(str(folder))
    return folder


def _ncg(folder, name):
    folder.mkdir(parents=True)
    lines = [
        "title",
        f"{name} : a network for sorting socks",
        "abstract",
        f"We propose {name} , a network that sorts socks .",
        "Socks are hard to sort .",
        "Experiments",
        "We train with a learning rate of 0.1 .",
        f"{name} reaches an accuracy of 91.2 on SockBench .",
    ]
    (folder / f"{name}-Stanza-out.txt").write_text("\n".join(lines) + "\n")
    (folder / "sentences.txt").write_text("2\n4\n8\n")
    start = len(name) + 1
    (folder / "entities.txt").write_text(f"8\t{start}\t{start + 7}\treaches\n8\t{start + 11}\t{start + 19}\taccuracy\n")
    (folder / "triples").mkdir()
    (folder / "triples" / "results.txt").write_text("(Contribution||has||Results)\n(Results||reaches||accuracy)\n")


def _scirex(path, name):
    words = f"{name} sorts socks section : Method We use {name} for sock sorting .".split()
    document = {
        "doc_id": name,
        "words": words,
        "sentences": [[0, 3], [3, len(words)]],
        "sections": [[0, 3], [3, len(words)]],
        "ner": [[0, 1, "Method"], [8, 9, "Method"], [10, 12, "Task"]],
        "coref": {},
        "n_ary_relations": [],
        "method_subrelations": {},
    }
    path.write_text(json.dumps(document))


@pytest.fixture(scope="session")
def annotated(tmp_path_factory):
    """A folder with papers of the three sets, enough of them that each split has some."""
    folder = tmp_path_factory.mktemp("annotated")
    (folder / "scirex").mkdir()
    rows = []
    for number in range(12):
        _ncg(folder / "ncg" / "training" / "sorting" / str(number), f"Sockformer-{number}")
        _scirex(folder / "scirex" / f"{number}.json", f"Sockrex-{number}")
        rows.append(f"F1\t0\tB-METRIC\non\t3\tO\nSockBank\t6\tB-DATASET\nand\t15\tO\nnumber\t19\tO\n{number}\t26\tO\n")
    (folder / "made.conll").write_text("\n".join(rows) + "\n")
    return folder


@pytest.fixture(scope="session")
def documents(annotated, tokenizer):
    return [encode(tokenizer, each) for each in labelled(read_gold(annotated))]
