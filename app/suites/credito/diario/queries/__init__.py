"""Repositories and queries of the journal and of cuts."""

from app.suites.credito.diario.queries.cortes import CorteFilter, CorteRepository
from app.suites.credito.diario.queries.diario import (
    Abierta,
    DiarioFilter,
    DiarioRepository,
    book_id,
    last_closed_month,
    lock_accounts,
    open_accounts,
)

__all__ = [
    "Abierta",
    "CorteFilter",
    "CorteRepository",
    "DiarioFilter",
    "DiarioRepository",
    "book_id",
    "last_closed_month",
    "lock_accounts",
    "open_accounts",
]
