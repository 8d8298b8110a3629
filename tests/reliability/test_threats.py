"""SECURITY.md says what the code does: its files are there, its tests are there, what it pins is pinned."""

import re

import pytest

from tests.support import ROOT

ROW = re.compile(r"^\| \d+ \|.*\| `([^`]+)` \| `([^`:]+)::(test_\w+)` \|$", re.MULTILINE)
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = ROW.findall(TEXT)


def test_every_row_of_the_table_is_read() -> None:
    assert len(ROWS) == len(re.findall(r"^\| \d+ \|", TEXT, re.MULTILINE)) > 36


@pytest.mark.parametrize(("place", "file", "test"), ROWS, ids=[test for _, _, test in ROWS])
def test_a_defence_is_where_it_is_said_to_be_and_has_its_test(place: str, file: str, test: str) -> None:
    assert (ROOT / place).exists()
    assert re.search(rf"^ *def {test}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_dependency_is_pinned_with_its_hashes(name: str) -> None:
    written = (ROOT / name).read_text(encoding="utf-8")
    entries = re.findall(r"^[a-z0-9].*(?:\n    .*)*", written, re.MULTILINE | re.IGNORECASE)
    assert len(entries) > 20
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
