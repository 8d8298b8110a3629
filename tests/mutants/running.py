"""Runs mutmut over a copy of the source, and reads the outcome of each mutant."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from configparser import RawConfigParser
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.equal import Mutation
from tests.mutants.groups import Group
from tests.support import ROOT

KILLED = ("killed", "timeout")
_CONSTRUCTOR, _CLASS = "__init__", "ǁ"
_CHANGED_BY_MUTMUT = ("app", "tests", "pyproject.toml")
_MUTMUT = (sys.executable, "-m", "mutmut")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutant by mutmut's name for it, and how its tests ended."""

    name: str
    module: str
    status: str

    @property
    def function(self) -> str:
        """`name`, or `Class.name` of a method."""
        mangled = self.name.rpartition(".")[2].partition("__mutmut_")[0]
        return ".".join(mangled.split(_CLASS)[1:]) if _CLASS in mangled else mangled.removeprefix("x_")


@dataclass(frozen=True, slots=True)
class Run:
    """Settings of a run of mutmut."""

    environ: dict[str, str]
    jobs: int
    resume: bool

    def carry_out(self, group: Group, folder: Path) -> list[Mutant]:
        """Every mutant of the group's modules; `resume` keeps the copy of the source, and what is known of it."""
        if not self.resume:
            copy_source(folder)
            _configure(group, folder)
        self._mutmut(folder, "run", "--max-children", str(self.jobs))
        return list(_parsed(self._mutmut(folder, "results", "--all", "true", stdout=subprocess.PIPE), group))

    def _mutmut(self, folder: Path, *arguments: str, **options: int) -> str:
        command = [*_MUTMUT, *arguments]
        return subprocess.run(command, cwd=folder, env=self.environ, check=True, text=True, **options).stdout


def mutation_of(mutant: Mutant, folder: Path) -> Mutation:
    """Changed lines of the mutant."""
    shown = subprocess.run(
        [*_MUTMUT, "show", mutant.name], cwd=folder, env=dict(os.environ), check=True, capture_output=True, text=True
    )
    lines = [line for line in shown.stdout.splitlines() if not line.startswith(("--- ", "+++ "))]
    old, new = ("\n".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return Mutation(mutant.module, mutant.function, old, new)


def copy_source(folder: Path) -> None:
    """Copy what git knows or would add: mutmut and its mutants write beside it, and never into the work tree."""
    shutil.rmtree(folder, ignore_errors=True)
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def _configure(group: Group, folder: Path) -> None:
    """Write mutmut's settings; it reads setup.cfg where pyproject.toml has none."""
    settings = {
        "source_paths": ["app"],
        "only_mutate": group.modules,
        "also_copy": sorted(path.name for path in folder.iterdir() if path.name not in _CHANGED_BY_MUTMUT),
        "pytest_add_cli_args": ["-p", "tests.mutants.worker", *(f"--deselect={test}" for test in group.left_out)],
        "pytest_add_cli_args_test_selection": group.tests,
        "process_isolation": ["forkserver"],  # a fork of a process that has run tests lacks its threads
        "timeout_constant": ["20"],  # an application and its database are made before the first test
        "use_git_change_detection": ["false"],
    }
    written = RawConfigParser()
    written["mutmut"] = {name: "\n".join(["", *values][len(values) == 1 :]) for name, values in settings.items()}
    with (folder / "setup.cfg").open("w", encoding="utf-8") as file:
        written.write(file)


def _parsed(output: str, group: Group) -> Iterator[Mutant]:
    modules = {_dotted(module): module for module in group.modules}
    for line in output.splitlines():
        name, _, status = line.strip().partition(": ")
        yield Mutant(name, modules[name.rpartition(".")[0]], status)


def _dotted(module: str) -> str:
    return ".".join(part for part in Path(module).with_suffix("").parts if part != _CONSTRUCTOR)
