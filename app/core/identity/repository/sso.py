"""Repositories of linked accounts and nonces."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.core.identity.models import SsoLink, SsoNonce, User
from app.infra.preconditions import check_precondition


class SsoLinkRepository:
    """Accounts of one provider that users have linked."""

    def __init__(self, session: Session, provider: str) -> None:
        self.session = session
        self.provider = provider

    def add(self, user_id: int, subject: str, email: str, now: datetime) -> bool:
        """Link an account to a user; False if it belongs to another user, or the user has linked another one."""
        values = {"user_id": user_id, "provider": self.provider, "subject": subject, "email": email, "linked_at": now}
        new = postgresql.insert(SsoLink).values(values).on_conflict_do_nothing().returning(SsoLink.id)
        return self.session.scalar(new) is not None or self._linked_to(subject) == user_id

    def find_user(self, subject: str) -> User | None:
        """The active user who has linked this account, locked against changes; else None."""
        linked = (SsoLink.provider == self.provider, SsoLink.subject == subject, User.is_active)
        found = select(User).join(SsoLink, SsoLink.user_id == User.id).where(*linked)
        return self.session.scalar(found.with_for_update(read=True, of=User))

    def remove(self, user_id: int) -> bool:
        """Remove a user's link; returns whether there was one."""
        own = (SsoLink.provider == self.provider, SsoLink.user_id == user_id)
        found = self.session.scalar(select(SsoLink).where(*own).with_for_update())
        if found is None:
            return False
        check_precondition(self.session, found.id, 0)
        self.session.delete(found)
        return True

    def _linked_to(self, subject: str) -> int | None:
        own = (SsoLink.provider == self.provider, SsoLink.subject == subject)
        return self.session.scalar(select(SsoLink.user_id).where(*own))


class SsoNonceRepository:
    """Nonces that were given out."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, nonce_hash: str, expires_at: datetime) -> None:
        """Store a nonce."""
        self.session.execute(insert(SsoNonce).values(nonce_hash=nonce_hash, expires_at=expires_at))

    def use(self, nonce_hash: str, now: datetime) -> bool:
        """Use a nonce up; returns whether it could still be used."""
        valid = (SsoNonce.nonce_hash == nonce_hash, SsoNonce.expires_at > now)
        return self.session.execute(delete(SsoNonce).where(*valid).returning(SsoNonce.id)).first() is not None

    def purge(self, before: datetime) -> int:
        """Delete nonces that expired before this time; returns their number."""
        gone = delete(SsoNonce).where(SsoNonce.expires_at < before).returning(SsoNonce.id)
        return len(self.session.scalars(gone).all())
