"""Manifest of privacy."""

from marshmallow import fields

from app.manifest import AccountAnswer, AccountField, Manifest
from app.suites.personal.privacy import cli, jobs, notifications, routes, subscribers, tasks
from app.suites.personal.privacy.schemas import FinancialSummarySchema
from app.suites.personal.privacy.service import file_keys, financial_summary, may_read_file

_SUMMARY = {"description": "First figures of the user's first book; null without a book", "example": None}

MANIFEST = Manifest(
    tags={
        "privacy": "All that is kept of oneself, consents, and shares of monthly totals.",
        "shared": "Monthly totals that others share.",
    },
    namespaces=(routes.privacy_namespace, routes.shared_namespace),
    words={
        "at": ("Time at which one consented, or took it back", "2026-03-02T12:00:00Z"),
        "book_name": ("Name of the book", "Casa"),
        "consented": ("Whether one consented; null where that is not needed", True),
        "data": ("Data that is processed", "Books with accounts and transactions"),
        "direction": ("Whether one gave the share, or received it", "given"),
        "given": ("Whether the consent is given, or taken back", True),
        "ground": ("Ground of the processing", "Consent"),
        "kept": ("Time for which it is kept", "Until the account is erased"),
        "expires_at": (
            "Time at which it ends; of one that is waiting, by which it should be ready",
            "2026-03-09T12:00:00Z",
        ),
        "file_id": ("Id of the file; null until it is ready", 4),
        "file_url": ("URL path of its download; null until it is ready", "/api/files/4"),
        "requested_at": ("Time at which it was asked for", "2026-03-02T12:00:00Z"),
        "state": ("Whether it is ready, or a task still makes it", "ready"),
        "expenses": ("Expenses less refunds", 1250000),
        "income": ("Incomes", 6400000),
        "months": ("Number of months", 12),
        "net": ("Income less expenses", 5150000),
        "net_worth": ("Assets less liabilities of today", 12500000),
        "savings_rate": ("Net by income; null without income", 0.8),
        "needs_consent": ("Whether it is done only with consent", True),
        "purpose": ("Purpose of the processing", "insights"),
        "purposes": ("Purposes of processing", None),
        "version": ("Version of the text that was shown", "2026-01"),
    },
    headings={"book_name": "Libro", "direction": "Dirección"},
    account_fields=(
        AccountField(
            "financial_summary",
            frozenset({AccountAnswer.LOGIN}),
            fields.Nested(FinancialSummarySchema, metadata=_SUMMARY),
            financial_summary,
        ),
    ),
    commands=(cli.group,),
    jobs=jobs.jobs,
    tasks=tasks.KINDS,
    notifications=notifications.KINDS,
    may_read_file=may_read_file,
    file_keys=file_keys,
    subscriptions=subscribers.SUBSCRIPTIONS,
)
