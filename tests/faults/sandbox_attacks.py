"""What code from outside might try. A program that the test copies into a sandbox: it says what it reached.

Each attempt is a function that returns something true if it reached its goal and raises, or returns nothing, if it was
kept from it. It runs in a fork of its own. ``absent`` is said where the kernel does not know the thing at all. Standard
library only, so that any interpreter can run it.
"""

import ctypes
import errno
import json
import os
import resource
import signal
import socket
import struct
import sys
import time
from pathlib import Path

T = json.loads(Path("targets.json").read_text()) if Path("targets.json").exists() else {}
LIBC = ctypes.CDLL(None, use_errno=True)
X86 = os.uname().machine == "x86_64"
ABSENT = {errno.ENOSYS, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT, errno.ESOCKTNOSUPPORT, errno.ENODEV}
TABLE = {}
ENDING = {}


def attempt(function):
    TABLE[function.__name__] = function
    return function


def ending(function):
    ENDING[function.__name__] = function
    return function


def call(x86, arm, *arguments):
    """Make a system call by number; raise its error."""
    number = x86 if X86 else arm
    result = LIBC.syscall(ctypes.c_long(number), *(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"system call {number}")
    return result


# ---- files


@attempt
def read_shadow():
    return Path("/etc/shadow").read_bytes() and T["shadow"]


@attempt
def read_passwd():
    return b"root:" in Path("/etc/passwd").read_bytes()


@attempt
def read_store():
    return Path(T["store"]).read_bytes()


@attempt
def list_home():
    return "graph.sqlite" in os.listdir(T["home"])


@attempt
def read_labels_of_scikit_learn():
    return any(Path(each).read_bytes() for each in T["labels"])


@attempt
def read_held_out():
    return Path(T["held_out"]).read_bytes()


@attempt
def read_folder_of_another_trial():
    return Path(T["other"]).read_bytes()


@attempt
def read_by_dot_dot():
    return Path("../../graph.sqlite").read_bytes()


@attempt
def read_through_a_link():
    os.symlink(T["store"], "link")
    return Path("link").read_bytes()


@attempt
def read_by_a_hard_link():
    os.link(T["store"], "hard")
    return Path("hard").read_bytes()


@attempt
def read_a_device():
    os.mknod("zero", 0o600 | 0o020000, os.makedev(1, 5))
    return Path("zero").open("rb").read(1)


@attempt
def read_by_handle():
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0), 256)
    mount = ctypes.c_int()
    call(303, 264, -100, ctypes.c_char_p(T["store"].encode()), handle, ctypes.byref(mount), 0)
    return True


@attempt
def write_outside():
    return Path(T["open"], "new").write_text("x")


@attempt
def write_by_dot_dot():
    return Path(os.path.relpath(T["open"]), "dots").write_text("x")


@attempt
def write_through_a_link():
    os.symlink(T["open"], "door")
    return Path("door/link").write_text("x")


@attempt
def overwrite_a_file():
    return Path(T["victim_file"]).write_text("x")


@attempt
def truncate_a_file():
    os.truncate(T["truncated"], 0)
    return True


@attempt
def delete_a_file():
    os.unlink(T["deleted"])
    return True


@attempt
def move_a_file_in():
    os.rename(T["moved"], "moved")
    return True


@attempt
def make_a_folder_outside():
    os.mkdir(Path(T["open"], "folder"))
    return True


@attempt
def edit_the_evaluator():
    return Path(T["evaluator"]).write_text("x")


@attempt
def replace_the_evaluator():
    Path("mine").write_text("x")
    os.rename("mine", T["evaluator"])
    return True


@attempt
def edit_our_source():
    with open(T["source"], "a"):
        return True


@attempt
def change_a_mode():
    os.chmod(T["mine"], 0o777)
    return os.stat(T["mine"]).st_mode & 0o777 == 0o777


@attempt
def change_a_time():
    os.utime(T["mine"], (1, 1))
    return os.stat(T["mine"]).st_mtime == 1


@attempt
def set_an_attribute():
    os.setxattr(T["mine"], "user.mark", b"x")
    return True


# ---- the environment


@attempt
def find_a_secret_in_the_environment():
    return any("secret" in value for value in os.environ.values())


@attempt
def find_an_open_descriptor():
    return [fd for fd in range(3, 256) if fd != REPORT.fileno() and _is_open(fd)]


def _is_open(fd):
    try:
        return bool(os.fstat(fd))
    except OSError:
        return False


