"""Does a sentence of a review hold a person's name? Such a sentence is never quoted (DESIGN §3, rule 5).

Errs on the side of silence: a sentence that is kept back costs one quote, a name that is shown costs a person. Found
are the authors of the work as its file prints them, titles (``Prof. Doe``), signatures (``Best regards, Jane Doe``),
people who are cited (``Doe et al.``, ``Doe and Roe (2020)``), common given names before a capitalised word, and the
codes that stand for reviewers on OpenReview (``Reviewer x1Yz``).

Not found: a family name alone that the file does not give, and given names that are words of the field (Adam, Ray).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]*[a-zß-öø-ÿ][\w'’-]*"  # capitalised, not all capitals: Doe, not BERT
_PARTICLE = r"(?:(?:van|von|de|der|den|di|da|del|la|le|el|al|bin|ter)\s+){0,2}"
_INITIALS = r"(?:[A-Z]\.\s*){0,3}"
_PERSON = rf"{_INITIALS}{_PARTICLE}{_WORD}"
_YEAR = r"\(?\[?(?:19|20)\d\d[a-z]?\)?"

_TITLED = re.compile(
    rf"\b(?:Prof(?:essor)?|Dr|Mr|Mrs|Ms|Mx|Herr|Frau|Sir|Mme|M\.)\.?\s+{_PERSON}|\b{_WORD},?\s+(?:PhD|Ph\.D|M\.?D)\b"
)
_SIGNED = re.compile(
    rf"(?:\b(?:[Rr]egards|[Ss]incerely(?:\s+yours)?|[Yy]ours\s+(?:sincerely|truly)|[Ss]igned|[Rr]eviewed\s+by"
    rf"|[Rr]eviewer(?:\s+name)?\s*:|[Mm]y\s+name\s+is|I\s+am|I['’]m)\s*[,:.\-–—]?"
    rf"|\b(?:[Cc]heers|[Bb]est(?:\s+wishes)?|[Tt]hanks|[Tt]hank\s+you)\s*[,\-–—])\s*{_INITIALS}{_WORD}\s+{_PERSON}"
)
_DASH_SIGNED = re.compile(rf"(?:^|\s)(?:--|[–—])\s*{_INITIALS}{_WORD}\s+{_INITIALS}{_PARTICLE}{_WORD}\s*$")
_CITED = re.compile(
    rf"\b{_WORD}(?:['’]s)?\s+et\.?\s+al\b|\b{_WORD}\s+(?:and|&)\s+{_PERSON},?\s+{_YEAR}|\b{_WORD}\s+and\s+colleagues\b"
    rf"|(?:^|(?<=[\w,;(]\s))(?:[A-Z]\.\s*){{1,3}}{_PARTICLE}(?!Fig|Tab|Sec|Eq){_WORD}"
)
_GIVEN_NAMES = (
    "Aaron|Abdul|Abhishek|Ahmed|Akira|Alan|Albert|Alejandro|Alex|Alexander|Alexandra|Alexei|Alice|Amanda|"
    "Amit|Amy|Ana|Andrea|Andreas|Andrew|Andrey|Angela|Anita|Anna|Anne|Anthony|Antonio|Arjun|Arthur|Ashish|"
    "Barbara|Benjamin|Bernhard|Bjorn|Boris|Brian|Bruno|Carla|Carlos|Carol|Caroline|Catherine|Charles|"
    "Charlotte|Chen|Chloe|Chris|Christian|Christina|Christoph|Christopher|Claire|Claudia|Craig|Daniel|"
    "Daniela|David|Deborah|Deepak|Denis|Diana|Diego|Dmitry|Dominik|Donald|Dorothy|Douglas|Edward|Elena|"
    "Elizabeth|Emily|Emma|Eric|Erik|Eva|Fatima|Felix|Fernando|Francesco|Frank|Frederic|Gabriel|Geoffrey|"
    "George|Giovanni|Giulia|Gregory|Hannah|Hans|Harold|Helen|Henrik|Henry|Hiroshi|Hugo|Ian|Igor|Ingrid|Irina|"
    "Isabel|Ivan|Jack|Jacob|Jakob|James|Jan|Jane|Janet|Jason|Javier|Jeffrey|Jennifer|Jessica|Jianfeng|Joan|"
    "Johan|Johannes|John|Jonas|Jonathan|Jorge|Jose|Joseph|Joshua|Juan|Judith|Julia|Julian|Julie|Jun|Jurgen|"
    "Justin|Karen|Karl|Katherine|Kathleen|Kenji|Kenneth|Kevin|Kimberly|Klaus|Kumar|Lars|Laura|Lauren|Lei|"
    "Leonard|Linda|Lisa|Lucas|Luis|Luke|Marco|Margaret|Maria|Marie|Marina|Mario|Martin|Martha|Mary|Matthew|"
    "Matthias|Maya|Megan|Mehmet|Mei|Melissa|Michael|Michel|Michelle|Miguel|Mikhail|Ming|Mohamed|Mohammad|"
    "Mohammed|Monica|Muhammad|Nancy|Natalia|Natalie|Nathan|Neil|Nicholas|Nicolas|Nicole|Nikhil|Nikolai|Nina|"
    "Noah|Olga|Oliver|Olivia|Omar|Oscar|Pablo|Pamela|Patricia|Patrick|Paul|Paula|Pedro|Peter|Philip|Philippe|"
    "Pierre|Priya|Rachel|Rahul|Rajesh|Raul|Ravi|Rebecca|Ricardo|Richard|Robert|Roberto|Roger|Ronald|Ryan|"
    "Samantha|Samuel|Sandra|Sanjay|Sara|Sarah|Scott|Sebastian|Sergei|Sergey|Sharon|Shreya|Simon|Sofia|Sophia|"
    "Sophie|Stefan|Stephanie|Stephen|Steven|Susan|Sven|Takashi|Tanya|Thomas|Timothy|Tobias|Tomas|Ulrich|"
    "Vanessa|Victor|Victoria|Vikram|Vincent|Virginia|Vladimir|Walter|Wei|William|Wolfgang|Xiang|Xiao|Xin|Yan|"
    "Yang|Yann|Yasmin|Yi|Ying|Yoshua|Yuki|Yuri|Yusuf|Zhang"
)
_GIVEN = re.compile(rf"\b(?:{_GIVEN_NAMES})\s+{_PERSON}")

# Family names that are also words which begin sentences.
_COMMON_WORDS = frozenset(
    {"Best", "Bond", "Cook", "Field", "Good", "Graph", "Green", "Hope", "Just", "King", "Long", "Love", "Major", "Moon"}
    | {"More", "Page", "Park", "Power", "Price", "Rich", "Short", "Small", "Song", "Strong", "White", "Wise", "Young"}
)

# A reviewer's code on OpenReview ("Reviewer x1Yz", "(x1Yz, Ab3d)") stands for one person within a forum: four letters
# and digits that no word of the field has, a digit beside small letters or a capital behind one.
_CODE = r"(?![A-Z][a-z][A-Z]s\b)(?=\w*[a-z])(?=\w*(?:\d|[a-z][A-Z]|[A-Z]{2}))[A-Za-z0-9]{4}"
_ANY_CODE = rf"(?:{_CODE}|(?=[A-Z0-9]*[A-Z])[A-Z0-9]{{4}})"
_REVIEWER = re.compile(
    rf"\b[Rr](?:eviewers?|ev)\b[\s#*_:(-]*{_ANY_CODE}\b|\bR-?(?=\w*\d){_CODE}\b"
    rf"|\((?=[^()]*\b(?=\w*[a-z])(?=\w*(?:\d|[a-z][A-Z]))(?!\w{{3}}s\b)\w{{4}}\b)\s*(?:R-?)?{_ANY_CODE}"
    rf"(?:\s*(?:,|and|&|;)\s*(?:R-?)?{_ANY_CODE})+\s*\)"
)

_INSIDE = r"(?:(?<=[,;:(]\s)|(?<=\w\s))"  # not the first word of a sentence

_RULES = (
    (_TITLED, "a person with a title"),
    (_SIGNED, "a signature"),
    (_DASH_SIGNED, "a signature"),
    (_CITED, "a cited person"),
    (_GIVEN, "a given name"),
    (_REVIEWER, "a reviewer's code"),
)


def person_named_in(sentence: str, authors: Iterable[str] = ()) -> str | None:
    """Say what gives a person away in *sentence* (never who), or None. *authors* are names as printed."""
    for author in authors:
        if _author_pattern(author).search(sentence):
            return "an author of the work"
    for pattern, what in _RULES:
        if pattern.search(sentence):
            return what
    return None


def _author_pattern(author: str) -> re.Pattern[str]:
    """Match the whole name in any case, or the family name with a capital."""
    words = author.replace(",", " ").split()
    whole = r"\s+".join(re.escape(word) for word in words) or r"(?!)"
    # "Doe, Jane" and "Jane Doe" name the same family; one of three letters or fewer is a word too often.
    family = [word for word in (words[:1] if "," in author else words[-1:]) if len(word) > 3]
    alone = "".join(rf"|{_INSIDE if word in _COMMON_WORDS else ''}(?-i:\b{re.escape(word)}\b)" for word in family)
    return re.compile(rf"\b(?:{whole})\b{alone}", re.IGNORECASE)
