"""Which files are listed, in which order, and what is said of the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.settings import IngestSettings
from ingest.sources import NoSuchSource, list_sources

SETTINGS = IngestSettings(workers=0)


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)


def names(root: Path, **settings: object) -> list[str]:
    listing = list_sources([root], SETTINGS.model_copy(update=settings))
    return [os.path.relpath(file.path, root) for file in listing.files]


def kinds(remarks: object) -> list[str]:
    return [remark.kind for remark in remarks]


def test_a_folder_is_read_recursively_in_order_of_names(tmp_path: Path) -> None:
    """Files of all depths come sorted by path, whatever the order of the directory."""
    make(tmp_path, "b.pdf", "a/z.md", "a/b/c.txt", "c.tei.xml", "d.json")
    assert names(tmp_path) == ["a/b/c.txt", "a/z.md", "b.pdf", "c.tei.xml", "d.json"]


def test_suffixes_are_compared_without_case(tmp_path: Path) -> None:
    """`PAPER.PDF` is a PDF."""
    make(tmp_path, "PAPER.PDF")
    assert names(tmp_path) == ["PAPER.PDF"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    """What begins with a dot is not listed."""
    make(tmp_path, ".a.pdf", ".git/b.pdf", "c.pdf")
    assert names(tmp_path) == ["c.pdf"]


def test_other_suffixes_are_one_notice_each_with_a_count(tmp_path: Path) -> None:
    """Files no parser reads are not failures; each suffix is said once, with how many there are."""
    make(tmp_path, "a.pdf", "b.docx", "c.docx", "d.png", "README")
    notices = list_sources([tmp_path], SETTINGS).notices
    assert kinds(notices) == ["suffix not read"] * 3
    assert [notice.message for notice in notices] == [
        "1 file with suffix .png left out: no parser reads it",
        "1 file without a suffix left out: no parser reads it",
        "2 files with suffix .docx left out: no parser reads them",
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.pdf", ["a.pdf", "d/b.pdf", "d/e/c.pdf"]),
        ("d/*.pdf", ["d/b.pdf", "d/e/c.pdf"]),
        ("**/*.pdf", ["a.pdf", "d/b.pdf", "d/e/c.pdf"]),
        ("?.pdf", ["a.pdf", "d/b.pdf", "d/e/c.pdf"]),
        ("d/*", ["d/b.pdf", "d/e/c.pdf"]),
    ],
)
def test_include_chooses_by_name_or_path(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    """A pattern without a slash is matched with the name, one with a slash with the path in the folder."""
    make(tmp_path, "a.pdf", "d/b.pdf", "d/e/c.pdf", "f.txt")
    assert expected == names(tmp_path, include=(pattern,))


def test_a_file_given_by_name_is_read_whatever_include_says(tmp_path: Path) -> None:
    """`--include` is about folders."""
    make(tmp_path, "a.txt")
    listing = list_sources([tmp_path / "a.txt"], SETTINGS.model_copy(update={"include": ("*.pdf",)}))
    assert len(listing.files) == 1


def test_a_file_given_by_name_that_no_parser_reads_is_a_failure(tmp_path: Path) -> None:
    """Who names a file wants it read."""
    make(tmp_path, "a.docx")
    assert kinds(list_sources([tmp_path / "a.docx"], SETTINGS).failures) == ["UnknownFormat"]


def test_a_path_that_does_not_exist_is_wrong_use(tmp_path: Path) -> None:
    """Nothing is listed then, so that a misspelt path is not taken for an empty corpus."""
    make(tmp_path, "a.pdf")
    with pytest.raises(NoSuchSource, match="nope"):
        list_sources([tmp_path, tmp_path / "nope"], SETTINGS)


def test_a_link_to_a_file_already_listed_is_a_notice(tmp_path: Path) -> None:
    """A file and a link to it are one file, known by its own name."""
    make(tmp_path, "z.pdf")
    (tmp_path / "a.pdf").symlink_to("z.pdf")
    listing = list_sources([tmp_path], SETTINGS)
    assert [Path(file.path).name for file in listing.files] == ["z.pdf"]
    assert kinds(listing.notices) == ["duplicate"]


def test_a_path_given_twice_is_listed_once(tmp_path: Path) -> None:
    """A folder and a file in it may both be given."""
    make(tmp_path, "a.pdf")
    listing = list_sources([tmp_path, tmp_path / "a.pdf"], SETTINGS)
    assert len(listing.files) == 1
    assert kinds(listing.notices) == ["duplicate"]


@pytest.mark.parametrize("target", [".", "..", "../.."])
def test_a_link_to_a_folder_on_the_way_is_a_loop(tmp_path: Path, target: str) -> None:
    """It is said and not followed."""
    make(tmp_path, "a/b/c.pdf")
    (tmp_path / "a" / "b" / "loop").symlink_to(target)
    listing = list_sources([tmp_path], SETTINGS)
    assert kinds(listing.notices) == ["symlink loop"]
    assert len(listing.files) == 1


def test_links_that_lead_to_each_other_are_a_loop(tmp_path: Path) -> None:
    """The system's own error for it is told apart from a link that leads nowhere."""
    (tmp_path / "a.pdf").symlink_to("b.pdf")
    (tmp_path / "b.pdf").symlink_to("a.pdf")
    listing = list_sources([tmp_path], SETTINGS)
    assert kinds(listing.notices) == ["symlink loop", "symlink loop"]
    assert listing.failures == ()


