"""What the workflows run, read and hand on exists: make targets, files, jobs, steps, artifacts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
MADE = {"dist", "notes.md", "site", ".venv"}
"""What steps of the workflows make: it is in no checkout."""
IN_CHECKOUT = re.compile(r"(?:\.ci|\.venv|benchmarks|docs|tests)/[\w./-]+|requirements[\w*-]*\.lock")


def load(text: str) -> Any:
    return yaml.safe_load(text)


def commands(job: dict[str, Any]) -> Iterator[str]:
    yield from (step["run"] for step in job["steps"] if "run" in step)


def inputs(job: dict[str, Any], name: str) -> Iterator[str]:
    yield from (str(step["with"][name]) for step in job["steps"] if name in step.get("with", {}))


def artifacts(job: dict[str, Any], action: str) -> Iterator[str]:
    steps = (step for step in job["steps"] if step.get("uses", "").startswith(f"actions/{action}-artifact@"))
    yield from (step["with"]["name"] for step in steps)


def faults(text: str) -> list[str]:
    """Return what a workflow names that does not exist."""
    jobs = load(text)["jobs"]
    return [
        fault for name, job in jobs.items() for fault in (f"{name}: {each}" for each in missing(jobs, job))
    ]


def missing(jobs: dict[str, Any], job: dict[str, Any]) -> Iterator[str]:
    """Yield the make targets, files, artifacts, jobs, steps and matrix values that a job lacks."""
    for command in commands(job):
        words = command.split()
        if words[0] == "make":
            yield from (f"make {word}" for word in words[1:] if "=" not in word and word not in TARGETS)
        for path in IN_CHECKOUT.findall(command):
            if path.split("/")[0] not in MADE and not (ROOT / path).exists():
                yield path
    for pattern in inputs(job, "cache-dependency-path"):
        if not list(ROOT.glob(pattern)):
            yield pattern
    for paths in inputs(job, "path"):
        yield from (
            path for path in paths.split() if path.split("/")[0] not in MADE and not (ROOT / path).exists()
        )
    needed = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
    yield from (f"job {each}" for each in needed if each not in jobs)
    given = {each for name in needed if name in jobs for each in artifacts(jobs[name], "upload")}
    yield from (f"artifact {each}" for each in artifacts(job, "download") if each not in given)
    steps = {step["id"] for step in job["steps"] if "id" in step}
    shown = str(job)
    yield from (f"step {each}" for each in re.findall(r"\bsteps\.([\w-]+)\.", shown) if each not in steps)
    matrix = job.get("strategy", {}).get("matrix", {})
    yield from (f"matrix.{each}" for each in re.findall(r"\bmatrix\.(\w+)", shown) if each not in matrix)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_all_that_a_workflow_names_exists(file: Path) -> None:
    assert [] == faults(file.read_text("utf-8"))


@pytest.mark.parametrize(("step", "fault"), [
    ("run: make chek", "make chek"),
    ("run: .ci/runs", ".ci/runs"),
    ("run: .venv/bin/python benchmarks/none.py", "benchmarks/none.py"),
    ("run: pip install -r requirements-other.lock", "requirements-other.lock"),
    ("{uses: a/b@1, with: {cache-dependency-path: other*.lock}}", "other*.lock"),
    ("{uses: a/b@1, with: {path: built}}", "built"),
    ("{uses: actions/download-artifact@1, with: {name: wheel}}", "artifact wheel"),
    ("run: echo ${{ steps.pages.outputs.url }}", "step pages"),
    ("run: echo ${{ matrix.python }}", "matrix.python"),
])  # fmt: skip
def test_a_name_without_what_it_names_is_found(step: str, fault: str) -> None:
    assert [f"one: {fault}"] == faults(f"jobs:\n  one:\n    steps:\n      - {step}\n")


def test_a_job_that_is_waited_for_must_exist() -> None:
    assert ["one: job two"] == faults("jobs: {one: {needs: two, steps: []}}")


def test_each_python_that_a_workflow_sets_up_is_one_that_the_package_supports() -> None:
    supported = re.findall(
        r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text("utf-8")
    )
    for file in WORKFLOWS:
        for job in load(file.read_text("utf-8"))["jobs"].values():
            versions = {each for each in inputs(job, "python-version") if "matrix" not in each}
            assert versions <= set(supported), file.name


def test_every_change_runs_the_checks_of_make_check() -> None:
    run = (ROOT / ".ci" / "run").read_text("utf-8")
    assert {"make check", "make test"} <= set(run.splitlines())
    tests = load((ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8"))["jobs"]["tests"]
    assert ".ci/run" in commands(tests)
