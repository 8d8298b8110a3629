"""Kinds of names."""

from enum import StrEnum


class CategoryKind(StrEnum):
    """Kind of names: categories of expenses, or types of incomes."""

    EXPENSE = "expense"
    INCOME = "income"
