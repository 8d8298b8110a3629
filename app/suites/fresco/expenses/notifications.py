"""Kind of notification of accrued expenses."""

from datetime import date

from app.infra.context import Context
from app.infra.notifications import LOOK_BACK, DigestEntry, NotificationKind, counted
from app.suites.fresco.expenses.service import AccruedService
from app.web.pdf.formats import MoneyFormat, day_text


def _due(context: Context, today: date) -> list[DigestEntry]:
    found = AccruedService(context).unpaid_between(today - LOOK_BACK, today)
    return [
        DigestEntry(
            f"{expense.id}:{expense.due_date}",
            f"{expense.description}: {MoneyFormat.of(expense.currency, [expense.amount]).full(expense.amount)},"
            f" se debe desde el {day_text(expense.due_date)}",
        )
        for expense in found
    ]


KINDS = {
    "expenses_due": NotificationKind(
        label="Gastos por pagar",
        permission="expenses:read",
        title=lambda number: counted(number, "gasto por pagar", "gastos por pagar"),
        find=_due,
        link="/expenses/accrued",
    )
}
