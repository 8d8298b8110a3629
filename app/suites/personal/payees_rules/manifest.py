"""Manifest of payees_rules."""

from app.manifest import Manifest
from app.suites.personal.payees_rules import routes, subscribers

MANIFEST = Manifest(
    tags={
        "payees": "Those who are paid, or pay.",
        "tags": "Tags of transactions.",
    },
    namespaces=(routes.payees, routes.tags),
    words={
        "aliases": (
            "Other names that it is known by, whatever their case and accents",
            ["EXITO WOW"],
        ),
        "default_category_id": ("Category of its transactions that have none of their own", 12),
        "include_hidden": ("Whether hidden ones are listed, too", False),
        "into": ("Id of the payee that it becomes", 4),
        "is_hidden": ("Whether it is offered no more; what is of it stays", False),
        "last_used": ("Day of its newest transaction", "2026-03-01"),
        "splits": ("Number of splits that have it", 3),
        "transactions": ("Number of its transactions", 42),
    },
    headings={
        "aliases": "Otros nombres",
        "default_category_id": "Id de la categoría predeterminada",
        "is_hidden": "Oculto",
        "last_used": "Último uso",
        "splits": "Partes",
        "transactions": "Movimientos",
    },
    subscriptions=subscribers.SUBSCRIPTIONS,
)