@attempt
def read_the_environment_of_the_harness():
    return b"secret" in Path(f"/proc/{T['harness']}/environ").read_bytes()


@attempt
def read_the_environment_of_a_process():
    return b"secret" in Path(f"/proc/{T['victim']}/environ").read_bytes()


@attempt
def read_a_command_line():
    return b"victim-token" in Path(f"/proc/{T['victim']}/cmdline").read_bytes()


@attempt
def list_processes():
    return any(name == str(T["victim"]) for name in os.listdir("/proc"))


@attempt
def read_by_the_root_of_a_process():
    return Path(f"/proc/{T['victim']}/root{T['store']}").read_bytes()


@attempt
def read_by_the_root_of_init():
    return Path(f"/proc/1/root{T['store']}").read_bytes()


@attempt
def read_by_the_folder_of_a_process():
    return Path(f"/proc/{T['victim']}/cwd/graph.sqlite").read_bytes()


@attempt
def read_memory_of_a_process():
    with open(f"/proc/{T['victim']}/mem", "rb") as memory:
        memory.seek(T["address"])
        return memory.read(6) == b"secret"


# ---- the network


def _connect(family, kind, address):
    with socket.socket(family, kind) as connection:
        connection.settimeout(2)
        connection.connect(address)
        return True


@attempt
def connect_by_tcp():
    return _connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", T["tcp"]))


@attempt
def connect_by_tcp_6():
    return _connect(socket.AF_INET6, socket.SOCK_STREAM, ("::1", T["tcp6"]))


@attempt
def send_by_udp():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(1)
        one.sendto(b"x", ("127.0.0.1", T["udp"]))
        return one.recvfrom(8)


@attempt
def connect_to_a_unix_socket():
    return _connect(socket.AF_UNIX, socket.SOCK_STREAM, T["unix"])


@attempt
def connect_to_an_abstract_socket():
    return _connect(socket.AF_UNIX, socket.SOCK_STREAM, "\0" + T["abstract"])


@attempt
def open_netlink():
    return socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)


@attempt
def open_a_packet_socket():
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)


@attempt
def open_a_raw_socket():
    return socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


@attempt
def open_a_vsock():
    return socket.socket(40, socket.SOCK_STREAM)


@attempt
def open_a_crypto_socket():
    return socket.socket(38, socket.SOCK_SEQPACKET)


@attempt
def connect_by_io_uring():
    return call(425, 425, 4, ctypes.create_string_buffer(120))


# ---- other processes


@attempt
def signal_the_harness():
    os.kill(T["harness"], signal.SIGWINCH)
    return True


@attempt
def signal_the_parent():
    if not T["shares_processes"]:
        return None  # the parent is of the sandbox itself
    os.kill(PARENT, signal.SIGWINCH)
    return True


@attempt
def signal_everybody():
    os.kill(-1, signal.SIGWINCH)
    time.sleep(0.3)
    return Path(T["signalled"]).exists()


@attempt
def signal_by_descriptor():
    descriptor = os.pidfd_open(T["victim"])
    signal.pidfd_send_signal(descriptor, signal.SIGWINCH)
    return True


@attempt
def trace_a_process():
    if LIBC.ptrace(0x4206, T["victim"], 0, 0) != 0:  # PTRACE_SEIZE
        raise OSError(ctypes.get_errno(), "ptrace")
    return True


@attempt
def trace_its_own_child():
    # Tracing itself is no harm, but it is how filters were got round on old kernels.
    pid = os.fork()
    if pid == 0:
        time.sleep(2)
        os._exit(0)
    try:
        call(101, 117, 0x4206, pid, 0, 0)
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    return True


@attempt
def read_memory_by_call():
    local = ctypes.create_string_buffer(6)
    here = struct.pack("PN", ctypes.addressof(local), 6)
    there = struct.pack("PN", T["address"], 6)
    call(310, 270, T["victim"], ctypes.c_char_p(here), 1, ctypes.c_char_p(there), 1, 0)
    return local.raw == b"secret"


@attempt
def take_a_descriptor_of_a_process():
    return call(438, 438, os.pidfd_open(T["victim"]), 0, 0) >= 0


@attempt
def limit_another_process():
    resource.prlimit(T["victim"], resource.RLIMIT_CORE, (0, 0))
    return True


@attempt
def slow_another_process():
    os.setpriority(os.PRIO_PROCESS, T["victim"], 10)
    return True


