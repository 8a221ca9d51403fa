"""One child process: limited, clean, and gone afterwards with all that it started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.execute.process import Child, Exit, Limits, reaping_orphans, start, start_time

Run = Callable[..., Exit]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs Python lines as a child until it ends, or until *until* exists; then it is ended by us."""

    def run_(code: str, *, limits: Limits | None = None, end_when: str | None = None) -> Exit:
        arguments = [sys.executable, "-c", textwrap.dedent(code)]
        with reaping_orphans():
            child = start(arguments, tmp_path, limits=limits or Limits(), trials=1, mark="pack-test")
            return _wait(child, tmp_path / end_when if end_when else None)

    return run_


def _wait(child: Child, end_when: Path | None) -> Exit:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if end_when is not None and end_when.exists():
            return child.end("wall")
        if (ended := child.poll()) is not None:
            return ended
        time.sleep(0.005)
    raise AssertionError("the child did not end")


def alive(pid: int) -> bool:
    return start_time(pid) is not None and Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_the_environment_is_clean_and_one_threaded(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of ours reaches the child; what it needs is set."""
    monkeypatch.setenv("PATTERNBOOK_STORE_PASSWORD", "secret")
    run("import json, os; json.dump(dict(os.environ), open('env', 'w'))")
    seen = json.loads((tmp_path / "env").read_text())

    assert "secret" not in seen.values()
    assert (seen["OMP_NUM_THREADS"], seen["PYTHONHASHSEED"], seen["HOME"]) == ("1", "0", str(tmp_path))


def test_the_limits_hold_in_the_child(run: Run, tmp_path: Path) -> None:
    """Data, file size, open files, no core file; no new privileges; a session of its own."""
    run(
        """
        import json, os, resource
        names = ("DATA", "FSIZE", "NOFILE", "CORE")
        limits = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1] for name in names}
        limits["NNP"] = "NoNewPrivs:\\t1" in open("/proc/self/status").read()
        limits["SID"] = os.getsid(0) == os.getpid()
        json.dump(limits, open("limits", "w"))
        """,
        limits=Limits(mem_mb=300, file_mb=3, files=64),
    )

    assert json.loads((tmp_path / "limits").read_text()) == {
        "DATA": 300 << 20,
        "FSIZE": 3 << 20,
        "NOFILE": 64,
        "CORE": 0,
        "NNP": True,
        "SID": True,
    }


def test_what_it_used_is_known(run: Run) -> None:
    """CPU of all its processes, and the largest of them."""
    ended = run("import os, time; held = bytearray(b'x') * (64 << 20); os.fork(); sum(range(10**7)); os.wait3(0)")

    assert ended.cpu_s > 0.2
    assert 64 < ended.peak_mb < 1024


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("for n in range(10**9): open(f'f{n}', 'w').write('x' * (1 << 20))", "size"),
        (
            "import mmap\nheld = []\nwhile True: held.append(mmap.mmap(-1, 1 << 24)); held[-1].write(b'x' * (1 << 24))",
            "memory",
        ),
        ("import os\nfor n in range(3): os.fork()\nwhile True: pass", "cpu"),
    ],
)
def test_what_uses_too_much_is_ended_by_the_supervisor(run: Run, code: str, cause: str) -> None:
    """By what it sees of all processes together, not by what the child says."""
    limits = Limits(mem_mb=256, file_mb=2, processes=16, trial_wall_s=1, start_wall_s=1)

    assert run(code, limits=limits).ended == cause


def test_what_it_prints_is_kept(run: Run, tmp_path: Path) -> None:
    """Standard output and error go to the log; its end comes with the exit."""
    ended = run("import sys; print('out'); sys.exit('err')")

    assert (ended.code, sorted(ended.log_tail.split())) == (1, ["err", "out"])
    assert sorted((tmp_path / "log").read_text().split()) == ["err", "out"]


FAMILY = """
    import os, subprocess, sys, time
    code = "import time; time.sleep(600)"
    same = subprocess.Popen([sys.executable, "-c", code])
    other = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    deep = "import subprocess, sys; print(subprocess.Popen(sys.argv[1:], start_new_session=True, stdout=2).pid)"
    orphan = subprocess.run([sys.executable, "-c", deep, sys.executable, "-c", code], stdout=-1, text=True).stdout
    open("pids.tmp", "w").write(f"{same.pid} {other.pid} {orphan}")
    os.rename("pids.tmp", "pids")
"""


@pytest.mark.parametrize("then", ["", "time.sleep(600)"])
def test_nothing_it_started_is_left(run: Run, tmp_path: Path, then: str) -> None:
    """Neither of its session, nor in a session of their own, nor an orphan of both; ended or by itself."""
    ended = run(textwrap.dedent(FAMILY) + then, end_when="pids" if then else None)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]

    assert len(pids) == 3
    assert [pid for pid in pids if alive(pid)] == []
    assert ended.ended == ("wall" if then else None)


def test_processes_of_others_are_left_alone(run: Run) -> None:
    """A child of the embedding program lives on."""
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    run("pass")
    lives = bystander.poll() is None
    bystander.kill()
    bystander.wait()

    assert lives


def test_a_child_dies_with_its_executor(tmp_path: Path) -> None:
    """The executor is killed with -9: its child does not go on alone."""
    code = f"""
    import os, sys, time
    from pathlib import Path
    from runtime.execute.process import Limits, start
    child = start([sys.executable, "-c", "import os, time; open('up.tmp', 'w').write(str(os.getpid())); "
                   "os.rename('up.tmp', 'up'); time.sleep(600)"], Path({str(tmp_path)!r}),
                  limits=Limits(), trials=1, mark="pack-test")
    while not Path({str(tmp_path / "up")!r}).exists(): time.sleep(0.005)
    print(child.process.pid, flush=True)
    time.sleep(600)
    """
    executor = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True)
    assert executor.stdout is not None
    child = int(executor.stdout.readline())
    executor.kill()
    executor.wait()
    executor.stdout.close()
    until = time.monotonic() + 30
    while alive(child) and time.monotonic() < until:
        time.sleep(0.005)

    assert not alive(child)
    assert not alive(int((tmp_path / "up").read_text()))


def test_a_child_that_had_ended_before_it_was_told_to(tmp_path: Path) -> None:
    """Its status is not lost between the two, and is the one that it ended with."""
    child = start([sys.executable, "-S", "-c", "raise SystemExit(3)"], tmp_path, limits=Limits(), trials=1, mark="a")
    os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)

    assert child.end("cancelled").code == 3
