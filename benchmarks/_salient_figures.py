"""SciREX: which entities a paper reports results of, as clusters of mentions, by the rule of the SciREX repository.

A predicted mention stands for the first annotated mention that it overlaps by more than half of their union, else for
itself. A predicted cluster is right if more than half of it lies in one gold cluster, the one that holds most of it;
recall is the share of gold clusters so found. Precision, recall and F1 are taken by document and averaged. Gold are
the non-empty `coref` clusters; `.merged` prepares them as the repository's scorer does (entities of a relation only,
the mentions of a compound method's parts added to it); `.micro` counts clusters over the set. `.rules`: names of the
rules in the first section that stand there at least three times in all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from _choice import Choice
from _figures import RESAMPLES, Interval, print_figure
from _peers import PEERS
from _rule_documents import mentions_by_rules, sectioned_document
from _scored import Tally, show_f1

from ingest.extract.gold import SciRexDocument

TokenRange = tuple[int, int]
Cluster = frozenset[TokenRange]
Predict = Callable[[SciRexDocument], Sequence[Cluster]]

_OVERLAP = 0.5
_LEAST_MENTIONS = 3


@dataclass
class SalientTally:
    """Per document: precision, recall, F1; and clusters counted over the set."""

    documents: list[tuple[float, float, float]] = field(default_factory=list)
    clusters: Tally = field(default_factory=Tally)

    def add(self, predicted: Sequence[Cluster], gold: Sequence[Cluster], mentions: Sequence[TokenRange]) -> None:
        """Count one document."""
        matched = matches(predicted, gold, mentions)
        precision = len(matched) / len(predicted) if predicted else 0.0
        recall = len(set(matched.values())) / len(gold) if gold else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        self.documents.append((precision, recall, f1))
        found: set[tuple[str, int]] = {("gold", number) for number in matched.values()}
        wrong = {("wrong", number) for number in range(len(predicted)) if number not in matched}
        self.clusters.add(found | wrong, {("gold", number) for number in range(len(gold))})


def matches(predicted: Sequence[Cluster], gold: Sequence[Cluster], mentions: Sequence[TokenRange]) -> dict[int, int]:
    """Return for each right cluster the gold cluster it is matched with."""
    found: dict[int, int] = {}
    for number, cluster in enumerate(predicted):
        placed = {stands_for(mention, mentions) for mention in cluster}
        if not placed or not gold:
            continue
        shares = [len(placed & each) / len(placed) for each in gold]
        best = max(range(len(gold)), key=lambda at: (shares[at], -at))
        if shares[best] > _OVERLAP:
            found[number] = best
    return found


def stands_for(mention: TokenRange, mentions: Sequence[TokenRange]) -> TokenRange:
    """Return the annotated mention that *mention* is close enough to, else itself."""
    for each in mentions:
        if each[0] >= mention[1]:
            break
        inside = min(mention[1], each[1]) - max(mention[0], each[0])
        if inside / (max(mention[1], each[1]) - min(mention[0], each[0])) > _OVERLAP:
            return each
    return mention


def gold_clusters(document: SciRexDocument) -> list[Cluster]:
    """Return the non-empty clusters of salient entities."""
    return [frozenset(ranges) for ranges in document.coref.values() if ranges]


def merged_clusters(document: SciRexDocument) -> list[Cluster]:
    """Return the clusters as the repository's scorer prepares them, the empty ones left out."""
    named = {name for each in document.relations for name in (each.material, each.method, each.metric, each.task)}
    found = []
    for name in sorted(named):
        ranges = set(document.coref.get(name, ()))
        for part in document.method_parts.get(name, ()):
            ranges |= set(document.coref.get(part, ()))
        if ranges:
            found.append(frozenset(ranges))
    return found


def clusters_by_rules(document: SciRexDocument) -> list[Cluster]:
    """Return the names that the rules find in the first section and often enough, as clusters."""
    whole, prose = sectioned_document(document.words, document.sentences, document.sections)
    first_at = {start: number for number, start in enumerate(prose.starts)}
    last_at = {end: number + 1 for number, end in enumerate(prose.ends)}
    names: dict[tuple[str, str], set[TokenRange]] = defaultdict(set)
    early: set[tuple[str, str]] = set()
    first_section = document.sections[0][1] if document.sections else 0
    for mention in mentions_by_rules(whole):
        start, end = first_at.get(mention.span.char_start), last_at.get(mention.span.char_end)
        if start is not None and end is not None:
            key = mention.type.value, mention.name.casefold()
            names[key].add((start, end))
            if start < first_section:
                early.add(key)
    return [frozenset(names[key]) for key in sorted(early) if len(names[key]) >= _LEAST_MENTIONS]


def measure(
    documents: tuple[SciRexDocument, ...],
    choice: Choice,
    predict: Predict | None,
    *,
    components: Sequence[str],
    data: str,
) -> None:
    """Print the figures; *predict* is None where no weights are installed."""
    if not documents:
        return
    scored = choice.documents(documents, components, what="scirex documents (salient)")
    readers: Mapping[str, Predict] = (
        {".rules": clusters_by_rules}
        if predict is None
        else {
            "": predict,
            ".rules": clusters_by_rules,
        }
    )
    for suffix, reader in readers.items():
        plain, merged = SalientTally(), SalientTally()
        for document in scored:
            predicted = reader(document)
            mentions = sorted({(each.start, each.end) for each in document.mentions})
            plain.add(predicted, gold_clusters(document), mentions)
            merged.add(predicted, merged_clusters(document), mentions)
        _show(f"scirex.salient.f1{suffix}", plain, data=data, with_peer=not suffix)
        if not suffix:
            _show("scirex.salient.f1.merged", merged, data=data, with_peer=True)
            show_f1("scirex.salient.f1.micro", plain.clusters, data=data)


def _show(figure: str, tally: SalientTally, *, data: str, with_peer: bool) -> None:
    if not tally.documents:
        return
    rows = np.array(tally.documents)
    draws = np.random.default_rng(0).integers(0, len(rows), size=(RESAMPLES, len(rows)))
    low, high = np.quantile(rows[draws, 2].mean(axis=1), (0.025, 0.975))
    precision, recall, f1 = rows.mean(axis=0)
    peer = PEERS["scirex.salient.f1"] if with_peer else None
    print_figure(
        figure,
        float(f1),
        "F1",
        n=len(rows),
        interval=Interval(float(low), float(high)),
        peer=peer.name if peer else None,
        peer_value=peer.value if peer else None,
        data=data,
        details={"precision": round(float(precision), 4), "recall": round(float(recall), 4)},
    )
