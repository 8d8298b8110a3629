"""`python -m contract write | check | release VERSION`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from contract import changelog, migrations, words
from contract.compare import breaks
from contract.document import (
    RELEASED,
    SUITES,
    WRITTEN,
    application,
    binding,
    of_code,
    read,
    rendered,
    suites_of_code,
)


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m contract")
    commands = parser.add_subparsers(required=True, dest="command")
    commands.add_parser("write", help="write the code's document to contract/openapi.json")
    commands.add_parser("check", help="fail if that is stale, or breaks clients without an entry in CHANGELOG.md")
    releasing = commands.add_parser("release", help="make the document the one that clients rely on from now on")
    releasing.add_argument("version")
    given = parser.parse_args(arguments)
    run: dict[str, Callable[[], list[str]]] = {
        "write": write,
        "check": problems,
        "release": lambda: release(given.version),
    }
    found = run[given.command]()
    for problem in found:
        sys.stderr.write(f"{problem}\n")
    return 1 if found else 0


def write() -> list[str]:
    """Write the document of the code; returns words that are missing for it."""
    if found := words.missing(application()):
        return found
    WRITTEN.write_text(rendered(of_code()), encoding="utf-8")
    SUITES.write_text(rendered(suites_of_code()), encoding="utf-8")
    return []


def problems(
    written: Path = WRITTEN, released: Path = RELEASED, log: Path = changelog.CHANGELOG, suites: Path = SUITES
) -> list[str]:
    """Differences between the files and the code, and breaking changes that the change log does not name."""
    if found := words.missing(application()):
        return found
    code = of_code()
    if not written.exists() or written.read_text(encoding="utf-8") != rendered(code):
        found.append(
            f"{written.name} is not the document of the code: run make client (or make contract, without Node)."
        )
    if suites.read_text(encoding="utf-8") != rendered(suites_of_code()):
        found.append(f"{suites.name} does not have the operations of the code: run make client (or make contract).")
    unnamed = changelog.unnamed(breaks(read(released), code), log.read_text(encoding="utf-8"))
    found += [f"breaks clients: {one}" for one in unnamed]
    if unnamed:
        found.append(f"Revert it, or name it under Unreleased in {log.name}, in backticks, exactly like this.")
    return found + migrations.changed()


def release(version: str) -> list[str]:
    """Make the written document the released one, and freeze the migrations."""
    found = problems()
    if not found:
        log = changelog.CHANGELOG.read_text(encoding="utf-8")
        changelog.CHANGELOG.write_text(changelog.released(log, version), encoding="utf-8")
        RELEASED.write_text(rendered(binding(read(WRITTEN))), encoding="utf-8")
        migrations.freeze()
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
