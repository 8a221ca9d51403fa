"""Which paths a child may see: roots with holes."""

from __future__ import annotations

from pathlib import Path

from runtime.sandbox.view import around


def test_a_root_without_holes_is_one_path() -> None:
    """Nothing is listed that need not be."""
    assert list(around("/usr", ["/home/me", "/usrlocal"])) == [("/usr", True)]


def test_a_hidden_folder_is_cut_out(tmp_path: Path) -> None:
    """Its neighbours on every level stay; the folders on the way show names only."""
    for name in ("a/b/hidden/file", "a/b/seen", "a/other", "c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    root = str(tmp_path)

    assert list(around(root, [f"{root}/a/b/hidden"])) == [
        (root, False),
        (f"{root}/a", False),
        (f"{root}/a/b", False),
        (f"{root}/a/b/seen", True),
        (f"{root}/a/other", True),
        (f"{root}/c", True),
    ]


def test_a_link_to_a_hidden_folder_or_to_what_holds_it_is_left_out(tmp_path: Path) -> None:
    """Else the hole would be open again."""
    (tmp_path / "hidden").mkdir()
    (tmp_path / "harmless").mkdir()
    (tmp_path / "into").symlink_to(tmp_path / "hidden")
    (tmp_path / "above").symlink_to(tmp_path)
    (tmp_path / "fine").symlink_to(tmp_path / "harmless")
    found = {Path(path).name for path, _ in around(str(tmp_path), [str(tmp_path / "hidden")])}

    assert found == {tmp_path.name, "harmless", "fine"}


def test_a_root_inside_a_hidden_folder_is_nothing() -> None:
    """What is hidden is hidden whole."""
    assert list(around("/home/me/venv", ["/home/me"])) == []
