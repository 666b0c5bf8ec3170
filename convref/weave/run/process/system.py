"""Functions on processes that need system calls which Python's standard library lacks.

On a system without these calls, the functions do nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import struct
import sys
from pathlib import Path
from typing import Final

# Options of Linux's `prctl`.
_DEATH_SIGNAL: Final = 1  # the signal that this process gets when its parent dies
_DUMPABLE: Final = 4
_DROP_FROM_BOUNDING_SET: Final = 24
_SUBREAPER: Final = 36  # orphans among the descendants of a subreaper become its children
_NO_NEW_PRIVILEGES: Final = 38
# Capabilities with which root reads other processes: CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_PERFMON.
_SPYING: Final = (19, 21, 38)
_CAPABILITY_VERSION: Final = 0x20080522
# Linux's Landlock, whose system calls have these numbers on every architecture.
_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_QUERY_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_MAKE_BLOCK_DEVICE: Final = 1 << 11  # file system rights
_REFER: Final = 1 << 13
_SCOPE_SIGNALS: Final = 1 << 1


def become_subreaper() -> None:
    """Make this process the new parent of every descendant whose own parent dies.

    Otherwise such a process would become a child of the system's first process, and this process could not
    find and kill it.
    """
    _prctl(_SUBREAPER, 1)


def die_with_parent(parent: int) -> None:
    """Ask the system to kill this process when its parent dies.

    Args:
        parent: the parent's process id; if it has died already, this process exits.
    """
    _prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def hide_memory() -> None:
    """Prevent other processes of the same user from reading this one's memory and environment in /proc."""
    _prctl(_DUMPABLE, 0)


def confine() -> bool:
    """Deny this process and its descendants access to all other processes; return True if this succeeded.

    This uses Landlock, a security module of Linux. A confined process cannot read the memory, the environment
    or the file descriptors of other processes. Since Linux 6.12, it cannot send signals to them, either.
    Programs such as `sudo` get no further privileges in it. Root also loses the privileges with which it
    could read other processes in spite of Landlock.
    """
    _drop_capabilities()
    version = confinement_version()
    if version < 2:
        return False
    scoped = version >= 6
    # A domain must restrict at least one right. Versions that cannot restrict signals must restrict a right
    # on files: here that of making block devices. Such a domain also restricts renaming between directories.
    # Both are allowed again everywhere, by a rule for the root directory.
    rights = 0 if scoped else _MAKE_BLOCK_DEVICE | _REFER
    attributes = struct.pack("QQQ", 0, 0, _SCOPE_SIGNALS) if scoped else struct.pack("Q", rights)
    rules = _syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return False
    try:
        if not scoped:
            root = os.open("/", getattr(os, "O_PATH", os.O_RDONLY))
            try:
                _syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", rights, root), 0)
            finally:
                os.close(root)
        _prctl(_NO_NEW_PRIVILEGES, 1)
        return _syscall(_RESTRICT_SELF, rules, 0) == 0
    finally:
        os.close(rules)


def confinement_version() -> int:
    """Return the version of Landlock, Linux's module for confining processes; 0 if the system has none."""
    if sys.platform != "linux":
        return 0
    return max(0, _syscall(_CREATE_RULESET, None, 0, _QUERY_VERSION))


def _drop_capabilities() -> None:
    """Drop root's capabilities to read the memory of other processes."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return
    for each in _SPYING:
        _prctl(_DROP_FROM_BOUNDING_SET, each)  # no program that this process starts gets them back
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITY_VERSION, 0))
    sets = ctypes.create_string_buffer(24)  # effective, permitted and inheritable, in two halves
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        if libc.capget(header, sets) == 0:
            halves = list(struct.unpack("=6I", sets.raw))
            for each in _SPYING:
                half, bit = divmod(each, 32)
                for number in range(3 * half, 3 * half + 3):
                    halves[number] &= ~(1 << bit)
            libc.capset(header, ctypes.create_string_buffer(struct.pack("=6I", *halves), 24))


def is_stopped(pid: int) -> bool:
    """Return True if a signal has stopped a process; False also if the system does not report this."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "T"
    except (OSError, ValueError):
        return False


def kill_group(pid: int) -> None:
    """Kill a process and all processes of its process group."""
    for kill in (os.killpg, os.kill):  # the process may not have made its group yet
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def kill_orphans(known: set[int]) -> None:
    """Kill all processes that became children of this process when their parent died, and their descendants.

    Args:
        known: the children that this process itself has started.
    """
    listing = Path(f"/proc/self/task/{os.getpid()}/children")
    while True:
        try:
            orphans = {int(pid) for pid in listing.read_text(encoding="ascii").split()} - known
        except OSError:
            return
        # Only an empty listing ends the loop: an orphan that ended after the listing was read has left its
        # children to this process, and they are in the next listing.
        if not orphans:
            return
        for pid in orphans:
            if _runs(pid):
                kill_group(pid)


def _runs(pid: int) -> bool:
    """Return True if a child process still runs; reap it if it has ended."""
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    return False


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _syscall(number: int, *arguments: object) -> int:
    with contextlib.suppress(OSError, AttributeError):
        return int(ctypes.CDLL(None).syscall(number, *arguments))
    return -1
