"""Texts that every Python installation has, as documents of tokens, and their honest split: by document.

A document is wholly in training, validation or test, so that nothing that is judged on was read in training. The test
documents are the same for every seed; each seed draws its training documents from the others.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.canonical import sha256_hex

Tokens = npt.NDArray[np.int64]
UNKNOWN = 0

# Modules that are one file in every supported version, and code that people wrote: no tables, no tests.
_MODULES = """
    argparse ast base64 bdb bisect calendar cmd code codecs codeop colorsys compileall configparser contextlib copy csv
    dataclasses difflib dis doctest enum filecmp fileinput fnmatch fractions ftplib functools genericpath getopt getpass
    gettext glob gzip hashlib heapq hmac imaplib inspect io ipaddress linecache locale lzma mailbox mimetypes
    modulefinder netrc ntpath numbers operator optparse os pdb pickle pickletools pkgutil platform plistlib poplib
    posixpath pprint profile pstats pyclbr queue quopri random reprlib runpy sched selectors shelve shlex shutil site
    smtplib socket socketserver ssl stat statistics string stringprep struct subprocess symtable tabnanny tarfile
    tempfile textwrap threading timeit token tokenize trace traceback tracemalloc typing uuid warnings wave weakref
    webbrowser zipapp
"""


@dataclass(frozen=True)
class Texts:
    """Documents as tokens from 0, and how many different ones there are; *names* in the order of the documents."""

    names: tuple[str, ...]
    documents: tuple[Tokens, ...]
    vocabulary: int

    @cached_property
    def sha256(self) -> str:
        """The sha256 over names, lengths and little-endian tokens."""
        head = f"{self.vocabulary}/{list(zip(self.names, map(len, self.documents), strict=True))}/".encode()
        return sha256_hex(head + b"".join(np.ascontiguousarray(each, "<i8").tobytes() for each in self.documents))

    def join(self, places: Sequence[int], most: int) -> Tokens:
        """Return the documents at *places* one after another, cut at *most* tokens."""
        return np.concatenate([self.documents[place] for place in places])[:most]


def library_topics() -> Texts:
    """Return the help texts of Python's language reference (`pydoc_data.topics`) by character.

    Characters are printable ASCII and the newline; every other one is the unknown character.
    """
    from pydoc_data.topics import topics

    known = {character: place for place, character in enumerate(["\0", "\n", *map(chr, range(32, 127))])}
    names = tuple(sorted(topics))
    documents = tuple(
        np.array([known.get(character, UNKNOWN) for character in topics[name]], dtype=np.int64) for name in names
    )
    return Texts(names, documents, len(known))


def library_source() -> Texts:
    """Return the source of modules of the standard library by byte."""
    folder = Path(os.__file__).parent
    found = [(name, folder / f"{name}.py") for name in _MODULES.split() if (folder / f"{name}.py").is_file()]
    documents = tuple(np.frombuffer(file.read_bytes(), dtype=np.uint8).astype(np.int64) for _, file in found)
    return Texts(tuple(name for name, _ in found), documents, 256)


def split_documents(
    texts: Texts, test_order: Sequence[int], drawn_order: Sequence[int], *, n_train: int, n_val: int, n_test: int
) -> tuple[Tokens, Tokens, Tokens]:
    """Return training, validation and test tokens, each from documents of its own.

    *test_order* and *drawn_order* are permutations of the documents: the first ones of *test_order* are test until they
    hold *n_test* tokens; of the others, in the order of *drawn_order*, the first are training until they hold
    *n_train*, and the next ones validation, cut at *n_val*.

    Raises:
        ValueError: the documents do not hold as many.
    """
    sizes = [len(each) for each in texts.documents]
    test = _until(test_order, sizes, n_test)
    others = [place for place in drawn_order if place not in set(test)]
    train = _until(others, sizes, n_train)
    val = _until(others[len(train) :], sizes, n_val)
    return texts.join(train, n_train), texts.join(val, n_val), texts.join(test, n_test)


def _until(order: Sequence[int], sizes: Sequence[int], tokens: int) -> list[int]:
    taken: list[int] = []
    held = 0
    for place in order:
        if held >= tokens:
            return taken
        taken.append(place)
        held += sizes[place]
    if held < tokens:
        raise ValueError(f"{len(taken)} documents hold {held} tokens, {tokens} are asked for")
    return taken
