"""The seccomp filter: right numbers, right architecture. What it blocks is in tests/faults/test_sandbox.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from runtime.sandbox import landlock, seccomp

# Where the C library's headers list the calls of x86_64 and of all newer architectures, aarch64 among them.
HEADERS = (Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm-generic/unistd.h"))
NAMED = {
    **seccomp.DENIED,
    **seccomp._METADATA,
    **seccomp._ATTRIBUTES,
    **{name: numbers for name, (numbers, _) in seccomp._OF_A_PROCESS.items()},
    "clone3": seccomp._CLONE3,
    "clone": seccomp._CLONE,
    "socket": seccomp._SOCKET,
    "socketpair": seccomp._SOCKETPAIR,
    "ioctl": seccomp._IOCTL,
    "personality": seccomp._PERSONALITY,
    "utimensat": seccomp._UTIMENSAT,
}


@pytest.mark.parametrize("place", [0, 1], ids=["x86_64", "aarch64"])
def test_system_calls_have_the_numbers_of_the_kernel(place: int) -> None:
    """Each number that the headers of this machine know is the one in the filter."""
    if not HEADERS[place].exists():
        pytest.skip(f"{HEADERS[place]} is not installed")
    found = re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)", HEADERS[place].read_text())
    known = {name: int(number) for name, number in found}
    ours = {name: numbers[place] for name, numbers in NAMED.items()}

    assert {n: v for n, v in ours.items() if n in known and known[n] != v} == {}
    assert sum(name in known for name in ours) > 70
    assert {n for n, v in ours.items() if v is None} & set(known) == set()


def test_landlock_has_its_three_calls() -> None:
    """The same on both architectures."""
    assert (landlock.CREATE_RULESET, landlock.ADD_RULE, landlock.RESTRICT_SELF) == (444, 445, 446)


def test_a_machine_of_another_architecture_has_no_filter() -> None:
    """Rather none than a wrong one: the rung is then stepped over."""
    with pytest.raises(OSError, match="not for riscv64"):
        seccomp.program("riscv64", ())


@pytest.mark.parametrize("machine", list(seccomp.ARCHITECTURES))
def test_no_jump_leaves_the_program(machine: str) -> None:
    """Each ends at an instruction, and the program fits the kernel's limit of 4096."""
    code = seccomp.program(machine, (seccomp.AF_UNIX, seccomp.AF_INET), hold_metadata=True)
    steps = len(code) // 8

    assert steps <= 4096
    for place in range(steps):
        kind, on_true, on_false = int.from_bytes(code[8 * place : 8 * place + 2], "little"), *code[8 * place + 2 :][:2]
        assert kind & 7 != 5 or place + 1 + max(on_true, on_false) < steps
