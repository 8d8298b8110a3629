"""Demo transactions of the household: three years of two salaries, a card, a mortgage and savings in dollars."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from app.infra.context import Context
from app.kernel.money import Currency, round_worth
from app.kernel.paging import PageRequest
from app.kernel.periods import Month
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service.demo import demo_household
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.transactions.rules import TransactionStatus, TransactionType
from app.suites.personal.transactions.service import NewTransaction, TransactionService
from app.suites.personal.transactions.service.loading import LoadService

_YEARS = 3
_CHECKING, _CASH, _CARD, _DOLLARS, _LOAN = (
    "Cuenta de ahorros",
    "Cash",
    "Visa",
    "Ahorro en dólares",
    "Crédito de vivienda",
)
_EXPENSE, _INCOME, _TRANSFER = TransactionType.EXPENSE, TransactionType.INCOME, TransactionType.TRANSFER
_DEBT, _MONTHLY_RATE, _PAYMENT = Decimal(185_000_000), Decimal("0.0095"), Decimal(2_450_000)
_RAISE = Decimal("1.08")

# description, category, account, day, lowest, highest (the same: it never changes), months between, from which month
_MONTHLY: tuple[tuple[str, str, str, int, int, int, int, int], ...] = (
    ("Administración Torres del Parque", "Utilities", _CHECKING, 4, 410_000, 410_000, 1, 0),
    ("Enel Codensa", "Utilities", _CHECKING, 12, 140_000, 260_000, 1, 0),
    ("Acueducto de Bogotá", "Utilities", _CHECKING, 16, 90_000, 150_000, 2, 0),
    ("Claro Hogar", "Internet and phone", _CARD, 8, 129_900, 129_900, 1, 0),
    ("Netflix", "Subscriptions", _CARD, 14, 38_900, 38_900, 1, 0),
    ("Spotify", "Subscriptions", _CARD, 21, 24_900, 24_900, 1, 5),
    ("Bodytech", "Health", _CARD, 3, 159_000, 159_000, 1, 10),
    ("Sura EPS medicina prepagada", "Insurance", _CHECKING, 10, 420_000, 420_000, 1, 0),
    ("Seguro del carro", "Insurance", _CARD, 18, 1_650_000, 1_900_000, 12, 3),
    ("Cuota de manejo", "Fees", _CHECKING, 28, 12_900, 12_900, 1, 0),
    ("Impuesto predial", "Taxes", _CHECKING, 22, 1_200_000, 1_400_000, 12, 5),
    ("Colegio Los Nogales", "Education", _CHECKING, 2, 980_000, 980_000, 1, 1),
)
# description, category, account, times a month at most, lowest, highest
_OFTEN: tuple[tuple[str, str, str, int, int, int], ...] = (
    ("Éxito Calle 80", "Groceries", _CARD, 4, 120_000, 420_000),
    ("Tiendas D1", "Groceries", _CARD, 4, 35_000, 140_000),
    ("Panadería La Espiga", "Groceries", _CASH, 3, 8_000, 26_000),
    ("Crepes & Waffles", "Restaurants", _CARD, 2, 60_000, 150_000),
    ("Rappi", "Restaurants", _CARD, 3, 32_000, 95_000),
    ("Terpel", "Fuel", _CARD, 2, 90_000, 160_000),
    ("Uber", "Taxi", _CARD, 3, 11_000, 38_000),
    ("TransMilenio", "Public transport", _CASH, 2, 20_000, 50_000),
    ("Droguerías Cafam", "Pharmacy", _CARD, 1, 18_000, 140_000),
    ("Zara", "Clothing", _CARD, 1, 90_000, 380_000),
)


def seed(context: Context, today: date) -> None:
    """Enter the transactions, up to today; the latest on the card are pending."""
    access = demo_household(context, today)
    accounts = {record.name: record.id for record, _ in AccountService(access).page(PageRequest(per_page=100)).items}
    categories = {record.name: record.id for record, _ in CategoryService(access).page(PageRequest(per_page=100)).items}
    household = _Household(accounts, categories, today)
    TransactionService(access).create_many(list(household.transactions()))


class _Household:
    """The transactions of a family, the same each time."""

    def __init__(self, accounts: dict[str, int], categories: dict[str, int], today: date) -> None:
        self.accounts, self.categories, self.today = accounts, categories, today
        self.chance = random.Random(2026)  # noqa: S311 - demo data, and it must be the same each time
        self.debt = _DEBT
        self.charged = Decimal(0)

    def transactions(self) -> Iterator[NewTransaction]:
        """All transactions by their months, none after today."""
        for number in range(12 * _YEARS + 1):
            month = Month.of(self.today).plus(number - 12 * _YEARS)
            owed, self.charged = self.charged, Decimal(0)
            spent = [*self._bills(month, number), *self._shopping(month), *self._special(month)]
            for one in [*self._income(month, number), *self._transfers(month, number, owed), *spent]:
                if one["date"] <= self.today:
                    yield one

    def _income(self, month: Month, number: int) -> Iterator[NewTransaction]:
        raised = _RAISE ** (number // 12)
        for name, salary, day in (("Nómina Ana · Globant", 5_900_000, 28), ("Nómina Luis · Alcaldía", 4_300_000, 15)):
            yield self._moved(_INCOME, month.on(day), round_worth(salary * raised, Currency.COP), name, "Salary")
        if month.month in (6, 12):
            yield self._moved(_INCOME, month.on(20), Decimal(4_100_000), "Prima de servicios", "Salary")
        interest = {"account_id": self.accounts[_DOLLARS]}
        amount = Decimal(self.chance.randrange(110, 420)) / 100
        yield {**self._moved(_INCOME, month.last_day, amount, "Interest", "Interest and dividends"), **interest}  # type: ignore[typeddict-item]  # its keys

    def _transfers(self, month: Month, number: int, owed: Decimal) -> Iterator[NewTransaction]:
        interest = round_worth(self.debt * _MONTHLY_RATE, Currency.COP)
        self.debt -= _PAYMENT - interest
        mortgage = self._transfer(month.on(5), _PAYMENT, _LOAN, "Cuota del crédito de vivienda")
        parts = [{"amount": interest, "category_id": self.categories["Interest"]}]
        yield {**mortgage, "splits": parts, "to_amount": _PAYMENT - interest}  # type: ignore[typeddict-item]  # its keys
        yield self._transfer(month.on(1), Decimal(130_000), _CASH, "Retiro cajero")
        if owed:
            yield self._transfer(month.on(5), owed, _CARD, "Pago tarjeta Visa")
        if number % 3 == 1:
            rate = Decimal(self.chance.randrange(3_900, 4_250))
            dollars = {"to_amount": round_worth(Decimal(1_500_000) / rate, Currency.USD)}
            yield {**self._transfer(month.on(17), Decimal(1_500_000), _DOLLARS, "Compra de dólares"), **dollars}  # type: ignore[typeddict-item]  # its keys

    def _bills(self, month: Month, number: int) -> Iterator[NewTransaction]:
        for name, category, account, day, least, most, every, since in _MONTHLY:
            raised = _RAISE ** (number // 12) if name in {"Netflix", "Colegio Los Nogales"} else Decimal(1)
            amount = Decimal(self.chance.randrange(least, most + 1, 100))
            if number >= since and (number - since) % every == 0:
                yield self._spent(month.on(day), round_worth(amount * raised, Currency.COP), name, category, account)

    def _shopping(self, month: Month) -> Iterator[NewTransaction]:
        for name, category, account, most, least, highest in _OFTEN:
            for _ in range(self.chance.randint(max(1, most - 2), most)):
                day = month.first_day + timedelta(days=self.chance.randrange(28))
                amount = Decimal(self.chance.randrange(least, highest, 50))
                yield self._spent(day, amount, name, category, account)

    def _special(self, month: Month) -> Iterator[NewTransaction]:
        """Holidays, presents, something that is given back, and something that nobody has sorted yet."""
        if month.month in (6, 12):
            yield self._spent(month.on(19), Decimal(2_350_000), "Avianca", "Travel", _CARD)
        if month.month == 12:
            yield self._spent(month.on(16), Decimal(1_180_000), "Falabella", "Gifts", _CARD)
            yield {**self._spent(month.on(23), Decimal(-180_000), "Falabella devolución", "Gifts", _CARD)}
        if month.month % 4 == 0:
            amount = Decimal(self.chance.randrange(45_000, 160_000, 50))
            yield {**self._spent(month.on(26), amount, "PSE 99120384", "Other", _CHECKING), "category_id": None}

    def _spent(self, day: date, amount: Decimal, name: str, category: str, account: str) -> NewTransaction:
        """An expense, or what was given back of one if the amount is negative."""
        if account == _CARD and day <= self.today:
            self.charged += amount
        recent = account == _CARD and day > self.today - timedelta(days=3)
        return {
            **self._moved(_EXPENSE, day, abs(amount), name, category),
            "account_id": self.accounts[account],
            "is_refund": amount < 0,
            "status": TransactionStatus.PENDING if recent else TransactionStatus.CLEARED,
        }

    def _moved(self, kind: TransactionType, day: date, amount: Decimal, name: str, category: str) -> NewTransaction:
        return {
            "type": kind,
            "date": day,
            "amount": amount,
            "description": name,
            "category_id": self.categories[category],
            "account_id": self.accounts[_CHECKING],
        }

    def _transfer(self, day: date, amount: Decimal, to: str, name: str) -> NewTransaction:
        of_accounts = {"account_id": self.accounts[_CHECKING], "to_account_id": self.accounts[to]}
        return {"type": _TRANSFER, "date": day, "amount": amount, "description": name, **of_accounts}  # type: ignore[typeddict-item]  # its keys


def load(context: Context, count: int, today: date, advance: Callable[[int], None]) -> None:
    """Enter `count` transactions over ten years into a book of their own."""
    LoadService(context).load(count, today, advance)
