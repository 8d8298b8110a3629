"""/books and /invitations of the suite."""

from app.kernel.paging import Page
from app.suites.personal.books.models import (
    BookAuditRecord,
    BookInvitationRecord,
    BookRateRecord,
    BookRecord,
    ShownMember,
)
from app.suites.personal.books.schemas import (
    BookAuditListQuery,
    BookAuditSchema,
    BookChoice,
    BookInvitationListQuery,
    BookInvitationSchema,
    BookListRequest,
    BookQuery,
    BookRateListQuery,
    BookRateSchema,
    BookSchema,
    MemberListQuery,
    MemberSchema,
    NewBookSchema,
    NewMemberSchema,
    OwnBooksQuery,
    SentInvitationSchema,
)
from app.suites.personal.books.service import (
    BookChanges,
    BookRateService,
    HistoryService,
    InvitationService,
    MemberService,
    NewBook,
    NewBookRate,
    NewInvitation,
    NewMember,
    PersonalBookService,
    RoleChange,
    SentInvitation,
    accept,
)
from app.web.api import Namespace, Resource, changes, operation
from app.web.auth import current_identity
from app.web.changed_responses import Made, OneOrReplaced, OneWithFigures, Replaced
from app.web.context import context
from app.web.query import ListRequest
from app.web.responses import Listed, Message, One

books_namespace = Namespace("books", path="/books")
rates_namespace = Namespace("book-rates", path="/rates")
invitations_namespace = Namespace("invitations", path="/invitations")


def service() -> PersonalBookService:
    """The service of this request."""
    return PersonalBookService(context())


def caller() -> int:
    """The user who asks."""
    return current_identity().user_id


@books_namespace.route("")
class Books(Resource):
    @operation("personal:read", Listed(BookSchema, title="Libros"), query=OwnBooksQuery)
    def get(self, query: ListRequest) -> Page[BookRecord]:
        """List my books; the first, in the order in which they came, is the default of `book_id` elsewhere."""
        return service().page(caller(), query.page)

    @operation("personal:write", OneWithFigures(BookSchema), body=NewBookSchema, status=201, errors=(409,))
    def post(self, body: NewBook) -> BookRecord:
        """Make a book, whose owner I am; with defaults, unless `with_defaults` is false."""
        return service().open(caller(), **body)


@books_namespace.route("/<id:book_id>")
class OneBook(Resource):
    @operation("personal:read", OneWithFigures(BookSchema), errors=(404,))
    def get(self, book_id: int) -> BookRecord:
        """One of my books."""
        return service().get(caller(), book_id)

    @operation("personal:write", OneWithFigures(BookSchema), body=changes(BookSchema), errors=(404,))
    def put(self, book_id: int, body: BookChanges) -> BookRecord:
        """Change a book, as its owner.

        The currency is the one in which it reports: what is in the book keeps its own.
        """
        return service().update(caller(), book_id, **body)

    @operation("personal:write", Message("Book deleted"), errors=(404, 409))
    def delete(self, book_id: int) -> None:
        """Delete a book with all that is in it, as its owner."""
        service().delete(book_id)


@books_namespace.route("/<id:book_id>/members")
class Members(Resource):
    @operation(
        "personal:read",
        Listed(MemberSchema, title="Miembros"),
        query=MemberListQuery,
        errors=(404,),
        name="listBookMembers",
    )
    def get(self, book_id: int, query: ListRequest) -> Page[ShownMember]:
        """List the members of one of my books."""
        return MemberService.of_caller(context(), book_id).page(query.page)

    @operation(
        "personal:write", One(MemberSchema), body=NewMemberSchema, status=201, errors=(404, 409), name="addBookMember"
    )
    def post(self, book_id: int, body: NewMember) -> ShownMember:
        """Add somebody who shares a book with me already, as the owner of both; all others are invited."""
        return MemberService.of_caller(context(), book_id).add(**body)


@books_namespace.route("/<id:book_id>/members/<id:member_id>")
class OneMember(Resource):
    @operation("personal:read", One(MemberSchema), errors=(404,), name="getBookMember")
    def get(self, book_id: int, member_id: int) -> ShownMember:
        """One member of one of my books."""
        return MemberService.of_caller(context(), book_id).get(member_id)

    @operation(
        "personal:write",
        One(MemberSchema),
        body=MemberSchema,
        errors=(404, 409),
        name="updateBookMember",
    )
    def put(self, book_id: int, member_id: int, body: RoleChange) -> ShownMember:
        """Give a member another role, as an owner; 409 `transfer_ownership_first` for the last owner."""
        return MemberService.of_caller(context(), book_id).change_role(member_id, **body)

    @operation("personal:write", Message("Member removed"), errors=(404, 409), name="deleteBookMember")
    def delete(self, book_id: int, member_id: int) -> None:
        """Remove a member, as an owner, or leave the book myself; 409 `transfer_ownership_first` for the last owner.

        What the member made stays, and no longer names them.
        """
        MemberService.of_caller(context(), book_id).remove(member_id)


