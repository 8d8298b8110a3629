"""Manifest of the company."""

from app.core.company import routes
from app.infra.file_access import COMPANY_FILES
from app.manifest import ADMINS, EVERYONE, Manifest, Permission

MANIFEST = Manifest(
    tags={
        "company": "Company: its name, zone, currencies and words.",
        "meta": "Facts for frontends, before anybody is logged in.",
    },
    namespaces=(routes.namespace, routes.meta_namespace),
    permissions=(
        Permission("company:read", "Ver la empresa", EVERYONE),
        Permission("company:write", "Cambiar la empresa", ADMINS),
    ),
    words={
        "base_currency": ("Currency of totals where no other is requested; fixed once there are movements", "COP"),
        "billing_currencies": ("Currencies the company bills in, the base currency among them", ["COP", "USD"]),
        "capital_expense_categories": ("Categories of expenses that are no costs", ["Dividendos"]),
        "capital_income_types": ("Types of incomes that are no revenue", ["Aporte de socio", "Préstamo"]),
        "cashflow_suites": ("Suites whose movements the company's figures count", ["fresco"]),
        "client_id": ("Id that the provider knows this program by", "1234.apps.googleusercontent.com"),
        "country": ("Country by its two letters of ISO 3166-1", "CO"),
        "legal_name": ("Registered name", "Estudio Brisa S.A.S."),
        "locale": ("Language tag of BCP 47", "es-CO"),
        "logo": ("Id of a PNG or JPEG file; null without one", 7),
        "marketing_categories": ("Categories of expenses that bring clients", ["Marketing", "Publicidad"]),
        "opening_date": (
            "Day from whose start the opening balance counts; movements before it are in no balance. Null: before all",
            "2025-01-01",
        ),
        "prefix": ("Start of its addresses", "/api"),
        "registration": (
            "Who may register: nobody (`closed`), whoever was invited (`invite`), anybody (`open`)",
            "closed",
        ),
        "sso": ("Providers by which users may sign in", None),
        "suites": ("Suites that are switched on", None),
        "tax_rate": ("Part of a positive gross profit that goes to taxes", 0.35),
        "timezone": ("Time zone in which days begin", "America/Bogota"),
        "currencies": (
            "Currencies the company bills in, then the others in which totals may be requested",
            ["COP", "USD"],
        ),
        "version": ("Version of the API", "1.0"),
    },
    may_read_file=COMPANY_FILES,
)
