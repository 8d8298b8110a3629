"""Manifest of expenses: entered one by one, recurring, and accrued."""

from app.infra.file_access import COMPANY_FILES
from app.manifest import EVERYONE, WRITERS, Manifest, Permission
from app.suites.fresco.expenses import demo, jobs, notifications, routes, subscribers, webhooks
from app.suites.fresco.expenses.service import AccruedService

MANIFEST = Manifest(
    tags={"expenses": "Expenses: single, recurring and accrued ones."},
    namespaces=(routes.namespace, routes.imports),
    permissions=(
        Permission("expenses:read", "Ver gastos", EVERYONE),
        Permission("expenses:write", "Cambiar gastos", WRITERS),
    ),
    words={
        "action": ("`set` the values that are given, or `delete`", "set"),
        "ids": ("Ids of at most 1,000 expenses", [1, 2]),
        "accrued_id": ("Id of the accrued expense", 1),
        "by_currency": ("Sums by currency, each in that currency", {"COP": 6400000, "USD": 250.5}),
        "count": ("Number of occurrences", 12),
        "frequency": ("Frequency", "Mensual"),
        "is_recurring": ("Whether it comes from a recurring expense", True),
        "next_payment": ("Next due date; follows from the calendar", "2025-04-01"),
        "number": ("Number of the occurrence, starting at 1", 1),
        "paid_amount": ("What was paid; `amount` is what was owed", 398500),
        "payment_date": ("Date of the payment; by default today", "2025-03-05"),
        "monthly_total": ("What the active ones that match come to in a month", 6120000),
        "recurring_id": ("Id of the recurring expense; none for a bill", 1),
        "removed": ("Number of coming accrued expenses that were deleted", 2),
    },
    headings={
        "by_currency": "Por moneda",
        "frequency": "Frecuencia",
        "monthly_total": "Total mensual",
        "is_recurring": "Recurrente",
        "next_payment": "Próximo pago",
        "paid_amount": "Valor pagado",
        "recurring_id": "ID del gasto recurrente",
    },
    jobs=jobs.jobs,
    notifications=notifications.KINDS,
    subscriptions=subscribers.SUBSCRIPTIONS,
    violations=lambda context: AccruedService(context).violations(context.clock.today()),
    demo=demo.seed,
    load=demo.load,
    may_read_file=COMPANY_FILES,
    webhooks=webhooks.OBJECTS,
)
