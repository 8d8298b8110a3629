"""The migration that makes parties of clients, forth and back and forth again."""

from collections.abc import Sequence
from typing import Any

import flask_migrate
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.soak import soak_only
from tests.test_migrations import migrate, owner

BEFORE, AFTER = "0026", "0027"
_CLIENTS = """
    INSERT INTO clients (name, contact_name, email, phone, address, tax_id, start_date, status, notes, created_at,
                         updated_at, version)
    SELECT 'Cliente ' || n, 'Ana', 'a' || n || '@b.example', '1', 'Calle 1', '900', '2019-01-01', 'Pausado', NULL,
           '2020-01-02 03:04Z', '2021-01-02 03:04Z', n FROM generate_series(1, 5) n;
    INSERT INTO projects (client_id, name, description, start_date) VALUES (4, 'Portal', '', '2019-01-05');
    DELETE FROM clients WHERE id IN (2, 5)
"""
_SELECT = """
    SELECT id, name, contact_name, email, phone, address, tax_id, start_date, status, notes, created_at, updated_at,
           version
"""
_JOINED = _SELECT + "FROM clients JOIN parties USING (id) ORDER BY id"
_ALONE = _SELECT + "FROM clients ORDER BY id"
_WRONG = "SELECT problem FROM audit_disagreements()"
_NEW_PARTY = "INSERT INTO parties (name) VALUES ('nueva') RETURNING id"
_NEW_CLIENT = "INSERT INTO clients (name, start_date) VALUES ('nueva', '2026-01-01') RETURNING id"


def ask(url: str, *statements: str) -> Sequence[Any]:
    """Rows of the last of these statements."""
    with owner(url).connect() as connection:
        return [connection.execute(text(one)) for one in statements][-1].all()


def verify(app: Flask) -> str:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["verify"]).output


@soak_only
def test_clients_keep_all_they_have_forth_and_back(empty: str) -> None:
    migrate(empty, lambda: flask_migrate.upgrade(revision=BEFORE))
    with create_engine(empty, poolclass=NullPool).begin() as connection:
        connection.execute(text(_CLIENTS))
    clients = ask(empty, _ALONE)
    assert [row.id for row in clients] == [1, 3, 4]
    migrate(empty, lambda: flask_migrate.upgrade(revision=AFTER))
    assert (ask(empty, _JOINED), ask(empty, _WRONG)) == (clients, [])
    assert ask(empty, _NEW_PARTY) == [(6,)]  # no id is given again
    migrate(empty, lambda: flask_migrate.downgrade(revision=BEFORE))
    assert (ask(empty, _ALONE), ask(empty, _WRONG)) == (clients, [])
    assert ask(empty, _NEW_CLIENT) == [(7,)]
    ask(empty, "DELETE FROM clients WHERE id = 3 RETURNING id")
    app = migrate(empty, flask_migrate.upgrade)
    assert [row.id for row in ask(empty, _JOINED)] == [1, 4, 7]
    assert verify(app) == "Everything holds.\n"
