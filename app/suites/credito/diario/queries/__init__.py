"""Repositories and queries of the journal and of cuts."""

from app.suites.credito.diario.queries.cortes import CorteRepository
from app.suites.credito.diario.queries.diario import (
    Abierta,
    DiarioFilter,
    DiarioRepository,
    libro_de,
    lock_account,
    lock_accounts,
    open_accounts,
)

__all__ = [
    "Abierta",
    "CorteRepository",
    "DiarioFilter",
    "DiarioRepository",
    "libro_de",
    "lock_account",
    "lock_accounts",
    "open_accounts",
]
