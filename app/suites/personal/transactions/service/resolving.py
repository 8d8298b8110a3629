"""Resolving the values of a transaction to the money that it moves."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, NotRequired, TypedDict

from app.infra.books import BookAccess
from app.kernel.errors import Conflict, Invalid, NotFound
from app.kernel.money import Currency, require_digits
from app.suites.personal.accounts.service import AccountKey, AccountService
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.transactions.rules import MOST_SPLITS, Money, Part, Purse, TransactionType, refused


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

    def money(self, values: MoneyValues) -> Money:
        """The money that a transaction moves; Invalid or NotFound, naming the field, if something does not fit."""
        account = self._account(values["account_id"], "account_id", values["date"])
        require_digits(values["amount"], account.currency, "amount")
        return Money(
            type=values["type"],
            date=values["date"],
            amount=values["amount"],
            purse=Purse(account.id, account.currency),
            parts=tuple(self._parts(values, account)),
            is_refund=values["is_refund"],
            exclude_from_reports=values["exclude_from_reports"],
            **self._other_side(values)._asdict(),
        )

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
        day = values["to_date"] or values["date"]
        account = self._account(values["to_account_id"], "to_account_id", day)
        if values["to_amount"] is not None:
            require_digits(values["to_amount"], account.currency, "to_amount")
        return OtherSide(Purse(account.id, account.currency), values["to_amount"], values["to_date"])

    def _parts(self, values: MoneyValues, account: AccountKey) -> list[Part]:
        kind = CategoryType(values["type"].category_kind.value)
        splits, category_id = values["splits"], values["category_id"]
        if splits and category_id is not None:
            raise Invalid.field("splits", "A transaction has a category or splits, not both.")
        if len(splits) > MOST_SPLITS:
            raise Invalid.field("splits", f"At most {MOST_SPLITS}.")
        if splits:
            return [self._part(split, kind, account.currency, values["date"]) for split in splits]
        if values["type"] is TransactionType.TRANSFER:
            if category_id is not None:
                raise Invalid.field("category_id", "A transfer has no category.")
            return []
        return [Part(values["amount"], self._category(category_id, kind, "category_id"))]

    def _part(self, split: SplitValues, kind: CategoryType, currency: Currency, day: date) -> Part:
        require_digits(split["amount"], currency, "splits")
        account_id, category_id = split.get("account_id"), split.get("category_id")
        if account_id is None:
            return Part(split["amount"], self._category(category_id, kind, "splits"))
        if category_id is not None:
            raise Invalid.field("splits", "A split names a category or an account, not both.")
        account = self._account(account_id, "splits", day)
        return Part(split["amount"], purse=Purse(account.id, account.currency))

    def _category(self, category_id: int | None, kind: CategoryType, field: str) -> int:
        """Id of the ledger's account of a category, or of what has none."""
        if category_id is not None:
            self.check_category(category_id, kind, field)
            return category_id
        if kind not in self._without:
            self._without[kind] = self.categories.uncategorised_id(kind)
        return self._without[kind]

    def _account(self, account_id: int, field: str, day: date) -> AccountKey:
        account = self.accounts.key(account_id)
        if account.is_closed:
            raise Conflict("The account is closed.", code="account_closed", errors={field: ["The account is closed."]})
        if account.opening_date is not None and day < account.opening_date:
            raise refused("date", "before_opening", f"The account begins on {account.opening_date}.")
        return account

    def _known(self) -> Mapping[int, CategoryType]:
        if self._types is None:
            self._types = self.categories.types()
        return self._types
