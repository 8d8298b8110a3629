"""Words of movements."""

from enum import StrEnum


class Kind(StrEnum):
    """Direction of a movement."""

    INCOME = "income"
    EXPENSE = "expense"

    @property
    def spanish(self) -> str:
        """Word in files."""
        return {Kind.INCOME: "ingreso", Kind.EXPENSE: "gasto"}[self]


class Nature(StrEnum):
    """Nature of a movement, which decides in which figures it counts."""

    OPERATING = "operating"
    CAPITAL = "capital"
    TAX = "tax"
    FINANCIAL = "financial"

    @property
    def spanish(self) -> str:
        """Word in files."""
        return {"operating": "operación", "capital": "capital", "tax": "impuesto", "financial": "financiero"}[self]


class Target(StrEnum):
    """Table that a source feeds."""

    MOVEMENTS = "movements"
    OPEN_ITEMS = "open_items"
