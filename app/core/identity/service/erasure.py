"""Accounts that their users have erased: planned, restored within some days, or done by a job."""

import hmac
import logging
from collections.abc import Collection
from datetime import date, timedelta

from app.core.identity.events import ErasureAsked, UserErasing
from app.core.identity.repository import (
    AccountKey,
    ApiTokenRepository,
    ErasureRepository,
    LoginAttemptRepository,
    SessionRepository,
    UserRepository,
)
from app.infra.context import Context
from app.infra.idempotency import forget_user
from app.manifest import PERSON

log = logging.getLogger(__name__)


class ErasureService:
    """Erases accounts with all that is only theirs; what is the company's stays."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.users = UserRepository(context.session)
        self.sessions = SessionRepository(context.session)
        self.tokens = ApiTokenRepository(context.session)
        self.erasures = ErasureRepository(context.session)
        self.attempts = LoginAttemptRepository(context.session)

    def ask(self, user_id: int, grace: timedelta) -> date:
        """Plan the erasure and end all sessions; returns its day, which stays at a second time."""
        user = self.users.get_for_update(user_id)
        if user.erase_on is None:
            self.context.publish(ErasureAsked(user_id))
            self.users.change(user, {"erase_on": self.context.clock.today() + grace})
        self.sessions.end_all_of(user_id, self.context.clock.now())
        self.tokens.end_all_of(user_id)
        return user.erase_on or self.context.clock.today()

    def restore(self, user_id: int) -> None:
        """Take the request back."""
        self.users.change(self.users.get_for_update(user_id), {"erase_on": None})

    def erase_due(self, today: date) -> dict[str, int]:
        """Erase the accounts that are due; one that can't be is logged, and keeps no other back."""
        return self._erase_all(self.erasures.due(today), today)

    def replay(self, known: Collection[str] = ()) -> dict[str, int]:
        """Erase again the accounts that a restored backup brought back: those with these hashes, or stored ones."""
        gone = {*known, *self.erasures.hashes()}
        back = [one.id for one in self.erasures.accounts() if self._hash(one) in gone]
        return self._erase_all(back, self.context.clock.today())

    def hashes(self) -> list[str]:
        """Keyed hashes of the accounts that were erased, to be kept beside backups."""
        return self.erasures.hashes()

    def _erase_all(self, user_ids: Collection[int], day: date) -> dict[str, int]:
        erased = failed = 0
        for user_id in user_ids:
            try:
                with self.context.session.begin_nested():
                    self._erase(user_id, day)
                    self.erasures.check()
                erased += 1
            except Exception:
                log.exception("an account could not be erased", extra={"user": user_id})
                failed += 1
        return {"erased": erased, "failed": failed}

    def _erase(self, user_id: int, day: date) -> None:
        """Erase what is the user's; an employee keeps the account, which is the company's."""
        user = self.users.get_for_update(user_id)
        key = AccountKey(user.id, int(user.created_at.timestamp() * 1_000_000))
        event = UserErasing(user_id)
        self.context.publish(event)
        forget_user(self.context.session, user_id)
        if user.role == PERSON:
            names = [user.username, user.email]
            event.counts["refusals"] += self.erasures.forget_refused_names(names)
            self.attempts.forget(names)
            self.users.delete(user)
            self.erasures.put(self._hash(key), day, event.counts)
        else:
            self.users.change(user, {"erase_on": None})

    def _hash(self, account: AccountKey) -> str:
        text = f"{account.id}:{account.created}"
        return hmac.new(self.context.settings.reference_key, text.encode(), "sha256").hexdigest()
