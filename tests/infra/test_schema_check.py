"""`flask verify` and the triggers of the database."""

from flask import Flask
from sqlalchemy import text

from app.infra import schema_check
from app.infra.db import db

MADE = text("""
    SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT tgisinternal AND tgname NOT LIKE 'audit_%'
    AND (tgname LIKE ANY (ARRAY['period_guard_%', 'feed_movements_%', 'webhook_%', 'keep_sums_%'])
         OR relname IN (SELECT source_table FROM movement_sources) OR relname IN ('company', 'exchange_rates'))
""")


def test_each_trigger_of_money_or_of_webhooks_that_is_gone_is_noticed(app: Flask, database: None) -> None:
    with app.app_context():
        db.session.execute(text("RESET ROLE"))
        connection = db.session.connection()
        assert schema_check.missing_triggers(connection) == []
        for table, name in connection.execute(MADE).all():
            undone = connection.begin_nested()
            connection.execute(text(f'DROP TRIGGER "{name}" ON "{table}"'))
            assert f"trigger {name} on {table} is missing" in schema_check.missing_triggers(connection)
            undone.rollback()


def test_a_table_that_moves_money_without_any_guard_is_noticed(app: Flask, database: None) -> None:
    with app.app_context():
        db.session.execute(text("RESET ROLE"))
        db.session.execute(text("CREATE TABLE tolls (id bigint PRIMARY KEY, date date)"))
        mapping = """{"kind": "''expense''", "source": "''expense''", "date": "r.date", "amount": "1",
                      "currency": "''COP''", "category": "''x''"}"""
        db.session.execute(text(f"SELECT movement_attach('movements', 'tolls', 'tolls', 'fresco', '{mapping}')"))
        found = schema_check.missing_triggers(db.session.connection())
        assert found == ["table tolls moves money, and lacks the guard of periods"]
