"""Handlers of the events of clients and projects."""

from typing import Any

from app.infra.context import Context, Subscription
from app.suites.fresco.clients.events import ClientLeaving
from app.suites.fresco.documents.rules import Owner
from app.suites.fresco.documents.service import DocumentService
from app.suites.fresco.projects.events import ProjectLeaving


def delete_documents_of_client(context: Context, event: ClientLeaving) -> None:
    """Delete the documents of a client that is about to be deleted."""
    DocumentService(context).let_go(Owner.CLIENT, event.client_id)


def delete_documents_of_project(context: Context, event: ProjectLeaving) -> None:
    """Delete the documents of a project that is about to be deleted."""
    DocumentService(context).let_go(Owner.PROJECT, event.project_id)


SUBSCRIPTIONS: tuple[Subscription[Any], ...] = (
    Subscription(ProjectLeaving, delete_documents_of_project),
    Subscription(ClientLeaving, delete_documents_of_client),
)
