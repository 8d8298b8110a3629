"""Shares: somebody outside of a book reads its monthly totals, and nothing else."""

from typing import NotRequired, TypedDict

from app.infra.context import Context
from app.kernel.books import BookRole
from app.kernel.errors import Forbidden, NotFound
from app.suites.personal.books.service import PersonalBookService, caller_access, program_access
from app.suites.personal.privacy.models import ReceivedShare, ShownShare, SummaryShare
from app.suites.personal.privacy.repository import SummaryShareRepository, received_shares
from app.suites.personal.privacy.rules import Direction
from app.suites.personal.reports.service import CategoryReports, MonthFigures

MOST_SHARES = 50


class NewShare(TypedDict):
    """The address of who may read, and the book."""

    email: str
    book_id: NotRequired[int]


class ShareService:
    """Gives, lists and ends the shares of a caller."""

    def __init__(self, context: Context, user_id: int) -> None:
        self.context = context
        self.user_id = user_id
        self.books = PersonalBookService(context)

    def list_all(self) -> list[ShownShare]:
        """Shares of the books that the caller owns, and those that the caller received."""
        found = [
            ShownShare(one.id, one.book_id, book.name, one.email, Direction.GIVEN, one.created_at)
            for book in self.books.list_of(self.user_id)
            if book.role is BookRole.OWNER
            for one in SummaryShareRepository(caller_access(self.context, book.id)).list_all()
        ]
        return found + [ShownShare(*one[:4], Direction.RECEIVED, one.created_at) for one in self._received()]

    def share(self, email: str, book_id: int | None = None) -> ShownShare:
        """Let the owner of an address read the monthly totals of a book."""
        access = caller_access(self.context, book_id)
        access.require_owner()
        shares = SummaryShareRepository(access)
        if len(shares.list_all()) >= MOST_SHARES:
            raise Forbidden(f"A book is shared with at most {MOST_SHARES} people.", code="too_many_shares")
        made = shares.add(SummaryShare(book_id=access.book_id, email=email, created_by=self.user_id))
        return next(one for one in self.list_all() if one.id == made.id and one.direction is Direction.GIVEN)

    def end(self, share_id: int) -> None:
        """End a share, as the owner of the book or as who received it."""
        found = next((one for one in self.list_all() if one.id == share_id), None)
        if found is None:
            raise _unknown(share_id)
        shares = SummaryShareRepository(program_access(self.context, found.book_id))
        shares.delete(shares.get_for_update(share_id))

    def months(self, share_id: int, months: int) -> list[MonthFigures]:
        """Totals of the last months by top category, of a share that the caller received; the newest last."""
        found = next((one for one in self._received() if one.id == share_id), None)
        if found is None:
            raise _unknown(share_id)
        reports = CategoryReports(program_access(self.context, found.book_id))
        last = reports.calendar.month_of(reports.access.today)
        return reports.monthly(last.plus(1 - months), last)

    def _received(self) -> list[ReceivedShare]:
        # Where no mail is sent nobody can verify an address.
        return received_shares(self.context.session, self.user_id, verified=self.context.settings.sends_mail)


def _unknown(share_id: int) -> NotFound:
    return NotFound(f"Share {share_id} does not exist.")


__all__ = ["NewShare", "ShareService", "ShownShare"]
