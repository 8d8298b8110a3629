"""Manifest of exchange rates."""

from app.core.currencies import cli, demo, jobs, routes
from app.manifest import ADMINS, EVERYONE, Manifest, Permission

MANIFEST = Manifest(
    tags={"exchange-rates": "Exchange rates: prices of one currency in another, by day."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("exchange_rates:read", "Ver tasas de cambio", EVERYONE),
        Permission("exchange_rates:write", "Cambiar tasas de cambio", ADMINS),
    ),
    words={
        "rate": (
            "Price of one unit of the base currency in the quote currency, as entered; of a cross, of `from` in `to`",
            4150.25,
        ),
        "rate_date": ("Day of the exchange rate, of two the older; null if none was needed", "2025-03-01"),
        "rate_id": ("Id of the exchange rate", 1),
        "source": ("Source", "manual"),
        "via": ("Currency between the two pairs of a cross; null for a pair that has rates", None),
        "kind": ("Side of the rate: between the two, or at which the base currency is bought or sold", "mid"),
    },
    headings={
        "rate": "Tasa",
        "kind": "Lado",
    },
    commands=(cli.group,),
    jobs=jobs.jobs,
    demo=demo.seed,
)
