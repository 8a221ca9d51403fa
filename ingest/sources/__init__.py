"""Sources: which files there are, and their bytes. Nothing here looks into a file's content."""

from ingest.sources.errors import (
    BadListLine,
    ChangedWhileRead,
    EmptyFile,
    FileTooLarge,
    NoSuchSource,
    NotARegularFile,
    SourceError,
    UnknownFormat,
    Unreadable,
)
from ingest.sources.listing import Listing, list_sources
from ingest.sources.names import item_key, shown, stem_of
from ingest.sources.read import SourceBytes, Stat, read_source, stat_token
from ingest.sources.remark import Remark
from ingest.sources.source import SourceFile

__all__ = [
    "BadListLine",
    "ChangedWhileRead",
    "EmptyFile",
    "FileTooLarge",
    "Listing",
    "NoSuchSource",
    "NotARegularFile",
    "Remark",
    "SourceBytes",
    "SourceError",
    "SourceFile",
    "Stat",
    "UnknownFormat",
    "Unreadable",
    "item_key",
    "list_sources",
    "read_source",
    "shown",
    "stat_token",
    "stem_of",
]
