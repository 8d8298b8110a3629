"""Demo payments of three years: most past ones are paid, a few are late, future ones are pending."""

from collections.abc import Callable
from datetime import date, timedelta

from app.infra.context import Context
from app.kernel.paging import PageRequest
from app.kernel.periods import Month
from app.suites.fresco.payments.rules import PaymentStatus
from app.suites.fresco.payments.service import GenerationService, LoadService, PaymentService
from app.suites.fresco.projects.service import ProjectService

_LATE_EVERY = 9
_RECENT = timedelta(days=90)
_CHUNK = 10_000


def seed(context: Context, today: date) -> None:
    """Generate the payments of all plans up to six months from now, and mark most past ones as paid."""
    projects = ProjectService(context)
    payments = PaymentService(context)
    generation = GenerationService(context)
    for project in projects.page(PageRequest(per_page=100)).items:
        months = Month.of(today) - Month.of(project.start_date) + 6
        for payment in generation.generate(project.id, months=months, today=today, start_from=project.start_date):
            late = payment.id % _LATE_EVERY == 0 and payment.date > today - _RECENT
            if payment.status is PaymentStatus.OVERDUE and not late:
                paid = min(today, payment.date + timedelta(days=payment.id % 12))
                invoice = f"FV-{payment.date.year}-{payment.id:04}"
                payments.update(
                    payment.id, today=today, status=PaymentStatus.PAID, paid_date=paid, invoice_number=invoice
                )


def load(context: Context, count: int, today: date, advance: Callable[[int], None]) -> None:
    """Insert `count` payments over five years up to two months from now: 250 a project, 25,000 a client."""
    loader = LoadService(context)
    loader.prepare(count, today)
    for first in range(0, count, _CHUNK):
        size = min(_CHUNK, count - first)
        loader.payments(first, size, today)
        advance(size)
