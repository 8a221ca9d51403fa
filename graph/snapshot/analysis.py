"""Words of a text, for the lexical index: the same rule for what is indexed and for what is asked.

The terms of `graph.store.terms` (case-folded, without accents, stems) less English stop words. Chinese, Japanese and
Korean writing has no spaces: a run of it becomes overlapping pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from graph.store.terms import terms_of

ANALYSIS_VERSION = 1

_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
# Words that carry no meaning of their own in a research question.
_STOP = frozenset(
    re.findall(
        r"\w+",
        """
        a about after all also an and any are as at be because been before being between both but by can could did
        do does doing during each either for from further had has have having how however i if in into is it its
        itself just may me might more most must my no nor not now of off on once only or other our out over own per
        same should so some such than that the their them then there these they this those through thus to too under
        until up upon us use used using very via was we were what when where whether which while who why will with
        within without would you your
        """,
    )
)


def words(text: str) -> list[str]:
    """Return the index terms of *text*, in order, with repetitions.

    >>> words("Label smoothing reduces the over-confidence of networks")
    ['label', 'smooth', 'reduc', 'confid', 'network']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return [term for match in _WORD.finditer(folded) for term in _terms(match.group())]


def _terms(word: str) -> Iterator[str]:
    if word in _STOP:
        return
    position = 0
    for run in _UNSPACED.finditer(word):
        yield from terms_of(word[position : run.start()])
        characters = run.group()
        yield from (characters[i : i + 2] for i in range(max(1, len(characters) - 1)))
        position = run.end()
    yield from terms_of(word[position:])
