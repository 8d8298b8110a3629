"""Imports of statements."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from itertools import count
from json import dumps
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.infra import clock
from app.infra.statements import Format
from app.suites.personal.accounts.service import AccountService
from app.suites.personal.imports.models import (
    BookImport,
    ImportLine,
    ImportMapping,
    RejectedTransfer,
    TransferMatch,
)
from app.suites.personal.imports.rules.lines import ImportLineState
from app.suites.personal.imports.rules.states import BookImportState, Duplicates, MappingKind, TransferMode
from app.suites.personal.imports.service.reading import all_columns
from app.suites.personal.transactions.rules import TransactionType
from app.suites.personal.transactions.service import TransactionService
from tests.factories import Examples, Sent
from tests.factories.personal import BOOKS, own_book, row_in_book
from tests.factories.personal_money import ACCOUNTS, TRANSACTIONS

_NAMES = ("import", "imports", "import-mappings", "transfers")
IMPORT, IMPORTS, MAPPINGS, TRANSFERS = (f"/api/personal/{name}" for name in _NAMES)
_NUMBERS = count(1)
STATEMENT = "date,amount,description\n2026-03-01,-12.50,COFFEE\n2026-03-02,900.00,SALARY\n"


def form(content: bytes | str, name: str = "statement.csv", **fields: object) -> dict[str, Any]:
    """Body of a form with a file, which can be sent more than once; objects are sent as JSON."""
    raw = content.encode() if isinstance(content, str) else content
    given = {key: dumps(value) if isinstance(value, dict) else str(value) for key, value in fields.items()}
    boundary, body = encode_multipart({"file": FileStorage(BytesIO(raw), name), **given})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def _first_account(caller: Any) -> int:
    if not caller.get(BOOKS)["data"]:
        own_book(caller)
    found = caller.get(ACCOUNTS)["data"]
    made = found or [caller.post(ACCOUNTS, {"name": "Banco", "type": "checking"})["data"]]
    return int(made[0]["id"])


def _statement(caller: Any, **options: str) -> dict[str, Any]:
    """A file of which one row is not there yet; the book has the others, and a key."""
    account_id = _first_account(caller)
    if not caller.get(IMPORTS)["data"]:
        caller.send("POST", IMPORT, **form(STATEMENT, account_id=account_id))
    row = f"2026-03-03,-{next(_NUMBERS)}.00,SHOP\n"
    return form(STATEMENT + row, account_id=account_id, options=options)


def _imported(caller: Any, mode: str) -> str:
    answer = caller.send("POST", IMPORT, **_statement(caller, mode=mode)).get_json()
    return f"{IMPORTS}/{answer['data']['import_id']}"


def _preview(caller: Any, below: str = "") -> str:
    return f"{_imported(caller, 'preview')}{below}"


def _mapping(caller: Any) -> str:
    """A memory of columns."""
    content = f"dia {next(_NUMBERS)},x,y\n2026-03-01,-12.50,COFFEE\n"
    mapping = {"date": 1, "amount": 2, "description": 3}
    caller.send("POST", IMPORT, **form(content, account_id=_first_account(caller), mapping=mapping))
    return f"{MAPPINGS}/{caller.get(MAPPINGS)['data'][0]['id']}"


def _entry(access: Any, amount: int = 12) -> int:
    return TransactionService(access).create(type=TransactionType.EXPENSE, amount=Decimal(amount), date=access.today)


def _import(access: Any) -> BookImport:
    row = BookImport(
        book_id=access.book_id,
        state=BookImportState.COMMITTED,
        file_name="statement.csv",
        sha256="0" * 64,
        format=Format.CSV,
        encoding="utf-8",
        date_format="YYYY-MM-DD",
        decimal=".",
        keep=Duplicates.SKIP,
        match_transfers=TransferMode.AUTO,
        run_rules=True,
    )
    access.session.add(row)
    access.session.flush()
    return row


def _line(access: Any) -> int:
    account_id = AccountService(access).first_open().id
    line = ImportLine(
        book_id=access.book_id,
        import_id=_import(access).id,
        account_id=account_id,
        number=1,
        date=access.today,
        amount=-12,
        text="COFFEE",
        content_key="v1:0",
        is_pending=False,
        state=ImportLineState.NEW,
        is_known=True,
    )
    return _added(access, line)


def _added(access: Any, row: Any) -> int:
    access.require_writer()
    access.session.add(row)
    access.session.flush()
    return int(row.id)


def _remembered(access: Any) -> int:
    own = {
        "kind": MappingKind.COLUMNS,
        "signature": "0" * 64,
        "name": "date, amount",
        "mapping": all_columns({"date": "1"}),
    }
    return _added(access, ImportMapping(book_id=access.book_id, **own))


def _match(access: Any) -> int:
    values = {"transaction_id": _entry(access), "received_id": 1, "sent": "{}", "received": "{}"}
    values |= {"version_after": 1, "is_automatic": True}
    return _added(access, TransferMatch(book_id=access.book_id, **values))


def _rejected(access: Any) -> int:
    values = {"sent_id": _entry(access), "received_id": _entry(access)}
    return _added(access, RejectedTransfer(book_id=access.book_id, **values))


def _legs(caller: Any) -> list[int]:
    """An expense and an income of two accounts."""
    amount, name = next(_NUMBERS), f"Ahorro {next(_NUMBERS)}"
    first, body = _first_account(caller), {"amount": str(amount), "date": f"{clock.now():%Y-%m-%d}"}
    second = caller.post(ACCOUNTS, {"name": name, "type": "savings"})["data"]["id"]
    sides = ({"type": "expense", "account_id": first}, {"type": "income", "account_id": second})
    return [int(caller.post(TRANSACTIONS, {**body, **side})["data"]["id"]) for side in sides]


def _to_match(caller: Any) -> Sent:
    return f"{TRANSFERS}/match", {"json": {"ids": _legs(caller)}}


def _transfer(caller: Any) -> str:
    address, options = _to_match(caller)
    return f"{TRANSFERS}/{caller.post(address, options['json'], expect=200)['data']['id']}/match"


def _to_commit(caller: Any) -> Sent:
    return f"{_preview(caller)}/commit", {}


def _to_import(caller: Any) -> Sent:
    return IMPORT, _statement(caller)


_ROWS: dict[str, Callable[[Any], int]] = {
    "BookImport": lambda access: _import(access).id,
    "ImportLine": _line,
    "ImportMapping": _remembered,
    "TransferMatch": _match,
    "RejectedTransfer": _rejected,
}
_ONE = f"{IMPORTS}/<id:import_id>"

EXAMPLES = Examples(
    rows={name: row_in_book(make) for name, make in _ROWS.items()},
    existing={
        _ONE: _preview,
        f"{_ONE}/lines": lambda caller: _preview(caller, "/lines"),
        f"{MAPPINGS}/<id:mapping_id>": _mapping,
        f"{TRANSFERS}/<id:transaction_id>/match": _transfer,
    },
    changes={
        f"{_ONE}/lines": {"rows": [1], "decision": "skip"},
        f"{MAPPINGS}/<id:mapping_id>": {"name": "Banco de los Alpes"},
    },
    own_posts={IMPORT: _to_import, f"{_ONE}/commit": _to_commit, f"{TRANSFERS}/match": _to_match},
)
