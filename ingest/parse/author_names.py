"""Author names out of the lines under a title, with their footnote marks, affiliations and addresses left aside."""

from __future__ import annotations

import re

_MARKS = re.compile(
    r"[∗*†‡§¶‖♣♠♥♦⋆★☆♯#^$¹²³⁴⁵⁶⁷⁸⁹⁰]|\\(?:dagger|ast|star|ddagger)|\{[^}]*\}|<[^>]*>|\([^)]*\)|_\{?\d\}?"
)
_SEPARATORS = re.compile(r"\s*(?:,|;|·|•|\||\t|\band\b|&)\s*|\s{3,}", re.IGNORECASE)
_DIGITS = re.compile(r"(?<=\w)\s*\d[\d,]*(?=\s|$|[A-Z])|(?:^|\s)\d[\d,]*(?=\s|$)")
_NAME_WORD = r"(?:[^\W\d_][\w'’.\-]*)"
_PARTICLE = r"(?:de|van|von|der|den|la|le|di|da|del|dos|bin|ibn|al|el|ter|ten|y|e|zu)"
_NAME = re.compile(rf"{_NAME_WORD}(?:\s+(?:{_PARTICLE}|{_NAME_WORD})){{1,4}}")
_PLACE = re.compile(
    r"\b(?:universi\w*|institut\w*|department|dept|school|college|laborator\w*|labs?|research|center|centre|group|"
    r"inc|ltd|corporation|company|google|microsoft|facebook|meta|amazon|apple|nvidia|ibm|openai|deepmind|adobe|baidu|tencent|"
    r"alibaba|huawei|samsung|academy|faculty|ministry|hospital|usa|uk|china|germany|france|canada|japan|korea|india|"
    r"singapore|netherlands|sweden|denmark|norway|finland|italy|spain|portugal|austria|belgium|poland|brazil|ireland|"
    r"hong kong|taiwan|russia|turkey|greece|iran|qatar|saudi arabia|united kingdom|united states|"
    r"switzerland|australia|israel|email|e-mail|http\S*|www\S*|abstract|equal|contribution|corresponding|"
    r"project|page|code|author|authors|anonymous|submission|technology|science|sciences|engineering|team|brain|street|"
    r"road|avenue|ave|rd|heights|campus|clinic|motor|robotics|llc|gmbh|fondazione|palo alto|new york|mountain view|"
    r"pittsburgh|san francisco|open access|city|state|artificial|intelligence|computer|language|machine|"
    r"learning|published|conference|under|review|technologies|polytechnique|eth|mit|cnrs|inria|max planck|national|"
    r"member|ieee|fellow|student)\b",
    re.IGNORECASE,
)


def read_author_line(line: str) -> tuple[str, ...]:
    """Return the names that *line* begins with, in order, up to the first affiliation or address.

    Nothing where it begins with one, or is a sentence.
    """
    plain = _DIGITS.sub(" , ", _MARKS.sub(" , ", re.sub(r"\S*@\S*", " , university , ", line)))
    candidates = [" ".join(part.split()).strip(" .,:;-") for part in _SEPARATORS.split(plain) if part]
    names: list[str] = []
    others = 0
    for part in candidates:
        if not part:
            continue
        if _PLACE.search(part):
            break
        if _is_name(part):
            names.append(part)
        else:
            others += 1
    return tuple(names) if len(names) >= others else ()


def _is_name(part: str) -> bool:
    if _NAME.fullmatch(part) is None or len(part) > 60:
        return False
    words = part.split()
    capital = [w for w in words if w[0].isupper() or not w[0].isascii()]
    return len(capital) >= 2 or (len(words) > 1 and all(not w.isascii() for w in words))
