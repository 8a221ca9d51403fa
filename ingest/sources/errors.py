"""What can be wrong with a source. The class names are part of the answer: reports and `status` show them.

SourceError
├── NoSuchSource        a path that was given does not exist: wrong use, nothing was ingested
├── Unreadable          the system refuses the file or folder
├── NotARegularFile     a device, socket or FIFO
├── UnknownFormat       a file given by name whose suffix no parser reads
├── EmptyFile           no bytes
├── FileTooLarge        more than `max_file_mb`; it was not read
├── ChangedWhileRead    its size, time or inode changed while it was read, twice
└── BadListLine         a line of a list of sources that cannot be used
"""

from __future__ import annotations


class SourceError(Exception):
    """Base of all errors about sources. The message is a sentence for the person who reads it."""


class NoSuchSource(SourceError):
    """A path that was given does not exist."""


class Unreadable(SourceError):
    """The operating system refuses to open or list it."""


class NotARegularFile(SourceError):
    """It is a device, a socket or a FIFO; reading might never end."""


class UnknownFormat(SourceError):
    """No parser reads files with this suffix."""


class EmptyFile(SourceError):
    """The file has no bytes."""


class FileTooLarge(SourceError):
    """The file is larger than `max_file_mb`."""


class ChangedWhileRead(SourceError):
    """Somebody was writing the file while it was read."""


class BadListLine(SourceError):
    """A line of a JSON-lines list that names no usable source."""