@attempt
def move_another_process():
    os.sched_setaffinity(T["victim"], os.sched_getaffinity(0))
    return True


@attempt
def read_shared_memory():
    LIBC.shmat.restype = ctypes.c_void_p
    shared = LIBC.shmget(T["key"], 4096, 0)
    if shared < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    address = LIBC.shmat(shared, None, 0o10000)
    if address in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), "shmat")
    return ctypes.string_at(address, 6) == b"secret"


@attempt
def open_a_message_queue():
    return call(240, 180, ctypes.c_char_p(b"attack"), os.O_CREAT | os.O_RDWR, 0o600, 0)


@attempt
def read_shared_files():
    return Path(T["shared"]).read_bytes()


# ---- the kernel


@attempt
def make_a_user_namespace():
    return call(272, 97, 0x10000000) == 0


@attempt
def make_a_namespace_by_clone():
    pid = call(56, 220, 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True


@attempt
def make_a_namespace_by_clone3():
    arguments = struct.pack("11Q", 0x10000000, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0)
    pid = call(435, 435, ctypes.c_char_p(arguments), len(arguments))
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return True


@attempt
def mount_something():
    source = ctypes.c_char_p(b"none")
    return call(165, 40, source, ctypes.c_char_p(b"."), ctypes.c_char_p(b"tmpfs"), 0, 0) == 0


@attempt
def open_a_tree():
    return call(428, 428, -100, ctypes.c_char_p(b"/"), 1)


@attempt
def change_the_root():
    os.chroot(".")
    return True


@attempt
def become_root():
    os.setresuid(0, 0, 0)
    os.setresgid(0, 0, 0)
    return os.getuid() == 0


@attempt
def gain_by_a_setuid_program():
    return LIBC.prctl(39, 0, 0, 0, 0) == 0  # PR_GET_NO_NEW_PRIVS


@attempt
def hold_a_capability_to_change():
    effective = ctypes.create_string_buffer(24)
    header = struct.pack("Ii", 0x20080522, 0)
    LIBC.capget(ctypes.c_char_p(header), effective)
    low, high = struct.unpack_from("I", effective, 0)[0], struct.unpack_from("I", effective, 12)[0]
    return low & ~(1 << 2) or high  # but CAP_DAC_READ_SEARCH


@attempt
def load_a_kernel_program():
    attributes = ctypes.create_string_buffer(struct.pack("IIII", 1, 4, 4, 1), 128)  # an array map
    return call(321, 280, 0, attributes, 128)


@attempt
def count_events():
    attributes = ctypes.create_string_buffer(struct.pack("IIQ", 1, 128, 0) + bytes(24) + struct.pack("Q", 0x60), 128)
    return call(298, 241, attributes, 0, -1, -1, 0)


@attempt
def handle_page_faults():
    return call(323, 282, 1)


@attempt
def use_keys():
    return call(250, 219, 0, -3, 1)


@attempt
def change_personality():
    return call(135, 92, 0x0040000) >= 0


@attempt
def run_a_program_from_memory():
    descriptor = os.memfd_create("program")
    os.write(descriptor, Path("/bin/true").read_bytes())
    pid = os.fork()
    if pid == 0:
        os.execve(descriptor, ["true"], {})
    return os.waitpid(pid, 0)[1] == 0


@attempt
def push_into_a_terminal():
    import fcntl

    _, follower = os.openpty()
    os.setsid()
    fcntl.ioctl(follower, 0x540E, 0)  # TIOCSCTTY
    fcntl.ioctl(follower, 0x5412, b"x")  # TIOCSTI
    return True


@attempt
def read_the_kernel_log():
    return call(103, 116, 3, ctypes.create_string_buffer(4096), 4096)


@attempt
def set_the_host_name():
    return call(170, 161, ctypes.c_char_p(b"x"), 1) == 0


@attempt
def set_the_clock():
    time.clock_settime(time.CLOCK_REALTIME, time.time())
    return True


@attempt
def load_a_module():
    return call(313, 273, 0, ctypes.c_char_p(b""), 0) == 0


@attempt
def write_kernel_settings():
    Path("/proc/sys/kernel/core_pattern").open("w").close()
    return True


@attempt
def call_as_another_architecture():
    if not X86:
        raise OSError(errno.ENOSYS, "x32 is of x86_64")
    return call(0x40000000 + 39, 0) > 0  # getpid by the x32 table


# ---- amounts that the kernel counts


@attempt
def write_a_huge_file():
    with open("huge", "wb") as out:
        out.writelines(bytes(1 << 20) for _ in range(T["file_mb"] + 1))
    return True


@attempt
def make_a_sparse_file():
    with open("sparse", "wb") as out:
        out.truncate(1 << 40)
    return True


@attempt
def open_many_files():
    held = [open("/dev/null") for _ in range(5000)]
    return len(held)


@attempt
def allocate_much():
    return bytearray(64 << 30)


@attempt
def dump_core():
    return resource.getrlimit(resource.RLIMIT_CORE)[1]


@attempt
def raise_a_limit():
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return True


# ---- what must work behind every wall


@attempt
def works_touch_and_copy():
    import shutil

    Path("touched").touch()
    Path("touched").touch()
    shutil.copy2("touched", "copied")
    os.chmod("copied", 0o600)
    os.rename("copied", "renamed")
    return Path("renamed").exists() and Path("touched").exists()


@attempt
def works_touch_of_the_shell():
    import subprocess

    lines = "touch fresh && touch fresh && ls fresh"
    return subprocess.run(["/bin/sh", "-c", lines], stdout=-1, check=False).stdout == b"fresh\n"


@attempt
def works_processes_and_threads():
    import subprocess
    import threading

    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()
    sleeper = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(60)"])
    sleeper.terminate()
    return sleeper.wait() == -signal.SIGTERM


@attempt
def works_pairs_of_sockets():
    one, other = socket.socketpair()
    one.send(b"x")
    return other.recv(1)


@attempt
def works_temporary_files():
    import tempfile

    with tempfile.TemporaryFile() as file:
        return file.write(b"x")


@attempt
def works_reading_what_is_given():
    return Path(T["evaluator"]).parent.is_dir() and (Path(T["evaluator"]).read_text() or True)


# ---- what ends the child; each in a sandbox of its own


@ending
def fork_bomb():
    _bomb(lambda: None)


def _bomb(then):
    """Double eleven times: enough to find a wall missing, and not enough to bring the machine down."""
    for _ in range(11):
        try:
            if os.fork() == 0:
                then()
        except OSError:
            time.sleep(0.01)
    while True:
        time.sleep(1)


@ending
def fork_bomb_in_new_sessions():
    _bomb(os.setsid)


@ending
def many_small_files():
    for number in range(1 << 30):
        Path(f"f{number}").touch()


@ending
def many_large_files():
    for number in range(1 << 30):
        Path(f"f{number}").write_bytes(b"x" * (1 << 20))


@ending
def deleted_files():
    held = []
    while True:
        held.append(open("gone", "wb"))
        os.unlink("gone")
        held[-1].write(b"x" * (1 << 20))
        held[-1].flush()


@ending
def deep_folders():
    while True:
        os.mkdir("d")
        os.chdir("d")


@ending
def memory_of_many():
    for _ in range(8):
        if os.fork() == 0:
            break
    held = bytearray(b"x") * (100 << 20)
    while held:
        time.sleep(1)


@ending
def shared_memory():
    import mmap

    held = []
    while True:
        held.append(mmap.mmap(-1, 16 << 20))
        held[-1].write(b"x" * (16 << 20))


@ending
def flee():
    """Leave processes behind in sessions of their own, without a parent and without a sign of where they come from."""
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                LIBC.prctl(1, 0, 0, 0, 0)
                os.execve(sys.executable, [sys.executable, "-I", "-S", "-c", T["fled"]], {})
            os._exit(0)
    time.sleep(0.5)


def _run(function):
    signal.alarm(10)
    try:
        reached = function()
    except OSError as error:
        if error.errno in ABSENT:
            return f"absent: {error.strerror}"
        return f"blocked: {type(error).__name__} {error}"
    except (MemoryError, ValueError) as error:
        return f"blocked: {type(error).__name__} {error}"
    return "reached" if reached else "blocked: nothing came of it"


MAIN, PARENT = os.getpid(), os.getppid()
REPORT = open("report", "a")

if __name__ == "__main__":
    if sys.argv[1] != "table":
        ENDING[sys.argv[1]]()
        sys.exit(0)
    for name, function in TABLE.items():
        pid = os.fork()
        if pid == 0:
            REPORT.write(json.dumps({name: _run(function)}) + "\n")
            REPORT.flush()
            os._exit(0)
        status = os.waitpid(pid, 0)[1]
        if status:
            REPORT.write(json.dumps({name: f"blocked: status {status}"}) + "\n")
            REPORT.flush()
