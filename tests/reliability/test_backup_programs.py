"""Choice of pg_dump and pg_restore, and their arguments."""

from pathlib import Path

import pytest

from app.infra.backup import BackupError, programs
from app.infra.backup.programs import Programs

FOUND = [Programs(15, Path("/15")), Programs(16, Path("/16")), Programs(18, Path("/18"))]


@pytest.mark.parametrize(("server", "chosen"), [(13, 15), (15, 15), (16, 16), (17, 18), (18, 18), (19, None)])
def test_the_oldest_pg_dump_that_reads_the_server_is_taken(server: int, chosen: int | None) -> None:
    if chosen is None:
        with pytest.raises(BackupError, match=r"version 19 or later is needed, found: 15 \(/15\), 16"):
            programs.for_dump(FOUND, server)
    else:
        assert programs.for_dump(FOUND, server).major == chosen


@pytest.mark.parametrize(
    ("dumped_by", "server", "chosen"),
    [(15, 15, 15), (15, 18, 15), (16, 16, 16), (17, 17, 18), (18, 18, 18), (18, 16, None), (19, 19, None)],
)
def test_the_oldest_pg_restore_that_fits_dump_and_server_is_taken(
    dumped_by: int, server: int, chosen: int | None
) -> None:
    if chosen is None:
        with pytest.raises(BackupError, match=f"version {dumped_by} or later"):
            programs.for_restore(FOUND, dumped_by, server)
    else:
        assert programs.for_restore(FOUND, dumped_by, server).major == chosen


def test_without_any_program_it_says_what_is_missing() -> None:
    with pytest.raises(BackupError, match="found: none"):
        programs.for_dump([], 17)


SPY = """#!/bin/sh
cd "$(dirname "$0")"
echo "$@" > arguments
env > environment
cp "$PGSERVICEFILE" service
ls -l "$PGSERVICEFILE" > rights
echo "$PGSERVICEFILE" > where
"""


def test_nothing_secret_stands_on_a_command_line_or_stays(tmp_path: Path) -> None:
    (tmp_path / "pg_dump").write_text(SPY, encoding="utf-8")
    (tmp_path / "pg_dump").chmod(0o755)
    url = "postgresql+psycopg2://ana:s3cr%40t@db.example:5433/books?sslmode=require"
    Programs(18, tmp_path).run("pg_dump", url, "--format=custom")
    seen = {name: (tmp_path / name).read_text(encoding="utf-8") for name in ("arguments", "environment", "service")}
    assert {name for name, said in seen.items() if "s3cr" in said} == {"service"}
    assert set(seen["service"].split()) == {
        "[control-fresco]",
        "host=db.example",
        "port=5433",
        "user=ana",
        "password=s3cr@t",
        "dbname=books",
        "sslmode=require",
    }
    assert (tmp_path / "rights").read_text(encoding="utf-8").startswith("-rw-------")
    assert not Path((tmp_path / "where").read_text(encoding="utf-8").strip()).exists()


def test_a_program_that_fails_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho no room >&2; exit 1\n", encoding="utf-8")
    (tmp_path / "pg_dump").chmod(0o755)
    with pytest.raises(BackupError, match="pg_dump failed: no room"):
        Programs(18, tmp_path).run("pg_dump", "postgresql+psycopg2:///x")
