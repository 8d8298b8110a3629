"""The core: domains that every suite stands on. A new one is a folder here and its name in `SUITE`."""

from app.manifest import Suite

SUITE = Suite(
    name="core",
    package="app.core",
    prefix="/api",
    domains=(
        "access",
        "identity",
        "audit",
        "jobs",
        "tasks",
        "files",
        "currencies",
        "company",
        "notifications",
        "parties",
        "periods",
        "ledger",
        "movements",
        "cash_accounts",
        "cashflow",
        "imports",
        "webhooks",
    ),
)
