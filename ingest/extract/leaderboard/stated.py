"""Values that the tables of a document state: method, metric, dataset, task, each grounded by the row that prints it.

By rules over the grid. The metric stands in a header, a row label or the caption; the dataset likewise; the row's label
is the method, or, where rows are datasets or metrics, the column's header is. Metrics, datasets and tasks are names
that the document mentions; a method is one too, or stands verbatim in the row. Kept are the rows of the paper's own
method and, for each column, the best of the others: a table of baselines is not copied whole. What is left out is
counted. Not done: ablations ("w/o X" is no method), and tables without a caption or behind the references.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.keys import normal_name
from graph.vocabulary.document import Document, SectionRole
from graph.vocabulary.extraction import Mention, NameType, StatedResult
from ingest.extract.confidence import TABLE_CAPTION, TABLE_HEADER
from ingest.extract.leaderboard.evidence import prepared
from ingest.extract.leaderboard.grid import TableValue, values_of
from ingest.extract.leaderboard.labels import Labels
from ingest.extract.leaderboard.spelling import tokens
from ingest.extract.leaderboard.vocabulary import Known
from ingest.extract.lexicon import lookup
from ingest.extract.phrases import name_like
from ingest.extract.refusals import Refusals

MOST = 60  # of one document
_NO_RESULTS = re.compile(
    r"\b(?:statistic\w*|hyper.?param\w*|notation|symbols?|specification|configurations?|prompts?|licen[cs]es?"
    r"|time complexity|training (?:time|cost|details|settings)|dataset (?:sizes?|details|splits?))\b",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"\[[\d,;\s–-]*\]?|\((?:[^()]*\b(?:19|20)\d\d[a-z]?|[^()]*et al[^()]*)\)|\b[A-Z][\w-]+ et al\.?(?: \(\d{4}\))?"
    r"|\s*,?\s*\b(?:19|20)\d\d[a-z]?\b|[†‡*§]"
)
_OURS = re.compile(
    r"\(?\s*\bours?\b\s*\)?|\(?\bthis (?:work|paper)\b\)?|\(?\bproposed\b(?: method| model)?\)?", re.IGNORECASE
)
_NO_METHOD = re.compile(
    r"^\s*(?:w/|w/o\b|with\b|without\b|no\b|only\b|full\b|all\b|\+|-|−|–|remov|replac|add(?:ing|ed)?\b|average|avg|mean"
    r"|overall|total|std|train|test|val|dev|method|model|baselines?|metric|dataset|ground truth|oracle|human|random"
    r"|step|epoch|layer|stage|case|type|#|\d)|=|≥|≤|<|>",
    re.IGNORECASE,
)
_MOST_WORDS = 5
_MEASURE = re.compile(r"[↑↓⇑⇓]|^[\d.,\s%]+$")  # a header that measures something, known or not, or only a setting
_LETTERED = re.compile(r"[IVX]+|[A-Za-z]|\W*")
_BITS = re.compile(r"(?:FP|BF|INT|W)\d+(?:A\d+)?(?:-\w+)?", re.IGNORECASE)
_DOWN, _UP = re.compile(r"[↓⇓]|\(lower"), re.compile(r"[↑⇑]|\(higher")


@dataclass(frozen=True, slots=True)
class _Read:
    """A value with what its table says of it."""

    value: TableValue
    method: str
    own: bool
    metric: str
    dataset: str | None
    in_header: bool
    better: int


def table_results(
    document: Document, mentions: Sequence[Mention], refusals: Refusals, *, own: str | None
) -> list[StatedResult]:
    """Return the values that tables of *document* state, in reading order; *own* is the method that it proposes."""
    if not document.tables:
        return []
    reader = _Reader(mentions, own)
    end = min(
        (each.char_start for each in document.sections if each.role is SectionRole.REFERENCES),
        default=len(document.text),
    )
    captions = _first_sentences(document)
    found: list[StatedResult] = []
    for table in document.tables:
        sentence = captions.get(table.caption) if table.caption is not None else None
        if sentence is None or table.char_start >= end:
            continue
        caption = document.quote(document.sections[table.caption or 0])
        if _NO_RESULTS.search(caption):
            continue
        values = values_of(document, table)
        by_caption = not reader.names_metrics(values)
        read = [each for value in values if (each := reader.read(value, caption, by_caption=by_caption))]
        kept = _kept(read)
        if len(kept) < len(read):
            refusals.add(
                f"{len(read) - len(kept)} values of {table.label or 'a table'}", "baselines of a table", sentence
            )
        task = reader.only(NameType.TASK, caption)
        found += [_stated(each, task, sentence) for each in kept]
    for cut in found[MOST:]:
        refusals.add(cut.printed, f"more than {MOST} values of tables", cut.sentence)
    return found[:MOST]


def _stated(each: _Read, task: str | None, sentence: int) -> StatedResult:
    return StatedResult(
        method=each.method,
        task=task,
        dataset=each.dataset,
        metric=each.metric,
        value=each.value.value,
        printed=each.value.printed,
        sentence=sentence,
        row=each.value.row,
        confidence=TABLE_HEADER if each.in_header else TABLE_CAPTION,
    )


def _first_sentences(document: Document) -> dict[int, int]:
    found: dict[int, int] = {}
    for index, sentence in enumerate(document.sentences):
        found.setdefault(sentence.section, index)
    return found


def _kept(read: Sequence[_Read]) -> list[_Read]:
    """Return the values of the paper's own rows, and of each column the best of the others."""
    groups: defaultdict[tuple[str, str | None, int], list[_Read]] = defaultdict(list)
    for each in read:
        groups[each.metric, each.dataset, each.value.column].append(each)
    kept: set[int] = set()
    for group in groups.values():
        kept.update(id(each) for each in group if each.own)
        if others := [each for each in group if not each.own]:
            kept.add(id(max(others, key=lambda each: each.better * each.value.value)))
    return [each for each in read if id(each) in kept]


