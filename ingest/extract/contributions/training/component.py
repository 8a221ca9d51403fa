"""The training command's part for triples: learn, tune on tuning papers, calibrate, write the component's folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path

from graph.canonical import sha256_hex
from ingest.extract.contributions.build import build_triples
from ingest.extract.contributions.from_encoder import contribution_sentences
from ingest.extract.contributions.model import CALIBRATED, COMPONENT, FILE, TripleModel, Tuned, load, save, tuned_of
from ingest.extract.contributions.sentences import ContributionSentence, ContributionTriple
from ingest.extract.contributions.training.triples import Prepared, prepare, train_model
from ingest.extract.contributions.units import decide_units, unit_probabilities
from ingest.extract.encoder import UNITS, open_encoder
from ingest.extract.encoder.runtime import COMPONENT as ENCODER
from ingest.extract.gold import Gold, Split
from ingest.extract.train.card import card
from ingest.extract.train.corpora import ncg_sentences
from ingest.extract.weights import DataSet, FileRecord, Manifest, MeasuredFigure, load_component
from ingest.extract.weights.calibration import fit_isotonic
from ingest.extract.weights.manifest import CARD_FILE, MANIFEST_FILE

VERSION = 1

_LEAST = (0.25, 0.3, 0.35, 0.4, 0.45)
_ALSO = (0.5,)
_WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8)
_SAID = tuple(step / 100 for step in range(31))
_RIVALRY = (1.0, 2.0, 4.0)
_ORDER = (0.4, 0.7, 1.0, 1.3)

FullTriple = tuple[str, str, str, str]


@dataclass(frozen=True)
class TripleScore:
    """Counts of triples of a set of papers."""

    right: int
    predicted: int
    gold: int
    papers: int

    @property
    def f1(self) -> float:
        """Micro F1."""
        return 2 * self.right / max(1, self.predicted + self.gold)


def gold_triples(paper: Prepared) -> set[FullTriple]:
    """Return the annotated triples of a paper, each with its unit."""
    return {(unit, *triple) for unit, triples in paper.article.triples.items() for triple in triples}


def score(papers: Sequence[Prepared], model: TripleModel) -> TripleScore:
    """Return the counts of *model* on *papers*, sentences and phrases given."""
    right = predicted = gold = 0
    for paper in papers:
        found = {_full(triple) for triple in build_triples(paper.sentences, model)}
        true = gold_triples(paper)
        right += len(found & true)
        predicted += len(found)
        gold += len(true)
    return TripleScore(right, predicted, gold, len(papers))


@dataclass(frozen=True)
class Heard:
    """A paper with what the encoder says of it: its units on the annotated sentences, and all that it finds itself."""

    paper: Prepared
    found: tuple[ContributionSentence, ...]


def heard(papers: Sequence[Prepared]) -> list[Heard]:
    """Return *papers* as the encoder reads them; as they are, with nothing found, where it is not installed."""
    encoder = open_encoder()
    if encoder is None:
        return [Heard(paper, ()) for paper in papers]
    result = []
    for paper in papers:
        lines = paper.article.lines
        sentences, numbers = ncg_sentences(lines)
        read = encoder.read(sentences)
        units = {number: each.units for number, each in zip(numbers, read, strict=True)}
        given = tuple(replace(each, units=units.get(each.number, ())) for each in paper.sentences)
        found = contribution_sentences(sentences, read, numbers=numbers, size=len(lines))
        result.append(Heard(replace(paper, sentences=given), tuple(found)))
    return result


def unit_accuracy(papers: Sequence[Prepared], model: TripleModel) -> float:
    """Return how often the unit decided is a sentence's main unit, sentences weighed by their triples."""
    right = total = 0
    for paper in papers:
        probabilities = unit_probabilities(paper.sentences, model.units, encoder_weight=model.tuned.encoder_weight)
        decided = decide_units(probabilities, model.transitions, rivalry=model.tuned.rivalry, order=model.tuned.order)
        for sentence, unit, number in zip(paper.sentences, paper.units, decided, strict=True):
            weight = paper.aligned.units[sentence.number][unit] if unit else 0
            right += weight * (unit == UNITS[number])
            total += weight
    return right / max(1, total)


def tune(papers: Sequence[Prepared], model: TripleModel) -> TripleModel:
    """Return *model* with the settings that do best on *papers*: those of units by accuracy, those of links by F1."""
    has_units = any(sentence.units for paper in papers for sentence in paper.sentences)
    units = [
        replace(model.tuned, encoder_weight=weight, rivalry=rivalry, order=order)
        for weight, rivalry, order in product(_WEIGHTS if has_units else (0.0,), _RIVALRY, _ORDER)
    ]
    best = max(units, key=lambda tuned: unit_accuracy(papers, replace(model, tuned=tuned)))
    links = [replace(best, least=least, also=also) for least, also in product(_LEAST, _ALSO)]
    return replace(model, tuned=max(links, key=lambda tuned: score(papers, replace(model, tuned=tuned)).f1))


def tune_said(papers: Sequence[Heard], model: TripleModel) -> TripleModel:
    """Return *model* with the confidence to say a triple from, by F1 end to end on *papers*."""
    if not any(each.found for each in papers):
        return model
    scored: list[tuple[float, bool]] = []
    gold = 0
    for each in papers:
        true = gold_triples(each.paper)
        gold += len(true)
        for triple in build_triples(each.found, model):
            scored.append((triple.confidence, _full(triple) in true))

    def f1(said: float) -> float:
        kept = [right for confidence, right in scored if confidence >= said]
        return 2 * sum(kept) / (len(kept) + gold)

    return replace(model, tuned=replace(model.tuned, said=max(_SAID, key=lambda said: (f1(said), -said))))


