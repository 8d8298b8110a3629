"""/accounts of the suite."""

from datetime import date
from decimal import Decimal
from typing import TypedDict

from app.kernel.paging import Page
from app.suites.personal.accounts.models import AccountValuationRecord
from app.suites.personal.accounts.schemas import (
    AccountTotalsSchema,
    AccountValuationListQuery,
    AccountValuationSchema,
    PersonalAccountListQuery,
    PersonalAccountSchema,
)
from app.suites.personal.accounts.service import (
    AccountChanges,
    AccountItem,
    AccountService,
    NewAccount,
    ValuationService,
)
from app.suites.personal.books.schemas import BookChoice, BookListRequest, BookQuery
from app.web.api import Namespace, Resource, changes, operation
from app.web.changed_responses import Made, OneWithFigures
from app.web.context import context
from app.web.responses import Listed, Message

namespace = Namespace("accounts", path="/accounts")
ONE = OneWithFigures(PersonalAccountSchema)


class Valuation(TypedDict):
    """A value on a day."""

    date: date
    value: Decimal


@namespace.route("")
class Accounts(Resource):
    @operation(
        "personal:read",
        Listed(PersonalAccountSchema, AccountTotalsSchema, title="Cuentas"),
        query=PersonalAccountListQuery,
        errors=(404,),
        name="listPersonalAccounts",
    )
    def get(self, query: BookListRequest) -> Page[AccountItem]:
        """List the open accounts of a book with their balances at the end of a day, by default today.

        What is dated in the future is not in the balance of today.
        """
        return AccountService.of_caller(context(), query.book_id).page(query.page, **query.filters)

    @operation(
        "personal:write",
        ONE,
        query=BookQuery,
        body=PersonalAccountSchema,
        status=201,
        errors=(404, 409),
        name="createPersonalAccount",
    )
    def post(self, query: BookChoice, body: NewAccount) -> AccountItem:
        """Open an account; without an opening date it always was."""
        return AccountService.of_caller(context(), query.get("book_id")).create(**body)


@namespace.route("/<id:account_id>")
class OneAccount(Resource):
    @operation("personal:read", ONE, query=BookQuery, errors=(404,), name="getPersonalAccount")
    def get(self, query: BookChoice, account_id: int) -> AccountItem:
        """One account with its balance of today."""
        return AccountService.of_row(context(), account_id, query.get("book_id")).get(account_id)

    @operation(
        "personal:write",
        ONE,
        query=BookQuery,
        body=changes(PersonalAccountSchema),
        errors=(404, 409),
        name="updatePersonalAccount",
    )
    def put(self, query: BookChoice, account_id: int, body: AccountChanges) -> AccountItem:
        """Change the fields of an account that are sent; closing one whose balance is not zero is 409."""
        return AccountService.of_row(context(), account_id, query.get("book_id")).update(account_id, **body)

    @operation(
        "personal:write",
        Message("Account deleted"),
        query=BookQuery,
        errors=(404, 409),
        name="deletePersonalAccount",
    )
    def delete(self, query: BookChoice, account_id: int) -> None:
        """Delete an account without transactions; 409 `has_transactions` for others, which are closed instead."""
        AccountService.of_row(context(), account_id, query.get("book_id")).delete(account_id)


@namespace.route("/<id:account_id>/valuations")
class AccountValuations(Resource):
    @operation(
        "personal:read",
        Listed(AccountValuationSchema, title="Valoraciones"),
        query=AccountValuationListQuery,
        errors=(404,),
        name="listAccountValuations",
    )
    def get(self, query: BookListRequest, account_id: int) -> Page[AccountValuationRecord]:
        """List the values that were entered of an account, the newest first."""
        return ValuationService.of_row(context(), account_id, query.book_id).page(account_id, query.page)

    @operation(
        "personal:write",
        Made(AccountValuationSchema),
        query=BookQuery,
        body=AccountValuationSchema,
        status=201,
        errors=(404, 409),
        name="createAccountValuation",
    )
    def post(self, query: BookChoice, account_id: int, body: Valuation) -> AccountValuationRecord:
        """Enter the value of an account at the end of a day; the difference is neither income nor expense."""
        service = ValuationService.of_row(context(), account_id, query.get("book_id"))
        return service.create(account_id, body["date"], body["value"])