@books_namespace.route("/<id:book_id>/invitations")
class BookInvitations(Resource):
    @operation(
        "personal:read",
        Listed(BookInvitationSchema, title="Invitaciones"),
        query=BookInvitationListQuery,
        errors=(404,),
        name="listBookInvitations",
    )
    def get(self, book_id: int, query: ListRequest) -> Page[BookInvitationRecord]:
        """List the invitations into a book that wait, as its owner."""
        return InvitationService.of_caller(context(), book_id).page(query.page)

    @operation(
        "personal:write",
        Made(SentInvitationSchema),
        body=BookInvitationSchema,
        status=201,
        errors=(404, 409),
        name="inviteIntoBook",
        accepts_key=False,
    )
    def post(self, book_id: int, body: NewInvitation) -> SentInvitation:
        """Invite an e-mail address into a book, as its owner; the token lasts 7 days, and ends an older one.

        The owner sends the token on; only a user with that address can accept it.
        """
        return InvitationService.of_caller(context(), book_id).invite(**body)


@books_namespace.route("/<id:book_id>/invitations/<id:invitation_id>")
class OneBookInvitation(Resource):
    @operation("personal:write", Message("Invitation withdrawn"), errors=(404,), name="deleteBookInvitation")
    def delete(self, book_id: int, invitation_id: int) -> None:
        """Withdraw an invitation, as an owner of the book."""
        InvitationService.of_caller(context(), book_id).withdraw(invitation_id)


@books_namespace.route("/<id:book_id>/audit")
class BookAudit(Resource):
    @operation(
        "personal:read",
        Listed(BookAuditSchema, title="Historial"),
        query=BookAuditListQuery,
        errors=(404,),
        name="listBookAudit",
    )
    def get(self, book_id: int, query: ListRequest) -> Page[BookAuditRecord]:
        """List the changes in a book, as its owner: who, when, before and after; newest first."""
        return HistoryService.of_caller(context(), book_id).page(query.page, **query.filters)


@invitations_namespace.route("/<string:token>/accept")
class AcceptedInvitation(Resource):
    @operation("personal:write", Made(BookSchema), status=201, errors=(404, 409), name="acceptBookInvitation")
    def post(self, token: str) -> BookRecord:
        """Join the book of an invitation for my e-mail address."""
        return accept(context(), current_identity(), token)


@rates_namespace.route("")
class BookRates(Resource):
    @operation(
        "personal:read",
        Listed(BookRateSchema, title="Tasas del libro"),
        query=BookRateListQuery,
        errors=(404,),
        name="listBookRates",
    )
    def get(self, query: BookListRequest) -> Page[BookRateRecord]:
        """List a book's own exchange rates, the newest first."""
        return BookRateService.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation(
        "personal:write",
        OneOrReplaced(BookRateSchema),
        query=BookQuery,
        body=BookRateSchema,
        status=201,
        errors=(404,),
        name="enterBookRate",
    )
    def post(self, query: BookChoice, body: NewBookRate) -> BookRateRecord | Replaced:
        """Enter a price of a currency on a day; it wins over the common rates from that day on."""
        rate, is_new = BookRateService.of_caller(context(), query.get("book_id")).enter(**body)
        return rate if is_new else Replaced(rate)


@rates_namespace.route("/<id:rate_id>")
class OneBookRate(Resource):
    @operation("personal:read", One(BookRateSchema), query=BookQuery, errors=(404,), name="getBookRate")
    def get(self, query: BookChoice, rate_id: int) -> BookRateRecord:
        """One of a book's own rates."""
        return BookRateService.of_row(context(), rate_id, query.get("book_id")).get(rate_id)

    @operation("personal:write", Message("Rate deleted"), query=BookQuery, errors=(404,), name="deleteBookRate")
    def delete(self, query: BookChoice, rate_id: int) -> None:
        """Delete one of a book's own rates; then the common ones apply."""
        BookRateService.of_row(context(), rate_id, query.get("book_id")).delete(rate_id)
