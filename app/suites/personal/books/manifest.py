"""Manifest of books."""

from marshmallow import fields

from app.manifest import ANYBODY, AccountAnswer, AccountField, AccountInput, Manifest, Permission
from app.suites.personal.books import cli, demo, routes, subscribers
from app.suites.personal.books.schemas import OF_REGISTRATION, FirstBookSchema, PreferencesSchema
from app.suites.personal.books.service import (
    PersonalBookService,
    PreferencesService,
    broken_texts,
    unreadable_values,
    unready,
)

_PREFERENCES = {"description": "Defaults for new books, and what the user tells of their income", "example": None}
_FIRST = {"description": "The first book, which the registration made", "example": None}

MANIFEST = Manifest(
    tags={
        "personal books": "Books of a person or household, and who is in them.",
        "personal rates": "A book's own exchange rates.",
        "personal invitations": "Invitations into books.",
    },
    namespaces=(routes.books_namespace, routes.invitations_namespace, routes.rates_namespace),
    permissions=(
        Permission("personal:read", "Ver las finanzas personales propias", ANYBODY),
        Permission("personal:write", "Cambiar las finanzas personales propias", ANYBODY),
    ),
    words={
        "action": ("`insert`, `update` or `delete`, or the verb of an event", "update"),
        "after": ("The row after the change", {"name": "Casa"}),
        "at": ("Time of the change", "2026-03-02T12:00:00Z"),
        "base": ("Currency whose price it is", "USD"),
        "before": ("The row before the change; null for a new one", {"name": "Personal"}),
        "book_id": ("Id of the book that the request is about, one of the caller's; by default the first of them", 1),
        "budget_method": ("How the book budgets: by limits, or by envelopes", "limits"),
        "card_handling": ("How envelopes treat cards: money is set aside for their payment, or not", "payment"),
        "cursor": ("Only entries older than the one of this id, newest first", 1042),
        "created_by": ("Id of the member who made it; null for one who left", 1),
        "expires_at": ("Time at which the invitation ends", "2026-03-09T12:00:00Z"),
        "full_name": ("Full name", "Lucía Gómez Ríos"),
        "locale": ("Language tag of BCP 47", "es-CO"),
        "month_start_day": ("Day of the month on which months begin, 1 to 28", 1),
        "monthly_income": ("Income in a month, as the user tells it, in the currency of the preferences", 6400000),
        "name": ("Its name", "Casa"),
        "operation": ("Permission of the request, or name of the job", "personal:write"),
        "quote": ("Currency in which the price is; by default that of the book", "COP"),
        "rate": ("Price of one unit of the base currency", 4050.25),
        "role": ("Role in the book: an owner does everything, an editor writes, a viewer reads", "owner"),
        "row_id": ("Id of the row", 1),
        "table": ("Table of the row", "personal_books"),
        "timezone": ("Time zone in which its days begin", "America/Bogota"),
        "token": ("Token of an invitation", "q3J0bWF4X2xvbmdfcmFuZG9tX3Rva2Vu"),
        "week_start": ("Weekday on which weeks begin, 1 for Monday to 7", 1),
        "with_defaults": ("Whether it gets the usual categories and an account", True),
    },
    headings={
        "action": "Acción",
        "after": "Después",
        "at": "Momento",
        "base": "Moneda base",
        "before": "Antes",
        "budget_method": "Método de presupuesto",
        "card_handling": "Manejo de tarjetas",
        "created_by": "Creado por",
        "expires_at": "Vence",
        "full_name": "Nombre completo",
        "locale": "Idioma",
        "month_start_day": "Primer día del mes",
        "operation": "Operación",
        "quote": "Moneda de cotización",
        "rate": "Tasa",
        "role": "Papel",
        "row_id": "ID de la fila",
        "table": "Tabla",
        "timezone": "Zona horaria",
        "week_start": "Primer día de la semana",
    },
    commands=(cli.group,),
    violations=lambda context: unreadable_values(context) + broken_texts(context),
    unready=unready,
    account_fields=(
        AccountField(
            "book",
            frozenset({AccountAnswer.REGISTER}),
            fields.Nested(FirstBookSchema, metadata=_FIRST),
            lambda context, user_id: next(iter(PersonalBookService(context).list_of(user_id)), None),
        ),
        AccountField(
            "preferences",
            frozenset({AccountAnswer.USER}),
            fields.Nested(PreferencesSchema, metadata=_PREFERENCES),
            lambda context, user_id: PreferencesService(context).get(user_id),
        ),
    ),
    account_inputs=(
        *(AccountInput(name, AccountAnswer.REGISTER, form) for name, form in OF_REGISTRATION.items()),
        AccountInput("preferences", AccountAnswer.USER, fields.Nested(PreferencesSchema, metadata=_PREFERENCES)),
    ),
    has_books=lambda context, user_id: bool(PersonalBookService(context).list_of(user_id)),
    subscriptions=subscribers.SUBSCRIPTIONS,
    demo=demo.seed,
)
