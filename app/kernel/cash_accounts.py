"""Refusal of a cash account that a row names."""

from app.kernel.errors import NotFound

UNKNOWN_CASH_ACCOUNT = NotFound("There is no such cash account in this currency.")
