"""The migration to movements: nothing is lost or recorded, and back again the sums beside each table are as before."""

from typing import Any

import flask_migrate
import pytest
from sqlalchemy import Connection, text

from app import registry
from app.core.movements.service import MovementService
from app.infra.context import make_context
from app.infra.db import db
from tests.core.movements.union import differences
from tests.test_migrations import migrate, names, owner

pytestmark = pytest.mark.long

BEFORE, AFTER = "0027", "0030"

_COMPANY = """
    INSERT INTO parties (name) SELECT 'Café ' || n FROM generate_series(1, 3) n;
    INSERT INTO clients (id, start_date) SELECT id, '2019-01-01' FROM parties;
    INSERT INTO projects (client_id, name, description, start_date) SELECT id, 'Portal', '', '2019-01-05' FROM clients;
    INSERT INTO payments (project_id, client_id, amount, currency, date, paid_date, status, type)
    SELECT p.id, client_id, 10 + n / 100.0, (ARRAY['COP', 'USD'])[1 + n % 2], date '2026-01-01' + n % 40,
           CASE WHEN n % 3 > 0 THEN date '2026-01-09' + n % 40 END,
           (ARRAY['Pendiente', 'Pagado', 'Pagado'])[1 + n % 3], (ARRAY['Recurrente', 'Implementación'])[1 + n % 2]
    FROM projects p, generate_series(1, 100) n;
    INSERT INTO incomes (description, date, amount, currency, type, payment_method, client, client_id)
    SELECT 'x', date '2026-01-01' + n % 9, n, 'COP', (ARRAY['Cliente', 'Intereses'])[1 + n % 2], 'Efectivo',
           (ARRAY[NULL, 'Feria'])[1 + n % 2], (SELECT min(id) + n % 5 FROM clients WHERE n % 5 < 3)
    FROM generate_series(1, 50) n;
    INSERT INTO expenses (description, date, amount, currency, category, payment_method)
    SELECT 'x', date '2026-01-01' + n % 9, n, 'USD', (ARRAY['Cliente', 'Viajes'])[1 + n % 2], 'Efectivo'
    FROM generate_series(1, 50) n;
    INSERT INTO accrued_expenses (description, due_date, paid_date, status, amount, currency, category, payment_method)
    SELECT 'x', date '2026-01-01' + n, CASE WHEN n % 2 = 0 THEN date '2026-01-09' END,
           (ARRAY['pagado', 'vencido'])[1 + n % 2], n, 'COP', 'Software', 'Efectivo' FROM generate_series(1, 50) n
"""
_CHANGES = """
    UPDATE payments SET amount = amount + 1 WHERE id % 3 = 0;
    UPDATE accrued_expenses SET status = 'pendiente', paid_date = NULL WHERE id % 4 = 0;
    DELETE FROM incomes WHERE id % 5 = 0;
    UPDATE expenses SET category = 'Nómina' WHERE id % 5 = 0
"""
_OLD_SUMS = {
    "daily_sums": "date, currency, kind, category, recurring",
    "client_sums": "date, currency, kind, client_id, client_text",
    "payment_sums": "status, type, currency, date, paid_date",
    "income_sums": "type, currency, date",
    "expense_sums": "category, currency, date",
}


def old_sums(connection: Connection) -> dict[str, set[Any]]:
    """Every cell of the sums beside each table."""
    query = "SELECT {}, sum(amount), sum(movements) FROM {} GROUP BY {} HAVING sum(movements) <> 0"
    return {table: set(connection.execute(text(query.format(cell, table, cell)))) for table, cell in _OLD_SUMS.items()}


def test_a_company_is_migrated_forth_and_back(empty: str) -> None:
    app = migrate(empty, lambda: flask_migrate.upgrade(revision=BEFORE))
    before = names(empty)
    with owner(empty).connect() as connection, app.app_context():
        connection.execute(text(_COMPANY))
        sums = old_sums(connection)
        recorded = connection.scalar(text("SELECT count(*) FROM audit_log"))
        flask_migrate.upgrade(revision=AFTER)
        assert differences(connection, at_first=True) == []
        assert connection.scalar(text("SELECT count(*) FROM audit_log")) == recorded
        flask_migrate.downgrade(revision=BEFORE)
        assert names(empty) == before
        assert old_sums(connection) == sums
        connection.execute(text(_CHANGES))
        changed = old_sums(connection)
        flask_migrate.upgrade()
        assert differences(connection) == []
        assert MovementService(make_context(db.session())).violations() == []
        assert [problem for kept in registry.SUMS for problem in kept.violations(db.session())] == []
        db.session.rollback()
        flask_migrate.downgrade(revision=BEFORE)
        assert old_sums(connection) == changed
        db.engine.dispose()
