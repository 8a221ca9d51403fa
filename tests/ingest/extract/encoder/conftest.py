"""The tokenizer that the shipped model uses."""

import pytest
from tokenizers import Tokenizer

from graph.embed.model import find_model


@pytest.fixture(scope="session")
def tokenizer():
    found = Tokenizer.from_file(str(find_model().path / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found