def _full(triple: ContributionTriple) -> FullTriple:
    return triple.unit, triple.subject, triple.predicate, triple.object


def calibrate(papers: Sequence[Prepared], model: TripleModel) -> TripleModel:
    """Return *model* with the calibration of a triple's confidence on *papers*."""
    scores: list[float] = []
    right: list[bool] = []
    for paper in papers:
        true = gold_triples(paper)
        for triple in build_triples(paper.sentences, replace(model, calibration=None)):
            if triple.sentence >= 0:
                scores.append(triple.confidence)
                right.append(_full(triple) in true)
    return replace(model, calibration=fit_isotonic(scores, right))


def train_triples(gold: Gold, out: Path, *, join_tuning: bool = False) -> Manifest:
    """Train the reader of triples on the NCG papers of *gold* and write it to the folder *out*; return its manifest.

    Links are learnt on training papers, settings and calibration on tuning papers; test papers are not touched. With
    the encoder installed its units are mixed in at the weight that tuning papers prefer, and a triple is said from the
    confidence that is best end to end. With *join_tuning*, all is learnt from training and tuning papers, and what an
    earlier run set on tuning papers is taken from the manifest in *out*.

    Raises:
        ValueError: there are no training papers; the encoder has learnt the papers that settings are to be chosen on;
            or *join_tuning* comes before a run without it.
    """
    annotated = [article for article in gold.ncg if "triples" in article.annotated]
    training = prepare([article for article in annotated if article.split is Split.TRAIN])
    tuning = prepare([article for article in annotated if article.split is Split.TUNE])
    if not training:
        raise ValueError("there are no training papers with triples")
    out.mkdir(parents=True, exist_ok=True)
    if join_tuning:
        if not (out / MANIFEST_FILE).is_file():
            raise ValueError(f"{out} holds no settings yet: train once without tuning papers before joining them")
        manifest = Manifest.model_validate_json((out / MANIFEST_FILE).read_bytes())
        save(train_model([*training, *tuning]), out / FILE)
        model = load(out / FILE, tuned_of(manifest), calibration=manifest.calibration.get(CALIBRATED))
        return _write(out, model, trained=[*training, *tuning], tuned=tuning, figures=manifest.figures)
    if _encoder_knows(tuning):
        raise ValueError(
            "the encoder has learnt the tuning papers: train the triples with the encoder that has not, then join both"
        )
    listened = heard(tuning)
    tuning = [each.paper for each in listened]
    save(train_model(training), out / FILE)
    model = tune_said(listened, calibrate(tuning, tune(tuning, load(out / FILE, Tuned()))))
    return _write(out, model, trained=training, tuned=tuning, figures=_figures(listened, model))


def _encoder_knows(papers: Sequence[Prepared]) -> bool:
    encoder = load_component(ENCODER)
    if encoder is None:
        return False
    learnt = {digest for listed in encoder.manifest.trained_on.values() for digest in listed}
    return any(not learnt.isdisjoint(paper.article.paper.hashes) for paper in papers)


def _figures(papers: Sequence[Heard], model: TripleModel) -> tuple[MeasuredFigure, ...]:
    given = score([each.paper for each in papers], model)
    figures = [("ncg.triple.f1.given_gold", given)]
    if any(each.found for each in papers):
        alone = [replace(each.paper, sentences=each.found) for each in papers]
        figures.append(("ncg.triple.f1", score(alone, model)))
    return tuple(
        MeasuredFigure(
            figure=name,
            value=round(reached.f1, 4),
            n=reached.papers,
            measured_on="tuning papers",
            precision=round(reached.right / max(1, reached.predicted), 4),
            recall=round(reached.right / max(1, reached.gold), 4),
        )
        for name, reached in figures
    )


def _write(
    out: Path,
    model: TripleModel,
    *,
    trained: Sequence[Prepared],
    tuned: Sequence[Prepared],
    figures: tuple[MeasuredFigure, ...],
) -> Manifest:
    content = (out / FILE).read_bytes()
    manifest = Manifest(
        component=COMPONENT,
        version=VERSION,
        purpose="Contribution triples (unit, subject, predicate, object) from contribution sentences and their phrases",
        licence="CC-BY-SA-3.0",
        attribution="Trained on NLPContributionGraph (D'Souza, Auer and Pedersen, SemEval-2021 task 11), CC-BY-SA 3.0",
        parameters=_parameters(model),
        files=(FileRecord(name=FILE, sha256=sha256_hex(content), size_bytes=len(content)),),
        data_sets=(
            DataSet(
                name="ncg",
                licence="CC-BY-SA-3.0",
                source="NLPContributionGraph, SemEval-2021 task 11, https://github.com/ncg-task",
                used_for="units, types of phrases and links",
            ),
        ),
        trained_on={"ncg": _hashes(trained)},
        tuned_on={"ncg": _hashes(tuned)},
        settings=dict(asdict(model.tuned)),
        figures=figures,
        calibration={CALIBRATED: model.calibration} if model.calibration else {},
        not_for="Texts other than papers of natural language processing: units and wording are those of its guideline.",
    )
    (out / CARD_FILE).write_text(card(manifest), encoding="utf-8")
    (out / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return manifest


def _hashes(papers: Sequence[Prepared]) -> tuple[str, ...]:
    return tuple(sorted({digest for paper in papers for digest in paper.article.paper.hashes}))


def _parameters(model: TripleModel) -> int:
    linear = model.units.weights.size + model.types.weights.size + model.transitions.size
    return int(linear + model.links.value.size + model.subjects.value.size)
