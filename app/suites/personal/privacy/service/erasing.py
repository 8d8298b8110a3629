"""People who leave with all that is theirs."""

from collections import Counter
from collections.abc import Collection, Sequence

from app.core.files.service import FileService
from app.core.identity.service import UserService
from app.infra.context import Context
from app.infra.db import every_book
from app.kernel.books import BookRole
from app.kernel.errors import Conflict
from app.manifest import PERSON
from app.suites.personal.books.rules import MemberRole, lacks_owner
from app.suites.personal.books.service import (
    MemberService,
    PersonalBookService,
    forget_address,
    program_access,
)
from app.suites.personal.privacy.repository import forget_shares


class PersonErasureService:
    """Deletes the books of a person, and takes the person out of those that others share."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.books = PersonalBookService(context)

    def require_successors(self, user_id: int) -> None:
        """Raise Conflict, naming the books, if others share a book that would have no owner without this user."""
        stuck = [book.id for book in self.books.list_of(user_id) if _lacks(self._others(book.id, user_id))]
        if stuck:
            message = "Make somebody else an owner of the books that you share first."
            errors = {"books": [f"Book {one} would have no owner." for one in stuck]}
            raise Conflict(message, code="transfer_ownership_first", errors=errors)

    def erase(self, user_id: int, counts: Counter[str]) -> None:
        """Delete the user's own books, and leave the others; counts what was done."""
        for book in self.books.list_of(user_id):
            others = self._others(book.id, user_id)
            if others:
                self._leave(book.id, user_id, others)
                counts["left"] += 1
            else:
                counts["files"] += self.books.erase(book.id)
                counts["books"] += 1
        counts["files"] += FileService(self.context).erase_own(user_id)
        user = UserService(self.context).get(user_id)
        if user.role == PERSON:  # an employee keeps the account, and the address
            self._forget_address(user.email, counts)

    def _forget_address(self, email: str, counts: Counter[str]) -> None:
        """Delete what others have stored about the address: invitations into their books, and shares of them."""
        counts["invitations"] += forget_address(self.context, email)
        with every_book(self.context.session):
            counts["shares"] += forget_shares(self.context.session, email)

    def _others(self, book_id: int, user_id: int) -> list[MemberRole]:
        members = MemberService(program_access(self.context, book_id)).members.roles()
        return [one for one in members if one.user_id != user_id]

    def _leave(self, book_id: int, user_id: int, others: Sequence[MemberRole]) -> None:
        """Take the user out of a book; who shares it goes on, with a new owner if there is none any more."""
        service = MemberService(program_access(self.context, book_id))
        members = {one.user_id: one.id for one in service.list_all()}
        if lacks_owner(others):
            editors = [one for one in others if one.role is BookRole.EDITOR]
            service.change_role(members[(editors or others)[0].user_id], BookRole.OWNER)
        service.remove_locked(members[user_id])


def _lacks(others: Collection[MemberRole]) -> bool:
    return bool(others) and lacks_owner(others)
