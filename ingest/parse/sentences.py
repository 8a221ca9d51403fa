"""Sentence boundaries by rule, as ranges over the text.

Guarantees: ranges are in order, never overlap, hold no surrounding white space, and together cover every character
that is neither white space nor NUL. The text is never altered. English prose of papers and reviews is meant: "e.g.",
"et al.", "Fig. 3", initials, decimals and citations do not end a sentence; a bullet or an empty line begins one.

Not done: telling prose from formulas, tables and code; a parser gives this module prose only.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Never the last word of a sentence: something always follows.
_ALWAYS_INSIDE = _words(
    "e.g i.e cf vs viz fig figs eq eqs eqn eqns sect approx ca resp dr prof mr mrs ms proc conf intl jan feb mar apr "
    "jun jul aug sep sept oct nov dec eds univ dept assoc suppl incl excl esp"
)
# Inside only where a number follows: "no. 5", but "The answer is no. We …".
_BEFORE_NUMBER = _words(
    "sec secs tab tabs ref refs thm thms lem prop cor def defs alg algs app ch chap vol no nos pp p"
)
# May end a sentence; then the next word is one that usually begins a sentence.
_MAY_END = _words("al etc i.i.d iid w.r.t wrt s.t a.k.a p.m a.m u.s u.k inc ltd corp co jr sr ph.d ex max min avg std")
_STARTERS = _words(
    "The We In It This These Those That However Our Moreover Furthermore Here For As To When While Although They Their "
    "There If An On By With From Finally Then Thus Hence Therefore Since Because Unlike Given Note Another Such Both "
    "Each Some Many Most All Also Additionally Specifically Instead Recently Following Similarly Table Figure At "
    "Previous Consequently Let Where Its Other Several Using Two One First Second Next"
)
_END = re.compile(r"""[.!?…。！？]+(?P<closers>["'”’»)\]}*_]*)(?P<mark>\d{1,3}(?:[,–-]\d{1,3})*)?(?=\s|$)|[。！？]""")
_BULLET = r"(?:[-*+•◦▪‣–—●■][ \t]+\S|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)][ \t]+\S|[SWQ]\d{1,2}[.:)])"
_HARD = re.compile(
    r"\x00+"
    r"|\r?\n[ \t]*(?:\r?\n[ \t]*)+"  # an empty line
    rf"|\r?\n(?=[ \t]*(?:>[ \t]*)?{_BULLET})"
)
_LINE = re.compile(r"\x00+|\r?\n")
_LAST_TOKEN = re.compile(r"""[^\s(\[{"'“‘/]*$""")
_INITIAL = re.compile(r"[A-Z](?:\.-?[A-Z])*")
_ENUMERATOR = re.compile(r"""^["'(\[]?(?:\d{1,2}(?:\.\d{1,2})*|[A-Za-z]|[ivxIVX]{1,4}|[SWQ]\d{1,2})[.)]*$""")
_WINDOW = 200  # characters before a full stop that say what it is; a text without sentences stays cheap
_GOES_ON = re.compile(r"\s+[.,;:)\]}=+]")
_NEXT = re.compile(r"""\s*["'“‘(\[*_]*(?P<word>\w+)?""")


def split_sentences(text: str, start: int, end: int, *, lines_end_sentences: bool = False) -> list[tuple[int, int]]:
    """Return the sentences of ``text[start:end]`` as (start, end) over *text*.

    With *lines_end_sentences* each line break is a boundary (forms of reviews); otherwise only an empty line and a
    bullet are, and a wrapped line goes on.
    """
    found: list[tuple[int, int]] = []
    pattern = _LINE if lines_end_sentences else _HARD
    position = start
    for gap in pattern.finditer(text, start, end):
        _split_block(text, position, gap.start(), found)
        position = gap.end()
    _split_block(text, position, end, found)
    return found


def _split_block(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    """Append the sentences of one block, which holds no hard boundary."""
    begin = start
    for match in _END.finditer(text, start, end):
        if _ends_sentence(text, begin, match, end):
            _append_trimmed(text, begin, match.end(), found)
            begin = match.end()
    _append_trimmed(text, begin, end, found)


def _append_trimmed(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        found.append((start, end))


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    """Say whether the punctuation at *match* ends the sentence that begins at *begin*."""
    if _GOES_ON.match(text, match.end(), end):
        return False  # "x1, . . . , xn"
    following = _NEXT.match(text, match.end(), end)
    word = (following and following.group("word")) or ""
    if match.group("mark") and not (word[:1].isupper() and text[match.start() - 1 : match.start()].islower()):
        return False  # "0.5 and": only "results.12 The" is a citation after the full stop
    if word[:1].islower():
        return False
    if not text.startswith(".", match.start()):
        return True
    return _stop_ends(text[max(begin, match.start() - _WINDOW) : match.start()].lstrip(), word)


def _stop_ends(before: str, word: str) -> bool:
    """Say whether a full stop behind *before*, with *word* next, is the end of a sentence."""
    if not before or _ENUMERATOR.match(before):
        return False  # a leading "3." or "a." is the number of what follows
    last = _LAST_TOKEN.search(before)
    token = last.group() if last else ""
    bare = token.strip(".,;:").casefold()
    if bare in _MAY_END or _INITIAL.fullmatch(token):
        return word in _STARTERS
    numbered = bare in _BEFORE_NUMBER and (word[:1].isdigit() or len(word) == 1)
    return not numbered and bare not in _ALWAYS_INSIDE
