"""Balances of accounts are what a plain sum of all rows that name them gives."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import registry
from app.core.cash_accounts.service import CashAccountService
from app.infra.context import make_context
from app.infra.db import db
from app.kernel.money import Currency
from tests.factories.cash_accounts import CashAccountFactory
from tests.statements import counted

DAY = date(2025, 3, 1)
DAYS = 20

# Each row by itself, without movements and sums: what reached an account on a day.
PLAIN = """
    SELECT a.id, CASE WHEN a.opening_date > :day THEN 0 ELSE a.opening_balance + coalesce(sum(moved.amount), 0) END
    FROM cash_accounts a LEFT JOIN (
        SELECT cash_account_id AS account, date, amount FROM incomes
        UNION ALL SELECT cash_account_id, date, -amount FROM expenses
        UNION ALL SELECT cash_account_id, paid_date, -paid_amount FROM accrued_expenses
        UNION ALL SELECT cash_account_id, date, -amount FROM credit_refunds
        UNION ALL SELECT cash_account_id, date, coalesce(received_amount, amount + credit_amount - retefuente - reteica
                                                                          - reteiva - other_withheld - bank_charge)
                  FROM payment_receipts
        UNION ALL SELECT from_account_id, date, -amount FROM cash_transfers
        UNION ALL SELECT to_account_id, date, received_amount FROM cash_transfers
    ) moved ON moved.account = a.id AND moved.date BETWEEN coalesce(a.opening_date, '1900-01-01') AND :day
    GROUP BY a.id ORDER BY a.id
"""
ENTER = {
    "incomes": """
        INSERT INTO incomes (description, date, amount, currency, type, payment_method, cash_account_id, tax_amount)
        VALUES ('Algo', :date, :amount, :currency, 'Intereses', 'Efectivo', :account, :tax)
    """,
    "expenses": """
        INSERT INTO expenses (description, date, amount, currency, category, payment_method, cash_account_id,
                              tax_amount)
        VALUES ('Algo', :date, :amount, :currency, 'Software', 'Efectivo', :account, :tax)
    """,
    "accrued_expenses": """
        INSERT INTO accrued_expenses (description, due_date, paid_date, amount, paid_amount, currency, category,
                                      payment_method, status, cash_account_id, tax_amount)
        VALUES ('Algo', :date, :date, :amount, :amount + 1, :currency, 'Software', 'Efectivo', 'pagado', :account, :tax)
    """,
    "cash_transfers": """
        INSERT INTO cash_transfers (from_account_id, to_account_id, date, amount, currency, received_amount,
                                    received_currency)
        SELECT :account, id, :date, :amount, :currency, CASE currency WHEN :currency THEN :amount ELSE :amount * 3 END,
               currency FROM cash_accounts WHERE id <> :account ORDER BY id LIMIT 1
    """,
}
ANY = "(SELECT id FROM {table} ORDER BY id % 7, id LIMIT 3)"


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


@pytest.fixture
def accounts(session: Session) -> dict[Currency, list[int]]:
    """Three accounts in each currency: one is open since ever, one opened with money, one in the midst of the days."""
    opened = ({}, {"opening_balance": Decimal("5.25")}, {"opening_date": DAY + timedelta(days=9), "opening_balance": 7})
    return {
        currency: [CashAccountFactory(currency=currency, **values).id for values in opened]
        for currency in (Currency.COP, Currency.USD)
    }


def kept(session: Session, day: date) -> list[tuple[int, Decimal]]:
    found = CashAccountService(make_context(session)).balances(day)
    return sorted((one.id, one.balance) for one in found)


def plain(session: Session, day: date) -> list[tuple[int, Decimal]]:
    return [(row[0], row[1]) for row in session.execute(text(PLAIN), {"day": day})]


def test_balances_are_the_plain_sum_after_whatever_happens(
    session: Session, accounts: dict[Currency, list[int]]
) -> None:
    chance = random.Random(20)

    def change() -> tuple[str, dict[str, Any]]:
        table, currency = chance.choice(list(ENTER)), chance.choice(list(accounts))
        amount = Decimal(chance.randrange(200, 10**6)) / 100
        values = {"date": DAY + timedelta(days=chance.randrange(DAYS)), "amount": amount, "currency": currency.value}
        values |= {"account": chance.choice(accounts[currency]), "tax": chance.choice([None, Decimal(1)])}
        day = "paid_date" if table == "accrued_expenses" else "date"
        some = ANY.format(table=table)
        moves = f"UPDATE {table} SET {day} = {day} + 1 WHERE id IN {some}"  # noqa: S608 - constants
        leaves = f"DELETE FROM {table} WHERE id IN {some}"  # noqa: S608 - constants
        return chance.choices([ENTER[table], moves, leaves], [8, 2, 1])[0], values

    for _ in range(80):
        statement, values = change()
        names = {name: value for name, value in values.items() if f":{name}" in statement}
        session.execute(text(statement), names)
    for table in ("incomes", "expenses"):
        forgotten = f"UPDATE {table} SET cash_account_id = NULL WHERE id IN {ANY.format(table=table)}"  # noqa: S608
        session.execute(text(forgotten))
    for day in (DAY, DAY + timedelta(days=8), DAY + timedelta(days=9), DAY + timedelta(days=DAYS)):
        assert kept(session, day) == plain(session, day)
    assert [problem for sums in registry.SUMS for problem in sums.violations(session)] == []
    for sums in registry.SUMS:
        sums.fold(session)
    assert kept(session, DAY + timedelta(days=15)) == plain(session, DAY + timedelta(days=15))


def test_balances_of_all_accounts_take_one_statement(session: Session, accounts: dict[Currency, list[int]]) -> None:
    service = CashAccountService(make_context(session))
    with counted() as statements:
        assert len(service.balances(DAY)) == 6
    assert len(statements) == 1
