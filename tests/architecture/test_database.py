"""Rules for every table: audit triggers, named constraints, and the limits of the schemas."""

import importlib
import importlib.util
import re
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from marshmallow import Schema, fields, validate
from sqlalchemy import CheckConstraint, String, Text, text

from app.infra.data_keys import ENCRYPTED
from app.infra.db import Base, db
from app.registry import MANIFESTS
from tests.support import ROOT

AUDIT_TRIGGERS = {"audit_insert", "audit_update", "audit_delete", "audit_truncate"}
NAMED = {"c": "ck", "f": "fk", "p": "pk", "u": "uq", "x": "ex"}
SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))
REVISIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))

_TRIGGERS = text("""
    SELECT tgrelid::regclass::text AS "table", tgname AS name FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'
""")
_CONSTRAINTS = text("""
    SELECT conrelid::regclass::text AS "table", conname AS name, contype::text AS kind FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype NOT IN ('n', 't')
""")
_TABLES = text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')")


@pytest.fixture
def rows(app: Flask, database: None) -> Any:
    """Query the migrated database."""
    with app.app_context():
        yield lambda question: db.session.execute(question).all()


def test_the_database_has_the_tables_of_the_models_and_no_others(rows: Any) -> None:
    assert {row.relname for row in rows(_TABLES)} == set(Base.metadata.tables) | {"alembic_version"}


def test_every_table_is_audited_or_listed_as_exempt(rows: Any) -> None:
    [(exempt,)] = rows(text("SELECT audit_exempt()"))
    found: dict[str, set[str]] = {}
    for row in rows(_TRIGGERS):
        found.setdefault(row.table, set()).add(row.name)
    audited = set(Base.metadata.tables) - set(exempt)
    assert {table for table in audited if not found.get(table, set()) >= AUDIT_TRIGGERS} == set()


def test_nothing_but_the_programs_own_books_is_exempt(rows: Any) -> None:
    [(exempt,)] = rows(text("SELECT audit_exempt()"))
    assert set(exempt) == {
        "access_refusals",
        "account_day_sums",
        "account_span_sums",
        "alembic_version",
        "api_token_uses",
        "audit_log",
        "audit_seals",
        "book_audit",
        "cash_transfer_sums",
        "changed_transactions",
        "code_attempts",
        "credito_cambios_de_fechas",
        "credito_cartera_sums",
        "credito_cierres",
        "credito_cuota_sums",
        "credito_dia_sums",
        "credito_flujo",
        "credito_fotos",
        "credito_fotos_de_productos",
        "credito_producto_sums",
        "idempotency_keys",
        "import_lines",
        "imported_rows",
        "invoice_numbers",
        "job_runs",
        "learned_categories",
        "learned_tokens",
        "login_attempts",
        "login_challenges",
        "movement_account_sums",
        "movement_day_sums",
        "movement_due_sums",
        "movement_method_sums",
        "movement_party_sums",
        "movement_sources",
        "movements",
        "open_item_party_sums",
        "open_item_sums",
        "open_items",
        "personal_consents",
        "insight_states",
        "insights",
        "note_words",
        "notification_digests",
        "notifications",
        "refresh_tokens",
        "refresh_uses",
        "reported_entries",
        "request_counts",
        "sso_nonces",
        "subscriptions",
        "webhook_deliveries",
        "webhook_runs",
    }


def test_every_constraint_is_named_after_its_table(rows: Any) -> None:
    wrong = [
        row.name
        for row in rows(_CONSTRAINTS)
        if row.table != "alembic_version" and not row.name.startswith(f"{NAMED[row.kind]}_{row.table}")
    ]
    assert wrong == []


def models() -> list[type[Any]]:
    return [mapper.class_ for mapper in Base.registry.mappers]


def schema_of(model: type[Any]) -> Schema | None:
    """The schema named like the model, in the model's domain."""
    domain = next((package for package in MANIFESTS if model.__module__.startswith(f"{package}.")), None)
    if domain is None:
        return None
    if importlib.util.find_spec(f"{domain}.schemas") is None:
        return None
    schemas = importlib.import_module(f"{domain}.schemas")
    found = getattr(schemas, f"{model.__name__}Schema", None)
    return found() if found is not None else None


def text_limits() -> Iterator[tuple[str, int | None, int | None]]:
    """Name, limit of the schema and limit of the column, of every text that is received and stored."""
    for model in models():
        schema = schema_of(model)
        for name, field in schema.load_fields.items() if schema is not None else ():
            column = model.__table__.columns.get(field.attribute or name)
            if column is not None and ENCRYPTED in column.info:
                continue  # what is stored is longer than the text
            if type(column.type if column is not None else None) in (String, Text) and isinstance(field, fields.String):
                yield f"{model.__name__}.{name}", schema_limit(field), column_limit(column)


def schema_limit(field: fields.String) -> int | None:
    return next((check.max for check in field.validators if isinstance(check, validate.Length)), None)


def column_limit(column: Any) -> int | None:
    """The length of a String, or the limit in the CHECK of a Text."""
    if column.type.length is not None:
        return int(column.type.length)
    for check in column.table.constraints:
        written = str(check.sqltext) if isinstance(check, CheckConstraint) else ""
        if limit := re.fullmatch(rf"char_length\({column.name}\) <= (\d+)", written):
            return int(limit[1])
    return None


def test_a_texts_limit_is_the_same_in_schema_and_column() -> None:
    limits = list(text_limits())
    assert len(limits) > 5
    assert [(name, schema, column) for name, schema, column in limits if schema is None or schema != column] == []


def test_the_head_is_written_down_and_the_only_one() -> None:
    assert [(ROOT / "migrations" / ".current-head").read_text(encoding="utf-8").strip()] == SCRIPTS.get_heads()


def test_migrations_are_numbered_without_a_gap() -> None:
    numbers = [f"{number:04}" for number in range(1, len(REVISIONS) + 1)]
    assert [path.stem[:5] for path in REVISIONS] == [f"{number}_" for number in numbers]
    assert [revision.revision for revision in SCRIPTS.walk_revisions()] == numbers[::-1]
