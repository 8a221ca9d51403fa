"""Training of the encoder from end to end: read, train, tune, export, measure what was exported, write the manifest.

Each step leaves its result in the working folder, so that a killed run goes on where it stopped. The component's
folder is written under another name and renamed when it is whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson
from tokenizers import Tokenizer

from graph.canonical import sha256_hex
from graph.embed.model import PACKAGED_ID, find_model
from ingest.extract.encoder.decode import Decoding
from ingest.extract.encoder.runtime import COMPONENT, DECODING_FILE, TOKENIZER_FILE, Encoder, read_decoding
from ingest.extract.encoder.tags import Scores
from ingest.extract.gold import read_gold
from ingest.extract.train.card import card
from ingest.extract.train.corpora import Labelled, labelled
from ingest.extract.train.document_layer import refine, vectors_of
from ingest.extract.train.encoded import HEADS, Encoded, encode
from ingest.extract.train.export import Store, export, export_document_layer
from ingest.extract.train.loop import train
from ingest.extract.train.measure import transition_scores
from ingest.extract.train.model import Network, TagHead
from ingest.extract.train.settings import TrainingSettings
from ingest.extract.train.tune import Read, choose, figures
from ingest.extract.weights import DataSet, FileRecord, Manifest
from ingest.extract.weights.manifest import CARD_FILE, MANIFEST_FILE

VERSION = 1
Log = Callable[[str], None]

_DATA_SETS = (
    DataSet(
        name="ncg",
        licence="CC-BY-SA-3.0",
        source="NLPContributionGraph, SemEval-2021 task 11 (D'Souza, Auer and Pedersen, 2021)",
        used_for="contribution sentences, information units, phrases, sentence roles",
    ),
    DataSet(
        name="scirex",
        licence="Apache-2.0",
        source="SciREX (Jain, van Zuylen, Hajishirzi and Beltagy, ACL 2020)",
        used_for="mentions of methods, tasks, datasets and metrics in whole papers; sentence roles (weak labels)",
    ),
    DataSet(
        name="tdmsci",
        licence="Apache-2.0",
        source="TDMSci (Hou, Jochim, Gleize, Bonin and Ganguly, EACL 2021)",
        used_for="mentions of tasks, datasets and metrics in single sentences",
    ),
)
_PURPOSE = (
    "Reads the sentences of a machine-learning paper in one pass: which state a contribution and of which kind, what "
    "each does (problem, contribution, method, result, limitation, comparison, setup), which methods, tasks, datasets "
    "and metrics it names, and the phrases of its contributions."
)
_ATTRIBUTION = (
    "Trained on NLPContributionGraph (Jennifer D'Souza, Sören Auer and others, TIB), CC-BY-SA: these weights carry "
    "attribution and may be passed on under the same licence. The base model is all-MiniLM-L6-v2 (Apache-2.0)."
)
_NOT_FOR = (
    "Other languages than English and other fields than machine learning: the annotated papers are of NLP, vision and "
    "neighbouring fields, 2019 and before. Sentence roles are learnt from weak labels (units, sections, cues). "
    "Sentences beyond 209 pieces are read up to there."
)


def train_encoder(
    data: Path,
    out: Path,
    work: Path,
    *,
    settings: TrainingSettings,
    store: Store,
    join_tuning: bool,
    threads: int,
    log: Log,
) -> Manifest:
    """Train, tune, export and write the component to *out*; return its manifest.

    With *join_tuning*, the decoding that was set on tuning papers is taken from *work* as an earlier run left it, and
    the network learns from tuning papers too.

    Raises:
        ValueError: there are no training papers under *data*, or *join_tuning* comes before a run without it.
    """
    base = find_model().path
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    documents = [each for each in labelled(read_gold(data)) if each.split != "test"]
    trained = [each for each in documents if each.split == "train" or join_tuning]
    tuned = [each for each in documents if each.split == "tune"]
    if not trained or not tuned:
        raise ValueError(f"{data} holds no annotated papers to train and to tune on")
    frozen = work / "decoding.json"
    if join_tuning and not frozen.is_file():
        raise ValueError("train without the tuning papers first: thresholds and calibration are set on them")
    log(f"{len(trained)} documents to train on, {len(tuned)} to tune on")
    learn = [encode(tokenizer, each) for each in trained]
    network = train(learn, settings, base, work, log=log, threads=threads)
    check = {source: [encode(tokenizer, each) for each in tuned if each.source == source] for source in _sources()}
    partial = out.with_name(f"{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    export(network, partial, store)
    tokenizer.save(str(partial / TOKENIZER_FILE))
    log(f"exported as {store}")
    decoding = _undecided(network)
    papers = [each for each in learn if each.document.source == "ncg"]
    refine(network.document, papers, vectors_of(Encoder.of_folder(partial, decoding), papers, log), settings, log)
    export_document_layer(network, partial)
    ncg, scirex, tdmsci = (_read(partial, decoding, check[source]) for source in _sources())
    if join_tuning:
        shutil.copy(frozen, partial / DECODING_FILE)
        manifest = Manifest.model_validate_json((work / MANIFEST_FILE).read_bytes())
        decoding = read_decoding(frozen, manifest.calibration)
    else:
        decoding = choose(ncg, scirex, tdmsci, decoding)
        _write_decoding(partial / DECODING_FILE, decoding)
        shutil.copy(partial / DECODING_FILE, frozen)
    manifest = Manifest(
        component=COMPONENT,
        version=VERSION,
        purpose=_PURPOSE,
        licence="CC-BY-SA-3.0",
        attribution=_ATTRIBUTION,
        base_model=PACKAGED_ID,
        parameters=sum(parameter.numel() for parameter in network.parameters()),
        files=_records(partial),
        data_sets=_DATA_SETS,
        trained_on=_hashes(trained),
        tuned_on=_hashes(tuned),
        settings={
            **settings.model_dump(mode="json"),
            "store": store,
            "contribution_threshold": decoding.contribution_threshold,
            **{
                f"{head}_{name}": value
                for head, each in sorted(decoding.consistency.items())
                for name, value in (("weight", each.weight), ("threshold", each.threshold))
            },
        },
        figures=() if join_tuning else tuple(figures(ncg, scirex, tdmsci, decoding)),
        calibration=decoding.calibration,
        not_for=_NOT_FOR,
    )
    (partial / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    (partial / CARD_FILE).write_text(card(manifest), encoding="utf-8")
    if not join_tuning:
        shutil.copy(partial / MANIFEST_FILE, work / MANIFEST_FILE)
    _swap(partial, out)
    return manifest


def _sources() -> tuple[str, ...]:
    return tuple(each.name for each in _DATA_SETS)


def _undecided(network: Network) -> Decoding:
    transitions: dict[str, Scores] = {}
    for head in HEADS:
        tagger = network.heads[head]
        assert isinstance(tagger, TagHead)
        transitions[head] = transition_scores(tagger)
    return Decoding(transitions=transitions, contribution_threshold=0.5, consistency={}, calibration={})


def _read(folder: Path, decoding: Decoding, documents: Sequence[Encoded]) -> Read:
    """Return the scores of *documents* by the exported graphs: what ships is what is tuned and measured."""
    encoder = Encoder.of_folder(folder, decoding)
    return Read(tuple(documents), tuple(encoder.scores(each.document.sentences)[1] for each in documents))


def _write_decoding(path: Path, decoding: Decoding) -> None:
    path.write_bytes(
        orjson.dumps(
            {
                "contribution_threshold": decoding.contribution_threshold,
                "consistency": {
                    head: {"weight": each.weight, "threshold": each.threshold}
                    for head, each in sorted(decoding.consistency.items())
                },
                "transitions": {head: each.tolist() for head, each in sorted(decoding.transitions.items())},
            },
            option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS,
        )
    )


def _records(folder: Path) -> tuple[FileRecord, ...]:
    return tuple(
        FileRecord(name=path.name, sha256=sha256_hex(path.read_bytes()), size_bytes=path.stat().st_size)
        for path in sorted(folder.iterdir())
    )


def _hashes(documents: Sequence[Labelled]) -> dict[str, tuple[str, ...]]:
    return {
        source: tuple(sorted({digest for each in documents if each.source == source for digest in each.hashes}))
        for source in _sources()
    }


def _swap(partial: Path, out: Path) -> None:
    for path in partial.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    old = out.with_name(f"{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    partial.rename(out)
    shutil.rmtree(old, ignore_errors=True)
