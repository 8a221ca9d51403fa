"""Documents with tables, made by hand: Markdown read by the parser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graph.vocabulary.document import Document
from ingest.parse import parse_file

_HEAD = """# FooNet: Sorting Pears by Sight

## Abstract

We propose FooNet, a network for pear sorting. FooNet is evaluated on the PearSet dataset by accuracy and F1.

## 1 Introduction

Pear sorting is a task of long standing. We compare FooNet with BarNet and QuuxNet on PearSet and on the AppleBank
dataset, by accuracy and F1 score.

## 2 Results

The results follow.

"""


@pytest.fixture
def paper_with() -> Callable[[str], Document]:
    """A paper on FooNet whose results section ends in the given Markdown."""

    def make(table: str) -> Document:
        text = f"{_HEAD}{table}\n\n## References\n\n[1] A. Author. Pears. 2020.\n"
        return parse_file(text.encode(), name="paper.md")[0]

    return make
