"""`flask verify` finds changes that bypassed the triggers."""

import pytest
from flask import Flask
from sqlalchemy import text

from app.infra.db import APP_ROLE, db
from tests.factories.auth import UserFactory
from tests.factories.clients import ClientFactory
from tests.support import Caller

NOT_MODELLED = "column clients.nickname is not in the models\n"


def as_owner(app: Flask, *statements: str) -> None:
    """Execute statements as the owner of the schema."""
    with app.app_context():
        for statement in ("RESET ROLE", *statements, f"SET ROLE {APP_ROLE}"):
            db.session.execute(text(statement))
        db.session.commit()


def behind_the_triggers(app: Flask, table: str, statement: str) -> None:
    as_owner(app, f"ALTER TABLE {table} DISABLE TRIGGER USER", statement, f"ALTER TABLE {table} ENABLE TRIGGER USER")


def verify(app: Flask) -> tuple[int, str]:
    with app.app_context():  # as the flask command has one
        result = app.test_cli_runner().invoke(args=["verify"])
    return result.exit_code, result.output


def test_untouched_data_holds(app: Flask, admin: Caller) -> None:
    client = ClientFactory()
    admin.put(f"/api/clients/{client.id}", {"phone": "1"})
    UserFactory()
    assert verify(app) == (0, "Everything holds.\n")


@pytest.mark.parametrize(
    "statement", ["UPDATE parties SET name = 'secretly'", "UPDATE parties SET updated_at = updated_at + interval '1 s'"]
)
def test_a_row_changed_behind_the_triggers_is_found(app: Flask, database: None, statement: str) -> None:
    client = ClientFactory()
    behind_the_triggers(app, "parties", statement)
    code, output = verify(app)
    assert code == 1
    assert f"parties {client.id} is not as the audit log last recorded it" in output


def test_a_column_that_the_last_recorded_change_left_alone_is_looked_at_too(app: Flask, admin: Caller) -> None:
    client = ClientFactory()
    admin.put(f"/api/clients/{client.id}", {"phone": "1"})
    behind_the_triggers(app, "parties", "UPDATE parties SET name = 'secretly'")
    assert f"parties {client.id} is not as the audit log last recorded it" in verify(app)[1]


def test_a_row_inserted_behind_the_triggers_is_found(app: Flask, database: None) -> None:
    behind_the_triggers(app, "parties", "INSERT INTO parties (name) VALUES ('secret')")
    code, output = verify(app)
    assert code == 1
    assert "is not as the audit log last recorded it" in output


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("ALTER TABLE clients DISABLE TRIGGER audit_update", 1),
        ("DROP TRIGGER audit_delete ON clients", 1),
        ("ALTER TABLE clients DISABLE TRIGGER USER", 4),
    ],
)
def test_a_table_that_lost_a_trigger_is_found(app: Flask, database: None, statement: str, missing: int) -> None:
    as_owner(app, statement)
    code, output = verify(app)
    assert code == 1
    assert f"table clients lacks {missing} of its audit triggers" in output


def test_a_new_table_without_triggers_is_found(app: Flask, database: None) -> None:
    as_owner(app, "CREATE TABLE forgotten (id bigint PRIMARY KEY)")
    code, output = verify(app)
    assert code == 1
    assert "table forgotten lacks 4 of its audit triggers" in output


def test_a_new_hash_of_the_same_user_is_no_disagreement(app: Flask, admin: Caller) -> None:
    made = UserFactory()
    admin.put(f"/api/users/{made.id}", {"password": "another long enough one"})
    assert verify(app)[0] == 0


def test_a_table_that_was_altered_is_found_until_it_is_attached_again(app: Flask, database: None) -> None:
    as_owner(app, "ALTER TABLE clients ADD COLUMN nickname text")
    code, output = verify(app)
    assert code == 1
    assert "table clients was altered after it was attached to the audit log" in output
    as_owner(app, "SELECT audit_attach('clients')")
    assert verify(app) == (1, NOT_MODELLED)


def test_a_column_that_is_attached_again_is_recorded(app: Flask, database: None) -> None:
    ClientFactory()
    as_owner(
        app,
        "ALTER TABLE clients ADD COLUMN nickname text",
        "SELECT audit_attach('clients')",
        "UPDATE clients SET nickname = 'new'",
    )
    with app.app_context():
        recorded = db.session.scalar(text("SELECT after ->> 'nickname' FROM audit_log ORDER BY id DESC LIMIT 1"))
    assert recorded == "new"
    assert verify(app) == (1, NOT_MODELLED)


def test_an_attachment_keeps_hiding_what_it_hid(app: Flask, database: None) -> None:
    as_owner(app, "ALTER TABLE users ADD COLUMN nickname text", "SELECT audit_attach('users', 'password_hash')")
    assert verify(app) == (1, NOT_MODELLED.replace("clients", "users"))


# The schema


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("ALTER TABLE projects ADD COLUMN forgotten text", "column projects.forgotten is not in the models"),
        ("ALTER TABLE payments DROP COLUMN notes", "column payments.notes is missing"),
        ("ALTER TABLE incomes ALTER description TYPE text", "column incomes.description differs from the models"),
        ("ALTER TABLE incomes ALTER amount TYPE numeric(20, 4)", "column incomes.amount differs from the models"),
        ("ALTER TABLE users ALTER role DROP DEFAULT", "column users.role differs from the models"),
        ("DROP INDEX ix_payments_unpaid", "index ix_payments_unpaid is missing"),
        (
            "DROP INDEX ix_payments_client_id; CREATE INDEX ix_payments_client_id ON payments (client_id, date)",
            "index ix_payments_client_id differs from the models",
        ),
        ("ALTER TABLE users DROP CONSTRAINT fk_users_role_roles", "constraint fk_users_role_roles is missing"),
        (
            (
                "ALTER TABLE roles DROP CONSTRAINT ck_roles_name_not_blank,"
                " ADD CONSTRAINT ck_roles_name_not_blank CHECK (name <> '')"
            ),
            "constraint ck_roles_name_not_blank differs from the models",
        ),
        ("ALTER TABLE movements DISABLE TRIGGER keep_sums_update", "trigger keep_sums_update on movements is disabled"),
        ("DROP TRIGGER audit_log_is_final ON audit_log", "trigger audit_log_is_final on audit_log is missing"),
        ("GRANT INSERT ON audit_log TO control_fresco_app", "role control_fresco_app has INSERT on audit_log"),
        ("REVOKE UPDATE ON clients FROM control_fresco_app", "role control_fresco_app lacks UPDATE on clients"),
        ("GRANT CREATE ON SCHEMA public TO control_fresco_app", "role control_fresco_app may create in the schema"),
        ("ALTER ROLE control_fresco_app CREATEROLE", "role control_fresco_app is more than it should be"),
    ],
)
def test_differences_from_the_migrations_are_reported(app: Flask, database: None, statement: str, told: str) -> None:
    as_owner(app, statement)
    code, output = verify(app)
    assert code == 1
    assert told in output
