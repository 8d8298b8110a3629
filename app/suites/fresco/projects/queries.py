"""Projects by the names and ids that files give."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import BigInteger, String, select
from sqlalchemy.orm import Session

from app.infra.db.columns import one_spaced
from app.infra.queries.bulk import rows_of
from app.infra.queries.records import reader
from app.suites.fresco.projects.models import Project


class NamedProject(NamedTuple):
    """A project by a name that a file gives."""

    given: str
    id: int
    client_id: int


class KnownProject(NamedTuple):
    """The values by which a project is known."""

    client_id: int
    name: str
    id: int


def named_projects(session: Session, names: Collection[str]) -> list[NamedProject]:
    """Projects with one of these names, without case, accents and double blanks, in one statement."""
    asked = rows_of({"given": (String(), sorted(names))})
    same = one_spaced(Project.name) == one_spaced(asked.c.given)
    found = select(asked.c.given, Project.id, Project.client_id).join(asked, same).order_by(Project.id)
    return reader(NamedProject)(session.execute(found))


def owners_of(session: Session, project_ids: Collection[int]) -> dict[int, int]:
    """Clients of these projects."""
    asked = rows_of({"id": (BigInteger(), sorted(project_ids))})
    found = select(Project.id, Project.client_id).where(Project.id.in_(select(asked.c.id)))
    return {row.id: row.client_id for row in session.execute(found)}


def projects_of(session: Session, client_ids: Collection[int]) -> list[KnownProject]:
    """Projects of these clients."""
    asked = rows_of({"id": (BigInteger(), sorted(client_ids))})
    found = select(Project.client_id, Project.name, Project.id).where(Project.client_id.in_(select(asked.c.id)))
    return reader(KnownProject)(session.execute(found.order_by(Project.id)))
