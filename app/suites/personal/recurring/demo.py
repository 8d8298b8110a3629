"""Demo recurring transactions of the household, which go on with what its history has."""

from datetime import date
from decimal import Decimal

from app.infra.context import Context
from app.kernel.money import Currency, round_worth
from app.kernel.paging import PageRequest, Sort
from app.kernel.periods import Month
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.books.service.demo import demo_household
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.recurring.rules import AmountMode, Frequency, TransactionType
from app.suites.personal.recurring.service import NewRecurring, RecurringService
from app.suites.personal.recurring.service.values import TemplateValues
from app.suites.personal.transactions.service import TransactionReader

_CHECKING, _CARD, _LOAN = "Cuenta de ahorros", "Visa", "Crédito de vivienda"
_MONTHLY_RATE = Decimal("0.0095")
_SEEN = 200
"""Transactions among which the last one of each is found; those of some two months."""

# name in the history, category, account, day
_MONTHLY: tuple[tuple[str, str, str, int], ...] = (
    ("Nómina Ana · Globant", "Salary", _CHECKING, 28),
    ("Nómina Luis · Alcaldía", "Salary", _CHECKING, 15),
    ("Colegio Los Nogales", "Education", _CHECKING, 2),
    ("Administración Torres del Parque", "Utilities", _CHECKING, 4),
    ("Sura EPS medicina prepagada", "Insurance", _CHECKING, 10),
    ("Enel Codensa", "Utilities", _CHECKING, 12),
    ("Claro Hogar", "Internet and phone", _CARD, 8),
    ("Bodytech", "Health", _CARD, 3),
    ("Netflix", "Subscriptions", _CARD, 14),
    ("Spotify", "Subscriptions", _CARD, 21),
)
_VARIES = {"Enel Codensa": (Decimal(140_000), Decimal(200_000), Decimal(260_000))}
"""Least, usual and highest amount of a bill that is never the same."""


def seed(context: Context, today: date) -> None:
    """Make one of each bill, salary and subscription, from its next day on, and the payments of the mortgage."""
    access = demo_household(context, today)
    accounts = {one.name: one.id for one in AccountService(access).list_all()}
    categories = {record.name: record.id for record, _ in CategoryService(access).page(PageRequest(per_page=100)).items}
    newest = PageRequest(per_page=_SEEN, sort=(Sort("date", descending=True),))
    seen = TransactionReader(access).page(newest).items
    last = {one.record.description: one.record for one in reversed(list(seen))}
    recurring = RecurringService(access)
    for name, category, account, day in _MONTHLY:
        least, usual, most = _VARIES.get(name, (None, last[name].amount, None))
        data: TemplateValues = {
            "type": last[name].type,
            "amount": usual,
            "account_id": accounts[account],
            "category_id": categories[category],
            "description": name,
        }
        made: NewRecurring = {**_monthly(name, day, today), "transaction_data": data}
        if least is not None:
            made |= {"amount_mode": AmountMode.ESTIMATE, "min_amount": least, "max_amount": most}
        recurring.create(**made)
    owed = -AccountService(access).balances([accounts[_LOAN]], today)[accounts[_LOAN]]
    interest = round_worth(owed * _MONTHLY_RATE, Currency.COP)
    payment: TemplateValues = {
        "type": TransactionType.TRANSFER,
        "amount": Decimal(2_450_000),
        "account_id": accounts[_CHECKING],
        "to_account_id": accounts[_LOAN],
        "description": "Cuota del crédito de vivienda",
        "splits": [{"amount": interest, "category_id": categories["Interest"]}],
    }
    mortgage: NewRecurring = {**_monthly("Cuota del crédito de vivienda", 5, today), "transaction_data": payment}
    recurring.create(**mortgage)


def _monthly(name: str, day: int, today: date) -> NewRecurring:
    """The calendar of each month, from the first such day after today."""
    month = Month.of(today)
    start = month.on(day) if month.on(day) > today else month.plus(1).on(day)
    return {"template_name": name, "frequency": Frequency.MONTHLY, "start_date": start}
