"""Relations between names of one sentence: by rules, and by the component that is trained on annotated papers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph.vocabulary.extraction import NameType
from ingest.extract.gold import Split, split_of
from ingest.extract.gold.identity import title_hash
from ingest.extract.relations import Name, relations
from ingest.extract.relations.rules import relations_by_rules
from ingest.extract.relations.scorer import load_scorer
from ingest.extract.relations.train import train_relations
from ingest.extract.weights.errors import DamagedWeights

_KINDS = {"m": NameType.METHOD, "t": NameType.TASK, "d": NameType.DATASET, "e": NameType.METRIC, "": None}


def marked(text: str) -> tuple[str, list[Name]]:
    """Return *text* without its marks, and the names: ``[mixup|m]`` is a method, ``[it|]`` of no kind."""
    names, plain, at = [], "", 0
    for match in re.finditer(r"\[([^\]|]+)\|(\w?)\]", text):
        plain += text[at : match.start()]
        names.append(Name(len(plain), len(plain) + len(match.group(1)), _KINDS[match.group(2)]))
        plain += match.group(1)
        at = match.end()
    return plain + text[at:], names


def said(text: str) -> set[str]:
    """Return the relations of a marked sentence as words."""
    plain, names = marked(text)
    shown = [plain[name.start : name.end] for name in names]
    return {f"{shown[each.head]} {each.type} {shown[each.tail]}" for each in relations_by_rules(plain, names)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We propose a [CRF|m] for [tagging|t].", {"CRF used_for tagging"}),
        ("A [tagger|m] based on a [CRF|m].", {"CRF used_for tagger"}),
        ("The [tagger|m] uses [dropout|m].", {"dropout used_for tagger"}),
        ("[Dropout|m] outperforms [mixup|m].", {"Dropout compare mixup"}),
        ("We compare [dropout|m] with [mixup|m].", {"dropout compare mixup"}),
        ("The [accuracy|e] of the [parser|m].", {"accuracy evaluate_for parser"}),
        ("We train a [parser|m] on the [treebank|d].", {"treebank evaluate_for parser"}),
        (
            "The [network|m] consists of an [encoder|m] and a [decoder|m].",
            {"encoder part_of network", "decoder part_of network"},
        ),
        ("The [encoder|m] of the [network|m].", {"encoder part_of network"}),
        ("[LSTM|m] and [GRU|m] for [parsing|t].", {"LSTM used_for parsing", "GRU used_for parsing"}),
        (
            "[BERT|m] achieves higher [accuracy|e] than [ELMo|m].",
            {"BERT compare ELMo", "accuracy evaluate_for BERT"},
        ),
        ("[Dropout|m] is known. We use [mixup|m].", set()),
        ("[Dropout|m] and [mixup|m] are popular.", set()),
    ],
)
def test_the_words_between_two_names_relate_them(text: str, found: set[str]):
    """The words between two names give the kind and the direction; items of a list share it."""
    assert said(text) == found


def test_overlapping_names_are_not_related():
    """A name inside another one has no relation to it."""
    text = "a parser for parsing"
    assert relations_by_rules(text, [Name(2, 8, None), Name(2, 20, None)]) == []


def _ncg(folder: Path, split: Split, number: int) -> None:
    """Write an article with two contribution sentences, whose title falls into *split*."""
    titles = (f"A small study of article {number} version {n}" for n in range(1000))
    title = next(title for title in titles if split_of([title_hash(title)]) is split)
    lines = ["title", title, "abstract"]
    lines += ["We use foonet for parsing .", "We use barnet for tagging of words .", "Foonet outperforms barnet ."]
    lines += ["While tagging is slow , quxnet is not known ."]
    article = folder / str(number)
    (article / "triples").mkdir(parents=True)
    (article / f"{number}-Stanza-out.txt").write_text("\n".join(lines) + "\n")
    (article / "sentences.txt").write_text("4\n5\n6\n7\n")
    phrases = [(4, "foonet"), (4, "parsing"), (5, "barnet"), (5, "tagging"), (6, "Foonet"), (6, "barnet")]
    phrases += [(7, "tagging"), (7, "quxnet")]
    rows = [
        f"{line}\t{lines[line - 1].index(text)}\t{lines[line - 1].index(text) + len(text)}\t{text}"
        for line, text in phrases
    ]
    (article / "entities.txt").write_text("\n".join(rows) + "\n")
    triples = [
        "(foonet||for||parsing)",
        "(barnet||for||tagging)",
        "(Foonet||outperforms||barnet)",
        "(Results||has||quxnet)",
    ]
    (article / "triples" / "results.txt").write_text("\n".join(triples) + "\n")


@pytest.fixture
def annotated(tmp_path: Path) -> Path:
    """A folder with a few annotated articles to train and to tune on, and one that is for the test."""
    folder = tmp_path / "ncg"
    for number in range(6):
        _ncg(folder, Split.TRAIN if number < 4 else Split.TUNE, number)
    _ncg(folder, Split.TEST, 6)
    return folder


def test_training_gives_a_component_that_relates(annotated: Path, tmp_path: Path):
    """What is trained on pairs of a few articles relates pairs said in the same way."""
    train_relations(annotated, tmp_path / "weights" / "relations")
    scorer = load_scorer(tmp_path / "weights")
    text, names = marked("We use [bazmix|] for [sorting|].")
    (found,) = scorer.relations(text, names, relations_by_rules(text, names))
    assert (found.type, found.head, found.tail) == ("used_for", 0, 1)
    assert 0 < found.confidence <= 1


def test_training_twice_gives_the_same_files(annotated: Path, tmp_path: Path):
    """Training is deterministic, to the byte."""
    one = train_relations(annotated, tmp_path / "one")
    other = train_relations(annotated, tmp_path / "other")
    assert one == other


def test_papers_for_the_test_are_not_learnt_from(annotated: Path, tmp_path: Path):
    """The manifest names four papers that were trained on and two that were tuned on; none of the test."""
    from ingest.extract.gold import read_gold

    manifest = train_relations(annotated, tmp_path / "relations")
    known = {*manifest.trained_on["ncg"], *manifest.tuned_on["ncg"]}
    articles = read_gold(annotated).ncg
    assert {split: [set(a.paper.hashes) <= known for a in articles if a.split is split] for split in Split} == {
        Split.TEST: [False],
        Split.TUNE: [True, True],
        Split.TRAIN: [True] * 4,
    }


def test_too_few_papers_are_said_so(tmp_path: Path):
    """Without papers to tune on there is no training."""
    _ncg(tmp_path / "ncg", Split.TRAIN, 1)
    with pytest.raises(ValueError, match="too few"):
        train_relations(tmp_path / "ncg", tmp_path / "relations")


def test_without_weights_there_is_no_scorer(tmp_path: Path):
    """Absent weights are a value."""
    assert load_scorer(tmp_path) is None


def test_damaged_weights_are_an_error(annotated: Path, tmp_path: Path):
    """A component with a file that its manifest does not know is refused."""
    train_relations(annotated, tmp_path / "weights" / "relations")
    (tmp_path / "weights" / "relations" / "features.json").write_text("[]")
    with pytest.raises(DamagedWeights):
        load_scorer(tmp_path / "weights")


def test_a_long_list_is_not_paired():
    """A sentence of more names than anybody relates costs nothing."""
    text = " ".join(["foo"] * 40)
    assert relations(text, [Name(4 * n, 4 * n + 3, None) for n in range(40)]) == []
