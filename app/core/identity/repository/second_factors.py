"""Repositories of second factors, of logins that wait for one, and of tried codes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.identity.models import CodeAttempt, LoginChallenge, RecoveryCode, SecondFactor
from app.core.identity.repository.windows import nth_latest
from app.core.identity.rules import MOST_TRIES, CodeLimit

_FACTOR_COUNTS = SecondFactor.confirmed_at.is_not(None)


class SecondFactorRepository:
    """Second factors, and their recovery codes."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, user_id: int) -> SecondFactor | None:
        """The second factor of a user, confirmed or not; None without one."""
        fresh = {"populate_existing": True}
        return self.session.scalar(select(SecondFactor).where(SecondFactor.user_id == user_id), execution_options=fresh)

    def is_on(self, user_id: int) -> bool:
        """Whether the user has a confirmed second factor."""
        found = select(SecondFactor.id).where(SecondFactor.user_id == user_id, _FACTOR_COUNTS)
        return self.session.scalar(found) is not None

    def begin(self, user_id: int, sealed: str) -> bool:
        """Store a new secret, which has to be confirmed; False if there is a confirmed one."""
        statement = insert(SecondFactor).values(user_id=user_id, secret=sealed)
        pending = statement.on_conflict_do_update(
            index_elements=["user_id"], set_={"secret": sealed, "last_step": 0}, where=~_FACTOR_COUNTS
        )
        return self.session.scalar(pending.returning(SecondFactor.id)) is not None

    def confirm(self, user_id: int, sealed: str, step: int, now: datetime) -> bool:
        """Confirm this secret by the code of a step, which counts as used; False if it was replaced or confirmed."""
        pending = (SecondFactor.user_id == user_id, SecondFactor.secret == sealed, ~_FACTOR_COUNTS)
        changed = update(SecondFactor).where(*pending).values(confirmed_at=now, last_step=step)
        return self.session.scalar(changed.returning(SecondFactor.id)) is not None

    def use_step(self, user_id: int, step: int) -> bool:
        """Use the code of a step, of which each counts once, also for concurrent requests."""
        unused = (SecondFactor.user_id == user_id, _FACTOR_COUNTS, SecondFactor.last_step < step)
        changed = update(SecondFactor).where(*unused).values(last_step=step)
        return self.session.scalar(changed.returning(SecondFactor.id)) is not None

    def replace_codes(self, user_id: int, hashes: Iterable[str]) -> None:
        """Replace all recovery codes of a user."""
        self.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
        self.session.add_all(RecoveryCode(user_id=user_id, code_hash=one) for one in hashes)
        self.session.flush()

    def use_code(self, user_id: int, code_hash: str, now: datetime) -> bool:
        """Use a recovery code, of which each counts once."""
        unused = (
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        changed = update(RecoveryCode).where(*unused).values(used_at=now)
        return self.session.scalar(changed.returning(RecoveryCode.id)) is not None

    def remove(self, user_id: int) -> bool:
        """Remove the second factor and the recovery codes of a user; False if there was no confirmed factor."""
        self.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
        gone = delete(SecondFactor).where(SecondFactor.user_id == user_id).returning(SecondFactor.confirmed_at)
        return self.session.scalar(gone) is not None


class ChallengeRepository:
    """Logins that wait for the second factor."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, challenge: LoginChallenge) -> None:
        """Store a login that waits."""
        self.session.add(challenge)
        self.session.flush()

    def find(self, token_hash: str, now: datetime) -> LoginChallenge | None:
        """The login of this token, if it is still waiting."""
        return self.session.scalar(select(LoginChallenge).where(*_waiting(token_hash, now)))

    def count_try(self, token_hash: str, now: datetime) -> bool:
        """Count a try; False if none is left."""
        left = update(LoginChallenge).where(*_waiting(token_hash, now)).values(tries=LoginChallenge.tries + 1)
        return self.session.scalar(left.returning(LoginChallenge.id)) is not None

    def use(self, token_hash: str) -> bool:
        """Use the token, which counts once."""
        used = delete(LoginChallenge).where(LoginChallenge.token_hash == token_hash).returning(LoginChallenge.id)
        return self.session.scalar(used) is not None

    def purge(self, before: datetime) -> int:
        """Delete what expired before this time."""
        old = delete(LoginChallenge).where(LoginChallenge.expires_at < before).returning(LoginChallenge.id)
        return len(self.session.scalars(old).all())


def _waiting(token_hash: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        LoginChallenge.token_hash == token_hash,
        LoginChallenge.expires_at > now,
        LoginChallenge.tries < MOST_TRIES,
    )


class CodeAttemptRepository:
    """Codes that were tried lately."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, user_id: int, address: str, now: datetime) -> int:
        """Store a try, as a wrong one; returns its id."""
        attempt = CodeAttempt(user_id=user_id, address=address, attempted_at=now)
        self.session.add(attempt)
        self.session.flush()
        return attempt.id

    def mark_succeeded(self, attempt_id: int) -> None:
        """Record that the code was right."""
        self.session.execute(update(CodeAttempt).where(CodeAttempt.id == attempt_id).values(succeeded=True))

    def reached(
        self, limits: Iterable[CodeLimit], user_id: int, address: str, now: datetime, *, besides: int
    ) -> datetime | None:
        """When the last of all limits that are reached is no longer so; None where none is.

        The attempt `besides` is not counted.
        """
        ends = [_end(limit, user_id, address, now, besides) for limit in limits]
        found: datetime | None = self.session.scalar(select(func.greatest(*ends)))  # GREATEST ignores NULLs
        return found

    def purge(self, before: datetime) -> int:
        """Delete tries before this time."""
        old = delete(CodeAttempt).where(CodeAttempt.attempted_at < before).returning(CodeAttempt.id)
        return len(self.session.scalars(old).all())


def _end(limit: CodeLimit, user_id: int, address: str, now: datetime, besides: int) -> ColumnElement[datetime]:
    """Time at which a limit is no longer reached; NULL where it is not."""
    window = timedelta(seconds=limit.seconds)
    counted = [CodeAttempt.attempted_at > now - window, CodeAttempt.id != besides]
    counted.append(CodeAttempt.address == address if limit.by_address else CodeAttempt.user_id == user_id)
    if limit.wrong_only:
        counted.append(~CodeAttempt.succeeded)
    return nth_latest(CodeAttempt.attempted_at, limit.most, *counted).scalar_subquery() + window
