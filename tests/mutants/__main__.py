"""`make mutants`: mutate each group's modules; exit 1 if a mutant survives that is not in equal.toml."""

import argparse
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.infra import embedded_pg
from tests.mutants.equal import TABLE, Mutation, accepted
from tests.mutants.groups import GROUPS, Group
from tests.mutants.running import KILLED, Mutant, Run, mutation_of
from tests.support import ROOT

FOLDER = ROOT / ".mutants"
"""Folder of the last run: `cd .mutants/GROUP && mutmut browse` shows its mutants."""


def main() -> int:
    """Run the groups that are named, or all."""
    names = [group.name for group in GROUPS]
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"of {', '.join(names)}; all unless named")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="mutants at once; as many as there are cores")
    parser.add_argument("--resume", action="store_true", help="go on with an interrupted run, of the source as it was")
    arguments = parser.parse_args()
    asked = arguments.groups or names
    if unknown := set(asked) - set(names):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    with _cluster() as environ:
        wanted = Run(environ, jobs=arguments.jobs, resume=arguments.resume)
        failures = [_check(group, wanted) for name in asked for group in GROUPS if group.name == name]
    return int(any(failures))


@contextmanager
def _cluster() -> Iterator[dict[str, str]]:
    """One PostgreSQL for all mutants, in the environment that tests look for it in."""
    folder = tempfile.mkdtemp(prefix="fresco-mutants-")
    try:
        given = os.environ.get("TEST_DATABASE_URL")
        url = given or embedded_pg.start(Path(folder) / "postgres", "postgres", ephemeral=True)
        yield {**os.environ, "FRESCO_TEST_CLUSTER": folder, "TEST_DATABASE_URL": url}
    finally:
        if not given:
            embedded_pg.stop(Path(folder) / "postgres")
        shutil.rmtree(folder, ignore_errors=True)


def _check(group: Group, wanted: Run) -> bool:
    """Print the group's score and what is wrong; whether anything is."""
    folder = FOLDER / group.name
    mutants = wanted.carry_out(group, folder)
    survived = {one: mutation_of(one, folder) for one in mutants if one.status not in KILLED}
    table = accepted()
    print(f"\n| module | mutants | killed | equal |\n|---|---|---|---|\n{_score(mutants, survived, table)}")
    wrong = [f"# {mutant.name}: {mutant.status}\n{it}\n" for mutant, it in survived.items() if it not in table]
    stale = [str(it) for it in table if it.module in group.modules and it not in survived.values()]
    for title, found in (("Noticed by no test:", wrong), (f"In {TABLE.name}, but killed or gone:", stale)):
        if found:
            print(f"\n{title}\n", *found, sep="\n")
    return bool(wrong or stale)


def _score(mutants: list[Mutant], survived: dict[Mutant, Mutation], table: dict[Mutation, str]) -> str:
    total = Counter(one.module for one in mutants)
    killed = Counter(one.module for one in mutants if one.status in KILLED)
    equal = Counter(it.module for it in survived.values() if it in table)
    return "\n".join(f"| `{it}` | {total[it]} | {killed[it]} | {equal[it]} |" for it in sorted(total))


if __name__ == "__main__":
    sys.exit(main())
