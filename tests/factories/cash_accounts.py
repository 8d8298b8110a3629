"""Cash accounts, and transfers between them."""

from datetime import date
from decimal import Decimal
from typing import Any

import factory

from app.core.cash_accounts.models import CashAccount, CashTransfer
from app.core.cash_accounts.rules import CashAccountKind
from app.kernel.money import Currency
from tests.factories import Examples, RowFactory


class CashAccountFactory(RowFactory):
    """An empty account at a bank, in pesos, open since ever."""

    class Meta:
        model = CashAccount

    name = factory.Sequence(lambda n: f"Banco {n:03}")
    kind = CashAccountKind.BANK
    currency = Currency.COP


class CashTransferFactory(RowFactory):
    """A hundred pesos carried from one bank to another on 10 March 2025."""

    class Meta:
        model = CashTransfer

    from_account_id = factory.LazyFunction(lambda: CashAccountFactory().id)
    to_account_id = factory.LazyFunction(lambda: CashAccountFactory().id)
    date = date(2025, 3, 10)
    amount = Decimal(100)
    currency = Currency.COP
    received_amount = factory.SelfAttribute("amount")
    received_currency = Currency.COP


def _new_transfer() -> tuple[str, dict[str, Any]]:
    accounts = {name: CashAccountFactory().id for name in ("from_account_id", "to_account_id")}
    return "/api/cash-accounts/transfers", {"json": {**accounts, "amount": "250.00", "date": "2025-03-01"}}


_TILL = {"name": "Caja menor", "kind": "Caja", "currency": "COP"}

EXAMPLES = Examples(
    rows={
        "CashAccount": lambda: CashAccountFactory(notes="Ñandú").id,
        "CashTransfer": lambda: CashTransferFactory(notes="Ñandú").id,
    },
    existing={
        "/api/cash-accounts/<id:account_id>": lambda _: f"/api/cash-accounts/{CashAccountFactory().id}",
        "/api/cash-accounts/transfers/<id:transfer_id>": lambda _: (
            f"/api/cash-accounts/transfers/{CashTransferFactory().id}"
        ),
    },
    changes={"/api/cash-accounts/<id:account_id>": {"name": "Otra"}},
    posts={
        "/api/cash-accounts": lambda: (
            "/api/cash-accounts",
            {"json": {**_TILL, "opening_balance": "-50000.5", "opening_date": "2025-01-01"}},
        ),
        "/api/cash-accounts/transfers": _new_transfer,
    },
)
