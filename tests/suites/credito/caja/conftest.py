"""The people of loans, and those who count their cash."""

from tests.suites.credito.prestamos.conftest import sucursal, today

__all__ = ["sucursal", "today"]
