"""Why a file could not be read.

UnreadableDocument
├── EmptyFile       no bytes, or nothing but white space
├── Encrypted       a PDF that opens only with a password
├── Damaged         cut off or broken beyond repair
├── NoText          pages without text: a scan
├── NotUtf8         text in another encoding
├── WrongSuffix     the content is not what the name promises, and of no known format
└── UnknownShape    well-formed JSON, XML or text that is neither a paper nor reviews

The class name is what a failure report shows as `class`; the message says what is wrong and what to do.
"""

from __future__ import annotations


class UnreadableDocument(Exception):
    """Base of all reasons for which a file yields no Document. The message is a sentence for a person."""


class EmptyFile(UnreadableDocument):
    """The file holds nothing."""


class Encrypted(UnreadableDocument):
    """The PDF opens only with a password."""


class Damaged(UnreadableDocument):
    """The file is cut off or broken."""


class NoText(UnreadableDocument):
    """The pages hold images only."""


class NotUtf8(UnreadableDocument):
    """The text is not UTF-8."""


class WrongSuffix(UnreadableDocument):
    """The content is not what the suffix says and of no known format."""


class UnknownShape(UnreadableDocument):
    """The file can be read, but is neither a paper nor a set of reviews."""
