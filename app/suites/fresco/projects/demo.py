"""Demo projects with all types of plans and all statuses, in pesos and dollars."""

from datetime import date, timedelta
from decimal import Decimal

from app.infra.context import Context
from app.kernel.money import Currency
from app.kernel.paging import PageRequest
from app.suites.fresco.clients.service import ClientService
from app.suites.fresco.projects.rules import ChargeFrequency, PlanType, PlanValues, ProjectStatus
from app.suites.fresco.projects.service import ProjectService

_COP, _USD = Currency.COP, Currency.USD
_ACTIVE, _PAUSED = ProjectStatus.ACTIVE, ProjectStatus.PAUSED
_FINISHED, _CANCELLED = ProjectStatus.FINISHED, ProjectStatus.CANCELLED


def _fee(total: int, currency: Currency, installments: int = 1) -> PlanValues:
    return {
        "implementation_fee_total": Decimal(total),
        "implementation_fee_currency": currency,
        "implementation_fee_installments": installments,
    }


def _every(frequency: ChargeFrequency, amount: int, currency: Currency, day: int | None = None) -> PlanValues:
    return {
        "recurring_fee_frequency": frequency,
        "recurring_fee_amount": Decimal(amount),
        "recurring_fee_currency": currency,
        "recurring_fee_day_of_charge": day,
    }


_WEEKLY, _SEMIMONTHLY, _MONTHLY = ChargeFrequency.WEEKLY, ChargeFrequency.SEMIMONTHLY, ChargeFrequency.MONTHLY
_BIMONTHLY, _QUARTERLY = ChargeFrequency.BIMONTHLY, ChargeFrequency.QUARTERLY
_SEMIANNUAL, _ANNUAL = ChargeFrequency.SEMIANNUAL, ChargeFrequency.ANNUAL
_GRACE_THEN_DISCOUNT: PlanValues = {
    "recurring_fee_grace_periods": 1,
    "recurring_fee_discount_periods": 3,
    "recurring_fee_discount_percentage": Decimal(20),
}

# number of the client, name, description, days since the start, status, plan
_PROJECTS: tuple[tuple[int, str, str, int, ProjectStatus, PlanValues], ...] = (
    (1, "Tienda en línea", "Comercio electrónico con pagos", 1080, _FINISHED, _fee(48_000_000, _COP, 6)),
    (
        1,
        "Soporte y alojamiento",
        "Mantenimiento mensual",
        900,
        _ACTIVE,
        _every(_MONTHLY, 1_850_000, _COP, day=5),
    ),
    (
        2,
        "Agenda de citas",
        "Citas médicas en línea",
        1040,
        _ACTIVE,
        _fee(36_000_000, _COP, 12) | _every(_MONTHLY, 2_400_000, _COP),
    ),
    (2, "Historia clínica", "Integración con el hospital", 200, _ACTIVE, _fee(95_000_000, _COP, 10)),
    (3, "Rastreo de flota", "Tablero de vehículos", 950, _ACTIVE, _every(_SEMIMONTHLY, 980_000, _COP)),
    (3, "Aplicación de conductores", "Móvil para Android", 420, _CANCELLED, _fee(28_000_000, _COP, 4)),
    (4, "Catálogo digital", "Sitio con catálogo", 880, _FINISHED, _fee(12_500_000, _COP)),
    (4, "Campañas", "Pauta en redes", 400, _PAUSED, _every(_MONTHLY, 1_200_000, _COP) | _GRACE_THEN_DISCOUNT),
    (5, "Plataforma de clases", "Aulas virtuales", 830, _ACTIVE, _every(_BIMONTHLY, 5_600_000, _COP, day=31)),
    (5, "Matrículas", "Inscripción y pagos", 150, _ACTIVE, _fee(22_000_000, _COP, 5)),
    (6, "Trade portal", "B2B ordering portal", 770, _ACTIVE, _fee(18_000, _USD, 6) | _every(_MONTHLY, 1_450, _USD)),
    (6, "Data warehouse", "Nightly reporting", 300, _ACTIVE, _every(_QUARTERLY, 4_800, _USD)),
    (
        7,
        "Motor de reservas",
        "Reservas de habitaciones",
        690,
        _ACTIVE,
        _every(_MONTHLY, 3_100_000, _COP) | _GRACE_THEN_DISCOUNT,
    ),
    (7, "Sitio en inglés", "Traducción y lanzamiento", 60, _ACTIVE, _fee(9_800_000, _COP)),
    (8, "Control de cosechas", "Registro de lotes", 600, _FINISHED, _every(_SEMIANNUAL, 14_000_000, _COP)),
    (9, "Página y citas", "Sitio con agenda", 470, _ACTIVE, _every(_WEEKLY, 320_000, _COP, day=1)),
    (
        10,
        "Analytics dashboard",
        "Embedded dashboards",
        360,
        _ACTIVE,
        _fee(9_600, _USD, 3) | _every(_MONTHLY, 2_200, _USD),
    ),
    (10, "Annual licence", "Component licence", 350, _ACTIVE, _every(_ANNUAL, 6_000, _USD)),
    (11, "Pedidos por WhatsApp", "Robot de pedidos", 230, _ACTIVE, _every(_MONTHLY, 690_000, _COP, day=15)),
    (12, "Donaciones", "Recaudo en línea", 110, _PAUSED, _fee(15_000_000, _COP, 3) | _every(_MONTHLY, 450_000, _COP)),
)


_TAGS = {
    "Tienda en línea": ["comercio", "web"],
    "Catálogo digital": ["comercio", "web"],
    "Agenda de citas": ["salud"],
    "Historia clínica": ["salud"],
    "Página y citas": ["salud", "web"],
    "Trade portal": ["comercio", "exportación"],
    "Data warehouse": ["exportación"],
    "Analytics dashboard": ["exportación"],
}
"""Tags by the name of the project."""


def seed(context: Context, today: date) -> None:
    """Create twenty projects, all active at first, so that payments are generated for all."""
    clients = [client.id for client in ClientService(context).page(PageRequest(per_page=100)).items]
    projects = ProjectService(context)
    for client, name, description, days, status, plan in _PROJECTS:
        start = today - timedelta(days=days)
        projects.create(
            client_id=clients[client - 1],
            name=name,
            description=description,
            start_date=start,
            end_date=start + timedelta(days=360) if status in {_FINISHED, _CANCELLED} else None,
            status=_ACTIVE,
            notes=None,
            tags=_TAGS.get(name, []),
            payment_plan={**plan, "type": _type_of(plan)},
        )


def seed_later(context: Context, _today: date) -> None:
    """Set the final status of the projects, once their past payments exist."""
    projects = ProjectService(context)
    final = {name: status for _, name, _, _, status, _ in _PROJECTS}
    for project in projects.page(PageRequest(per_page=100)).items:
        if project.status is not final[project.name]:
            projects.update(project.id, status=final[project.name])


def _type_of(plan: PlanValues) -> PlanType:
    recurring = "recurring_fee_amount" in plan
    if "implementation_fee_total" not in plan:
        return PlanType.SUBSCRIPTION
    if recurring:
        return PlanType.MIXED
    return PlanType.INSTALLMENTS if (plan["implementation_fee_installments"] or 1) > 1 else PlanType.SINGLE_FEE
