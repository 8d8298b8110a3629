"""Recurring transactions of people."""

from decimal import Decimal
from typing import Any

from app.suites.personal.recurring.models import RecurringOccurrence, RecurringSplit
from app.suites.personal.recurring.rules import Frequency
from app.suites.personal.recurring.service import RecurringService
from app.suites.personal.transactions.rules import TransactionType
from tests.factories import Examples, Sent
from tests.factories.personal import row_in_book
from tests.factories.personal_money import existing, sent

RECURRING = "/api/personal/recurring"
RENT = {
    "template_name": "Arriendo",
    "transaction_data": {"type": "expense", "amount": "1200000"},
    "frequency": "monthly",
    "start_date": "2026-01-31",
}
_LONG_AGO = {**RENT, "start_date": "2020-01-31"}
_ONE = f"{RECURRING}/<id:recurring_id>"


def _recurring(access: Any) -> int:
    service = RecurringService(access)
    made_id = service.create(
        frequency=Frequency.MONTHLY,
        start_date=access.today,
        transaction_data={
            "type": TransactionType.EXPENSE,
            "amount": Decimal(12),
            "splits": [{"amount": Decimal(7)}, {"amount": Decimal(5)}],
        },
    )
    service.post(made_id)
    return made_id


def _part(model: Any) -> Any:
    def make(access: Any) -> int:
        of_it = model.recurring_id == _recurring(access)
        return int(access.session.query(model.id).filter(of_it).first()[0])

    return make


def _verb(verb: str) -> Any:
    def make(caller: Any) -> Sent:
        return f"{existing(RECURRING, _LONG_AGO)(caller)}/{verb}", {"json": {}}

    return make


EXAMPLES = Examples(
    rows={
        "Recurring": row_in_book(_recurring),
        "RecurringSplit": row_in_book(_part(RecurringSplit)),
        "RecurringOccurrence": row_in_book(_part(RecurringOccurrence)),
    },
    existing={_ONE: existing(RECURRING, _LONG_AGO)},
    changes={_ONE: {"days_before": 3}},
    own_posts={
        RECURRING: sent(RECURRING, _LONG_AGO),
        **{f"{_ONE}/{verb}": _verb(verb) for verb in ("skip", "post")},
        **{
            f"{_ONE}/{verb}": lambda caller, verb=verb: (f"{existing(RECURRING, _LONG_AGO)(caller)}/{verb}", {})
            for verb in ("pause", "resume")
        },
    },
)
