"""XML as text with the range of every element: what the parsers of TEI and JATS both stand on.

The text is the text content in document order: tags dropped, character references resolved, comments and processing
instructions left out, nothing else removed (CONTRACT §4).

The reader takes no entity declarations, loads nothing from outside (no DTD, no external entity, no network) and keeps
libxml2's limits on depth and on the size of one text. The public names of characters (``&nbsp;``, ``&alpha;``), which a
DTD of JATS declares, are known without it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from html.entities import html5

from lxml import etree

from ingest.parse.errors import Damaged
from ingest.parse.text_normalisation import one_line

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def read_xml(content: bytes, *, name: str, advice: str) -> etree._Element:
    """Return the root of *content*; *advice* says what to do about a file that is broken.

    Raises:
        Damaged: not well-formed, with entities of its own, or nested or sized beyond libxml2's limits.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Damaged(f"{name} is not well-formed XML ({error.msg}): {advice}") from error
    except ValueError as error:  # a text that declares one encoding and is another
        raise Damaged(f"{name} cannot be read as XML ({error}): {advice}") from error
    _resolve_names(root)
    if (entity := next(root.iter(etree.Entity), None)) is not None:
        raise Damaged(f"{name} uses the entity {entity.text}, which is not expanded: write out what it stands for")
    return root


def _resolve_names(root: etree._Element) -> None:
    """Put characters where a file uses their public names, as a DTD we do not load would (``&nbsp;``, ``&alpha;``).

    A name that the file itself declares stays as it is, whatever it says.
    """
    dtd = root.getroottree().docinfo.internalDTD
    declared = {entity.name for entity in dtd.iterentities()} if dtd is not None else set()
    for entity in list(root.iter(etree.Entity)):
        character = html5.get(entity.name + ";")
        if character is None or entity.name in declared:
            continue
        text = character + (entity.tail or "")
        before, parent = entity.getprevious(), entity.getparent()
        if before is not None:
            before.tail = (before.tail or "") + text
        else:
            parent.text = (parent.text or "") + text
        entity.tail = None
        parent.remove(entity)


def local_name(element: etree._Element) -> str:
    """Return the name of *element* without its namespace."""
    return str(etree.QName(element).localname)


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the children of *element* with one of the local *names*, whatever their namespace; all without names."""
    for child in element:
        if not names or local_name(child) in names:
            yield child


def child_of(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first element at *path* of local names below *element*, or None."""
    for name in path:
        element = next(children(element, name), None) if element is not None else None
    return element


def descendants(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """Yield the descendants of *element* with one of the local *names*, in document order."""
    wanted = frozenset(names)
    for each in element.iter():
        if each is not element and local_name(each) in wanted:
            yield each


class XmlText:
    """The text of a tree and the range of each of its elements, tails excluded."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self._ranges: dict[etree._Element, tuple[int, int]] = {}
        pieces: list[str] = []
        position = 0
        starts: dict[etree._Element, int] = {}
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                starts[element] = position
                piece = element.text or ""
            else:
                self._ranges[element] = (starts.pop(element), position)
                piece = (element.tail or "") if element is not root else ""
            pieces.append(piece)
            position += len(piece)
        self.text = "".join(pieces)

    def range(self, element: etree._Element) -> tuple[int, int]:
        """Return where the content of *element* stands in the text."""
        return self._ranges[element]

    def words(self, element: etree._Element | None) -> str:
        """Return the content of *element* on one line; empty where there is none."""
        if element is None:
            return ""
        start, end = self._ranges[element]
        return one_line(self.text[start:end])

    def pieces(self, element: etree._Element, blocks: Container[str]) -> Iterator[tuple[int, int] | etree._Element]:
        """Cut *element* at the outermost descendants whose local name is in *blocks*: ranges of prose, and those."""
        position, end = self._ranges[element]
        for block in _outermost(element, blocks):
            start, stop = self._ranges[block]
            yield position, start
            yield block
            position = stop
        yield position, end


def _outermost(element: etree._Element, blocks: Container[str]) -> Iterator[etree._Element]:
    for child in element:
        if local_name(child) in blocks:
            yield child
        else:
            yield from _outermost(child, blocks)
