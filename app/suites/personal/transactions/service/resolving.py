"""Resolving the values of a transaction to the money that it moves."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, NotRequired, TypedDict

from app.infra.books import BookAccess
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Currency, require_digits, round_worth
from app.suites.personal.accounts.service import AccountKey, AccountService
from app.suites.personal.books.service import find_price, member_ids
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.transactions.repository import TransactionRepository
from app.suites.personal.transactions.rules import MOST_SPLITS, Leg, Money, Part, Purse, TransactionType, refused


class SplitValues(TypedDict):
    """The values of a part of a transaction."""

    amount: Decimal
    category_id: NotRequired[int | None]
    account_id: NotRequired[int | None]
    notes: NotRequired[str | None]
    tags: NotRequired[list[str]]


class MoneyValues(TypedDict):
    """All values of a transaction that decide what money it moves."""

    type: TransactionType
    date: date
    amount: Decimal
    account_id: int
    to_account_id: int | None
    to_amount: Decimal | None
    to_date: date | None
    category_id: int | None
    splits: Sequence[SplitValues]
    is_refund: bool
    exclude_from_reports: bool


class OtherSide(NamedTuple):
    """The account that a transfer goes to, the amount that reaches it, and the day; empty for others."""

    to: Purse | None = None
    to_amount: Decimal | None = None
    to_date: date | None = None


MONEY = frozenset(MoneyValues.__annotations__)
"""Names of these values."""


class Resolver:
    """Finds the accounts and categories of transactions of one book; categories are read once."""

    def __init__(self, access: BookAccess) -> None:
        self.accounts = AccountService(access)
        self.categories = CategoryService(access)
        self._types: dict[int, CategoryType] | None = None
        self._without: dict[CategoryType, int] = {}
        self._accounts: dict[int, AccountKey] = {}
        self._payees: dict[int, bool] = {}
        self._members: frozenset[int] | None = None
        self._access = access
        self._transactions = TransactionRepository(access)

    def money(self, values: MoneyValues) -> Money:
        """The money that a transaction moves; Invalid or NotFound, naming the field, if something does not fit."""
        account = self._account(values["account_id"])
        require_digits(values["amount"], account.currency, "amount")
        other = self._other_side(values)
        money = Money(
            type=values["type"],
            date=values["date"],
            amount=values["amount"],
            purse=Purse(account.id, account.currency),
            parts=tuple(self._parts(values, account)),
            to=other.to,
            to_amount=other.to_amount,
            to_date=other.to_date,
            is_refund=values["is_refund"],
            exclude_from_reports=values["exclude_from_reports"],
        )
        self._require_to_amount(money)
        return money

    def first_account(self) -> int:
        """The account of what names none; Conflict if the book has none that is open."""
        return self.accounts.first_open().id

    def knows_payee(self, payee_id: int) -> bool:
        """Whether the book has this payee."""
        if payee_id not in self._payees:
            self._payees[payee_id] = self._transactions.payee_exists(payee_id)
        return self._payees[payee_id]

    def knows_member(self, user_id: int) -> bool:
        """Whether a user is a member of the book."""
        if self._members is None:
            self._members = member_ids(self._access)
        return user_id in self._members

    def read_payees(self, payee_ids: Collection[int]) -> None:
        """Read these payees at once, for many transactions."""
        there = self._transactions.references("payee_id", payee_ids) if payee_ids else set()
        self._payees |= {payee_id: payee_id in there for payee_id in payee_ids}

    def check_legs(self, money: Money, legs: Sequence[Leg], kept: Collection[Leg] = ()) -> None:
        """Conflict for a leg of an account that is closed, Invalid for one before it begins; what is kept is."""
        for leg in legs:
            account = self._account(leg.account_id)
            if leg in kept:
                continue
            if account.is_closed:
                errors = {_field_of(leg.account_id, money): ["The account is closed."]}
                raise Conflict("The account is closed.", code="account_closed", errors=errors)
            if account.opening_date is not None and leg.date < account.opening_date:
                raise refused("date", "before_opening", f"The account begins on {account.opening_date}.")

    def move_openings(self, legs: Sequence[Leg], kept: Collection[Leg], today: date) -> None:
        """Let accounts begin on the days of these legs, if they begin later, with the same balances from then on."""
        for leg in legs:
            account = self._account(leg.account_id)
            if leg in kept or account.opening_date is None or leg.date >= account.opening_date:
                continue
            counted = sum(
                (one.amount for one in kept if one.account_id == leg.account_id and one.date <= today), Decimal(0)
            )
            moved = self.accounts.move_opening(leg.account_id, leg.date, leg.amount - counted)
            self._accounts[leg.account_id] = moved

    def check_category(self, category_id: int, kind: CategoryType, field: str) -> None:
        """NotFound for a category of another book, Invalid for one of the other type."""
        found = self._known().get(category_id)
        if found is None:
            raise NotFound(f"Category {category_id} does not exist.")
        if found is not kind:
            raise refused(field, "wrong_category_type", f"Must be a category of the type {kind}.")

    def _other_side(self, values: MoneyValues) -> OtherSide:
        """The account that a transfer goes to, the amount that reaches it, and the day."""
        if values["type"] is not TransactionType.TRANSFER:
            for name in ("to_account_id", "to_amount", "to_date"):
                if dict(values)[name] is not None:
                    raise Invalid.field(name, "Only a transfer has one.")
            return OtherSide()
        if values["to_account_id"] is None:
            raise Invalid.field("to_account_id", "Missing data for required field.")
        account = self._account(values["to_account_id"])
        if values["to_amount"] is not None:
            require_digits(values["to_amount"], account.currency, "to_amount")
        return OtherSide(Purse(account.id, account.currency), values["to_amount"], values["to_date"])

    def _require_to_amount(self, money: Money) -> None:
        """Invalid for a transfer between two currencies without the amount that arrives; its errors propose one."""
        if money.to is None or money.to_amount is not None or money.to.currency == money.purse.currency:
            return
        refusal = refused("to_amount", "to_amount_required", "Between two currencies both amounts are needed.")
        gives, takes = (
            find_price(self._access, Currency(currency), money.date)
            for currency in (money.purse.currency, money.to.currency)
        )
        if gives is not None and takes is not None:
            leaving = money.amount - sum(part.amount for part in money.parts)
            proposed = round_worth(gives.worth(leaving) / takes.worth(Decimal(1)), Currency(money.to.currency))
            refusal.errors = {**refusal.errors, "proposal": {"to_amount": [str(proposed)]}}
        raise refusal

    def _parts(self, values: MoneyValues, account: AccountKey) -> list[Part]:
        kind = CategoryType(values["type"].category_kind.value)
        splits, category_id = values["splits"], values["category_id"]
        if splits and category_id is not None:
            raise Invalid.field("splits", "A transaction has a category or splits, not both.")
        if len(splits) > MOST_SPLITS:
            raise Invalid.field("splits", f"At most {MOST_SPLITS}.")
        if splits:
            return [self._part(split, kind, account.currency) for split in splits]
        if values["type"] is TransactionType.TRANSFER:
            if category_id is not None:
                raise Invalid.field("category_id", "A transfer has no category.")
            return []
        return [Part(values["amount"], self._category(category_id, kind, "category_id"))]

    def _part(self, split: SplitValues, kind: CategoryType, currency: Currency) -> Part:
        require_digits(split["amount"], currency, "splits")
        account_id, category_id = split.get("account_id"), split.get("category_id")
        if account_id is None:
            return Part(split["amount"], self._category(category_id, kind, "splits"))
        if category_id is not None:
            raise Invalid.field("splits", "A split names a category or an account, not both.")
        account = self._account(account_id)
        return Part(split["amount"], purse=Purse(account.id, account.currency))

    def _category(self, category_id: int | None, kind: CategoryType, field: str) -> int:
        """Id of the ledger's account of a category, or of what has none."""
        if category_id is not None:
            self.check_category(category_id, kind, field)
            return category_id
        if kind not in self._without:
            self._without[kind] = self.categories.uncategorised_id(kind)
        return self._without[kind]

    def _account(self, account_id: int) -> AccountKey:
        if account_id not in self._accounts:
            self._accounts[account_id] = self.accounts.key(account_id)
        return self._accounts[account_id]

    def _known(self) -> Mapping[int, CategoryType]:
        if self._types is None:
            self._types = self.categories.types()
        return self._types


def _field_of(account_id: int, money: Money) -> str:
    """The field that names an account of a transaction."""
    if account_id == money.purse.account_id:
        return "account_id"
    return "to_account_id" if money.to is not None and account_id == money.to.account_id else "splits"
