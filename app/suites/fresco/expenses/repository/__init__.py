"""Repositories of expenses."""

from app.suites.fresco.expenses.repository.accrued import AccruedRepository
from app.suites.fresco.expenses.repository.expenses import ExpenseRepository
from app.suites.fresco.expenses.repository.recurring import AccrualState, RecurringRepository

__all__ = ["AccrualState", "AccruedRepository", "ExpenseRepository", "RecurringRepository"]
