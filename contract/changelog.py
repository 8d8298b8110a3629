"""The change log, which names the breaking changes that are allowed."""

import re
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parents[1] / "CHANGELOG.md"
UNRELEASED = "## Unreleased"


def named(log: str) -> set[str]:
    """Texts in `backticks` under the heading Unreleased."""
    return set(re.findall(r"`([^`\n]+)`", _unreleased(log)))


def unnamed(breaks: list[str], log: str) -> list[str]:
    """Breaking changes that the change log does not name."""
    known = named(log)
    return [one for one in breaks if one not in known]


def released(log: str, version: str) -> str:
    """The log with the unreleased entries under the heading of this version."""
    if f"## {version}\n" in log:
        raise ValueError(f"{version} is in the change log already.")
    if not _unreleased(log).strip():
        raise ValueError("There is nothing to release: the change log says nothing under Unreleased.")
    return log.replace(f"{UNRELEASED}\n", f"{UNRELEASED}\n\n## {version}\n", 1)


def _unreleased(log: str) -> str:
    _, found, rest = log.partition(f"{UNRELEASED}\n")
    if not found:
        raise ValueError(f"The change log has no heading {UNRELEASED!r}.")
    return rest.split("\n## ", 1)[0]
