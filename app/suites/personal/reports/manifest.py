"""Manifest of reports."""

from app.manifest import Manifest
from app.suites.personal.reports import routes

MANIFEST = Manifest(
    tags={"reports": "Figures of a book: months, categories, net worth."},
    namespaces=(routes.namespace,),
    words={
        "assets": ("Sum of what is owned", 12500000),
        "income": ("Incomes", 6400000),
        "liabilities": ("Sum of what is owed", 3200000),
        "net": ("Income less expenses", 5150000),
        "net_worth": ("Assets less liabilities", 9300000),
        "path": ("Names from the top to it", ["Food", "Groceries"]),
        "savings_rate": ("Part of the income that was not spent; null without income", 0.21),
        "average": ("Average of a month", 410000),
        "categories": ("Figures of the categories, spending first, the largest first", None),
        "change": ("Change since the month before", None),
        "date_from": ("First day", "2026-03-01"),
        "date_to": ("Last day", "2026-03-31"),
        "depth": ("Level of the tree to which those below are added", 1),
        "from": ("First month", "2026-01"),
        "to": ("Last month", "2026-03"),
        "items": ("Figures of the categories", None),
        "months": ("Figures of each month", None),
        "points": ("Net worth at the ends of months", None),
        "previous": ("Figure of the range of days before", 380000),
        "share": ("Part of all of its type; null where that is not above zero", 0.25),
    },
    headings={
        "assets": "Activos",
        "income": "Ingresos",
        "liabilities": "Pasivos",
        "net": "Neto",
        "net_worth": "Patrimonio",
        "path": "Ruta",
        "savings_rate": "Tasa de ahorro",
        "categories": "Categorías",
        "change": "Cambio",
        "date_from": "Desde",
        "date_to": "Hasta",
        "previous": "Anterior",
        "share": "Participación",
    },
)
