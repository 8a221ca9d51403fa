"""Training of the reader of triples on NLPContributionGraph: links on training papers, thresholds on tuning papers.

`train_triples(gold, out)` writes the component's folder. Deterministic: fixed seeds, one thread's worth of order. Needs
scikit-learn; nothing at run time does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.extract.contributions.alignment import Aligned, AlignedTriple, align, phrases_by_line
from ingest.extract.contributions.build import Open, advance, predicate_probabilities
from ingest.extract.contributions.forest import Forest
from ingest.extract.contributions.lexical import COLUMNS, Floats, LinearModel, columns_of, type_features, unit_features
from ingest.extract.contributions.links import (
    OPEN_HEADING,
    OPEN_TERM,
    LinkContext,
    is_object_candidate,
    predicate_candidates,
    predicate_features,
    subject_candidates,
    subject_features,
)
from ingest.extract.contributions.model import TripleModel, Tuned
from ingest.extract.contributions.phrase_context import phrases_of
from ingest.extract.contributions.sentences import CODE, RESEARCH_PROBLEM, ContributionSentence
from ingest.extract.encoder.sentences import UNITS
from ingest.extract.gold.ncg import NcgArticle
from ingest.extract.train.corpora import ncg_sentences

_FOLDS = 5
_UNIT_C, _TYPE_C = 2.0, 1.0
_SEED = 0


@dataclass(frozen=True)
class Prepared:
    """An article as sentences, with its triples on them; `units` is the main unit of each sentence."""

    article: NcgArticle
    sentences: tuple[ContributionSentence, ...]
    aligned: Aligned
    units: tuple[str, ...]


@dataclass
class Rows:
    """Feature rows with their labels."""

    features: list[list[float]] = field(default_factory=list)
    labels: list[bool] = field(default_factory=list)


def gold_sentences(article: NcgArticle) -> tuple[ContributionSentence, ...]:
    """Return the contribution sentences of *article* with their annotated phrases."""
    sentences, numbers = ncg_sentences(article.lines)
    headings = {number: sentence.heading for number, sentence in zip(numbers, sentences, strict=True)}
    by_line = phrases_by_line(article.phrases)
    return tuple(
        ContributionSentence(
            line,
            article.line(line),
            headings.get(line, ""),
            line / len(article.lines),
            tuple((phrase.start, phrase.end) for phrase in by_line.get(line, ())),
        )
        for line in sorted(article.contribution_lines | by_line.keys())
    )


def prepare(articles: Sequence[NcgArticle]) -> list[Prepared]:
    """Align each article and name the main unit of each sentence ('' where no triple came from it)."""
    found = []
    for article in articles:
        sentences, aligned = gold_sentences(article), align(article)
        units = tuple(_main_unit(aligned, sentence.number) for sentence in sentences)
        found.append(Prepared(article, sentences, aligned, units))
    return found


def _main_unit(aligned: Aligned, line: int) -> str:
    counts = aligned.units.get(line)
    return max(sorted(counts), key=lambda unit: counts[unit]) if counts else ""


def _linear(features: Sequence[Sequence[str]], labels: Sequence[int], *, c: float) -> LinearModel:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    matrix = csr_matrix(_hashed(features))
    fitted = LogisticRegression(C=c, max_iter=2000, random_state=_SEED).fit(matrix, np.asarray(labels))
    return LinearModel(fitted.coef_.astype(np.float32), fitted.intercept_.astype(np.float32))


def _hashed(features: Sequence[Sequence[str]]) -> Any:
    from scipy.sparse import csr_matrix

    indices: list[int] = []
    ends = [0]
    for row in features:
        indices += columns_of(row)
        ends.append(len(indices))
    return csr_matrix((np.ones(len(indices), dtype=np.float32), indices, ends), shape=(len(features), COLUMNS))


def train_units(papers: Sequence[Prepared]) -> LinearModel:
    """Learn the unit of a sentence. Every unit keeps its row, learnt or not."""
    features, labels = [], []
    for paper in papers:
        for at, unit in enumerate(paper.units):
            if unit in UNITS:
                features.append(unit_features(paper.sentences, at))
                labels.append(UNITS.index(unit))
    model = _linear(features, labels, c=_UNIT_C)
    weights = np.zeros((len(UNITS), COLUMNS), dtype=np.float32)
    intercepts = np.full(len(UNITS), -20.0, dtype=np.float32)
    for row, number in enumerate(sorted(set(labels))):
        weights[number], intercepts[number] = model.weights[row], model.intercepts[row]
    return LinearModel(weights, intercepts)


def train_transitions(papers: Sequence[Prepared]) -> Floats:
    """Return how much likelier than by chance one unit follows another, as logarithms, each pair counted once more."""
    counts = np.ones((len(UNITS), len(UNITS)))
    for paper in papers:
        units = [UNITS.index(unit) for unit in paper.units if unit in UNITS]
        for one, other in pairwise(units):
            counts[one, other] += 1
    following = counts / counts.sum(axis=1, keepdims=True)
    return np.asarray(np.log(following) - np.log(counts.sum(axis=0) / counts.sum()), dtype=np.float32)


def train_types(papers: Sequence[Prepared]) -> LinearModel:
    """Learn which phrases are predicates, from those that some triple uses."""
    features, labels = [], []
    for paper in papers:
        for sentence, used in _used(paper):
            phrases = phrases_of(sentence)
            for at, is_predicate in sorted(used.items()):
                features.append(type_features(phrases, at))
                labels.append(int(is_predicate))
    return _linear(features, labels, c=_TYPE_C)


def _used(paper: Prepared) -> list[tuple[ContributionSentence, dict[int, bool]]]:
    by_line: dict[int, dict[int, bool]] = {}
    for triple in paper.aligned.triples:
        used = by_line.setdefault(triple.line, {})
        used.setdefault(triple.object, False)
        if triple.subject >= 0:
            used.setdefault(triple.subject, False)
        if triple.link >= 0:
            used[triple.link] = True
    for sentence, unit in zip(paper.sentences, paper.units, strict=True):
        if unit in (RESEARCH_PROBLEM, CODE):
            used = by_line.setdefault(sentence.number, {})
            for at in range(len(sentence.phrases)):
                used.setdefault(at, False)
    return [(sentence, by_line[sentence.number]) for sentence in paper.sentences if sentence.number in by_line]


def link_rows(papers: Sequence[Prepared], model: TripleModel, links: Rows, subjects: Rows) -> None:
    """Add the candidates of *papers*, predicates as *model* sees them, to *links* and *subjects*."""
    for paper in papers:
        triples: dict[int, list[AlignedTriple]] = {}
        for triple in paper.aligned.triples:
            triples.setdefault(triple.line, []).append(triple)
        opened: dict[str, Open] = {}
        for sentence, unit in zip(paper.sentences, paper.units, strict=True):
            if unit not in UNITS or unit in (RESEARCH_PROBLEM, CODE):
                continue
            phrases = phrases_of(sentence)
            predicate = predicate_probabilities(model, phrases)
            state = opened.setdefault(unit, Open())
            context = LinkContext(phrases, predicate, UNITS.index(unit), state.heading, state.term)
            _rows_of_sentence(context, [t for t in triples.get(sentence.number, ()) if t.unit == unit], links, subjects)
            advance(state, sentence, phrases, predicate)


def _rows_of_sentence(context: LinkContext, triples: list[AlignedTriple], links: Rows, subjects: Rows) -> None:
    right: dict[tuple[int, int], set[int]] = {}
    for triple in triples:
        subject = triple.subject
        if subject == OPEN_TERM and triple.subject_text == context.open_heading:
            subject = OPEN_HEADING
        elif subject == OPEN_TERM and triple.subject_text != context.open_term:
            subject = -9  # a subject that no candidate offers: the pair is right, every subject is wrong
        right.setdefault((triple.object, triple.link), set()).add(subject)
    for term in range(len(context.phrases)):
        if not is_object_candidate(context, term):
            continue
        for link in predicate_candidates(context, term):
            links.features.append(predicate_features(context, term, link))
            links.labels.append((term, link) in right)
    for (term, link), gold in sorted(right.items()):
        for subject in subject_candidates(context, term, link):
            subjects.features.append(subject_features(context, term, link, subject))
            subjects.labels.append(subject in gold)


def train_forest(rows: Rows, *, trees: int, leaves: int, rate: float) -> Forest:
    """Learn a forest and put it into arrays, checked against what was learnt."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    features = np.asarray(rows.features, dtype=np.float64)
    fitted = HistGradientBoostingClassifier(
        max_iter=trees,
        max_leaf_nodes=leaves,
        learning_rate=rate,
        min_samples_leaf=20,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=_SEED,
    ).fit(features, np.asarray(rows.labels))
    forest = forest_of(fitted)
    sample = features[:: max(1, len(features) // 500)]
    if not np.allclose(forest.probabilities(sample), fitted.predict_proba(sample)[:, 1], atol=1e-5):
        raise RuntimeError("the forest's arrays do not say what scikit-learn learnt: its node layout has changed")
    return forest


def forest_of(fitted: Any) -> Forest:
    """Return the trees of a fitted HistGradientBoostingClassifier as arrays."""
    parts: dict[str, list[npt.NDArray[Any]]] = {each: [] for each in ("feature", "threshold", "left", "right", "value")}
    roots: list[int] = []
    depth = at = 0
    for (tree,) in fitted._predictors:  # noqa: SLF001  scikit-learn offers no public view of its trees
        nodes = tree.nodes
        own = np.arange(len(nodes), dtype=np.int32)
        leaf = nodes["is_leaf"].astype(bool)
        parts["feature"].append(np.where(leaf, 0, nodes["feature_idx"]).astype(np.int32))
        parts["threshold"].append(np.where(leaf, 0.0, nodes["num_threshold"]))
        parts["left"].append(np.where(leaf, own, nodes["left"]).astype(np.int32) + at)
        parts["right"].append(np.where(leaf, own, nodes["right"]).astype(np.int32) + at)
        parts["value"].append(np.where(leaf, nodes["value"], 0.0).astype(np.float32))
        roots.append(at)
        depth = max(depth, int(nodes["depth"].max()))
        at += len(nodes)
    joined = {name: np.concatenate(arrays) for name, arrays in parts.items()}
    return Forest(
        **joined,
        roots=np.asarray(roots, dtype=np.int32),
        baseline=float(np.ravel(fitted._baseline_prediction)[0]),  # noqa: SLF001
        depth=depth,
    )


def train_model(papers: Sequence[Prepared], *, trees: int = 250, leaves: int = 24, rate: float = 0.08) -> TripleModel:
    """Learn all parts. Predicates are seen by the forests as a model sees them that did not learn from the paper."""
    units, transitions, types = train_units(papers), train_transitions(papers), train_types(papers)
    nothing = _no_forest()
    links, subjects = Rows(), Rows()
    for fold in range(_FOLDS):
        others = [paper for at, paper in enumerate(papers) if at % _FOLDS != fold]
        unseen = TripleModel(units, transitions, train_types(others), nothing, nothing, Tuned())
        link_rows([paper for at, paper in enumerate(papers) if at % _FOLDS == fold], unseen, links, subjects)
    return TripleModel(
        units,
        transitions,
        types,
        train_forest(links, trees=trees, leaves=leaves, rate=rate),
        train_forest(subjects, trees=trees, leaves=leaves, rate=rate),
        Tuned(),
    )


def _no_forest() -> Forest:
    empty = np.zeros(1, dtype=np.int32)
    return Forest(empty, np.zeros(1), empty, empty, np.zeros(1, dtype=np.float32), empty, 0.0, 0)
