"""Rights of the login that owns the schema, within a session of the program."""

from flask import Flask
from sqlalchemy import text

from app.infra.db import db
from app.infra.owner import analyze

ROLES = text("SELECT current_user, session_user")


def test_statistics_of_rows_of_this_transaction_are_updated_by_the_role_of_the_program(
    app: Flask, database: None
) -> None:
    with app.app_context():
        own, login = db.session.execute(ROLES).one()
        db.session.execute(text("INSERT INTO parties (name) SELECT 'Party ' || n FROM generate_series(1, 500) n"))
        analyze(db.session())
        assert db.session.execute(ROLES).one() == (own, login)
        known = text("SELECT n_distinct FROM pg_stats WHERE tablename = 'parties' AND attname = 'name'")
        assert (own != login, db.session.scalar(known)) == (True, -1)
