"""Manifest of payments."""

from app.infra.file_access import COMPANY_FILES
from app.manifest import EVERYONE, WRITERS, Manifest, Permission
from app.suites.fresco.payments import cli, demo, jobs, notifications, routes, subscribers, webhooks
from app.suites.fresco.payments.service import PaymentService

MANIFEST = Manifest(
    tags={"payments": "Payments of clients under their plans."},
    namespaces=(routes.namespace, routes.imports, routes.credits_of_client),
    permissions=(
        Permission("payments:read", "Ver pagos", EVERYONE),
        Permission("payments:write", "Cambiar pagos", WRITERS),
    ),
    words={
        "action": ("What is done to all of them", "mark-paid"),
        "ids": ("Ids of at most 1,000 payments", [1, 2]),
        "bank_charge": ("What the bank kept of it, in the currency of the payment", 12000),
        "exchange_difference": ("What was received less what it was worth on its day, in the received currency", 0),
        "warnings": ("Figures that are unknown, and why", []),
        "withholdings": ("Taxes that the client withheld, in the currency of the payment; each type once", []),
        "credit_amount": ("What was received beyond the balance: the client's credit since", 0),
        "excess": ("`credit`: what exceeds the balance is the client's credit", "credit"),
        "days": ("Number of days from today", 30),
        "invoice_url": (
            "Address of the invoice; never fetched by the server",
            "https://facturas.example.com/FE-1042.pdf",
        ),
        "issue_date": ("Day on which it was invoiced", "2025-03-01"),
        "paid_amount": ("What was received of it", 450000),
        "pagado": ("Total of what was received", 12500000),
        "pendiente": ("Total of the balances of pending payments", 4100000),
        "receipts": ("Money received for it, earliest first", []),
        "service_from": ("First day of the service that is paid by it", "2025-03-01"),
        "service_to": ("Last day of that service, not before `service_from`", "2025-03-31"),
        "reference": ("Number of the transfer or deposit", "TRX-88120"),
        "vencido": ("Total of the balances of overdue payments", 1500000),
    },
    headings={
        "installment_number": "Cuota",
        "invoice_url": "Enlace de la factura",
        "issue_date": "Fecha de la factura",
        "paid_amount": "Recibido",
        "service_from": "Servicio desde",
        "service_to": "Servicio hasta",
        "pagado": "Pagado",
        "pendiente": "Pendiente",
        "vencido": "Vencido",
    },
    commands=(cli.group,),
    jobs=jobs.jobs,
    notifications=notifications.KINDS,
    subscriptions=subscribers.SUBSCRIPTIONS,
    violations=lambda context: PaymentService(context).violations(context.clock.today()),
    demo=demo.seed,
    load=demo.load,
    may_read_file=COMPANY_FILES,
    webhooks=webhooks.OBJECTS,
)
