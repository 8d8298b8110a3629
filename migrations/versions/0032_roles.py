"""Roles are rows, with their permissions; users have one of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BUILT_IN = {"admin": "Administrador", "user": "Usuario", "viewer": "Consulta", "person": "Persona"}
"""Their permissions are those that the program declares; it gives them after the upgrade."""

BEFORE = "role IN ('admin', 'user', 'viewer')"


def upgrade() -> None:
    """Apply."""
    names = postgresql.ARRAY(sa.String(100))
    roles = op.create_table(
        "roles",
        sa.Column("id", sa.BigInteger, sa.Identity(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("built_in", sa.Boolean, server_default="false", nullable=False),
        sa.Column("permissions", names, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("all_scopes", names, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("two_factor_required", sa.Boolean, server_default="false", nullable=False),
        sa.Column("defaults_given", names, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("version", sa.BigInteger, server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roles"),
        sa.UniqueConstraint("code", name="uq_roles_code"),
        sa.CheckConstraint("code ~ '^[a-z][a-z0-9_-]{1,39}$'", name=op.f("ck_roles_code_form")),
        sa.CheckConstraint(r"btrim(name, E' \t\r\n') <> ''", name=op.f("ck_roles_name_not_blank")),
        sa.CheckConstraint("array_position(permissions, NULL) IS NULL", name=op.f("ck_roles_permissions_not_null")),
        sa.CheckConstraint("array_position(all_scopes, NULL) IS NULL", name=op.f("ck_roles_all_scopes_not_null")),
    )
    op.execute("SELECT audit_refresh()")  # so that the rows are recorded
    op.bulk_insert(roles, [{"code": code, "name": name, "built_in": True} for code, name in BUILT_IN.items()])
    op.drop_constraint("ck_users_role", "users")
    op.create_foreign_key("fk_users_role_roles", "users", "roles", ["role"], ["code"], ondelete="RESTRICT")
    op.create_index("ix_users_role", "users", ["role"])


def downgrade() -> None:
    """Take back; users of a role that did not exist before can no longer log in."""
    op.execute("UPDATE users SET role = 'viewer', is_active = false WHERE role NOT IN ('admin', 'user', 'viewer')")
    op.drop_index("ix_users_role", "users")
    op.drop_constraint("fk_users_role_roles", "users")
    op.create_check_constraint(op.f("ck_users_role"), "users", BEFORE)
    op.execute("DELETE FROM roles")  # audited, unlike a table that is dropped
    op.drop_table("roles")
