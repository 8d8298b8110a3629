"""Manifest of reminders."""

from app.manifest import EVERYONE, WRITERS, Manifest, Permission
from app.suites.fresco.reminders import demo, jobs, routes, tasks

MANIFEST = Manifest(
    tags={
        "reminders": "Mails to clients about payments that are due.",
        "reminder-rules": "When clients are reminded of unpaid payments, and what they are told.",
    },
    namespaces=(routes.namespace, routes.rules_namespace),
    permissions=(
        Permission("reminders:read", "Ver recordatorios a clientes", EVERYONE),
        Permission("reminders:write", "Cambiar reglas de recordatorios", WRITERS),
    ),
    words={
        "active": ("Whether reminders are sent by it", True),
        "days": ("Days after the due date; before it where negative", 3),
        "obstacle": ("Why it would not be sent now; null where nothing is in the way", None),
        "payment_id": ("Id of the payment; null once it is deleted", 1),
        "reason": ("Why it was not sent; null where it was, or still waits", None),
        "recipient": ("E-mail address of the client", "ana@cafeandino.co"),
        "rule_id": ("Id of the rule; null once it is deleted", 1),
        "sent_at": ("When the mail was handed over; null where it was not", "2025-03-05T14:30:00Z"),
        "state": ("How far it is", "sent"),
        "subject": ("Subject, with fields in braces", "Pago pendiente: {proyecto}"),
        "text": ("Text, with fields in braces", "Hola, {contacto}: el pago de {saldo} venció el {vence}."),
    },
    headings={
        "active": "Activa",
        "days": "Días",
        "payment_id": "ID del pago",
        "reason": "Motivo",
        "recipient": "Destinatario",
        "rule_id": "ID de la regla",
        "sent_at": "Enviado el",
        "state": "Estado",
        "subject": "Asunto",
        "text": "Texto",
    },
    jobs=jobs.jobs,
    tasks=tasks.KINDS,
    demo=demo.seed,
)
