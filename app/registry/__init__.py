"""The list of domains and their parts. A new domain is one folder and one entry here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import click
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.domains.audit import cli as audit_cli
from app.domains.audit import jobs as audit_jobs
from app.domains.audit import routes as audit_routes
from app.domains.audit.service import AccessService, AuditService, SealService
from app.domains.auth import cli as auth_cli
from app.domains.auth import demo as auth_demo
from app.domains.auth import jobs as auth_jobs
from app.domains.auth import routes as auth_routes
from app.domains.auth.service import PresenceService
from app.domains.cashflow import routes as cashflow_routes
from app.domains.cashflow.service import CLIENT_SUMS, DAILY_SUMS
from app.domains.clients import demo as clients_demo
from app.domains.clients import routes as clients_routes
from app.domains.currencies import cli as currencies_cli
from app.domains.currencies import demo as currencies_demo
from app.domains.currencies import jobs as currencies_jobs
from app.domains.currencies import routes as currencies_routes
from app.domains.documents import routes as documents_routes
from app.domains.documents.rules import Owner
from app.domains.documents.service import DocumentService
from app.domains.expenses import demo as expenses_demo
from app.domains.expenses import jobs as expenses_jobs
from app.domains.expenses import routes as expenses_routes
from app.domains.expenses.models import EXPENSE_SUMS
from app.domains.expenses.service import AccruedService
from app.domains.files import cli as files_cli
from app.domains.files import jobs as files_jobs
from app.domains.files import routes as files_routes
from app.domains.files.service import FileJudge, FileService
from app.domains.incomes import demo as incomes_demo
from app.domains.incomes import routes as incomes_routes
from app.domains.incomes.models import INCOME_SUMS
from app.domains.jobs import cli as jobs_cli
from app.domains.jobs import routes as jobs_routes
from app.domains.payments import demo as payments_demo
from app.domains.payments import jobs as payments_jobs
from app.domains.payments import routes as payments_routes
from app.domains.payments.models import PAYMENT_SUMS
from app.domains.payments.service import GenerationService, PaymentService
from app.domains.projects import demo as projects_demo
from app.domains.projects import routes as projects_routes
from app.domains.reports import routes as reports_routes
from app.infra import schema_check
from app.infra.context import Context, Settings, Subscription, make_context
from app.infra.db import db, separate_transaction
from app.infra.owner import owner_session
from app.infra.queries.rollups import Rollup
from app.infra.scheduler import Hourly, Job
from app.infra.virus_scan import VirusScan
from app.kernel.events import ClientLeaving, ProjectLeaving, ScheduleChanged
from app.kernel.identity import Identity
from app.kernel.refusals import Refusal
from app.web.api import Namespace


@dataclass(frozen=True)
class Loader:
    """Creates many rows for benchmarks: `flask seed load --NAME COUNT`."""

    name: str
    run: Callable[[Context, int, date, Callable[[int], None]], None]


@dataclass(frozen=True)
class Domain:
    """The parts of a domain; those it does not have stay empty."""

    namespaces: tuple[Namespace, ...] = ()
    commands: tuple[click.Group, ...] = ()
    jobs: Callable[[Mapping[str, Any]], tuple[Job, ...]] = lambda _config: ()
    demo: Callable[[Context, date], None] | None = None
    demo_later: Callable[[Context, date], None] | None = None
    """Demo data that is added after that of the higher domains."""
    load: Loader | None = None
    sums: tuple[Rollup, ...] = ()
    violations: Callable[[Context], list[str]] | None = None


DOMAINS: tuple[Domain, ...] = (  # lowest first: demo data is created in this order
    Domain(
        namespaces=(auth_routes.auth_namespace, auth_routes.users_namespace),
        commands=(auth_cli.group,),
        jobs=auth_jobs.jobs,
        demo=auth_demo.seed,
    ),
    Domain(
        namespaces=(audit_routes.namespace,),
        commands=(audit_cli.group,),
        jobs=audit_jobs.jobs,
        violations=lambda context: AuditService(context).violations(),
    ),
    Domain(namespaces=(jobs_routes.namespace,), commands=(jobs_cli.group,)),
    Domain(
        namespaces=(files_routes.upload_namespace, files_routes.files_namespace),
        commands=(files_cli.group,),
        jobs=files_jobs.jobs,
        violations=lambda context: FileService(context).violations(),
    ),
    Domain(
        namespaces=(currencies_routes.namespace,),
        commands=(currencies_cli.group,),
        jobs=currencies_jobs.jobs,
        demo=currencies_demo.seed,
    ),
    Domain(namespaces=(clients_routes.namespace,), demo=clients_demo.seed),
    Domain(
        namespaces=(projects_routes.namespace,),
        demo=projects_demo.seed,
        demo_later=projects_demo.seed_later,
    ),
    Domain(
        namespaces=(payments_routes.namespace,),
        jobs=payments_jobs.jobs,
        demo=payments_demo.seed,
        load=Loader("payments", payments_demo.load),
        sums=(PAYMENT_SUMS,),
        violations=lambda context: PaymentService(context).violations(context.clock.today()),
    ),
    Domain(namespaces=(documents_routes.client_documents, documents_routes.project_documents)),
    Domain(
        namespaces=(incomes_routes.namespace,),
        demo=incomes_demo.seed,
        load=Loader("incomes", incomes_demo.load),
        sums=(INCOME_SUMS,),
    ),
    Domain(
        namespaces=(expenses_routes.namespace,),
        jobs=expenses_jobs.jobs,
        demo=expenses_demo.seed,
        load=Loader("expenses", expenses_demo.load),
        sums=(EXPENSE_SUMS,),
        violations=lambda context: AccruedService(context).violations(context.clock.today()),
    ),
    Domain(
        namespaces=(cashflow_routes.namespace, cashflow_routes.incomes_analysis, cashflow_routes.expenses_analysis),
        sums=(DAILY_SUMS, CLIENT_SUMS),
    ),
    Domain(namespaces=(reports_routes.namespace,)),
)


SUMS: tuple[Rollup, ...] = tuple(sums for domain in DOMAINS for sums in domain.sums)
"""Rollups of all domains."""


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """Every scheduled job."""
    # Every hour: ten thousand payments entered one by one would slow reports down until the night.
    fold = Job("fold-sums", "Fold kept sums, so that reports stay fast", _fold_sums, Hourly(minute=5))
    return (*(job for domain in DOMAINS for job in domain.jobs(config)), fold)


def broken_rules(seals: Sequence[str] = ()) -> list[str]:
    """Problems of the schema, the chain of the audit log and the stored data, checked with the owner's rights.

    `seals` are digests kept elsewhere, which the chain must contain.
    """
    with owner_session() as session:
        found = schema_check.problems(session.connection()) + SealService(make_context(session)).violations(seals)
        return found + violations(session)


def violations(session: Session) -> list[str]:
    """Stored data that violates a rule of any domain; may take up to an hour."""
    session.execute(text("SET LOCAL statement_timeout = '1h'"))
    context = make_context(session)
    found = [problem for domain in DOMAINS if domain.violations for problem in domain.violations(context)]
    return found + [problem for sums in SUMS for problem in sums.violations(session)]


def _fold_sums(context: Context, _today: date) -> Mapping[str, Any]:
    return {"rows": sum(sums.fold(context.session) for sums in SUMS)}


def _regenerate_payments(context: Context, event: ScheduleChanged) -> None:
    today = context.clock.today()
    GenerationService(context).regenerate(event.project_id, new_calendar=event.new_calendar, today=today)


def _delete_client_documents(context: Context, event: ClientLeaving) -> None:
    DocumentService(context).let_go(Owner.CLIENT, event.client_id)


def _delete_project_documents(context: Context, event: ProjectLeaving) -> None:
    DocumentService(context).let_go(Owner.PROJECT, event.project_id)


def _delete_payments(context: Context, event: ProjectLeaving) -> None:
    GenerationService(context).delete_unsettled(event.project_id)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(ScheduleChanged, _regenerate_payments),
    Subscription(ProjectLeaving, _delete_payments),
    Subscription(ProjectLeaving, _delete_project_documents),
    Subscription(ClientLeaving, _delete_client_documents),
)
"""Event handlers, in the order in which they are called."""


def identify(sid: UUID, user_id: int) -> Identity | None:
    """The user of a session; the web layer calls this without knowing the auth domain."""
    return PresenceService(db.session()).identify(sid, user_id)


def file_judge(config: Mapping[str, Any]) -> FileJudge:
    """The judge of uploaded files of this process; the web layer asks it without knowing the files domain."""
    command = config["UPLOAD_SCAN_COMMAND"]
    return FileJudge(Settings.of(config).max_upload_bytes, VirusScan(command) if command else None)


def record_refusals(refusals: Sequence[Refusal]) -> None:
    """Store refusals, even if the request is rolled back."""
    with separate_transaction() as session:
        AccessService(make_context(session)).record(refusals)
