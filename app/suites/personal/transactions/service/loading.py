"""Many transactions for benchmarks."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from app.core.identity.service import UserService
from app.core.identity.service.demo import create_demo_user
from app.infra.books import BookAccess
from app.infra.context import Context
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.manifest import PERSON
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service import PersonalBookService, PreferencesService, first_book, program_access
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.transactions.rules import TransactionType
from app.suites.personal.transactions.service.states import NewTransaction
from app.suites.personal.transactions.service.transactions import TransactionService

BOOK = "Benchmark"
ACCOUNTS = (("Bank", AccountType.CHECKING), ("Card", AccountType.CREDIT), ("Wallet", AccountType.CASH))
DAYS = 3_650
CHUNK = 5_000
_TAGS = ("home", "work", "children", "car", "holiday")
_PLACES = ("Market", "Bakery", "Pharmacy", "Station", "Cinema", "Café", "Bookshop", "Garage", "School", "Clinic")


class LoadService:
    """Enters random transactions of ten years into one book."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.chance = random.Random(1)  # noqa: S311 - rows for benchmarks, the same each time

    def load(self, count: int, today: date, advance: Callable[[int], None]) -> None:
        """Enter `count` transactions into the book of this name of the user `admin`, or else of a user of its own."""
        access = self._book(today)
        accounts = AccountService(access)
        known = {record.name: record.id for record, _ in accounts.page(PageRequest(per_page=100)).items}
        for name, kind in ACCOUNTS:
            if name not in known:
                known[name] = accounts.create(name=name, type=kind).record.id
        usual = CategoryService(access).categories.list_all()
        spent = [one.id for one in usual if one.type is CategoryType.EXPENSE]
        earned = [one.id for one in usual if one.type is CategoryType.INCOME]
        transactions = TransactionService(access)
        for first in range(0, count, CHUNK):
            size = min(CHUNK, count - first)
            drawn = self._drawn(size, today, [known[name] for name, _ in ACCOUNTS], spent, earned)
            transactions.create_many(list(drawn))
            advance(size)

    def _book(self, today: date) -> BookAccess:
        users, books = UserService(self.context), PersonalBookService(self.context)
        admin = users.find_active("admin")
        owner = create_demo_user(self.context, "benchmark", PERSON) if admin is None else admin.id
        known = [one.id for one in books.list_of(owner) if one.name == BOOK]
        if not known:
            settings = first_book(PreferencesService(self.context).get(owner))
            settings = settings._replace(name=BOOK, currency=Currency.COP)
            known = [books.open_with(owner, settings, with_defaults=True).id]
        return program_access(self.context, known[0], today)

    def _drawn(
        self, size: int, today: date, accounts: list[int], spent: list[int], earned: list[int]
    ) -> Iterator[NewTransaction]:
        """Transactions of random days: nine in ten are expenses, the others incomes and transfers."""
        chance = self.chance
        bank, card, wallet = accounts
        for position in range(size):
            kind = chance.random()
            values: NewTransaction = {
                "position": position,
                "date": today - timedelta(days=chance.randrange(DAYS)),
                "amount": Decimal(chance.randrange(100, 100_000_00)) / 100,
                "description": f"{chance.choice(_PLACES)} {chance.randrange(300)}",
            }
            if kind < 0.9:
                account = card if kind < 0.6 else bank if kind < 0.85 else wallet
                values |= {"type": TransactionType.EXPENSE, "account_id": account, "category_id": chance.choice(spent)}
                values["tags"] = [chance.choice(_TAGS)] if chance.random() < 0.2 else []
            elif kind < 0.95:
                values |= {"type": TransactionType.INCOME, "account_id": bank, "category_id": chance.choice(earned)}
            else:
                values |= {"type": TransactionType.TRANSFER, "account_id": bank, "to_account_id": card}
            yield values
