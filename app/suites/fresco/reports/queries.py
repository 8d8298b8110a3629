"""Queries of reports."""

from datetime import date

from sqlalchemy import select

from app.infra.queries.cached import parameter
from app.suites.fresco.clients.models import Client

NEW_CLIENTS = select(Client.id).where(Client.start_date.between(parameter("first", date), parameter("last", date)))
"""Clients that started within the days of a report."""
