"""Valuations of accounts: what they are worth on a day, whatever was entered."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import ClassVar

from app.core.ledger.rules import NewEntry, NewLine
from app.infra.books import BookAccess
from app.kernel.errors import Conflict, Invalid
from app.kernel.money import Currency, in_digits, require_digits
from app.kernel.paging import Page, PageRequest, Sort
from app.suites.personal.accounts.models import AccountValuation, AccountValuationRecord, PersonalAccount
from app.suites.personal.accounts.queries import PersonalAccountRepository, ValuationFilter, ValuationRepository
from app.suites.personal.accounts.rules import SystemAccount
from app.suites.personal.accounts.service.system import SystemAccounts
from app.suites.personal.books.service import BookLedger, InBookService

VALUATION = "valuation"
"""Source of the entry that makes a balance the value."""
_NEWEST_FIRST = (Sort("date", descending=True),)


class ValuationService(InBookService):
    """Values the accounts of a book."""

    model: ClassVar = PersonalAccount

    def __init__(self, access: BookAccess) -> None:
        super().__init__(access)
        self.accounts = PersonalAccountRepository(access)
        self.valuations = ValuationRepository(access)
        self.ledger = BookLedger(access)

    def page(self, account_id: int, request: PageRequest) -> Page[AccountValuationRecord]:
        """One page of the valuations of an account, the newest first."""
        currency = self.accounts.key(account_id).currency
        ordered = replace(request, sort=request.sort or _NEWEST_FIRST)
        found = self.valuations.page(ValuationFilter(account_id), ordered)
        return Page([_in_digits(one, currency) for one in found.items], found.total, request)

    def create(self, account_id: int, day: date, value: Decimal) -> AccountValuationRecord:
        """Enter the value of an account at the end of a day; another one of the same day takes its place."""
        account = self.accounts.get_for_update(account_id)
        currency = Currency(account.currency)
        require_digits(value, currency, "value")
        if account.is_closed:
            raise Conflict("The account is closed.", code="account_closed")
        if account.opening_date is not None and day < account.opening_date:
            message = f"The account begins on {account.opening_date}."
            raise Invalid(message, code="before_opening", errors={"date": [message]})
        known = self.ledger.find(VALUATION, _key(account_id, day))
        if known is not None:
            self.ledger.delete([known])
        difference = value - sum((one.amount for one in self.ledger.balances.balances(day, [account_id])), Decimal(0))
        if difference:
            self._post(account_id, day, difference, currency)
        return self._stored(account_id, day, {"value": value, "difference": difference}, currency)

    def enter_difference(self, account_id: int, day: date, difference: Decimal) -> None:
        """Enter what an account lacked at a valuation that was brought with its book."""
        self.access.require_writer()
        currency = self.accounts.key(account_id).currency
        require_digits(difference, currency, "difference")
        self._post(account_id, day, difference, currency)

    def _post(self, account_id: int, day: date, difference: Decimal, currency: Currency) -> None:
        equity = SystemAccounts(self.access).id_of(SystemAccount.VALUATION)
        lines = tuple(
            NewLine(account_id=one, amount=amount, currency=currency.value)
            for one, amount in ((account_id, difference), (equity, -difference))
        )
        key = _key(account_id, day)
        self.ledger.post(NewEntry(date=day, source=VALUATION, source_key=key, lines=lines))

    def _stored(
        self, account_id: int, day: date, values: dict[str, object], currency: Currency
    ) -> AccountValuationRecord:
        found = self.valuations.find(account_id, day)
        if found is None:
            made = AccountValuation(
                book_id=self.access.book_id,
                account_id=account_id,
                date=day,
                created_by=self.access.user_id,
                **values,
            )
            found = self.valuations.add(made).id
        else:
            self.valuations.change(self.valuations.get_for_update(found), values)
        return _in_digits(self.valuations.get(found), currency)


def _in_digits(one: AccountValuationRecord, currency: Currency) -> AccountValuationRecord:
    return one._replace(value=in_digits(one.value, currency), difference=in_digits(one.difference, currency))


def _key(account_id: int, day: date) -> str:
    return f"{account_id}:{day.isoformat()}"
