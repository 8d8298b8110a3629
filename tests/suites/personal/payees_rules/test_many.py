"""Rules over as many transactions as a household has in decades."""

import time
from decimal import Decimal
from typing import Any

from app.infra.books import BookAccess
from app.kernel.batches import batched
from app.suites.personal.payees_rules.rules.actions import ActionType
from app.suites.personal.payees_rules.rules.conditions import RuleField, RuleOp
from app.suites.personal.payees_rules.service import CategorisingService, RuleRunner, RuleService, Uncategorised
from app.suites.personal.transactions.rules import ChangeOrigin, TransactionType
from app.suites.personal.transactions.service import BulkService, ChangeRecorder, NewTransaction
from tests.soak import soak_only
from tests.suites.personal.payees_rules.test_categorising import DAY, access, category, line

__all__ = ["access"]

pytestmark = soak_only
MANY = 100_000
MOST_SECONDS = {True: 5, False: 60}
"""Seconds of CPU time for looking at all, and for changing half of them."""


def enter_many(access: BookAccess) -> None:
    """Enter so many expenses, of which a rule is about half."""
    recorder = ChangeRecorder(access, ChangeOrigin.BULK)
    values: list[NewTransaction] = [
        {
            "type": TransactionType.EXPENSE,
            "amount": Decimal(number % 900 + 1),
            "date": DAY,
            "description": f"COMPRA {'LIDL' if number % 2 else 'UBER'} {number:06} BOGOTA",
        }
        for number in range(MANY)
    ]
    for chunk in batched(values, 5_000):
        BulkService(access).create(chunk, recorder)


def rule(access: BookAccess, op: RuleOp, value: str, category_id: int) -> int:
    """A new rule about descriptions."""
    condition: Any = {"field": RuleField.DESCRIPTION, "op": op, "value": value}
    actions: Any = [{"type": ActionType.CATEGORY, "value": category_id}]
    return RuleService(access).create(conditions=[condition], actions=actions).id


def test_a_rule_is_applied_to_100000_transactions_in_time(access: BookAccess) -> None:
    food = category(access, "Groceries")
    enter_many(access)
    made = rule(access, RuleOp.REGEX, r"lidl \d{6}", food)
    for dry_run in (True, False):
        began = time.process_time()
        changed, more = 0, True
        while more:
            done = RuleRunner(access).apply(made, dry_run=dry_run)
            changed, more = changed + done.changed, done.more
        assert time.process_time() - began < MOST_SECONDS[dry_run]
        assert (changed, done.errors) == (MANY // 2, [])


def test_200_rules_look_at_10000_lines_in_time(access: BookAccess) -> None:
    food = category(access, "Groceries")
    for number in range(200):
        rule(access, RuleOp.CONTAINS if number % 4 else RuleOp.REGEX, f"shop {number}", food)
    account_id = line(access).account_id
    lines = [
        Uncategorised(amount=Decimal(-5), account_id=account_id, date=DAY, description=f"COMPRA SHOP {number} SOL")
        for number in range(10_000)
    ]
    began = time.process_time()
    CategorisingService(access).categorise(lines)
    assert time.process_time() - began < 5
