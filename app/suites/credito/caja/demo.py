"""Demo data of microcredit."""

from app.suites.credito.caja.service.demo import crear as seed

__all__ = ["seed"]
