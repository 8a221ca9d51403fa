"""What code from outside may try, against each rung of the sandbox, as root and as an ordinary user.

`EXPECTED` is the table: behind bubblewrap and behind Landlock every attempt is blocked; the last rung promises limits,
clean-up and nothing else, and what it lets through is written down, too. A change of either fails. The attempts are in
`sandbox_attacks.py`, what they are after is set up by `sandbox_driver.py`. A rung that this machine lacks is skipped,
but not where PATTERNBOOK_REQUIRE_SANDBOX is set, as in CI.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from runtime.sandbox.left import remove

HERE = Path(__file__).parent
USER = 60123  # an ordinary user, for whom nothing is prepared

BLOCKED = "blocked"
OPEN = "open"
# With limits only: open where the child is the harness's user, blocked where it has a uid of its own (under root).
SAME_USER = "open to the same user"
# Tracing the same user may be forbidden by Yama, as many distributions do.
TRACING = "open to the same user where Yama allows"
# Open where root runs the harness: its child keeps the capability to read what folders like /root close to others.
READER = "open under root"
# What the host or its kernel decides.
HOST = "the host decides"

# attempt: with limits only. Behind bubblewrap and Landlock each of them is blocked.
EXPECTED = {
    "read_shadow": READER,
    "read_passwd": OPEN,
    "read_store": OPEN,
    "list_home": OPEN,
    "read_labels_of_scikit_learn": OPEN,
    "read_held_out": OPEN,
    "read_folder_of_another_trial": OPEN,
    "read_by_dot_dot": OPEN,
    "read_through_a_link": OPEN,
    "read_by_a_hard_link": HOST,  # fs.protected_hardlinks
    "read_a_device": BLOCKED,
    "read_by_handle": HOST,  # not every file system has handles
    "write_outside": OPEN,
    "write_by_dot_dot": OPEN,
    "write_through_a_link": OPEN,
    "overwrite_a_file": OPEN,
    "truncate_a_file": OPEN,
    "delete_a_file": OPEN,
    "move_a_file_in": OPEN,
    "make_a_folder_outside": OPEN,
    "edit_the_evaluator": OPEN,
    "replace_the_evaluator": OPEN,
    "edit_our_source": HOST,  # whose files they are
    "change_a_mode": SAME_USER,
    "change_a_time": SAME_USER,
    "set_an_attribute": HOST,  # not every file system has attributes
    "find_a_secret_in_the_environment": BLOCKED,
    "find_an_open_descriptor": BLOCKED,
    "read_the_environment_of_the_harness": SAME_USER,
    "read_the_environment_of_a_process": SAME_USER,
    "read_a_command_line": OPEN,
    "list_processes": OPEN,
    "read_by_the_root_of_a_process": SAME_USER,
    "read_by_the_root_of_init": HOST,  # whose process it is
    "read_by_the_folder_of_a_process": SAME_USER,
    "read_memory_of_a_process": TRACING,
    "connect_by_tcp": OPEN,
    "connect_by_tcp_6": OPEN,
    "send_by_udp": OPEN,
    "connect_to_a_unix_socket": OPEN,
    "connect_to_an_abstract_socket": OPEN,
    "open_netlink": OPEN,
    "open_a_packet_socket": BLOCKED,
    "open_a_raw_socket": BLOCKED,
    "open_a_vsock": HOST,
    "open_a_crypto_socket": HOST,
    "connect_by_io_uring": HOST,
    "signal_the_harness": SAME_USER,
    "signal_the_parent": SAME_USER,
    "signal_everybody": SAME_USER,
    "signal_by_descriptor": SAME_USER,
    "trace_a_process": TRACING,
    "trace_its_own_child": HOST,
    "read_memory_by_call": TRACING,
    "take_a_descriptor_of_a_process": TRACING,
    "limit_another_process": SAME_USER,
    "slow_another_process": SAME_USER,
    "move_another_process": SAME_USER,
    "read_shared_memory": OPEN,
    "open_a_message_queue": BLOCKED,
    "read_shared_files": OPEN,
    "make_a_user_namespace": HOST,
    "make_a_namespace_by_clone": HOST,
    "make_a_namespace_by_clone3": HOST,
    "mount_something": BLOCKED,
    "open_a_tree": BLOCKED,
    "change_the_root": BLOCKED,
    "become_root": BLOCKED,
    "gain_by_a_setuid_program": BLOCKED,
    "hold_a_capability_to_change": BLOCKED,
    "load_a_kernel_program": HOST,
    "count_events": HOST,
    "handle_page_faults": HOST,
    "use_keys": HOST,
    "change_personality": OPEN,
    "run_a_program_from_memory": OPEN,
    "push_into_a_terminal": HOST,
    "read_the_kernel_log": HOST,
    "set_the_host_name": BLOCKED,
    "set_the_clock": BLOCKED,
    "load_a_module": BLOCKED,
    "write_kernel_settings": BLOCKED,
    "call_as_another_architecture": HOST,
    "write_a_huge_file": BLOCKED,
    "make_a_sparse_file": BLOCKED,
    "open_many_files": BLOCKED,
    "allocate_much": BLOCKED,
    "dump_core": BLOCKED,
    "raise_a_limit": BLOCKED,
}

# What ends a child: the same on every rung, and for which of its causes.
ENDINGS = {
    "many_small_files": {"size"},
    "many_large_files": {"size"},
    "deleted_files": {"size"},
    "deep_folders": {"size"},
    "memory_of_many": {"memory"},
    "shared_memory": {"memory"},
    # Where the kernel counts for this child alone forks fail at the limit, and the driver ends it after a while.
    "fork_bomb": {"processes", "told"},
    "fork_bomb_in_new_sessions": {"processes", "told"},
    "flee": {None},
}

RUNGS = ("bwrap", "landlock", "rlimit")


def _interpreter(user: str) -> list[str]:
    """Return how to start Python as *user*, or skip where that cannot be."""
    if user == "this user":
        return [sys.executable]
    if os.geteuid() != 0:
        pytest.skip("only root can become another user; this one is ordinary already")
    become = ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups"]
    for python in (sys.executable, "/usr/bin/python3"):
        again = "import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-c', '']).returncode)"
        tried = subprocess.run([*become, python, "-c", again], cwd="/", capture_output=True, check=False)
        if tried.returncode == 0:
            return [*become, python]
    return _missing("no interpreter can be run by an ordinary user")


def _missing(reason: str) -> Any:
    if os.environ.get("PATTERNBOOK_REQUIRE_SANDBOX"):
        pytest.fail(f"PATTERNBOOK_REQUIRE_SANDBOX is set, but {reason}")
    pytest.skip(reason)


def _labels() -> list[str]:
    found = find_spec("sklearn")
    assert found is not None
    assert found.origin is not None
    return [str(Path(found.origin).parent / "datasets" / "data" / "digits.csv.gz")]


@pytest.fixture(scope="module", params=[f"{rung}, {user}" for user in ("this user", "ordinary user") for rung in RUNGS])
def came(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """What came of all attacks on one rung, forced by its name, as one user."""
    rung, user = request.param.split(", ")
    python = _interpreter(user)
    base = Path(tempfile.mkdtemp(prefix="patternbook-attacks-"))  # pytest's own folders are closed to other users
    base.chmod(0o755)
    try:
        if user != "this user":
            os.chown(base, USER, USER)
        ran = subprocess.run(
            [*python, str(HERE / "sandbox_driver.py"), rung, str(base), *_labels()],
            cwd="/",
            env={**os.environ, "SECRET": "secret"},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert ran.returncode == 0, ran.stderr[-2000:]
        result = json.loads(ran.stdout)
        if "unavailable" in result:
            _missing(result["unavailable"])
        yield result
    finally:
        remove(base)


def _expected(attempt: str, isolation: str, *, own_uid: bool) -> set[str]:
    """Return the outcomes that agree with the table."""
    if attempt.startswith("works_"):
        return {"reached"}
    cell = EXPECTED[attempt] if isolation == "rlimit" else BLOCKED
    if cell == HOST:
        return {"reached", "blocked", "absent"}
    is_open = cell == OPEN or (cell == SAME_USER and not own_uid) or (cell == READER and own_uid)
    if cell == TRACING:
        yama = Path("/proc/sys/kernel/yama/ptrace_scope")
        is_open = not own_uid and not (yama.exists() and int(yama.read_text()) > 0)
    return {"reached"} if is_open else {"blocked", "absent"}


def test_every_attempt_ends_as_the_table_says(came: dict[str, Any]) -> None:
    """Blocked where a wall stands, open where nothing is promised; neither changes unseen."""
    wrong = {
        attempt: said
        for attempt, said in came["reached"].items()
        if said.split(":")[0] not in _expected(attempt, came["isolation"], own_uid=came["own_uid"])
    }

    assert wrong == {}


def test_every_attempt_was_made(came: dict[str, Any]) -> None:
    """None is left out because another ended the child."""
    assert {each for each in came["reached"] if not each.startswith("works_")} == set(EXPECTED)
    assert came["ended"]["table"]["cause"] is None


def test_what_uses_too_much_is_ended_for_what_it_did(came: dict[str, Any]) -> None:
    """Files, memory and processes of the whole tree, on every rung."""
    wrong = {
        name: came["ended"][name] for name, causes in ENDINGS.items() if came["ended"][name]["cause"] not in causes
    }

    assert wrong == {}


def test_a_fork_bomb_is_held_in(came: dict[str, Any]) -> None:
    """It never has more processes than the limit and the slack that sharing a uid takes."""
    from runtime.sandbox.limits import SHARED_SLACK

    most = came["processes"] + (0 if came["own_uid"] or came["isolation"] == "bwrap" else SHARED_SLACK) + 4
    assert max(came["ended"][bomb]["most"] for bomb in ("fork_bomb", "fork_bomb_in_new_sessions")) <= most


def test_nothing_is_left_running(came: dict[str, Any]) -> None:
    """Neither bombs nor those that fled into sessions of their own, without parent, mark or name."""
    assert came["left"] == []


def test_each_rung_is_forced_by_its_name(came: dict[str, Any], request: pytest.FixtureRequest) -> None:
    """And as root, trials are users of their own on each of them."""
    assert came["isolation"] in request.node.callspec.id
    assert came["own_uid"] == (os.geteuid() == 0 and "this user" in request.node.callspec.id)


def test_the_table_holds_forty_attempts_and_names_all_there_are() -> None:
    """An attempt that is added needs its line."""
    tree = ast.parse((HERE / "sandbox_attacks.py").read_text())
    made = {
        (decorator.id, function.name)
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Name)
    }

    assert {name for kind, name in made if kind == "attempt" and not name.startswith("works_")} == set(EXPECTED)
    assert {name for kind, name in made if kind == "ending"} == set(ENDINGS)
    assert len(EXPECTED) >= 40
