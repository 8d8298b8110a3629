"""Manifest of projects and their payment plans."""

from app.manifest import EVERYONE, WRITERS, Manifest, Permission
from app.suites.fresco.projects import demo, routes, subscribers, webhooks
from app.suites.fresco.projects.service import ProjectService

MANIFEST = Manifest(
    tags={"projects": "Projects of clients, their payment plans and documents."},
    namespaces=(routes.namespace, routes.imports),
    permissions=(
        Permission("projects:read", "Ver proyectos", EVERYONE),
        Permission("projects:write", "Cambiar proyectos", WRITERS),
    ),
    words={
        "created": ("Payments that the change creates", []),
        "dry_run": ("Change nothing, and answer what would change", False),
        "implementation_fee_currency": ("Currency of the implementation fee", "COP"),
        "implementation_fee_installments": ("Number of monthly installments", 3),
        "implementation_fee_total": ("Total implementation fee", 9000000),
        "kept": ("Number of payments that stay as they are", 4),
        "payment_plan": ("Payment plan; null without one", None),
        "recurring_fee_amount": ("Fee of each period", 1500000),
        "recurring_fee_currency": ("Currency of the recurring fee", "COP"),
        "recurring_fee_day_of_charge": ("Day of the month or, for a weekly fee, of the week", 5),
        "recurring_fee_discount_percentage": ("Discount in percent", 10),
        "recurring_fee_discount_periods": ("Number of discounted periods, after the free ones", 2),
        "recurring_fee_frequency": ("Frequency of the charges", "Mensual"),
        "recurring_fee_grace_periods": ("Number of free periods at the beginning", 1),
        "removed": ("Payments that the change removes", []),
        "uncharged_fee": ("Part of the implementation fee that no payment carries; null without a fee", 0),
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
        "uncharged_fee": "Implementación sin cobrar",
    },
    violations=lambda context: ProjectService(context).violations(),
    subscriptions=subscribers.SUBSCRIPTIONS,
    demo=demo.seed,
    demo_later=demo.seed_later,
    webhooks=webhooks.OBJECTS,
)