def test_a_link_that_leads_nowhere_is_a_failure(tmp_path: Path) -> None:
    """The file somebody meant is not in."""
    (tmp_path / "a.pdf").symlink_to("gone.pdf")
    assert kinds(list_sources([tmp_path], SETTINGS).failures) == ["Unreadable"]


def test_a_linked_folder_is_followed_once(tmp_path: Path) -> None:
    """Two links to one folder outside give its files once."""
    make(tmp_path, "outside/a.pdf", "corpus/b.pdf")
    for name in ("x", "y"):
        (tmp_path / "corpus" / name).symlink_to(tmp_path / "outside")
    listing = list_sources([tmp_path / "corpus"], SETTINGS)
    assert [Path(file.path).name for file in listing.files] == ["b.pdf", "a.pdf"]
    assert kinds(listing.notices) == ["duplicate"]


def test_excluded_folders_are_not_entered(tmp_path: Path) -> None:
    """HOME may lie inside the corpus; its files are none of it."""
    make(tmp_path, "home/artefact.json", "a.pdf")
    assert names(tmp_path, exclude=(str(tmp_path / "home"),)) == ["a.pdf"]


def test_a_fifo_is_listed_and_not_opened(tmp_path: Path) -> None:
    """Reading it would wait for ever; that it is no file is said when its turn comes."""
    os.mkfifo(tmp_path / "a.pdf")
    assert names(tmp_path) == ["a.pdf"]


def test_names_that_are_no_text_are_shown_escaped(tmp_path: Path) -> None:
    """A name that is not UTF-8 can be opened, printed and stored."""
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    (file,) = list_sources([tmp_path], SETTINGS).files
    assert Path(file.path).read_text() == "x"
    assert file.source.encode().endswith(b"caf\\udce9.txt")


def test_control_characters_in_names_are_shown_escaped(tmp_path: Path) -> None:
    """A file name cannot write to the terminal."""
    (tmp_path / "a\x1b[2J\n.txt").write_text("x")
    (file,) = list_sources([tmp_path], SETTINGS).files
    assert file.source.endswith("a\\x1b[2J\\n.txt")


def test_the_key_is_that_of_the_real_path(tmp_path: Path) -> None:
    """A file has one item, by whatever path it is reached."""
    make(tmp_path, "d/a.pdf")
    (tmp_path / "link").symlink_to("d")
    direct = list_sources([tmp_path / "d" / "a.pdf"], SETTINGS).files[0]
    linked = list_sources([tmp_path / "link" / "a.pdf"], SETTINGS).files[0]
    assert direct.key == linked.key
