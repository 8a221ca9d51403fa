"""Choosing a rung: by trying, downwards, and saying why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from runtime.sandbox import bubblewrap, ladder, landlock
from runtime.sandbox.errors import SandboxUnavailable
from runtime.sandbox.isolation import Isolation, may_run_untrusted


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Each test probes anew, and leaves nothing remembered."""
    ladder._choose.cache_clear()
    yield
    ladder._choose.cache_clear()


def refuse(monkeypatch: pytest.MonkeyPatch, *rungs: Isolation) -> None:
    """Make *rungs* fail, each with a reason of its own; the others work."""
    monkeypatch.setattr(ladder, "obstacle", lambda isolation, **_: f"no {isolation}" if isolation in rungs else None)


def test_a_program_that_is_missing_steps_down_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is probed for real."""
    monkeypatch.setattr(bubblewrap, "find", lambda: None)
    sandbox = ladder.choose()

    assert sandbox.isolation is not Isolation.BWRAP
    assert sandbox.stepped_over[0] == ladder.SteppedOver(Isolation.BWRAP, "bubblewrap (bwrap) is not installed")


def test_a_bubblewrap_that_fails_is_stepped_over_with_its_own_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """As where namespaces are refused."""
    program = tmp_path_factory.mktemp("bin") / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "find", lambda: str(program))

    assert ladder.obstacle(Isolation.BWRAP, own_uid=False) == "bwrap: No permissions to create new namespace"


def test_walls_that_are_not_real_do_not_count(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A bubblewrap that starts the program without hiding anything is found out by trying."""
    program = tmp_path_factory.mktemp("bin") / "bwrap"
    lines = '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\nshift\nexec "$@"\n'
    program.write_text(lines)
    program.chmod(0o755)
    monkeypatch.setattr(bubblewrap, "find", lambda: str(program))

    assert ladder.obstacle(Isolation.BWRAP, own_uid=False) is not None


def test_an_old_landlock_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather no rung than half of one: the sentence names what is there and what is needed."""
    monkeypatch.setattr(landlock, "abi", lambda: 2)
    with pytest.raises(OSError, match="ABI 2; ABI 3 is needed"):
        landlock.restrict([], own_uid=True)
    monkeypatch.setattr(landlock, "abi", lambda: 5)
    with pytest.raises(OSError, match="ABI 5; ABI 6 is needed by a user other than root"):
        landlock.restrict([], own_uid=False)
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    with pytest.raises(OSError, match="no Landlock, or it is switched off"):
        landlock.restrict([], own_uid=True)


def test_the_best_that_works_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reasons of all better ones."""
    refuse(monkeypatch, Isolation.BWRAP, Isolation.LANDLOCK)
    sandbox = ladder.choose()

    assert sandbox.isolation is Isolation.RLIMIT
    assert [each.reason for each in sandbox.stepped_over] == ["no bwrap", "no landlock"]


@pytest.mark.parametrize("rung", [Isolation.BWRAP, Isolation.LANDLOCK])
def test_a_forced_rung_that_cannot_be_set_up_is_an_error(monkeypatch: pytest.MonkeyPatch, rung: Isolation) -> None:
    """It never steps down."""
    refuse(monkeypatch, rung)
    with pytest.raises(SandboxUnavailable, match=f"forces {rung}, which cannot be set up here: no {rung}"):
        ladder.choose(rung)


def test_the_last_rung_is_forced_without_trying_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was stepped over."""
    refuse(monkeypatch, Isolation.BWRAP, Isolation.LANDLOCK)

    assert ladder.choose("rlimit").stepped_over == ()


@dataclass(frozen=True)
class Said:
    """What the operator said."""

    allow_untrusted_code: bool


@pytest.mark.parametrize("isolation", list(Isolation))
@pytest.mark.parametrize("allowed", [False, True])
def test_untrusted_code_needs_walls_or_the_operators_word(isolation: Isolation, allowed: bool) -> None:
    """Only on the last rung is the word asked for."""
    assert may_run_untrusted(isolation, Said(allowed)) is (isolation is not Isolation.RLIMIT or allowed)
