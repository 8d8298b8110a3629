"""Services of books; `InBookService` is the base of all other services of the suite."""

from app.suites.personal.books.service.access import (
    InBookService,
    caller_access,
    each_book,
    may_enter,
    program_access,
    row_access,
)
from app.suites.personal.books.service.books import BookChanges, NewBook, PersonalBookService
from app.suites.personal.books.service.history import BookAuditFilters, HistoryService
from app.suites.personal.books.service.invitations import (
    InvitationService,
    NewInvitation,
    SentInvitation,
    accept,
    forget_address,
)
from app.suites.personal.books.service.keys import BookCipher, StoredText
from app.suites.personal.books.service.ledger import BookLedger
from app.suites.personal.books.service.members import MemberService, NewMember, RoleChange, member_ids
from app.suites.personal.books.service.preferences import PreferencesService, first_book
from app.suites.personal.books.service.rates import (
    BookRateFilters,
    BookRateService,
    NewBookRate,
    currencies_of,
    exchange_of,
    find_price,
    price_of,
    remedy_of,
)
from app.suites.personal.books.service.readable import ReadableRows, encrypted_fields
from app.suites.personal.books.service.rotation import reencrypt, rewrap, unreadable_values
from app.suites.personal.books.service.texts import REQUEST_OF_TEXTS, broken_texts, encrypt_texts, unready
from app.suites.personal.books.service.versions import book_version

__all__ = [
    "REQUEST_OF_TEXTS",
    "BookAuditFilters",
    "BookChanges",
    "BookCipher",
    "BookLedger",
    "BookRateFilters",
    "BookRateService",
    "HistoryService",
    "InBookService",
    "InvitationService",
    "MemberService",
    "NewBook",
    "NewBookRate",
    "NewInvitation",
    "NewMember",
    "PersonalBookService",
    "PreferencesService",
    "ReadableRows",
    "RoleChange",
    "SentInvitation",
    "StoredText",
    "accept",
    "book_version",
    "broken_texts",
    "caller_access",
    "currencies_of",
    "each_book",
    "encrypt_texts",
    "encrypted_fields",
    "exchange_of",
    "find_price",
    "first_book",
    "forget_address",
    "may_enter",
    "member_ids",
    "price_of",
    "program_access",
    "reencrypt",
    "remedy_of",
    "rewrap",
    "row_access",
    "unreadable_values",
    "unready",
]
