"""Random entries in both kinds of book: whatever happens to them, balances add up and agree with a plain sum."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.core.ledger.models import DAY_SUMS, SPAN_SUMS
from app.core.ledger.rules import BookKind, NewEntry, NewLine
from app.core.ledger.service import BalanceService, CheckService, PostingService
from app.infra.context import Context, make_context
from app.infra.db import db
from app.kernel.periods import DateRange
from tests.factories.ledger import KINDS, Ledger, open_ledger

FIRST, LAST = date(2025, 11, 20), date(2026, 12, 31)
NAMES = sorted(KINDS)
names, days = st.sampled_from(NAMES), st.integers(0, 100).map(lambda number: FIRST + timedelta(days=number))
amounts = st.decimals("-5000", "5000", places=2).filter(bool)
parts = st.lists(st.tuples(names, amounts, st.sampled_from(["COP", "USD"])), min_size=1, max_size=4)
steps = st.lists(
    st.tuples(st.sampled_from(["post", "post", "post", "reverse", "rewrite", "delete", "fold"]), parts, names, days),
    min_size=4,
    max_size=14,
)


@dataclass
class Model:
    """Content of a book: lists of (account, day, currency, amount, base amount) by entry."""

    entries: dict[int, list[tuple[int, date, str, Decimal, Decimal]]] = field(default_factory=dict)
    reversed: set[int] = field(default_factory=set)

    def balances(self, on: date) -> dict[tuple[int, str], tuple[Decimal, Decimal]]:
        found: dict[tuple[int, str], tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
        for lines in self.entries.values():
            for account, day, currency, amount, base in lines:
                if day <= on:
                    before = found[account, currency]
                    found[account, currency] = (before[0] + amount, before[1] + base)
        return {key: value for key, value in found.items() if value != (0, 0)}


def balanced(ledger: Ledger, kind: BookKind, given_parts: list[Any], other: str, day: date) -> NewEntry | None:
    """An entry of these parts that a last account balances; None if nothing is left to balance."""
    rate = Decimal(4000)
    lines = []
    for name, amount, currency in given_parts:
        base = amount * (rate if currency == "USD" else 1) if kind is BookKind.COMPANY else None
        lines.append(
            NewLine(
                account_id=ledger.accounts[name], amount=amount, currency=currency, base_amount=base, facet=name[:2]
            )
        )
    if kind is BookKind.COMPANY:
        rests = {"COP": sum(line.base_amount or 0 for line in lines)}
    else:
        rests = {one: sum(line.amount for line in lines if line.currency == one) for one in ("COP", "USD")}
    lines += [
        NewLine(account_id=ledger.accounts[other], amount=-Decimal(rest), currency=currency)
        for currency, rest in rests.items()
        if rest
    ]
    return NewEntry(date=day, source="random", lines=tuple(lines)) if len(lines) > 1 else None


def as_stored(entry: NewEntry, kind: BookKind) -> list[tuple[int, date, str, Decimal, Decimal]]:
    company = kind is BookKind.COMPANY
    return [
        (line.account_id, entry.date, line.currency, line.amount, (line.base_amount or line.amount) * company)
        for line in entry.lines
    ]


def carry_out(context: Context, ledger: Ledger, kind: BookKind, model: Model, step: tuple[Any, ...]) -> None:
    """One step, in the book and in the model."""
    what, given_parts, other, day = step
    posting = PostingService(context)
    known = sorted(model.entries)
    chosen = known[len(given_parts) % len(known)] if known else None
    entry = balanced(ledger, kind, given_parts, other, day)
    if what == "fold":
        DAY_SUMS.fold(context.session)
        SPAN_SUMS.fold(context.session)
    elif what == "reverse" and chosen is not None and chosen not in model.reversed:
        reversal = posting.reverse(chosen, day)
        model.reversed.add(chosen)
        model.entries[reversal] = [
            (account, day, c, -amount, -base) for account, _, c, amount, base in model.entries[chosen]
        ]
    elif what == "rewrite" and kind is BookKind.PERSONAL and chosen is not None and entry is not None:
        posting.rewrite(chosen, entry)
        model.entries[chosen] = as_stored(entry, kind)
    elif what == "delete" and kind is BookKind.PERSONAL and chosen is not None and not model.reversed:
        posting.delete([chosen])
        del model.entries[chosen]
    elif entry is not None:
        model.entries[posting.post(ledger.book_id, entry).entry_id] = as_stored(entry, kind)


def check(context: Context, ledger: Ledger, model: Model) -> None:
    """Balances agree with the model and add up to zero."""
    context.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    context.session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    balances = BalanceService(context, ledger.book_id)
    for on in (FIRST - timedelta(days=1), *(FIRST + timedelta(days=number) for number in (4, 20, 41)), LAST):
        found = {
            (one.account_id, one.currency): (one.amount, one.base_amount)
            for one in balances.balances(on)
            if (one.amount, one.base_amount) != (0, 0)
        }
        assert found == model.balances(on)
    rows = balances.trial_balance(DateRange(FIRST + timedelta(days=5), FIRST + timedelta(days=70)))
    for name in ("opening", "closing"):
        assert sum(getattr(row, name) for row in rows) == 0
    assert sum(row.debit for row in rows) == sum(row.credit for row in rows)
    assert all(row.opening + row.debit - row.credit == row.closing for row in rows)


def walk(app: Flask, kind: BookKind) -> Callable[[], None]:
    with app.app_context():
        context = make_context(db.session())
        ledger = open_ledger(context, kind)

        @settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
        @given(steps)
        def walked(taken: list[tuple[Any, ...]]) -> None:
            savepoint = context.session.begin_nested()
            model = Model()
            for step in taken:
                carry_out(context, ledger, kind, model, step)
            check(context, ledger, model)
            assert CheckService(context).violations() == []
            assert [found for sums in (DAY_SUMS, SPAN_SUMS) for found in sums.violations(context.session)] == []
            savepoint.rollback()

        walked()
    return walked


def test_balances_of_a_companys_book_always_add_up(app: Flask, database: None) -> None:
    walk(app, BookKind.COMPANY)


def test_balances_of_a_personal_book_always_add_up(app: Flask, database: None) -> None:
    walk(app, BookKind.PERSONAL)
