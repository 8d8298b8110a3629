"""Manifest of exchange rates."""

from app.core.currencies import cli, demo, jobs, routes
from app.manifest import ADMINS, EVERYONE, Manifest, Permission

MANIFEST = Manifest(
    tags={"exchange-rates": "Exchange rates: daily prices of a dollar in pesos."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("exchange_rates:read", "Ver tasas de cambio", EVERYONE),
        Permission("exchange_rates:write", "Cambiar tasas de cambio", ADMINS),
    ),
    words={
        "base": ("Base currency: always the dollar", "USD"),
        "quote": ("Quote currency: always the peso", "COP"),
        "rate": ("Pesos for a dollar", 4150.25),
        "rate_date": ("Day of the exchange rate; null if none was needed", "2025-03-01"),
        "rate_id": ("Id of the exchange rate", 1),
        "source": ("Source", "manual"),
    },
    headings={
        "base": "Moneda base",
        "quote": "Moneda cotizada",
        "rate": "Tasa",
    },
    commands=(cli.group,),
    jobs=jobs.jobs,
    demo=demo.seed,
)
