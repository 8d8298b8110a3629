"""The one list of domains: what each brings to the program. A new domain is one folder and one entry here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import click
from sqlalchemy.orm import Session

from app.domains.audit import routes as audit_routes
from app.domains.audit.service import AuditService
from app.domains.auth import cli as auth_cli
from app.domains.auth import demo as auth_demo
from app.domains.auth import jobs as auth_jobs
from app.domains.auth import routes as auth_routes
from app.domains.clients import demo as clients_demo
from app.domains.clients import routes as clients_routes
from app.domains.jobs import cli as jobs_cli
from app.domains.jobs import routes as jobs_routes
from app.infra import clock
from app.infra.scheduler import Job
from app.kernel.identity import Identity
from app.web.api import Namespace


@dataclass(frozen=True)
class Domain:
    """What a domain brings; only what it has."""

    namespaces: tuple[Namespace, ...] = ()
    commands: tuple[click.Group, ...] = ()
    jobs: Callable[[Mapping[str, Any]], tuple[Job, ...]] = lambda _config: ()
    demo: Callable[[Session, date], None] | None = None
    violations: Callable[[Session], list[str]] | None = None


DOMAINS: tuple[Domain, ...] = (  # lowest first: demo data is made in this order
    Domain(
        namespaces=(auth_routes.auth_namespace, auth_routes.users_namespace),
        commands=(auth_cli.group,),
        jobs=auth_jobs.jobs,
        demo=auth_demo.seed,
    ),
    Domain(
        namespaces=(audit_routes.namespace,),
        violations=lambda session: AuditService(session, clock.company_zone()).violations(),
    ),
    Domain(namespaces=(jobs_routes.namespace,), commands=(jobs_cli.group,)),
    Domain(namespaces=(clients_routes.namespace,), demo=clients_demo.seed),
)


def jobs(config: Mapping[str, Any]) -> tuple[Job, ...]:
    """Every scheduled job."""
    return tuple(job for domain in DOMAINS for job in domain.jobs(config))


def identify(session_id: int, user_id: int) -> Identity | None:
    """Who is in a session; the web room asks without knowing the auth domain."""
    return auth_routes.session_service().identify(session_id, user_id)