class _Reader:
    """Knows the names of one document, and reads the labels of its tables by them."""

    def __init__(self, mentions: Sequence[Mention], own: str | None) -> None:
        self.own = own
        surfaces: defaultdict[tuple[NameType, str], Counter[str]] = defaultdict(Counter)
        for each in mentions:
            surfaces[each.type, each.name][each.span.quote] += 1
        known = [Known(type, name, tuple(sorted(said))) for (type, name), said in surfaces.items()]
        count = {(each.type, each.name): sum(surfaces[each.type, each.name].values()) for each in known}
        known.sort(key=lambda each: (-count[each.type, each.name], each.name))
        names = prepared(known)
        self.labels = Labels(names)
        self.by_form: dict[tuple[NameType, tuple[str, ...]], str] = {}
        self.methods: dict[str, str] = {}
        for name in names:
            for form in name.spellings:
                self.by_form.setdefault((name.known.type, form), name.known.name)
            if name.known.type is NameType.METHOD:
                for said in (name.known.name, *name.known.spellings):
                    self.methods.setdefault(normal_name(said), name.known.name)

    def named(self, type: NameType, label: str) -> tuple[str, ...]:
        """Return the names of *type* that the document mentions and *label* writes."""
        forms = sorted(self.labels.forms(type, label))
        return tuple(dict.fromkeys(self.by_form[type, form] for form in forms if (type, form) in self.by_form))

    def only(self, type: NameType, label: str) -> str | None:
        """Return the one name of *type* in *label*, or None."""
        found = self.named(type, label)
        return found[0] if len(found) == 1 else None

    def read(self, value: TableValue, caption: str, *, by_caption: bool) -> _Read | None:
        """Return what the table says of *value*, or None where it names no metric or no method.

        *by_caption* says whether the caption may name the metric: not where the table's headers do.
        """
        labels = [each for each in value.labels if self._mostly(NameType.METRIC, each)]
        metric, at = self._nearest(NameType.METRIC, (*value.headers, *labels))
        in_header = metric is not None
        if metric is None and by_caption and not _MEASURE.search(" ".join(value.headers[:1])):
            metric = self.only(NameType.METRIC, caption)
        if metric is None:
            return None
        places = (*value.headers, *value.labels, *value.inherited, value.group)
        dataset, where = self._nearest(NameType.DATASET, places)
        method = self._named_method(value, {each for each in (at, where) if each is not None})
        if method is None:
            return None
        dataset = dataset or self.only(NameType.DATASET, caption)
        unread = dataset is None and any(each != at for each in value.headers)
        return _Read(value, *method, metric, dataset, in_header and not unread, self._better(metric, value.headers))

    def names_metrics(self, values: Iterable[TableValue]) -> bool:
        """Say whether a header of any of *values* names a metric."""
        return any(self._nearest(NameType.METRIC, value.headers)[0] for value in values)

    def _nearest(self, type: NameType, labels: Iterable[str]) -> tuple[str | None, str | None]:
        """Return the name of *type* in the first label that has one, and that label."""
        for label in labels:
            if name := self.only(type, label):
                return name, label
        return None, None

    def _mostly(self, type: NameType, label: str) -> bool:
        """Say whether names of *type* make up the better part of *label*: "WD (↑)" is a metric, "KL decay" is not."""
        named = sum(len(form) for form in self.labels.forms(type, label))
        return named * 2 > len(tokens(label))

    def _named_method(self, value: TableValue, taken: set[str]) -> tuple[str, bool] | None:
        """Return the method of the row, known ones first, else of the column; and whether it is the paper's own."""
        rows = [each for each in value.labels if each not in taken]
        found = [method for each in rows if (method := self._method(each, value))]
        if found or rows:
            known = set(self.methods.values())
            return min(found, key=lambda each: not (each[1] or each[0] in known), default=None)
        columns = [each for each in value.headers if each not in taken]
        return next((method for each in columns if (method := self._method(each, value))), None)

    def _method(self, label: str, value: TableValue) -> tuple[str, bool] | None:
        bare = _CITED.sub(" ", label)
        is_own = _OURS.search(bare) is not None
        bare = re.sub(r"^[^\w(]+|[^\w)+*#]+$", "", re.sub(r"\s+", " ", _OURS.sub(" ", bare)).strip(" ()"))
        if not bare:
            return (self.own, True) if is_own and self.own else None
        if _MEASURE.search(label) or self.named(NameType.METRIC, bare) or _BITS.fullmatch(bare):
            return None
        if _LETTERED.fullmatch(bare):
            return (self.own, True) if is_own and self.own else None
        if (
            _NO_METHOD.search(label)
            or _NO_METHOD.search(bare)
            or len(bare.split()) > _MOST_WORDS
            or not re.search(r"[A-Za-z]{2}", bare)
        ):
            return None
        known = self.methods.get(normal_name(bare))
        if known is not None:
            return known, is_own or known == self.own
        if self.own and normal_name(self.own) in {normal_name(bare), normal_name(bare.split()[0])}:
            return self.own, True
        if (
            any(name_like(word) for word in bare.split())
            and f" {normal_name(bare)} " in f" {normal_name(value.row.quote)} "
        ):
            return bare, is_own
        return None

    @staticmethod
    def _better(metric: str, labels: Iterable[str]) -> int:
        joined = " ".join(labels)
        if _DOWN.search(joined):
            return -1
        if _UP.search(joined):
            return 1
        entry = lookup(NameType.METRIC, metric)
        return entry.better if entry is not None and entry.better else 1
