"""What an address names: the same repository however its link is written.

``http://www.GitHub.com/Foo/Bar.git``, ``github.com/foo/bar/tree/main`` and ``https://github.com/foo/bar`` name one
repository. Hosts of code and models do not tell cases apart and their paths begin with owner and name; of any other
address the path is kept as it is. Not done here: following redirects, asking whether anything lies there.
"""

from __future__ import annotations

import re

_SCHEME = re.compile(r"^(?:https?|git|ssh)://(?:www\.)?|^www\.", re.IGNORECASE)
# Host: (how many parts of the path name the thing, what may stand before them).
_FORGES: dict[str, tuple[int, frozenset[str]]] = {
    "github.com": (2, frozenset()),
    "gitlab.com": (2, frozenset()),
    "bitbucket.org": (2, frozenset()),
    "codeberg.org": (2, frozenset()),
    "huggingface.co": (2, frozenset({"datasets", "spaces"})),
    "huggingface.com": (2, frozenset({"datasets", "spaces"})),
    "hf.co": (2, frozenset({"datasets", "spaces"})),
}
_SAME_HOST = {"hf.co": "huggingface.co", "huggingface.com": "huggingface.co"}


def address_of(url: str) -> str:
    """Return host and path of *url* as one thing is always named; an empty text where there is no host.

    >>> address_of("https://www.github.com/Foo/Bar.git")
    'github.com/foo/bar'
    """
    rest = _SCHEME.sub("", url.strip())
    host, _, path = rest.partition("/")
    host = host.casefold().rstrip(".:")
    if not host:
        return ""
    parts = [part for part in re.split(r"/+", re.split(r"[?#]", path)[0] if host in _FORGES else path) if part]
    if host in _FORGES:
        wanted, before = _FORGES[host]
        if parts and parts[0].casefold() in before:
            wanted += 1
        parts = [part.casefold() for part in parts[:wanted]]
        if len(parts) >= wanted:
            parts[-1] = parts[-1].removesuffix(".git")
    return "/".join([_SAME_HOST.get(host, host), *parts])


def host_of(address: str) -> str:
    """Return the host of an address as `address_of` returns it."""
    return address.partition("/")[0]


def is_whole(url: str) -> bool:
    """Say whether *url* names a thing: on a host of repositories, owner and name are there; elsewhere, a host is."""
    address = address_of(url)
    host = host_of(address)  # as it goes by: an alias of a host is none of its own
    if host not in _FORGES:
        return "." in host
    wanted, before = _FORGES[host]
    parts = address.split("/")[1:]
    return len(parts) >= wanted + (1 if parts and parts[0] in before else 0)
