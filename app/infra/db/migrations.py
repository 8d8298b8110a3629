"""Migrations: how alembic writes them from the models, and what several or all of them do."""

import importlib
import pkgutil
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from alembic import op
from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import CheckConstraint, Enum, text
from sqlalchemy.orm import Session

PLUGINS = ["alembic.autogenerate.*", "alembic.ext.checkconstraint_byname"]
"""Comparisons of alembic: its own, and of the names of CHECKs."""

# A look at all tables takes 30 ms, and a new database has more than a hundred revisions. So only tables that lack a
# trigger, or of which this transaction changed the definition, are looked at, unless it changed functions of the audit
# log itself, dropped a table, or made one without an id, which audit_refresh() refuses.
_AUDIT_CHANGED = text("""
    DO $$
    DECLARE
        touched oid[] := ARRAY(
            SELECT oid FROM pg_class WHERE age(xmin) <= 0
            UNION SELECT attrelid FROM pg_attribute WHERE age(xmin) <= 0
            UNION SELECT tgrelid FROM pg_trigger WHERE age(xmin) <= 0
            UNION SELECT polrelid FROM pg_policy WHERE age(xmin) <= 0
            UNION SELECT objoid FROM pg_description WHERE classoid = 'pg_class'::regclass AND age(xmin) <= 0
            UNION SELECT polrelid FROM pg_description d JOIN pg_policy ON pg_policy.oid = objoid
            WHERE classoid = 'pg_policy'::regclass AND age(d.xmin) <= 0
        );
        changed oid[];
    BEGIN
        IF to_regprocedure('public.audit_refresh()') IS NULL THEN
            RETURN;
        END IF;
        changed := ARRAY(
            SELECT oid FROM pg_class
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> ALL (audit_exempt())
              AND (oid = ANY (touched)
                   OR NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = pg_class.oid AND tgname = 'audit_insert')));
        IF EXISTS (SELECT FROM pg_proc
                   WHERE pronamespace = 'public'::regnamespace AND proname ~ '^(book_)?audit_|^book_wall'
                     AND CASE WHEN proname ~ '^audit_(update|change)_of_'
                              THEN to_regclass(format('public.%I', substr(proname, 17))) IS NULL
                              ELSE proname <> 'audit_exempt' AND age(xmin) <= 0 END)
           OR EXISTS (SELECT FROM unnest(changed) one
                      WHERE NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = one AND attname = 'id')) THEN
            PERFORM audit_refresh();
        ELSE
            PERFORM audit_attach(relname, VARIADIC hidden)
            FROM pg_class, LATERAL (
                SELECT ARRAY(SELECT attname::text FROM pg_attribute
                             WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
                               AND col_description(attrelid, attnum) = 'not audited' ORDER BY attnum)
            ) columns (hidden)
            WHERE oid = ANY (changed) AND NOT audit_is_attached(oid, hidden)
            ORDER BY relname;
        END IF;
    END $$
""")
_AUDIT_REFRESH = text("SELECT audit_refresh()")

_EXEMPT = """
DO $$
DECLARE
    exempt text := (SELECT string_agg(quote_literal(name), ', ' ORDER BY name) FROM unnest({names}) name);
BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION audit_exempt() RETURNS text[] LANGUAGE sql IMMUTABLE AS %L',
                   'SELECT ARRAY[' || exempt || ']');
END
$$
"""


def attach_to_audit(ctx: MigrationContext, **_step: Any) -> None:
    """Attach new and altered tables to the audit log, in the transaction of the migration that made them so."""
    if ctx.connection is not None:
        ctx.connection.execute(_AUDIT_CHANGED)


def attach_all_to_audit(session: Session) -> None:
    """Attach every table to the audit log that is not attached as it should be, whoever changed it."""
    session.execute(_AUDIT_REFRESH)


def exempt_from_audit(*tables: str) -> None:
    """Leave tables of the program itself out of the audit log; for migrations, which make them."""
    _replace_exempt(f"audit_exempt() || ARRAY{list(tables)}")


def end_audit_exemption(*tables: str) -> None:
    """Undo `exempt_from_audit`; for downgrades."""
    kept = "audit_exempt()"
    for table in tables:
        kept = f"array_remove({kept}, '{table}')"
    _replace_exempt(kept)


def import_models(package: ModuleType) -> None:
    """Import every module called `models`: a table that nothing imports yet is in no comparison."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if "models" in found.name.split("."):
            importlib.import_module(found.name)


def refuse_empty(_context: MigrationContext, _revision: Any, scripts: list[MigrationScript]) -> None:
    """Raise CommandError if the models are as the tables are."""
    if all(script.upgrade_ops is None or script.upgrade_ops.is_empty() for script in scripts):
        raise CommandError("The models are as the tables are, so there is nothing to migrate.")


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Source of an enum's column and of its CHECK, as migrations have them; False for all else."""
    if kind == "type" and isinstance(item, Enum) and not item.native_enum:
        return f"sa.String({item.length})"
    if kind == "check" and isinstance(item, CheckConstraint):
        return _enum_check(item) or False
    return False


def _replace_exempt(names: str) -> None:
    """Replace the function that lists the exempt tables, by the names of an SQL expression."""
    op.execute(_EXEMPT.format(names=names))


def _enum_check(check: CheckConstraint) -> str | None:
    """Source of the CHECK that an enum's column brings along; None for any other."""
    for column in check.columns:
        if isinstance(column.type, Enum):
            name = f"ck_{check.table.name}_{column.type.name}"
            if check.name in {name, column.type.name}:
                condition = f"{column.name} IN ({_listed(column.type.enums)})"
                return f"sa.CheckConstraint({condition!r}, name=op.f({name!r}))"
    return None


def _listed(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
