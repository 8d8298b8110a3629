"""Manifest of projects and their payment plans."""

from app.domains.projects import demo, routes
from app.domains.projects.service import ProjectService
from app.manifest import EVERYONE, WRITERS, Manifest, Permission

MANIFEST = Manifest(
    tags={"projects": "What the company works on, how it is paid, and its documents."},
    namespaces=(routes.namespace,),
    permissions=(
        Permission("projects:read", "Ver proyectos", EVERYONE),
        Permission("projects:write", "Cambiar proyectos", WRITERS),
    ),
    words={
        "implementation_fee_currency": ("Currency of the implementation fee", "COP"),
        "implementation_fee_installments": ("In how many monthly parts it is paid", 3),
        "implementation_fee_total": ("The whole implementation fee", 9000000),
        "payment_plan": ("How it is paid; null without a plan", None),
        "recurring_fee_amount": ("What each period costs", 1500000),
        "recurring_fee_currency": ("Currency of the recurring fee", "COP"),
        "recurring_fee_day_of_charge": ("Day of the month, or of the week where it is weekly", 5),
        "recurring_fee_discount_percentage": ("Discount in percent", 10),
        "recurring_fee_discount_periods": ("How many periods after the free ones are cheaper", 2),
        "recurring_fee_frequency": ("How often it is charged", "Mensual"),
        "recurring_fee_grace_periods": ("How many first periods are free", 1),
    },
    headings={
        "implementation_fee_currency": "Moneda de implementación",
        "implementation_fee_installments": "Cuotas de implementación",
        "implementation_fee_total": "Total de implementación",
        "payment_plan": "Plan de pago",
        "recurring_fee_amount": "Cuota recurrente",
        "recurring_fee_currency": "Moneda de la cuota recurrente",
        "recurring_fee_day_of_charge": "Día de cobro",
        "recurring_fee_discount_percentage": "Porcentaje de descuento",
        "recurring_fee_discount_periods": "Periodos con descuento",
        "recurring_fee_frequency": "Frecuencia de cobro",
        "recurring_fee_grace_periods": "Periodos de gracia",
    },
    violations=lambda context: ProjectService(context).violations(),
    demo=demo.seed,
    demo_later=demo.seed_later,
)
