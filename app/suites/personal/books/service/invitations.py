"""Invitations into a book."""

import secrets
from datetime import datetime
from typing import NamedTuple, TypedDict

from app.core.identity.service import UserService
from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.db import every_book
from app.kernel.books import BookRole
from app.kernel.errors import Conflict, NotFound
from app.kernel.identity import Identity, token_hash
from app.kernel.paging import Page, PageRequest
from app.suites.personal.books.models import BookInvitation, BookInvitationRecord, BookRecord
from app.suites.personal.books.repository import InvitationFilter, InvitationRepository, MembershipRepository
from app.suites.personal.books.rules import INVITATION_LIFETIME, MOST_MEMBERS
from app.suites.personal.books.service.access import InBookService, program_access
from app.suites.personal.books.service.members import MemberService

_BYTES = 32


class NewInvitation(TypedDict):
    """An address, and the role that its owner gets."""

    email: str
    role: BookRole


class SentInvitation(NamedTuple):
    """A new invitation, with its token, which is not shown again."""

    id: int
    book_id: int
    email: str
    role: BookRole
    token: str
    expires_at: datetime


class InvitationService(InBookService):
    """Invites into a book; its owners see and take back what waits."""

    model = BookInvitation

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.access.require_owner()
        self.invitations = InvitationRepository(access)

    def page(self, request: PageRequest) -> Page[BookInvitationRecord]:
        """One page of the invitations that wait."""
        return self.invitations.page(InvitationFilter(), request)

    def invite(self, email: str, role: BookRole) -> SentInvitation:
        """Make an invitation for seven days; an older one for the address ends."""
        self.invitations.end_those_for(email)
        if self.invitations.count() >= MOST_MEMBERS:
            raise Conflict(f"At most {MOST_MEMBERS} invitations wait.", code="too_many_invitations")
        token, now = secrets.token_urlsafe(_BYTES), self.context.clock.now()
        made = self.invitations.add(
            BookInvitation(
                book_id=self.access.book_id,
                email=email,
                role=role,
                token_hash=token_hash(token),
                created_by=self.access.user_id,
                expires_at=now + INVITATION_LIFETIME,
            )
        )
        return SentInvitation(made.id, made.book_id, email, role, token, made.expires_at)

    def withdraw(self, invitation_id: int) -> None:
        """Delete an invitation."""
        self.invitations.delete(self.invitations.get_for_update(invitation_id))


def accept(context: Context, identity: Identity, token: str) -> BookRecord:
    """Enter the book of an invitation for the caller's address; NotFound for anybody else.

    The owner's token is the proof; the address need not be verified, which takes mail.
    """
    memberships = MembershipRepository(context.session)
    found = memberships.find_invitation(token_hash(token))
    user = UserService(context).get(identity.user_id)
    if found is None or user.email.lower() != found.email.lower():
        raise NotFound("There is no such invitation for you, or no longer.")
    access = program_access(context, found.book_id)
    invitations = InvitationRepository(access)
    invitations.delete(invitations.get_for_update(found.id))
    MemberService(access).join(user.id, found.role)
    return next(one for one in memberships.enter(user.id) if one.id == found.book_id)


def forget_address(context: Context, email: str) -> int:
    """Delete the invitations of an address into any book; returns how many."""
    with every_book(context.session):
        return MembershipRepository(context.session).forget_invitations(email)
