"""Keys: deterministic names for nodes, never an id of a database.

Every key matches ``[a-z0-9][a-z0-9._:~-]{0,119}``, so that it is safe in a URL. A readable slug is used wherever it
says everything; as soon as slugging loses a character, a hash of the normal form is added (``c``, ``c~8ba4…`` for
``C++``).
"""

from __future__ import annotations

import re
import unicodedata

from graph.canonical import content_hash, sha256_hex

KEY_PATTERN = re.compile(r"[a-z0-9][a-z0-9._:~-]{0,119}")
_SLUG_LENGTH = 96
_HASH_LENGTH = 12
_JOINERS = re.compile(r"[\s_\-\u2010-\u2015\u2212/]+")


def is_key(text: str) -> bool:
    """Say whether *text* may be a node key."""
    return KEY_PATTERN.fullmatch(text) is not None


def normal_title(title: str) -> str:
    """Return the normalised title: NFKC, case-folded, letters and digits only (CONTRACT §1)."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(c for c in unicodedata.normalize("NFKC", folded) if c.isalnum())


def normal_name(name: str) -> str:
    """Return the normal form of a name: NFKC, case-folded, white space, hyphens and slashes as one space.

    >>> normal_name("Label-Smoothing ")
    'label smoothing'
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _JOINERS.sub(" ", folded).strip()


def slug(normal_form: str) -> str:
    """Return a key for *normal_form*: words joined by hyphens, with a hash wherever that lost a character.

    Raises:
        ValueError: *normal_form* is empty.
    """
    if not normal_form:
        raise ValueError("an empty name has no key")
    words = normal_form.replace(" ", "-")
    readable = re.sub(r"[^a-z0-9.-]+", "", words).strip(".-")
    if readable == words and len(readable) <= _SLUG_LENGTH:
        return readable
    digest = sha256_hex(normal_form.encode())[:_HASH_LENGTH]
    return f"{readable[:_SLUG_LENGTH].rstrip('.-') or 'x'}~{digest}"


def name_key(name: str) -> str:
    """Return the key of a Method, Task, Dataset, Metric or Problem called *name*."""
    return slug(normal_name(name))


def paper_key(*, title: str, ids: tuple[str, ...] = (), content_sha256: str) -> str:
    """Return the key of a Paper: its normalised title, else its first id, else its content hash."""
    if folded := normal_title(title):
        return slug(folded)
    return slug(normal_name(ids[0])) if ids else content_sha256


def address_key(address: str) -> str:
    """Return the key of a Resource: the address readable, its signs as hyphens, and a hash that tells all apart."""
    readable = re.sub(r"[^a-z0-9.]+", "-", address.casefold()).strip(".-")[:_SLUG_LENGTH].rstrip(".-")
    return f"{readable or 'x'}~{sha256_hex(address.encode())[:_HASH_LENGTH]}"


def hashed_key(prefix: str, *parts: object) -> str:
    """Return ``prefix:`` and 24 hex digits over *parts*: the key of a node that has no name of its own."""
    return f"{prefix}:{content_hash(list(parts))[:24]}"
