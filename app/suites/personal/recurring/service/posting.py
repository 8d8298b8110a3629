"""Entering the transactions of occurrences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from app.core.notifications.rules import Message
from app.core.notifications.service import Teller
from app.infra.books import BookAccess
from app.infra.context import Context
from app.infra.db import every_book
from app.infra.texts import encrypted_texts
from app.kernel.books import BookRole
from app.kernel.errors import Conflict, DomainError
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import MemberService, each_book
from app.suites.personal.recurring.events import OccurrencesDue
from app.suites.personal.recurring.models import Recurring
from app.suites.personal.recurring.queries import EnteredQueries, due_books
from app.suites.personal.recurring.repository import OccurrenceRepository, RecurringRepository
from app.suites.personal.recurring.rules import MOST_AT_ONCE, ExpectedMovement, Occurrence
from app.suites.personal.recurring.service.encrypting import RecurringCipher, SplitStore
from app.suites.personal.recurring.service.reading import RecurringReader, is_plain, movement_of, scheduled_of
from app.suites.personal.recurring.service.values import OF_TEMPLATE, amounts_of, series_of, split_values
from app.suites.personal.transactions.rules import CategorySource, TransactionStatus
from app.suites.personal.transactions.service import NewTransaction, TransactionService

BLOCKED = "recurring_blocked"
"""Kind of notification about an occurrence that could not be entered."""
_A_DAY = timedelta(days=1)
_REASONS = {
    "reconciled": "la cuenta ya está conciliada en esa fecha",
    "account_closed": "la cuenta está cerrada",
    "before_opening": "la cuenta abre después",
}


@dataclass
class Entered:
    """Numbers of what a run entered and could not enter."""

    posted: int = 0
    blocked: int = 0
    transaction_ids: list[int] = field(default_factory=list)


class OccurrencePoster:
    """Enters the occurrences of the recurring transactions of a book, each once."""

    def __init__(self, access: BookAccess) -> None:
        self.access = access
        self.recurring = RecurringRepository(access)
        self.splits = SplitStore(access)
        self.cipher = RecurringCipher(access)
        self.occurrences = OccurrenceRepository(access)
        self.entered = EnteredQueries(access.session, access.book_id)
        self.transactions = TransactionService(access)
        self.accounts = AccountService(access)
        self.reader = RecurringReader(access)
        self._reconciled: dict[int, date | None] = {}

    def post_due(self) -> Mapping[str, int]:
        """Enter all that is due by today, each on its own day; what was missed is made up for."""
        entered = Entered()
        for row in self.recurring.lock_due(self.access.today):
            left = MOST_AT_ONCE - entered.posted - entered.blocked
            until = self.access.today + timedelta(days=row.days_before)
            ahead = self.occurrences.ahead([row.id]).get(row.id, ())
            due = series_of(row, ahead).due(until, left)
            self._post(row, due, entered)
            if due:
                row.handled = due[-1].number
            self.recurring.change(row, {"next_occurrence": self.next_day(row)})
        return {"posted": entered.posted, "blocked": entered.blocked}

    def post_one(self, row: Recurring, one: Occurrence, day: date, amount: Decimal | None) -> int:
        """Enter one occurrence on a day, and return the id of the transaction; the errors are those of a new one."""
        if self._is_reconciled(row, day):
            raise Conflict("The account is reconciled beyond that day; name another.", code="reconciled")
        if not self.occurrences.claim(row.id, [one]):
            raise Conflict("It was entered already.", code="already_posted")
        planned = self.values(row, one, self._expected(row, self._amounts(row)))
        given: NewTransaction = {**planned, "date": day}
        if amount is not None:
            given["amount"] = amount
        return self.transactions.create(**given)

    def values(self, row: Recurring, one: Occurrence, amount: Decimal) -> NewTransaction:
        """The values of the transaction that an occurrence becomes."""
        own = {name: getattr(row, name) for name in OF_TEMPLATE} | self.cipher.texts(row)
        splits = [split_values(part) for part in self.splits.of([row.id]).get(row.id, [])]
        own |= {"amount": amount, "date": one.day, "splits": splits, "recurring_id": row.id, "occurrence": one.number}
        own["category_source"] = None if row.category_id is None else CategorySource.RECURRING
        if not row.auto_post:
            own["status"] = TransactionStatus.PENDING
        values: NewTransaction = own  # type: ignore[assignment]  # its keys
        return values

    def next_day(self, row: Recurring) -> date | None:
        """The day of the next occurrence of a recurring transaction, as it is now."""
        if not row.is_active:
            return None
        self.recurring.flush()
        following = series_of(row, self.occurrences.ahead([row.id]).get(row.id, ())).next()
        return None if following is None else following.day

    def _post(self, row: Recurring, due: Sequence[Occurrence], entered: Entered) -> None:
        if due:
            movements = tuple(self._movements(row, due))
            self.access.context.publish(OccurrencesDue(self.access.book_id, movements))
        new, amounts = self.occurrences.claim(row.id, due), self._amounts(row)
        for one in due:
            if one.number in new:
                amounts.append(self._expected(row, amounts))
                self._try(row, one, amounts[-1], entered)

    def _movements(self, row: Recurring, due: Sequence[Occurrence]) -> Iterator[ExpectedMovement]:
        """The movements of occurrences in the accounts of a recurring transaction."""
        currencies, expected = self.reader.currencies(), self._expected(row, self._amounts(row))
        split = self.splits.of([row.id])
        for number, day in due:
            one = scheduled_of(row, number, day, expected, currencies[row.account_id], ())
            for account_id in (row.account_id, row.to_account_id):
                plain = is_plain(one, split, currencies)
                found = None if account_id is None else movement_of(one, account_id, is_plain=plain)
                if found is not None:
                    yield found

    def _try(self, row: Recurring, one: Occurrence, amount: Decimal, entered: Entered) -> None:
        """Enter an occurrence, or tell the members of the book why not."""
        if self._is_reconciled(row, one.day):
            self._block(row, one, Conflict("The account is reconciled.", code="reconciled"))
            entered.blocked += 1
            return
        try:
            with self.access.session.begin_nested():
                entered.transaction_ids.append(self.transactions.create(**self.values(row, one, amount)))
        except DomainError as error:
            self._block(row, one, error)
            entered.blocked += 1
        else:
            entered.posted += 1

    def _block(self, row: Recurring, one: Occurrence, error: DomainError) -> None:
        self.occurrences.refuse(row.id, one.number, error.code[:60])
        reason = _REASONS.get(error.code, error.message)
        name = row.template_name if encrypted_texts(self.access.session) is None else "Un movimiento"
        body = f"{name}, {one.day:%d/%m/%Y}: {reason}."
        key = f"{row.id}:{one.number}"
        message = Message(key, "Un movimiento recurrente no se registró", body, f"/recurring/{row.id}")
        members = MemberService(self.access).members.roles()
        writers = [member.user_id for member in members if member.role is not BookRole.VIEWER]
        Teller(self.access.context).tell(BLOCKED, message, writers)

    def _amounts(self, row: Recurring) -> list[Decimal]:
        return [one.amount for one in self.entered.amounts([row.id]).get(row.id, [])]

    def _expected(self, row: Recurring, amounts: Sequence[Decimal]) -> Decimal:
        return amounts_of(row).expected(amounts, self.accounts.key(row.account_id).currency)

    def _is_reconciled(self, row: Recurring, day: date) -> bool:
        """Whether an account of the transaction was reconciled beyond a day."""
        for account_id in (row.account_id, row.to_account_id):
            if account_id is None:
                continue
            if account_id not in self._reconciled:
                self._reconciled[account_id] = self.accounts.accounts.get(account_id).reconciled_through
            through = self._reconciled[account_id]
            if through is not None and day <= through:
                return True
        return False


def post_due(context: Context, today: date) -> Mapping[str, object]:
    """Enter what is due in every book, by its own day."""
    with every_book(context.session):
        due = due_books(context.session, today + _A_DAY)  # elsewhere it may be tomorrow
    return each_book(context, today, lambda access: OccurrencePoster(access).post_due(), among=due)
