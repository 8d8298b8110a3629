"""Kinds of notifications of payments."""

from collections.abc import Iterable
from datetime import date, timedelta

from app.infra.context import Context
from app.infra.notifications import LOOK_BACK, DigestEntry, NotificationKind, counted
from app.suites.fresco.payments.models import UnpaidPayment
from app.suites.fresco.payments.service import PaymentReader
from app.web.pdf.formats import MoneyFormat, day_text

_SOON = timedelta(days=3)
_DAY = timedelta(days=1)


def _overdue(context: Context, today: date) -> list[DigestEntry]:
    found = PaymentReader(context).unpaid_between(today - LOOK_BACK, today - _DAY)
    return _entries(found, "venció")


def _due_soon(context: Context, today: date) -> list[DigestEntry]:
    # Those of tomorrow as well: a run may have been missed, or the payment entered late.
    found = PaymentReader(context).unpaid_between(today + _DAY, today + _SOON)
    return _entries(found, "vence")


def _entries(payments: Iterable[UnpaidPayment], verb: str) -> list[DigestEntry]:
    """An entry of each payment and due date: one that is given more time is reported again."""
    return [
        DigestEntry(
            f"{payment.id}:{payment.due}",
            f"{payment.client}, {payment.project}: {_amount(payment)}, {verb} el {day_text(payment.due)}",
        )
        for payment in payments
    ]


def _amount(payment: UnpaidPayment) -> str:
    return MoneyFormat.of(payment.currency, [payment.amount]).full(payment.amount)


KINDS = {
    "payments_overdue": NotificationKind(
        label="Pagos que vencieron",
        permission="payments:read",
        title=lambda number: counted(number, "pago vencido", "pagos vencidos"),
        find=_overdue,
        link="/payments?status=Vencido",
    ),
    "payments_due_soon": NotificationKind(
        label="Pagos que vencen en tres días",
        permission="payments:read",
        title=lambda number: counted(
            number, "pago vence en los próximos tres días", "pagos vencen en los próximos tres días"
        ),
        find=_due_soon,
        link="/payments?status=Pendiente",
    ),
}
