"""Members of a book."""

from typing import TypedDict

from app.infra.books import BookAccess
from app.infra.db import entered
from app.kernel.books import BookRole
from app.kernel.errors import Conflict, NotFound
from app.kernel.paging import Page, PageRequest
from app.suites.personal.books.events import MembershipChanged
from app.suites.personal.books.models import BookMember, ShownMember
from app.suites.personal.books.queries import shown_members
from app.suites.personal.books.repository import MemberRepository, MembershipRepository, PersonalBookRepository
from app.suites.personal.books.rules import MOST_BOOKS, MOST_MEMBERS, MemberRole, lacks_owner
from app.suites.personal.books.service.access import InBookService, program_access


class NewMember(TypedDict):
    """A user, and the role in the book."""

    user_id: int
    role: BookRole


class RoleChange(TypedDict):
    """The role that a member gets."""

    role: BookRole


class MemberService(InBookService):
    """Shows and changes who is in a book."""

    model = BookMember

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.members = MemberRepository(access)

    def list_all(self) -> list[ShownMember]:
        """All members."""
        return shown_members(self.access)

    def page(self, request: PageRequest) -> Page[ShownMember]:
        """One page of the members, in the order in which they came."""
        found = self.list_all()
        return Page(found[request.span], len(found), request)

    def get(self, member_id: int) -> ShownMember:
        """One member."""
        found = next((one for one in self.list_all() if one.id == member_id), None)
        if found is None:
            raise NotFound(f"Member {member_id} does not exist.")
        return found

    def add(self, user_id: int, role: BookRole) -> ShownMember:
        """Add somebody who already shares a book with the caller; all others are invited, and choose."""
        self.access.require_owner()
        books = {one.id for one in MembershipRepository(self.access.session).list_of(user_id)}
        if not books & entered(self.access.session).books:
            raise NotFound(f"User {user_id} shares no book with you; invite them.")
        self._lock_book()
        return self._added(user_id, role, books)

    def join(self, user_id: int, role: BookRole) -> ShownMember:
        """Add somebody who accepted an invitation."""
        self._lock_book()
        return self._added(
            user_id, role, {one.id for one in MembershipRepository(self.access.session).list_of(user_id)}
        )

    def change_role(self, member_id: int, role: BookRole) -> ShownMember:
        """Give a member another role; Conflict if the book would have no owner."""
        self.get(member_id)
        self.access.require_owner()
        self._lock_book()
        member = self.members.get_for_update(member_id)
        self._check_owned([*self._without(member), MemberRole(member.user_id, role)])
        self.members.change(member, {"role": role})
        self.context.publish(MembershipChanged(self.access.book_id, member.user_id))
        return self.get(member_id)

    def remove(self, member_id: int) -> None:
        """Remove a member, or leave the book oneself; Conflict if it would have no owner.

        What the member made stays, and no longer says by whom it was made.
        """
        if self.get(member_id).user_id != self.access.user_id:
            self.access.require_owner()
        inside = MemberService(program_access(self.context, self.access.book_id))  # viewers, too, may leave
        inside.remove_locked(member_id)

    def remove_locked(self, member_id: int) -> None:
        """Remove a member, whoever the caller is."""
        self._lock_book()
        member = self.members.get_for_update(member_id)
        self._check_owned(self._without(member))
        user_id = member.user_id
        self.members.delete(member)
        self.context.publish(MembershipChanged(self.access.book_id, user_id))

    def _added(self, user_id: int, role: BookRole, books: set[int]) -> ShownMember:
        if len(books) >= MOST_BOOKS:
            raise Conflict(f"Nobody is in more than {MOST_BOOKS} books.", code="too_many_books")
        if len(self.members.roles()) >= MOST_MEMBERS:
            raise Conflict(f"A book has at most {MOST_MEMBERS} members.", code="too_many_members")
        member = self.members.add(BookMember(book_id=self.access.book_id, user_id=user_id, role=role))
        return self.get(member.id)

    def _lock_book(self) -> None:
        """Make changes of members wait for each other: of two owners who leave at once one would be the last."""
        PersonalBookRepository(self.access).lock()

    def _without(self, member: BookMember) -> list[MemberRole]:
        return [one for one in self.members.roles() if one.user_id != member.user_id]

    def _check_owned(self, left: list[MemberRole]) -> None:
        if not left:
            raise Conflict("You are the only member; delete the book instead.", code="only_member")
        if lacks_owner(left):
            raise Conflict("Make somebody else an owner first.", code="transfer_ownership_first")


def member_ids(access: BookAccess) -> frozenset[int]:
    """Users who are in a book."""
    return frozenset(one.user_id for one in shown_members(access))
