"""An idempotency key is unique by its user, whatever it is used for; keys of nobody count no more."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OLDER = """
DELETE FROM idempotency_keys older USING idempotency_keys newer
WHERE older.user_id = newer.user_id AND older.key = newer.key
  AND (older.created_at, older.id) < (newer.created_at, newer.id)
"""


def upgrade() -> None:
    """Of several uses of one key the newest stays."""
    op.execute(sa.text("DELETE FROM idempotency_keys WHERE user_id = 0"))
    op.execute(sa.text(OLDER))
    op.drop_constraint("uq_idempotency_keys_use", "idempotency_keys")
    op.create_unique_constraint("uq_idempotency_keys_key", "idempotency_keys", ["user_id", "key"])


def downgrade() -> None:
    """Take back."""
    op.drop_constraint("uq_idempotency_keys_key", "idempotency_keys")
    op.create_unique_constraint("uq_idempotency_keys_use", "idempotency_keys", ["user_id", "method", "path", "key"])
