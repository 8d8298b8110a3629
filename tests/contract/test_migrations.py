"""A released migration is never edited: databases have gone through it as it was."""

import shutil
from pathlib import Path

import pytest

from contract import migrations


def test_no_released_migration_was_edited() -> None:
    """Red? Take the edit back and write a new migration; what is not released yet is free to change."""
    assert migrations.changed() == []


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The migrations, to do harm to; all of them released."""
    versions = tmp_path / "versions"
    shutil.copytree(migrations.VERSIONS, versions, ignore=shutil.ignore_patterns("__pycache__"))
    migrations.freeze(versions, tmp_path / "frozen.json")
    return versions


def test_an_edited_or_removed_one_is_named(copied: Path) -> None:
    frozen = copied.parent / "frozen.json"
    assert migrations.changed(copied, frozen) == []
    edited = copied / "0010_kept_sums.py"
    edited.write_bytes(edited.read_bytes() + b"\n")
    (copied / "0002_clients.py").unlink()
    (copied / "procrastinate-3.10.0.sql").write_text("", encoding="utf-8")
    named = [problem.split()[0].rpartition("/")[2] for problem in migrations.changed(copied, frozen)]
    assert named == ["0002_clients.py", "0010_kept_sums.py", "procrastinate-3.10.0.sql"]


def test_a_new_one_is_free_to_change_until_the_next_release(copied: Path) -> None:
    frozen = copied.parent / "frozen.json"
    new = copied / "9999_new.py"
    new.write_text("first")
    assert migrations.changed(copied, frozen) == []
    migrations.freeze(copied, frozen)
    new.write_text("second")
    assert len(migrations.changed(copied, frozen)) == 1
