"""Markdown as a list of blocks, each a range of the file: what a parser of papers and of reviews both need.

A line scanner, not a renderer: inline marks stay in the text, which is never altered. Read are ATX and setext
headings, fenced code, pipe tables, display formulas, HTML comments and front matter; everything else is a paragraph
(lists included) up to the next empty line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from frontmatter.default_handlers import YAMLHandler
from yaml import YAMLError


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    TABLE = "table"
    CODE = "code"
    FORMULA = "formula"
    COMMENT = "comment"


class Block(NamedTuple):
    """A range of the file; `level` counts the hashes of a heading, `title` is its text."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    title: str = ""


class FrontMatter(NamedTuple):
    """The fields before the text, where the text begins, and why the fields were not read, if so."""

    fields: dict[str, Any]
    body_start: int
    problem: str | None


_FRONT = re.compile(
    r"\A---[ \t]*\r?\n(?P<yaml>.*?)(?:\r?\n)?^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
_SETEXT = re.compile(r" {0,3}(=+|-{3,})[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_TABLE_LINE = re.compile(r" {0,3}\|")
_INLINE = re.compile(r"\*\*|__|(?<!\w)[*_]|[*_](?!\w)|`|<[^>]+>|!?\[([^\]]*)\]\([^)]*\)")


def read_front_matter(text: str) -> FrontMatter:
    """Read YAML front matter. Malformed YAML leaves the fields empty and says so in `problem`."""
    match = _FRONT.match(text)
    if match is None:
        return FrontMatter({}, 0, None)
    try:
        fields = YAMLHandler().load(match.group("yaml"))
    except (YAMLError, ValueError) as error:  # ValueError: a date such as 2019-13-45
        reason = str(error).replace("\n", " ")
        return FrontMatter(
            {}, match.end(), f"the front matter is not valid YAML, so its fields were not read: {reason}"
        )
    if fields is None or isinstance(fields, dict):
        return FrontMatter({str(k): v for k, v in (fields or {}).items()}, match.end(), None)
    return FrontMatter({}, 0, None)  # a horizontal rule and text, not front matter


def plain_heading(printed: str) -> str:
    """Return a heading without the marks of emphasis, code and links."""
    return " ".join(_INLINE.sub(lambda m: m.group(1) or "", printed).split())


def read_blocks(text: str, start: int = 0) -> list[Block]:
    """Cut ``text[start:]`` into blocks, in order."""
    lines = list(_lines(text, start))
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        begin, stop = lines[at]
        line = text[begin:stop]
        if not line.strip():
            at += 1
        elif fence := _FENCE.match(line):
            at = _until(
                text, lines, at + 1, re.compile(rf" {{0,3}}{fence.group(1)[0]}{{{len(fence.group(1))},}}[ \t]*")
            )
            blocks.append(Block(BlockKind.CODE, begin, lines[at - 1][1]))
        elif heading := _ATX.fullmatch(line):
            title = plain_heading(heading.group(2) or "")
            blocks.append(Block(BlockKind.HEADING, begin, stop, len(heading.group(1)), title))
            at += 1
        elif _TABLE_LINE.match(line):
            first = at
            while at < len(lines) and _TABLE_LINE.match(text[lines[at][0] : lines[at][1]]):
                at += 1
            kind = BlockKind.TABLE if at - first > 1 else BlockKind.PARAGRAPH
            blocks.append(Block(kind, begin, lines[at - 1][1]))
        elif line.lstrip().startswith("$$"):
            at = _formula_end(text, lines, at)
            blocks.append(Block(BlockKind.FORMULA, begin, lines[at - 1][1]))
        elif line.lstrip().startswith("<!--"):
            at = _comment_end(text, lines, at)
            blocks.append(Block(BlockKind.COMMENT, begin, lines[at - 1][1]))
        else:
            at = _paragraph(text, lines, at, blocks)
    return blocks


def _lines(text: str, start: int) -> Iterator[tuple[int, int]]:
    while start < len(text):
        newline = text.find("\n", start)
        end = len(text) if newline < 0 else newline
        yield start, end - 1 if end > start and text[end - 1] == "\r" else end
        start = end + 1


def _until(text: str, lines: list[tuple[int, int]], at: int, closing: re.Pattern[str]) -> int:
    """Return the index behind the line that *closing* matches; an unclosed fence runs to the end."""
    while at < len(lines):
        if closing.fullmatch(text[lines[at][0] : lines[at][1]]):
            return at + 1
        at += 1
    return at


def _formula_end(text: str, lines: list[tuple[int, int]], at: int) -> int:
    """Return the index behind a display formula; one that never closes ends with its paragraph."""
    opening = text[lines[at][0] : lines[at][1]].strip()
    if opening.count("$$") >= 2:
        return at + 1
    for index in range(at + 1, len(lines)):
        line = text[lines[index][0] : lines[index][1]]
        if "$$" in line:
            return index + 1
        if not line.strip():
            return index
    return len(lines)


def _comment_end(text: str, lines: list[tuple[int, int]], at: int) -> int:
    for index in range(at, len(lines)):
        if "-->" in text[lines[index][0] : lines[index][1]]:
            return index + 1
    return at + 1


def _paragraph(text: str, lines: list[tuple[int, int]], at: int, blocks: list[Block]) -> int:
    """Read up to an empty line or the start of another block; a setext underline makes it a heading."""
    begin = lines[at][0]
    first = at
    at += 1
    while at < len(lines):
        line = text[lines[at][0] : lines[at][1]]
        if (underline := _SETEXT.fullmatch(line)) and at == first + 1:
            title = plain_heading(text[begin : lines[at - 1][1]])
            level = 1 if underline.group(1)[0] == "=" else 2
            blocks.append(Block(BlockKind.HEADING, begin, lines[at][1], level, title))
            return at + 1
        if not line.strip() or _ATX.fullmatch(line) or _FENCE.match(line) or _TABLE_LINE.match(line):
            break
        if line.lstrip().startswith(("$$", "<!--")):
            break
        at += 1
    blocks.append(Block(BlockKind.PARAGRAPH, begin, lines[at - 1][1]))
    return at
