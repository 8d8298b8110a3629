"""Manifest of categories."""

from app.manifest import Manifest
from app.suites.personal.categories import routes, subscribers

MANIFEST = Manifest(
    tags={"categories": "Categories of incomes and expenses, in trees."},
    namespaces=(routes.namespace,),
    words={
        "merge": ("Whether a category beside it with that name takes all that is of this one", True),
        "average_6": ("Average of the last six complete months; null where a rate is missing", 820000),
        "budget_limit": ("Amount that should not be exceeded in a month", 900000),
        "flags": ("Meanings for insights", ["groceries", "essential"]),
        "icon": ("Word for its icon", "shopping-cart"),
        "include_archived": ("Whether archived categories are listed, too", False),
        "is_archived": ("Whether it is offered no more; what is of it stays", False),
        "is_default": ("Whether the book began with it", True),
        "last_used": ("Day of its newest transaction", "2026-03-01"),
        "mode": ("`archive`, or `delete`", "archive"),
        "overspending": ("Who pays for an overspent envelope: next month's money, or the envelope itself", "deduct"),
        "parent_id": ("Id of the category above it", 3),
        "path": ("Names from the top to it", ["Food", "Groceries"]),
        "this_month": ("Sum of the current month of the book; null where a rate is missing", 310000),
        "transactions": ("Number of its lines", 42),
        "usage": ("Use of the category, without those below it", None),
    },
    headings={
        "average_6": "Promedio de 6 meses",
        "budget_limit": "Límite",
        "flags": "Marcas",
        "icon": "Icono",
        "is_archived": "Archivada",
        "is_default": "Predeterminada",
        "last_used": "Último uso",
        "overspending": "Al excederse",
        "parent_id": "ID de la categoría superior",
        "path": "Ruta",
        "this_month": "Este mes",
        "transactions": "Movimientos",
        "usage": "Uso",
    },
    subscriptions=subscribers.SUBSCRIPTIONS,
)
