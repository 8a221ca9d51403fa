"""Stand in for the executor: set up things worth reaching, run the attacks in a sandbox, say what came of them.

``python sandbox_driver.py RUNG BASE LABEL…``: a program of its own, so that it can run as any user and with any
interpreter. BASE is an empty folder of that user; LABELs are files that hold labels. Prints one JSON object.
"""

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from runtime.sandbox.errors import SandboxUnavailable  # noqa: E402
from runtime.sandbox.ladder import choose  # noqa: E402
from runtime.sandbox.launch import Amounts, View, launch  # noqa: E402

ATTACKS = Path(__file__).with_name("sandbox_attacks.py")
AMOUNTS = Amounts(data_bytes=300 << 20, file_bytes=4 << 20, folder_bytes=24 << 20, cpu_s=60, files=200, processes=24)
BOMBS = ("fork_bomb", "fork_bomb_in_new_sessions")
ENDINGS = (
    *BOMBS,
    "many_small_files",
    "many_large_files",
    "deleted_files",
    "deep_folders",
    "memory_of_many",
    "shared_memory",
    "flee",
)
VICTIM = """
import ctypes, signal, sys, time
from pathlib import Path
signal.signal(signal.SIGWINCH, lambda *_: Path(sys.argv[1]).touch())
secret = ctypes.create_string_buffer(b"secret")
print(ctypes.addressof(secret), flush=True)
while True: time.sleep(60)
"""


def listen(family, kind, address):
    """Open a server that takes whatever comes, and answers datagrams."""
    server = socket.socket(family, kind)
    server.bind(address)

    def serve():
        while True:
            if kind == socket.SOCK_DGRAM:
                server.sendto(b"y", server.recvfrom(8)[1])
            else:
                server.accept()

    if kind == socket.SOCK_STREAM:
        server.listen()
    threading.Thread(target=serve, daemon=True).start()
    return server


def world(base, labels, shares_processes):
    """Make what is worth reaching; return where it is, and the victim."""
    token = f"patternbook-attack-{os.getpid()}"
    for name in ("home/work/pack-other", "open", "project", "heldout"):
        (base / name).mkdir(parents=True)
    for folder in ("open", "project"):
        (base / folder).chmod(0o777)
    files = {
        "store": "home/graph.sqlite",
        "other": "home/work/pack-other/result",
        "held_out": "heldout/labels",
        "victim_file": "open/victim",
        "truncated": "open/truncated",
        "deleted": "open/deleted",
        "moved": "open/moved",
        "evaluator": "project/evaluator.py",
        "mine": "mine",
    }
    for name in files.values():
        (base / name).write_text("worth reaching")
        (base / name).chmod(0o644 if name == "mine" else 0o666)
    shared = Path("/dev/shm", token)
    shared.write_text("worth reaching")
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(base / "open" / "signalled"), "victim-token"],
        cwd=base / "home",
        env={"SECRET": "secret"},
        stdout=subprocess.PIPE,
    )
    unix = str(base / "open" / "socket")
    servers = {
        "tcp": listen(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
        "tcp6": listen(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)) if socket.has_ipv6 else None,
        "udp": listen(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
        "unix": listen(socket.AF_UNIX, socket.SOCK_STREAM, unix),
        "abstract": listen(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + token),
    }
    os.chmod(unix, 0o777)
    libc = ctypes.CDLL(None)
    libc.shmat.restype = ctypes.c_void_p
    segment = libc.shmget(os.getpid(), 4096, 0o1666)
    ctypes.memmove(libc.shmat(segment, None, 0), b"secret", 6)
    targets = {
        **{key: str(base / name) for key, name in files.items()},
        **{key: servers[key].getsockname()[1] for key in ("tcp", "tcp6", "udp") if servers[key]},
        "home": str(base / "home"),
        "open": str(base / "open"),
        "signalled": str(base / "open" / "signalled"),
        "labels": labels,
        "source": str(ROOT / "runtime" / "tasks" / "evaluator.py"),
        "unix": unix,
        "abstract": token,
        "shared": str(shared),
        "key": os.getpid(),
        "harness": os.getpid(),
        "victim": victim.pid,
        "address": int(victim.stdout.readline()),
        "shares_processes": shares_processes,
        "file_mb": AMOUNTS.file_bytes >> 20,
        "fled": f"import time; time.sleep(600) # {token}",
        "shadow": True,
    }
    return targets, victim, shared, lambda: libc.shmctl(segment, 0, None)


def running(token):
    """Return the processes whose command line holds *token*."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and token in (entry / "cmdline").read_bytes().decode("utf-8", "replace"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def run(what, base, sandbox, targets):
    """Start the attacks called *what*; return a function that says how it went, or None while they run."""
    folder = base / "home" / "work" / what
    folder.mkdir()
    (folder / "attacks.py").write_bytes(ATTACKS.read_bytes())
    (folder / "targets.json").write_text(json.dumps(targets))
    log = (folder / "log").open("w+b")
    launched = launch(
        [sys.executable, "-I", "-S", "attacks.py", what],
        folder,
        isolation=sandbox.isolation,
        own_uid=sandbox.own_uid,
        amounts=AMOUNTS,
        environment={"PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder)},
        log=log,
        name=str(folder),
        view_=View(readable=(base / "project",), hidden=(base / "home",)),
    )
    started, most = time.monotonic(), 0

    def look():
        nonlocal most
        if launched.process.poll() is None:
            most = max(most, len(running(str(folder))) if what in BOMBS else 0)
            limit = 3 if what in BOMBS else 50
            if time.monotonic() - started > limit:
                launched.process.send_signal(signal.SIGTERM)
                launched.process.wait()
            else:
                return None
        with os.fdopen(launched.report, "rb") as report:
            said = json.loads(report.read() or b"{}")
        log.seek(0)
        lines = (folder / "report").read_text().splitlines() if (folder / "report").exists() else []
        log_ = log.read().decode("utf-8", "replace")[-2000:]
        log.close()
        return {**said, "most": most, "log": log_, "lines": [json.loads(each) for each in lines]}

    return look


def main():
    """Run everything; print what came of it."""
    base, labels = Path(sys.argv[2]), sys.argv[3:]
    try:
        sandbox = choose(sys.argv[1])
    except SandboxUnavailable as error:
        print(json.dumps({"unavailable": str(error)}))
        return
    targets, victim, shared, forget = world(base, labels, sandbox.isolation != "bwrap")
    try:
        ended = {}
        for together in (("table",), ENDINGS):
            looks = {what: run(what, base, sandbox, targets) for what in together}
            while looks:
                time.sleep(0.02)
                for what in list(looks):
                    if (result := looks[what]()) is not None:
                        ended[what] = result
                        del looks[what]
        print(
            json.dumps(
                {
                    "isolation": sandbox.isolation,
                    "own_uid": sandbox.own_uid,
                    "reached": {key: value for line in ended["table"].pop("lines") for key, value in line.items()},
                    "ended": ended,
                    "left": [*running(targets["fled"]), *running(str(base / "home" / "work"))],
                    "processes": AMOUNTS.processes,
                }
            )
        )
    finally:
        victim.kill()
        victim.wait()
        shared.unlink()
        forget()


main()
os._exit(0)  # servers still wait
