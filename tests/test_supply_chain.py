"""What the site and the tests install is locked with hashes and has a known licence; actions are pinned."""

import re
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements-build.lock", "requirements.lock")
OF_TORCH = re.compile(r"torch|torchvision|triton|cuda-.*|nvidia-.*")  # their builds differ by platform
PINNED = re.compile(r"(?P<name>[\w.-]+)==(?P<version>[^\s;]+)(?P<marker> ; [^\\]+)?")
# All of them permit use and redistribution, without conditions on code that imports them.
LICENCES = re.compile(
    r"\b(MIT|MIT-0|MIT-CMU|HPND|BSD|Apache|PSF|Python Software Foundation|ISC|ISCL|MPL|Mozilla|Unlicense|0BSD"
    r"|CC0|Zlib|Public Domain)\b"
)


def locked() -> dict[str, str]:
    """Return the requirement with its hashes, by the name of each locked package."""
    texts = "\n".join((ROOT / file).read_text("utf-8").partition("\n")[2] for file in LOCKS)
    return {
        canonicalize_name(each.partition("==")[0]): each for each in re.split(r"\n(?=[\w-])", texts.strip())
    }


def wanted() -> set[str]:
    """Return the names of all packages that the extras bring into this environment, directly or not."""
    found: set[str] = set()
    todo = [f"convref[{extra}]" for extra in ("site", "test", "bench", "dask")]
    seen: set[str] = set()
    while todo:
        requirement = Requirement(todo.pop())
        if str(requirement) in seen or OF_TORCH.fullmatch(requirement.name):
            continue
        seen.add(str(requirement))
        found.add(canonicalize_name(requirement.name))
        try:
            required = metadata.requires(requirement.name) or []
        except metadata.PackageNotFoundError:  # an environment without what this extra brings
            continue
        for each in map(Requirement, required):
            extras = [{"extra": extra} for extra in (requirement.extras or {""})]
            if each.marker is None or any(each.marker.evaluate(extra) for extra in extras):
                each.marker = None
                todo.append(str(each))
    return found - {"convref"}


def licence(name: str) -> str:
    """Return all that an installed package says of its licence."""
    about: Any = metadata.metadata(name)
    classifiers = [each for each in about.get_all("Classifier", []) if each.startswith("License")]
    texts = [about.get("License-Expression", ""), about.get("License", "")[:200], *classifiers]
    files = metadata.files(name) or []
    texts += [file.read_text()[:200] for file in files if file.name.startswith("LICENSE") and not any(texts)]
    return " / ".join(filter(None, texts))


def installed() -> list[str]:
    names = {canonicalize_name(each.metadata["Name"]) for each in metadata.distributions()}
    return sorted(names & set(locked()))


def test_everything_that_the_site_and_the_tests_need_is_locked() -> None:
    assert set() == wanted() - set(locked())


@pytest.mark.parametrize("name", locked())
def test_a_locked_package_has_a_version_and_hashes(name: str) -> None:
    first, *hashes = locked()[name].split(" \\\n    ")
    assert PINNED.fullmatch(first)
    assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each.strip()) for each in hashes)
    assert 1 <= len(hashes)


def test_no_build_of_torch_is_locked() -> None:
    assert [] == [name for name in locked() if OF_TORCH.fullmatch(name)]


def test_the_versions_of_the_locks_are_those_of_the_constraints() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    constraints: dict[str, str] = {
        canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in lines
    }
    versions: dict[str, str] = {name: PINNED.match(each)["version"] for name, each in locked().items()}  # type: ignore[index]
    both = versions.keys() & constraints.keys()
    assert {name: constraints[name] for name in both} == {name: versions[name] for name in both}


@pytest.mark.parametrize("name", installed())
def test_a_locked_package_has_a_licence_that_lets_others_use_it(name: str) -> None:
    assert LICENCES.search(licence(name)), licence(name)


def test_actions_are_pinned_by_commit_with_their_version() -> None:
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    uses = [
        line.strip() for file in workflows for line in file.read_text("utf-8").split("\n") if "uses:" in line
    ]
    assert uses
    pinned = re.compile(r"(- )?uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [] == [line for line in uses if not pinned.fullmatch(line)]


def test_workflows_have_no_rights_but_those_that_they_name() -> None:
    for file in (ROOT / ".github" / "workflows").glob("*.yml"):
        assert "\npermissions:\n  contents: read\n" in file.read_text("utf-8"), file
