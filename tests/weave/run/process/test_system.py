"""Calls of the operating system: what a confined process can no longer do, and what it still can."""

import json
import os
import subprocess
import sys

import pytest

from convref.weave.run.process import system

linux = pytest.mark.skipif(sys.platform != "linux", reason="these are calls of Linux")
confined = pytest.mark.skipif(system.confinement_version() < 2, reason="this system has no Landlock")
scoped = pytest.mark.skipif(system.confinement_version() < 6, reason="this Landlock does not scope signals")
CONFINED = """
import json, os, signal, sys
from convref.weave.run.process import system
system.confinement_version = lambda: VERSION
parent = os.getppid()
done = system.confine()
def tried(action):
    try:
        return action() is not None or True
    except PermissionError:
        return False
def child():
    pid = os.fork()
    if pid == 0:
        signal.pause()
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1] == signal.SIGKILL
def moved():
    os.makedirs("a", exist_ok=True); open("a/f", "w").close(); os.rename("a/f", "f")
print(json.dumps({
    "confined": done,
    "environment": tried(lambda: open(f"/proc/{parent}/environ").read()),
    "memory": tried(lambda: open(f"/proc/{parent}/mem", "rb")),
    "descriptors": tried(lambda: os.readlink(f"/proc/{parent}/fd/0")),
    "signals": tried(lambda: os.kill(parent, 0)),
    "its own environment": tried(lambda: open("/proc/self/environ").read()),
    "its own child": tried(child),
    "renaming": tried(moved),
}))
"""


def printed(code, folder=None):
    """What a Python program prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, text=True, stdout=subprocess.PIPE, check=True, timeout=30
    )
    return done.stdout


def tries(version, tmp_path):
    """What a process confined by a version of Landlock succeeds in."""
    code = CONFINED.replace("VERSION", str(version))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, text=True, capture_output=True, check=True
    )
    return json.loads(done.stdout)


@confined
@pytest.mark.parametrize("version", [3, 6])
def test_a_confined_process_cannot_read_others_and_can_do_all_else(tmp_path, version):
    if version > system.confinement_version():
        pytest.skip("this system has an older Landlock")
    done = tries(version, tmp_path)
    signals = done.pop("signals")
    assert {
        "confined": True,
        "environment": False,
        "memory": False,
        "descriptors": False,
        "its own environment": True,
        "its own child": True,
        "renaming": True,
    } == done
    assert (version < 6) == signals


@linux
def test_without_landlock_a_process_is_not_confined_and_says_so(tmp_path):
    assert not tries(0, tmp_path)["confined"]


@linux
def test_a_hidden_process_cannot_be_read_by_another_of_its_user():
    code = (
        "import os, sys, time; from convref.weave.run.process import system\n"
        "os.getuid() == 0 and os.setuid(65534)  # root may read everything\n"
        "system.hide_memory()\npid = os.getpid()\n"
        "if os.fork() == 0:\n"
        "    os.execv(sys.executable, [sys.executable, '-c', f\"open('/proc/{pid}/environ').read()\"])\n"
        "print(os.waitstatus_to_exitcode(os.wait()[1]))"
    )
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    assert "1\n" == done.stdout
    assert "PermissionError" in done.stderr


def children_left_after(code):
    """Run code in a process that gets all orphans, have it kill them, and return the list of its children."""
    whole = (
        "import os, time; from convref.weave.run.process import system\n"
        "system.become_subreaper()\n"
        f"{code}"
        "system.kill_orphans(set())\n"
        "print(open(f'/proc/self/task/{os.getpid()}/children').read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", whole], text=True, capture_output=True, check=True, timeout=120
    )
    return done.stdout


@linux
def test_orphans_of_orphans_are_killed():
    # Each chain has one process that ends and three that sleep. A byte in the pipe says that one sleeps:
    # on a busy machine, starting them all takes any time.
    code = (
        "ready, sleeping = os.pipe()\n"
        "def sleep():\n"
        "    os.write(sleeping, b'.')\n"
        "    time.sleep(600)\n"
        "for _ in range(3):\n"
        "    if os.fork() == 0:\n"
        "        for _ in range(3):\n"
        "            os.setsid()\n"
        "            if os.fork(): os._exit(0) if _ < 1 else sleep()\n"
        "        sleep()\n"
        "for _ in range(9):\n"
        "    os.read(ready, 1)\n"
    )
    assert "\n" == children_left_after(code)


@linux
def test_children_of_an_orphan_that_ends_while_orphans_are_listed_are_killed():
    # The orphan ends between the listing and the look at it. Its child is only in the next listing.
    code = (
        "go, end = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    if os.fork() == 0: time.sleep(600)\n"
        "    os.read(go, 1)\n"
        "    os._exit(0)\n"
        "runs = system._runs\n"
        "def runs_no_more(pid):\n"
        "    os.write(end, b'.')\n"
        "    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)\n"
        "    system._runs = runs\n"
        "    return runs(pid)\n"
        "system._runs = runs_no_more\n"
    )
    assert "\n" == children_left_after(code)


def test_no_module_of_the_boot_script_s_folder_hides_one_of_the_standard_library():
    folder = os.path.dirname(system.__file__)  # noqa: PTH120
    names = {name.partition(".")[0] for name in os.listdir(folder)}  # noqa: PTH208
    assert set() == names & set(sys.stdlib_module_names)
