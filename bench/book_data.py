"""Databases with many transactions of people, which are kept in a folder for later measurements."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app import create_app
from app.infra import embedded_pg
from app.infra.db import Base, db
from bench.databases import let_go, load, run, seed, url_of
from config import Config

ENTERED = 10_000
"""Transactions that are entered as the program does it; more are copies of these."""
BOOKS, OF_BOOK = 10_000, 100
"""Books of people, and the transactions of each."""
_IN_BOOK: Mapping[str, tuple[str, ...]] = {
    "entries": ("id",),
    "lines": ("entry_id",),
    "transactions": ("id",),
    "transaction_legs": ("transaction_id",),
}
"""Columns of the ids that a copy inside a book has of its own."""
_OF_BOOKS: Mapping[str, tuple[str, ...]] = {
    "books": ("id",),
    "personal_books": ("id",),
    "accounts": ("id", "book_id", "parent_id"),
    "personal_accounts": ("id", "book_id"),
    "categories": ("id", "book_id"),
    "entries": ("id", "book_id"),
    "lines": ("book_id", "entry_id", "account_id", "counterpart_id"),
    "transactions": ("id", "book_id", "account_id", "to_account_id", "category_id"),
    "transaction_legs": ("book_id", "transaction_id", "account_id"),
}
"""Columns of the ids that a copy of a book has of its own."""
_HIGHEST = "SELECT greatest((SELECT max(id) FROM entries), (SELECT max(id) FROM accounts), (SELECT max(id) FROM books))"
_BOOK = "SELECT max(id) FROM books WHERE name = 'Benchmark'"


@dataclass(frozen=True, slots=True)
class Data:
    """A server with databases of many transactions, and a file of what was measured on them."""

    address: str
    folder: Path

    def book_of(self, size: int) -> Flask:
        """The program with one book of so many transactions, which is made of a smaller one if it is not there."""
        name = f"book_{size}"
        if self._exists(name):
            return self._app(name)
        if size <= ENTERED:
            app = self._migrated(name)
            load(app, {"transactions": size})
        else:
            let_go(self.book_of(size // 10))
            self._copy(f"book_{size // 10}", name)
            app = self._app(name)
            _multiply(app, 10, _IN_BOOK)
        return app

    def many_books(self) -> Flask:
        """The program with many books of few transactions, of which the caller has one."""
        if self._exists("books"):
            return self._app("books")
        app = self._migrated("books")
        load(app, {"transactions": OF_BOOK})
        _multiply(app, BOOKS, _OF_BOOKS)
        return app

    @contextmanager
    def copy_of(self, app: Flask) -> Iterator[Flask]:
        """The program with a copy of the database, which is dropped afterwards."""
        let_go(app)
        self._copy(str(make_url(url_of(app)).database), "book_copy")
        copied = self._app("book_copy")
        yield copied
        let_go(copied)
        run(self.address, 'DROP DATABASE "book_copy" WITH (FORCE)')

    def results(self) -> dict[str, Any]:
        """Everything that was measured so far."""
        file = self.folder / "results.json"
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return found

    def keep(self, part: str, name: str, size: str, figures: list[float]) -> None:
        """Store what was measured."""
        found = self.results()
        found.setdefault(part, {}).setdefault(name, {})[size] = figures
        (self.folder / "results.json").write_text(json.dumps(found, indent=1), encoding="utf-8")

    def _migrated(self, name: str) -> Flask:
        run(self.address, f'CREATE DATABASE "{name}"')
        app = self._app(name)
        with app.app_context():
            flask_migrate.upgrade()
            db.engine.dispose()
        seed(app)
        return app

    def _copy(self, known: str, name: str) -> None:
        run(
            self.address,
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{known}"',
        )

    def _exists(self, name: str) -> bool:
        return bool(_scalar(self.address, f"SELECT count(*) FROM pg_database WHERE datname = '{name}'"))  # noqa: S608 - a name of this module

    def _app(self, name: str) -> Flask:
        url = make_url(self.address).set(database=name).render_as_string(hide_password=False)
        settings = {"scheduler_enabled": False, "log_level": "WARNING", "registration": "open"}
        settings |= {"registration_limit": None, "bcrypt_rounds": 4}
        return create_app(Config(app_env="testing", database_url=url, **settings))  # type: ignore[arg-type]  # its fields


@contextmanager
def kept_in(folder: Path | None) -> Iterator[Data]:
    """Data in this folder, or in one that goes with the block; its server ends with the block."""
    with tempfile.TemporaryDirectory(prefix="fresco-bench-", ignore_cleanup_errors=True) as temporary:
        place = folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        # Not an ephemeral one: as in production, a commit waits for the disk.
        address = embedded_pg.start(place / "postgres", "postgres")
        try:
            yield Data(address, place)
        finally:
            embedded_pg.stop(place / "postgres")


def _multiply(app: Flask, times: int, shifted: Mapping[str, tuple[str, ...]]) -> None:
    """Copy a book or what is in it, with ids of its own, so that there is so many times as much; sums are made anew."""
    address = url_of(app)
    step, book = int(_scalar(address, _HIGHEST)), int(_scalar(address, _BOOK))
    statements = [_copying(table, ids, step, times - 1, book) for table, ids in shifted.items()]
    # Neither triggers nor foreign keys: the audit of the copies is left out.
    run(address, "SET session_replication_role = replica", *statements)
    sequences = ("entries", "accounts", "books")
    run(address, *(f"SELECT setval('{one}_id_seq', (SELECT max(id) FROM {one}))" for one in sequences))  # noqa: S608 - constants
    done = app.test_cli_runner().invoke(args=["sums", "rebuild"])
    if done.exit_code:
        raise SystemExit(f"flask sums rebuild: {done.output}{done.exception}")
    run(address, "VACUUM ANALYZE")
    let_go(app)


def _copying(table: str, ids: tuple[str, ...], step: int, copies: int, book: int) -> str:
    columns = [column.name for column in Base.metadata.tables[table].c if column.name != "id" or "id" in ids]
    values = [f"r.{name} + copy * {step}" if name in ids else f"r.{name}" for name in columns]
    own = "id" if table in {"books", "personal_books"} else "book_id"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "  # noqa: S608 - names of the models
        f"FROM {table} r, generate_series(1, {copies}) copy WHERE r.{own} = {book}"
    )


def _scalar(address: str, statement: str) -> Any:
    with create_engine(address, poolclass=NullPool).connect() as connection:
        return connection.scalar(text(statement))
