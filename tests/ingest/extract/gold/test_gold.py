"""Readers of annotated papers: every file of a format is read, and papers that sets share are one paper."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.extract.gold import Split, UnreadableGold, read_gold, read_ncg, read_scirex, read_tdmsci
from ingest.extract.gold.identity import Names, id_hash, identify, paper_of, split_of, title_hash
from ingest.extract.gold.tdmsci import TdmSciMention, mentions_of_tags

# By sha256 of the normalised title mod 5.
TEST_TITLE, TUNE_TITLE, TRAIN_TITLE = (
    next(title for n in range(99) if int(title_hash(title := f"A Paper Number {n}"), 16) % 5 == part)
    for part in (0, 1, 3)
)


def test_an_ncg_article_is_read_with_lines_from_one_and_characters(write: Any) -> None:
    """Line numbers count from 1 and phrase ranges are characters of that line."""
    write.ncg()
    (article,) = read_ncg(write.root)
    assert "We grow Kind Trees on CIFAR ." == article.line(4)
    assert {4} == article.contribution_lines
    assert ["grow", "Kind Trees"] == [article.line(p.line)[p.start : p.end] for p in article.phrases]
    assert (("Contribution", "has", "Model"), ("Model", "grow", "Kind Trees")) == article.triples["model"]


def test_a_title_on_two_lines_is_one_title(write: Any) -> None:
    """What stands between the lines `title` and `abstract` is the title."""
    write.ncg(title="Kind\nTrees")
    assert "Kind Trees" == read_ncg(write.root)[0].title


def test_an_article_without_annotations_says_so(write: Any) -> None:
    """A folder of the test phase has text and no gold: nothing is annotated, nothing is negative."""
    folder = write.ncg()
    (folder / "entities.txt").unlink()
    assert {"sentences", "triples"} == read_ncg(write.root)[0].annotated


def test_a_phrase_outside_the_text_is_refused_with_file_and_line(write: Any) -> None:
    """A broken annotation is named, not skipped."""
    folder = write.ncg()
    (folder / "entities.txt").write_text("99\t0\t4\tgrow\n", encoding="utf-8")
    with pytest.raises(UnreadableGold, match=r"entities\.txt, line 1"):
        read_ncg(write.root)


@pytest.mark.parametrize("file", ["scirex/train_docs/x.json", "release/dev.jsonl"])
def test_scirex_is_read_as_one_object_a_file_or_a_line(write: Any, file: str) -> None:
    """The format counts, not the name of the split."""
    write.scirex(file, "Kind Trees")
    (document,) = read_scirex(write.root)
    assert "Kind Trees" == document.title
    assert ((2, 4),) == document.coref["Kind"]
    assert () == document.coref["Accuracy"]


def test_tdmsci_is_known_by_its_columns(write: Any) -> None:
    """A file of another name is read; a text with three columns of another kind is not."""
    write.tdmsci("any/heldout.conll", "We\t0\tO\nparse\t3\tB-TASK\nwell\t9\tI-TASK\n\nF1\t0\tB-METRIC\n")
    write.tdmsci("any/notes.txt", "a\tb\tc\n")
    assert [1, 1] == [len(sentence.mentions) for sentence in read_tdmsci(write.root)]


def test_tags_spell_mentions_even_where_they_begin_inside() -> None:
    """`I-` after `O` or after another type begins a mention."""
    tags = ["I-TASK", "I-METRIC", "B-METRIC", "O"]
    expected = (TdmSciMention(0, 1, "TASK"), TdmSciMention(1, 2, "METRIC"), TdmSciMention(2, 3, "METRIC"))
    assert expected == mentions_of_tags(tags)


def test_leaderboard_papers_have_tables_tuples_and_names(write: Any) -> None:
    """The gold file's name is free; TEI and tables are found beside it."""
    write.nlp_tdms()
    gold = read_gold(write.root)
    (paper,) = gold.nlp_tdms
    assert ["91.5", "3"] == [each.score for each in paper.tuples or ()]
    assert ("ours",) == paper.tables[0].cells[0].rows
    assert ("CIFAR",) == gold.knowledge_base.datasets


def test_the_same_title_in_two_sets_is_one_paper(write: Any) -> None:
    """Tokenisation and case do not make two papers of one."""
    write.ncg(title="KIND - Trees", id_="P19-1001")
    write.scirex("s/x.jsonl", "Kind-Trees")
    gold = read_gold(write.root)
    assert gold.ncg[0].paper == gold.scirex[0].paper


def test_an_id_without_its_version_unites_two_titles(write: Any) -> None:
    """A paper renamed between two versions is one paper, and in training only if neither title is a test title."""
    write.ncg(title=TRAIN_TITLE, id_="1901.00001v3")
    write.nlp_tdms("1901.00001", title=TEST_TITLE)
    gold = read_gold(write.root)
    assert gold.ncg[0].paper == gold.nlp_tdms[0].paper
    assert Split.TEST is gold.ncg[0].split


def test_a_running_head_glued_to_a_title_does_not_hide_the_paper() -> None:
    """The head alone is no title: it would unite all papers of a venue."""
    glued = Names(titles=(f"Published as a conference paper at ICLR 2018 {TRAIN_TITLE}",))
    bare = Names(titles=("Published as a conference paper at ICLR 2018",), ids=("x",))
    one, other, third = identify([glued, Names(titles=(TRAIN_TITLE,)), bare])
    assert one == other
    assert third.paper_hash == id_hash("x")


@pytest.mark.parametrize(
    ("title", "split"), [(TEST_TITLE, Split.TEST), (TUNE_TITLE, Split.TUNE), (TRAIN_TITLE, Split.TRAIN)]
)
def test_the_title_decides_the_split(title: str, split: Split) -> None:
    """sha256 of the normalised title mod 5: 0 tests, 1 tunes, the rest trains; the id has no say."""
    assert {split} == {paper_of(Names(titles=(title,), ids=(id_,))).split for id_ in "abcdefgh"}


def test_without_a_title_the_id_decides() -> None:
    """A file that has no title is split by its base id."""
    assert split_of([id_hash("1901.7")]) is paper_of(Names(ids=("1901.7",))).split


def test_order_does_not_change_papers() -> None:
    """Chains of shared names are followed from either end."""
    files = [Names(("A paper",), ("1",)), Names(("B paper",), ("2",)), Names(("A paper", "B paper"), ("3",))]
    assert set(identify(files)) == set(identify(files[::-1]))
    assert 1 == len(set(identify(files)))
