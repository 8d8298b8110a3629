"""Sealing: secrets that must be read again are encrypted in the database, by SECRETS_KEY."""

import logging
from collections.abc import Iterable, Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Column, MetaData, select, update
from sqlalchemy.orm import Session

from app.infra.db.columns import SEALED
from app.kernel.errors import Unavailable

log = logging.getLogger(__name__)


def random_key() -> str:
    """A new SECRETS_KEY."""
    return Fernet.generate_key().decode()


class Sealer:
    """Encrypts secrets by the first key, and decrypts those of any key."""

    def __init__(self, keys: Sequence[str]) -> None:
        ciphers = [Fernet(key) for key in keys]
        self._first = ciphers[0]
        self._all = MultiFernet(ciphers)

    def seal(self, secret: str) -> str:
        """Encrypt a secret."""
        return self._all.encrypt(secret.encode()).decode()

    def unseal(self, sealed: str) -> str:
        """Decrypt a secret; Unavailable if none of the keys fits."""
        try:
            return self._all.decrypt(sealed).decode()
        except InvalidToken:
            log.exception("a stored secret can't be read: SECRETS_KEY lacks the key that sealed it")
            raise Unavailable("A stored secret can't be read; tell the operator.", code="secret_unreadable") from None

    def reseal(self, sealed: str) -> str | None:
        """Encrypt by the first key what another one encrypted; None if the first one did."""
        try:
            self._first.decrypt(sealed)
        except InvalidToken:
            return self.seal(self.unseal(sealed))
        return None


def sealed_columns(metadata: MetaData) -> list[Column[str]]:
    """Columns of sealed secrets."""
    return [column for table in metadata.sorted_tables for column in table.columns if SEALED in column.info]


def sealed_values(session: Session, column: Column[str], after: int, limit: int) -> dict[int, str]:
    """Some sealed values of a column by the ids of their rows, in the order of ids."""
    row_id = column.table.c.id
    found = select(row_id, column).where(row_id > after, column.is_not(None)).order_by(row_id).limit(limit)
    return {row.id: row[1] for row in session.execute(found)}


def replace_sealed(session: Session, column: Column[str], row_id: int, before: str, after: str) -> bool:
    """Replace a sealed value, unless it changed in the meantime; returns whether it was replaced."""
    table = column.table
    unchanged = (table.c.id == row_id, column == before)
    kept = {"updated_at": table.c.updated_at} if "updated_at" in table.c else {}  # the secret is still the same
    changed = update(table).where(*unchanged).values({column.name: after, **kept}).returning(table.c.id)
    return session.execute(changed).first() is not None


def reseal(session: Session, sealer: Sealer, column: Column[str], values: Iterable[tuple[int, str]]) -> int:
    """Encrypt these values of a column by the first key; returns how many were not."""
    resealed = ((row_id, before, sealer.reseal(before)) for row_id, before in values)
    return sum(replace_sealed(session, column, row_id, before, after) for row_id, before, after in resealed if after)
