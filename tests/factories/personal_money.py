"""Accounts, categories and transactions of people."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any

from app.infra.context import make_context
from app.infra.db import db
from app.suites.personal.accounts.rules import AccountType
from app.suites.personal.accounts.service import AccountService, ValuationService
from app.suites.personal.books.service import program_access
from app.suites.personal.categories.rules import CategoryType
from app.suites.personal.categories.service import CategoryService
from app.suites.personal.transactions.models import (
    ChangedTransaction,
    Payee,
    ReconciledTransaction,
    TransactionAttachment,
    TransactionLeg,
    TransactionSplit,
)
from app.suites.personal.transactions.rules import ChangeOrigin, TransactionType
from app.suites.personal.transactions.service import (
    BulkService,
    ChangeRecorder,
    ReconciliationService,
    TransactionService,
)
from tests import factories
from tests.factories import Examples, Sent
from tests.factories.files import PDF, StoredFileFactory, form
from tests.factories.personal import BOOKS, own_book, row_in_book

ACCOUNTS, CATEGORIES, TRANSACTIONS = (f"/api/personal/{name}" for name in ("accounts", "categories", "transactions"))
CHANGES = "/api/personal/changes"
_NUMBERS = count(1)
_ACCOUNT = {"name": "Banco", "type": "checking", "currency": "COP", "opening_balance": "100"}
_CATEGORY = {"name": "Mascotas", "type": "expense"}
_STATEMENT = {"statement_date": "2026-03-31", "statement_balance": "100"}
_VALUE = {"date": "2026-03-31", "value": "150"}
_EXPENSE = {"type": "expense", "amount": "12000", "date": "2026-03-02", "description": "Café"}


def _transaction(access: Any) -> int:
    categories = CategoryService(access).categories.list_all()
    spent = [one.id for one in categories if one.type is CategoryType.EXPENSE][:2]
    splits: Any = [{"amount": Decimal(amount), "category_id": one} for amount, one in zip((7, 5), spent, strict=True)]
    return TransactionService(access).create(
        type=TransactionType.EXPENSE, amount=Decimal(12), date=access.today, splits=splits
    )


def _part(model: Any) -> Callable[[Any], int]:
    def make(access: Any) -> int:
        of_it = model.transaction_id == _transaction(access)
        return int(access.session.query(model.id).filter(of_it).first()[0])

    return make


def _payee(access: Any) -> int:
    payee = Payee(book_id=access.book_id, name="Éxito")
    access.session.add(payee)
    access.session.flush()
    return payee.id


def payee_of(book_id: int) -> int:
    """A new payee of a book."""
    assert factories.app is not None
    with factories.app.app_context():
        access = program_access(make_context(db.session()), book_id)
        access.require_writer()
        made = _payee(access)
        db.session.commit()
    return made


def _change_set(access: Any) -> int:
    recorder = ChangeRecorder(access, ChangeOrigin.BULK)
    BulkService(access).change({_transaction(access): {"notes": "revisado"}}, recorder)
    assert recorder.change_set_id is not None
    return recorder.change_set_id


def _changed_transaction(access: Any) -> int:
    of_it = ChangedTransaction.change_set_id == _change_set(access)
    return int(access.session.query(ChangedTransaction.id).filter(of_it).first()[0])


def _valuation(access: Any) -> int:
    account = AccountService(access).create(name="Casa", type=AccountType.PROPERTY).record.id
    return ValuationService(access).create(account, access.today, Decimal(100)).id


def _reconciliation(access: Any) -> int:
    transaction_id = _transaction(access)
    account_id = AccountService(access).first_open().id
    service = ReconciliationService(access)
    made = service.create(account_id, statement_date=access.today, statement_balance=Decimal(0)).record.id
    service.update(account_id, made, add=[transaction_id])
    return made


def _reconciled(access: Any) -> int:
    of_it = ReconciledTransaction.reconciliation_id == _reconciliation(access)
    return int(access.session.query(ReconciledTransaction.id).filter(of_it).first()[0])


def _below_account(word: str) -> Callable[[Any], str]:
    """A function that makes an account of the caller, and returns the address of something below it."""
    return lambda caller: f"{existing(ACCOUNTS, _ACCOUNT)(caller)}/{word}"


def _valued(caller: Any) -> str:
    """Address of the valuations of a new account of the caller, of which there is one."""
    address = _below_account("valuations")(caller)
    caller.post(address, _VALUE)
    return address


def _open_reconciliation(caller: Any) -> str:
    address = _below_account("reconciliations")(caller)
    return f"{address}/{caller.post(address, _STATEMENT)['data']['id']}"


def _attachment(access: Any) -> int:
    stored = StoredFileFactory()
    row = TransactionAttachment(
        book_id=access.book_id,
        transaction_id=_transaction(access),
        file_id=stored.id,
        name="recibo.pdf",
        content_type="application/pdf",
        size=1,
    )
    access.session.add(row)
    access.session.flush()
    return row.id


def _below_transaction(caller: Any) -> str:
    """Address of the files of a new transaction of the caller."""
    return f"{existing(TRANSACTIONS, {**_EXPENSE, 'notes': 'Con recibo'})(caller)}/attachments"


def _attached(caller: Any) -> str:
    address = _below_transaction(caller)
    made_now = caller.send("POST", address, **form(PDF, "recibo.pdf")).get_json()
    return f"{address}/{made_now['data']['id']}"


def _to_contribute(caller: Any) -> Sent:
    """A contribution between two books of the caller."""
    sides = {"from": {"book_id": own_book(caller)}, "to": {"book_id": own_book(caller)}}
    return "/api/personal/contributions", {"json": {**sides, "amount": "10", "date": "2026-03-02"}}


def _of_bulk(caller: Any) -> Sent:
    """A transaction of the caller, and a change of it."""
    transaction_id = int(existing(TRANSACTIONS, _EXPENSE)(caller).rpartition("/")[2])
    return f"{TRANSACTIONS}/bulk", {"json": {"ids": [transaction_id], "changes": {"notes": "revisado"}}}


def _to_undo(caller: Any) -> Sent:
    """A change in the first book of the caller, which is undone."""
    address, options = _of_bulk(caller)
    return f"{CHANGES}/{caller.post(address, options['json'], expect=200)['data']['change_set']}/undo", {}


def existing(path: str, body: dict[str, Any]) -> Callable[[Any], str]:
    """A function that makes a record in the first book of the caller, and returns its path."""

    def make(caller: Any) -> str:
        address, options = sent(path, body)(caller)
        return f"{path}/{caller.post(address, options['json'])['data']['id']}"

    return make


def sent(path: str, body: dict[str, Any]) -> Callable[[Any], Sent]:
    """A function that makes a POST into the first book of the caller, who gets one if there is none."""

    def make(caller: Any) -> Sent:
        if not caller.get(BOOKS)["data"]:
            own_book(caller)
        return path, {"json": {**body, **({"name": f"Otra {next(_NUMBERS)}"} if "name" in body else {})}}

    return make


_BELOW = {
    "refund": {"date": "2026-03-05"},
    "duplicate": {"date": "2026-03-05"},
    "split": {"splits": [{"amount": "12000"}]},
}

EXAMPLES = Examples(
    rows={
        "PersonalAccount": row_in_book(
            lambda access: AccountService(access).create(name="Banco", type=AccountType.CASH).record.id
        ),
        "Category": row_in_book(
            lambda access: CategoryService(access).create(name="Otra", type=CategoryType.EXPENSE).record.id
        ),
        "Payee": row_in_book(_payee),
        "Transaction": row_in_book(_transaction),
        "TransactionSplit": row_in_book(_part(TransactionSplit)),
        "TransactionLeg": row_in_book(_part(TransactionLeg)),
        "AccountValuation": row_in_book(_valuation),
        "Reconciliation": row_in_book(_reconciliation),
        "ReconciledTransaction": row_in_book(_reconciled),
        "TransactionAttachment": row_in_book(_attachment),
        "ChangeSet": row_in_book(_change_set),
        "ChangedTransaction": row_in_book(_changed_transaction),
    },
    existing={
        f"{ACCOUNTS}/<id:account_id>": existing(ACCOUNTS, _ACCOUNT),
        f"{ACCOUNTS}/<id:account_id>/valuations": _valued,
        f"{ACCOUNTS}/<id:account_id>/reconciliations": lambda caller: _open_reconciliation(caller).rpartition("/")[0],
        f"{ACCOUNTS}/<id:account_id>/reconciliations/<id:reconciliation_id>": _open_reconciliation,
        f"{CATEGORIES}/<id:category_id>": existing(CATEGORIES, _CATEGORY),
        f"{TRANSACTIONS}/<id:transaction_id>": existing(TRANSACTIONS, _EXPENSE),
        f"{TRANSACTIONS}/<id:transaction_id>/attachments": lambda caller: _attached(caller).rpartition("/")[0],
        f"{TRANSACTIONS}/<id:transaction_id>/attachments/<id:attachment_id>": _attached,
    },
    changes={
        f"{ACCOUNTS}/<id:account_id>": {"low_balance": "5"},
        f"{ACCOUNTS}/<id:account_id>/reconciliations/<id:reconciliation_id>": {"statement_balance": "90"},
        f"{CATEGORIES}/<id:category_id>": {"icon": "paw"},
        f"{TRANSACTIONS}/<id:transaction_id>": {"amount": "13000"},
    },
    own_posts={
        ACCOUNTS: sent(ACCOUNTS, _ACCOUNT),
        f"{ACCOUNTS}/<id:account_id>/valuations": lambda caller: (
            _below_account("valuations")(caller),
            {"json": _VALUE},
        ),
        f"{ACCOUNTS}/<id:account_id>/reconciliations": lambda caller: (
            _below_account("reconciliations")(caller),
            {"json": _STATEMENT},
        ),
        CATEGORIES: sent(CATEGORIES, _CATEGORY),
        TRANSACTIONS: sent(TRANSACTIONS, _EXPENSE),
        f"{TRANSACTIONS}/bulk": _of_bulk,
        f"{TRANSACTIONS}/<id:transaction_id>/attachments": lambda caller: (
            _below_transaction(caller),
            form(PDF, "recibo.pdf"),
        ),
        "/api/personal/contributions": _to_contribute,
        f"{CHANGES}/<id:change_set_id>/undo": _to_undo,
        **{
            f"{TRANSACTIONS}/<id:transaction_id>/{verb}": lambda caller, verb=verb: (
                f"{existing(TRANSACTIONS, _EXPENSE)(caller)}/{verb}",
                {"json": _BELOW[verb]},
            )
            for verb in _BELOW
        },
    },
)
