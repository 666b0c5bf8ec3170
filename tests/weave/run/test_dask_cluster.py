"""A site is built on a local Dask cluster of two workers as in processes of the build."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from cached_site import block, planned, shown, write

from convref.errors import ArgumentError
from convref.weave.cache.results import CacheSettings
from convref.weave.run import dask_cluster, remote
from convref.weave.run.dask_cluster import dask_executor
from convref.weave.run.engine import Engine
from convref.weave.run.settings import Settings
from convref.weave.site.export import export_pages

distributed = pytest.importorskip("distributed")

FIGURE = """\
from matplotlib import pyplot as plt
figure, axes = plt.subplots(figsize=(2, 2))
axes.plot([1, 3, 2]);
"""
PAGES = {
    "index.md": block("import helper\nhelper.value", ' source="above"') + "`{python} helper.value + 1`\n",
    "figure.md": block(FIGURE, ' figure alt="a line" caption="A line."'),
    "second.md": block(FIGURE.replace("3, 2", "2, 3"), ' figure alt="a line" caption="Another."'),
    "reads.md": block("open('docs/data/a.csv').read()") + block("import os; sorted(os.listdir('docs/data'))"),
    "writes.md": block("open('docs/written.txt', 'w').write('x' * 9)"),
    "fails.md": block("def f():\n    return 1 / 0\nf()") + block("2"),
    "hangs.md": block("import time; time.sleep(60)") + block("2"),
    "ignores.md": block(
        "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException: pass"
    ),
    "crashes.md": block("import os; os.abort()") + block("2"),
    "killed.md": block("import os; os.kill(os.getpid(), 9)") + block("2"),
    "large.md": block("len(bytearray(1 << 30))") + block("print('x' * 5000)"),
    "late.md": block("x = 3") + block("print('```python exec=\"on\"\\nx + 1\\n```')"),
    "examples.md": "```pycon\n>>> 1 + 1\n3\n```\n\n$$ 2 + 2 = 5 $$\n",
    "twice.md": block("a = 1", ' session="a"') + block("'a' in globals()", ' session="b"'),
}


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, memory_limit=0, dashboard_address="127.0.0.1:0"
    ) as cluster:
        yield cluster


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, text in PAGES.items():
        write(tmp_path / "docs" / name, f"# T\n\n{text}")
    write(tmp_path / "docs" / "data" / "a.csv", "a,b\n1,2\n")
    write(tmp_path / "helper.py", "value = 5\n")
    write(tmp_path / "matplotlibrc", "axes.facecolor: yellow\n")  # read when matplotlib is imported
    return tmp_path


def configure(site, executor, name, **options):
    given = {
        "executor": executor, "cache": f"cache-{name}", "jobs": 2, "timeout": 3, "memory": "256M",
        "output_limit": 100_000, "doctests": "on", **options,
    }  # fmt: skip
    config = {"site_name": "T", "theme": {"name": "mkdocs"}, "plugins": [{"convref": given}]}
    write(site / "mkdocs.yml", json.dumps(config))  # JSON is YAML


def woven(site, executor, name, **options):
    """Return the diagnostics of an export, and the bytes of each file that it wrote."""
    configure(site, executor, name, **options)
    (site / "docs" / "written.txt").unlink(missing_ok=True)
    report = export_pages(Path("docs"), Path(f"out-{name}"))
    return list(map(str, report.diagnostics)), contents(site / f"out-{name}")


def contents(folder):
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def dependencies(folder):
    """Return what the entries of a cache depend on, by page and session."""
    # The first line of an entry is its signature.
    texts = [file.read_text("utf-8").partition("\n")[2] for file in folder.rglob("*.json")]
    return {
        (body["page"], body["session"], str(body["steps"])): body["depends"]
        for body in map(json.loads, texts)
    }


def test_a_site_has_the_same_bytes_messages_and_dependencies_as_a_local_build(site, cluster):
    expected, files = woven(site, "local", "local")
    assert set(PAGES) <= set(files)
    assert {"Timeout", "Crash", "MemoryError", "ZeroDivisionError"} <= {
        word.strip(":") for message in expected for word in message.split()
    }
    assert (expected, files) == woven(site, {"dask": cluster.scheduler_address}, "dask")
    with distributed.Client(cluster, set_as_default=False) as client:
        used = client.run(lambda: remote._warm_host.cache_info().misses)
    assert [True, True] == [count > 0 for count in used.values()]  # both workers have run sessions
    known = dependencies(site / "cache-local")
    assert len(known) > len(PAGES) / 2
    assert known == dependencies(site / "cache-dask")


def test_a_later_local_build_recalls_the_results_of_the_cluster(site, cluster):
    for name in ("hangs.md", "ignores.md", "crashes.md", "killed.md", "large.md", "writes.md", "late.md"):
        (site / "docs" / name).unlink()  # their results are not kept
    expected = woven(site, {"dask": cluster.scheduler_address}, "one")
    (site / "cache-one").rename(site / "cache-two")
    assert expected == woven(site, "local", "two", execute="never")


def test_mkdocs_starts_a_cluster_by_itself(site):
    for name in ("hangs.md", "ignores.md", "crashes.md", "killed.md"):
        (site / "docs" / name).unlink()  # they take long, and are in the site of the test above
    built = {}
    for executor in ("local", "dask"):
        configure(site, executor, executor)
        command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", f"site-{executor}"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        said = [line for line in done.stderr.split("\n") if "convref:" in line]
        pages = {name: text for name, text in contents(site / f"site-{executor}").items() if ".html" in name}
        built[executor] = (
            said,
            {name: re.sub(rb"Build Date UTC : .*", b"", text) for name, text in pages.items()},
        )
    assert any("fails.md:5: run: ZeroDivisionError" in line for line in built["local"][0])
    assert built["local"] == built["dask"]


def test_sessions_of_a_worker_that_is_killed_run_again_and_leave_no_process(tmp_path, monkeypatch, cluster):
    monkeypatch.chdir(tmp_path)
    code = "import os, time\nopen(f'began-{0}-{{os.getpid()}}', 'w').close()\ntime.sleep(1.5)\n{0}"
    plans = [planned(block(code.format(number)), f"{number}.md") for number in range(6)]
    settings = Settings(executor=f"dask: {cluster.scheduler_address}")
    with (
        Engine(settings, cache=CacheSettings(tmp_path / "cache")) as engine,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        engine.prepare(plans)
        futures = [engine.submit(plan) for plan in plans]
        while len(list(tmp_path.glob("began-*"))) < 2:
            time.sleep(0.01)
        worker = psutil.Process(next(iter(client.run(os.getpid).values())))
        of_session = worker.children(recursive=True)
        assert len(of_session) >= 3  # the warm parent, a keeper and its worker
        worker.send_signal(signal.SIGKILL)
        assert [["0"], ["1"], ["2"], ["3"], ["4"], ["5"]] == [
            [shown(outcome) for outcome in future.result()] for future in futures
        ]
        assert engine.results is not None
        engine.results.begin()
        assert all(engine.results.knows(plan.steps) for plan in plans)
    assert [] == psutil.wait_procs(of_session, timeout=20)[1]
    assert 7 == len(list(tmp_path.glob("began-*")))  # one session has run twice


def test_sessions_run_locally_when_the_cluster_ends(tmp_path, monkeypatch, caplog):
    monkeypatch.chdir(tmp_path)
    text = block("import time\nopen('began', 'a').write('x')\ntime.sleep(1)\n'done'")
    cluster = distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0")
    with Engine(Settings(executor=f"dask: {cluster.scheduler_address}")) as engine:
        future = engine.submit(planned(text))
        while not (tmp_path / "began").exists():
            time.sleep(0.01)
        cluster.close()
        assert ["'done'"] == [shown(outcome) for outcome in future.result(120)]
    assert "x.md:2: the executor lost this session, which now runs locally" in caplog.text


def test_a_cluster_without_workers_is_reported(caplog):
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as cluster,
        dask_executor(cluster.scheduler_address, 1),
    ):
        assert "has no workers yet; sessions wait until there are some" in caplog.text


@pytest.mark.parametrize("is_open", [False, True], ids=["nobody", "another server"])
def test_an_address_that_does_not_answer_is_an_error_with_the_options_name(monkeypatch, unused_port, is_open):
    monkeypatch.setattr(dask_cluster, "PATIENCE", 1.0)
    address = f"tcp://127.0.0.1:{unused_port(is_open)}"
    with (
        pytest.raises(ArgumentError, match=rf"^executor \(='dask: {address}'\) cannot be reached: \w+"),
        Engine(Settings(executor=f"dask: {address}")) as engine,
    ):
        engine.prepare([planned(block("1"))])


def test_a_session_of_a_cluster_that_does_not_answer_fails_once_it_is_known(monkeypatch, unused_port):
    monkeypatch.setattr(dask_cluster, "PATIENCE", 1.0)
    with Engine(Settings(executor=f"dask: tcp://127.0.0.1:{unused_port(False)}")) as engine:
        first, second = [engine.run(planned(block("1")))[0].failure for _ in range(2)]
    assert first is not None
    assert "cannot be reached" in first.message
    assert first == second


def test_dask_is_asked_for_where_it_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(
            ArgumentError, match=r"^executor \(='dask'\) needs Dask: pip install 'convref\[dask\]'"
        ),
        Engine(Settings(executor="dask")) as engine,
    ):
        engine.prepare([planned(block("1"))])


@pytest.fixture
def unused_port():
    """Return a function that gives a port on which nobody listens, or a server that says nothing."""
    import socket

    listening = socket.create_server(("127.0.0.1", 0))

    def port(is_open):
        number = listening.getsockname()[1]
        if not is_open:
            listening.close()
        return number

    yield port
    listening.close()
