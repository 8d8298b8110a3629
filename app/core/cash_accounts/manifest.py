"""Manifest of cash accounts."""

from app.core.cash_accounts import demo, routes
from app.core.cash_accounts.models import SUMS
from app.manifest import EVERYONE, WRITERS, Manifest, Permission

MANIFEST = Manifest(
    tags={"cash-accounts": "Banks and tills with their balances, and transfers between them."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("cash_accounts:read", "Ver cuentas de efectivo", EVERYONE),
        Permission("cash_accounts:write", "Cambiar cuentas de efectivo", WRITERS),
    ),
    sums=SUMS,
    demo=demo.seed,
    words={
        "active": ("Whether it may be named by what is entered from now on", True),
        "balance": ("Money in it at the end of the day, in its currency; it may be negative", 6250000),
        "from_account": ("Name of the account that the money left", "Bancolombia corriente"),
        "from_account_id": ("Cash account that the money left", 1),
        "kind": ("An account at a bank, or a till", "Banco"),
        "opening_date": ("Day of the opening balance; null is before everything", "2026-01-01"),
        "received_amount": (
            "What reached the other account, in its currency; only for accounts in different currencies",
            4000000,
        ),
        "received_currency": ("Currency of the account that the money reached", "COP"),
        "to_account": ("Name of the account that the money reached", "Caja menor"),
        "to_account_id": ("Cash account that the money reached", 2),
    },
    headings={
        "active": "Activa",
        "from_account": "Cuenta de origen",
        "from_account_id": "ID de la cuenta de origen",
        "opening_balance": "Saldo inicial",
        "opening_date": "Fecha del saldo inicial",
        "received_amount": "Valor recibido",
        "received_currency": "Moneda recibida",
        "to_account": "Cuenta de destino",
        "to_account_id": "ID de la cuenta de destino",
    },
)
