"""Repositories of expenses."""

from app.domains.expenses.repository.accrued import AccruedRepository
from app.domains.expenses.repository.expenses import ExpenseRepository
from app.domains.expenses.repository.recurring import AccrualState, RecurringRepository

__all__ = ["AccrualState", "AccruedRepository", "ExpenseRepository", "RecurringRepository"]
