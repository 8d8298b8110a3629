"""Expenses in the database."""

from app.domains.expenses.repository.accrued import AccruedRepository
from app.domains.expenses.repository.expenses import ExpenseRepository
from app.domains.expenses.repository.recurring import RecurringRepository, Standing

__all__ = ["AccruedRepository", "ExpenseRepository", "RecurringRepository", "Standing"]
