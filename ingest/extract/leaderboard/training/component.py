"""Training the component `leaderboard`: `train_leaderboard` makes its folder from annotated papers.

NLP-TDMS teaches which (task, dataset, metric) a paper reports and which number of its tables is the value; SciREX which
clusters are salient. All models are boosted trees (`trees.py`), learnt on training papers. Thresholds and calibrations
come from predictions on papers that the predicting model has not learnt from: the tuning papers, and each training
paper by a model of the other folds, since the tuning papers alone are too few. Deterministic: fixed seeds and order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from graph.canonical import sha256_hex
from ingest.extract.gold import NlpTdmsPaper, SciRexDocument, read_gold
from ingest.extract.leaderboard.model import COMPONENT, SETTINGS_FILE, WEIGHTS_FILE, write_model
from ingest.extract.leaderboard.training.boards import Boards
from ingest.extract.leaderboard.training.measured import FOLDS, Measured
from ingest.extract.leaderboard.training.salience import Salience
from ingest.extract.leaderboard.trees import Trees
from ingest.extract.train.card import card
from ingest.extract.weights import Manifest
from ingest.extract.weights.manifest import CARD_FILE, MANIFEST_FILE, DataSet, FileRecord

VERSION = 1
Log = Callable[[str], None]


def train_leaderboard(data: Path, out: Path, *, join_tuning: bool = False, log: Log | None = None) -> Manifest:
    """Learn from NLP-TDMS and SciREX under *data*, write the component to *out* and return its manifest.

    With *join_tuning* the shipped models also learn from the tuning papers, with the settings chosen before.

    Raises:
        UnreadableGold: a file of *data* has the name of a format and not its shape.
        ValueError: there are no training or no tuning papers of a set under *data*.
    """
    say = log or _silent
    gold = read_gold(data)
    boards = Boards(gold, say)
    salience = Salience(gold.scirex, say)
    found = boards.measured()
    ranked = salience.measured()
    steps = boards.fitted(boards.all if join_tuning else boards.train)
    trees = {
        "dataset": steps.dataset, "task": steps.task, "metric": steps.metric, "value": steps.value,
        "salience": salience.fitted(salience.all if join_tuning else salience.train),
    }  # fmt: skip
    names = salience.names(salience.all if join_tuning else salience.train)
    settings = {
        "companions": steps.counts.as_rows(),
        "thresholds": {**found.thresholds, **ranked.thresholds},
        "salient_names": {name: list(counts) for name, counts in sorted(names.items()) if counts[0] > 1},
    }
    write_model(out, trees, settings)
    manifest = _manifest(out, boards, salience, (found, ranked), trees, joined=join_tuning)
    (out / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    (out / CARD_FILE).write_text(card(manifest), encoding="utf-8")
    return manifest


def _silent(line: str) -> None:
    """Say nothing."""


def _manifest(
    out: Path,
    boards: Boards,
    salience: Salience,
    measured: tuple[Measured, Measured],
    trees: Mapping[str, Trees],
    *,
    joined: bool,
) -> Manifest:
    found, ranked = measured

    def hashes(papers: Sequence[NlpTdmsPaper] | Sequence[SciRexDocument]) -> tuple[str, ...]:
        return tuple(sorted({each for paper in papers for each in paper.paper.hashes}))

    learnt = {
        "nlp_tdms": hashes([each.gold for each in (boards.all if joined else boards.train)]),
        "scirex": hashes(salience.all if joined else salience.train),
    }
    tuned = {"nlp_tdms": hashes([each.gold for each in boards.tune]), "scirex": hashes(salience.tune)}
    return Manifest(
        component=COMPONENT,
        version=VERSION,
        purpose="Which (task, dataset, metric, value) a paper reports, of a list of names; what is salient in it.",
        licence="Apache-2.0",
        attribution="Learnt from NLP-TDMS (Hou et al., ACL 2019) and SciREX (Jain et al., ACL 2020), Apache-2.0.",
        parameters=sum(len(each.feature) for each in trees.values()),
        files=tuple(
            FileRecord(name=name, sha256=sha256_hex((out / name).read_bytes()), size_bytes=(out / name).stat().st_size)
            for name in (WEIGHTS_FILE, SETTINGS_FILE)
        ),
        data_sets=(
            DataSet(
                name="nlp_tdms", licence="Apache-2.0", source="NLP-TDMS, Hou et al. 2019",
                used_for="which leaderboards a paper enters, and with which number of its tables",
            ),
            DataSet(
                name="scirex", licence="Apache-2.0", source="SciREX, Jain et al. 2020",
                used_for="which clusters of mentions a paper's results are about",
            ),
        ),
        trained_on=learnt,
        tuned_on=tuned,
        settings={**found.thresholds, **ranked.thresholds, "folds": FOLDS},
        figures=(*found.figures, *ranked.figures),
        calibration={**found.calibration, **ranked.calibration},
        not_for="Results that stand in the text alone; names that are not in the list given; languages but English.",
    )  # fmt: skip
