"""Manifest of payments."""

from app.domains.payments import demo, jobs, routes, subscribers
from app.domains.payments.models import PAYMENT_SUMS
from app.domains.payments.service import PaymentService
from app.manifest import EVERYONE, WRITERS, Manifest, Permission

MANIFEST = Manifest(
    tags={"payments": "What clients pay by their plans: due, late and paid."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("payments:read", "Ver pagos", EVERYONE),
        Permission("payments:write", "Cambiar pagos", WRITERS),
    ),
    words={
        "days": ("How many days ahead, today included", 30),
        "days_overdue": ("Days since it should have been paid", 12),
        "installment_number": ("Number of the period, from 1", 1),
        "invoice_number": ("Number of the invoice", "FE-1042"),
        "invoice_url": (
            "Where the invoice is; never fetched by the server",
            "https://facturas.example.com/FE-1042.pdf",
        ),
        "pagado": ("Sum of what is paid", 12500000),
        "pendiente": ("Sum of what is to be paid yet", 4100000),
        "vencido": ("Sum of what is late", 1500000),
    },
    headings={
        "days_overdue": "Días de mora",
        "installment_number": "Cuota",
        "invoice_number": "Factura",
        "invoice_url": "Enlace de la factura",
        "pagado": "Pagado",
        "pendiente": "Pendiente",
        "vencido": "Vencido",
    },
    jobs=jobs.jobs,
    subscriptions=subscribers.SUBSCRIPTIONS,
    sums=(PAYMENT_SUMS,),
    violations=lambda context: PaymentService(context).violations(context.clock.today()),
    demo=demo.seed,
    load=demo.load,
)
