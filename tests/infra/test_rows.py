"""One row by itself is stored as SQLAlchemy's own flush would store it, and all else is left to that."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.domains.auth.models import User
from app.domains.auth.rules import Role
from app.domains.clients.models import Client
from app.domains.clients.repository import ClientRepository
from app.domains.clients.rules import ClientStatus
from app.domains.incomes.models import Income
from app.domains.payments.models import Payment
from app.domains.payments.rules import PaymentType
from app.domains.projects.models import PaymentPlan, Project
from app.infra import rows
from app.infra.db import Base, db, read_only_committed
from app.infra.job_runs import JobRun, Outcome
from app.infra.rows import enter, overwrite, take, write_alone
from app.kernel.money import Currency
from tests.factories.projects import ProjectFactory
from tests.statements import counted

SOME_DAY = date(2026, 1, 31)


@pytest.fixture
def session(app: Flask, database: None) -> Iterator[Session]:
    with app.app_context():
        yield db.session()


def client(**values: Any) -> Client:
    return Client(name="Señal", start_date=SOME_DAY, **values)


def income() -> Income:
    return Income(
        type="Intereses",
        description="D'Señal %s",
        date=SOME_DAY,
        amount=Decimal("0.10"),
        currency=Currency.USD,
        payment_method="Efectivo",
    )


def user() -> User:
    return User(username="Ana", email="ana@example.com", password_hash="x", role=Role.ADMIN)


def job_run() -> JobRun:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    return JobRun(job="x", slot=now, started_at=now, finished_at=now, outcome=Outcome.DONE, counts={"of": ["é", 2]})


@contextmanager
def sent() -> Iterator[list[str]]:
    """What is written inside."""
    written: list[str] = []
    with counted() as statements:
        yield written
    verbs = (statement.partition(" ")[0] for statement in statements)
    written += [verb for verb in verbs if verb in {"INSERT", "UPDATE", "DELETE"}]


@contextmanager
def left_to_sqlalchemy() -> Iterator[None]:
    event.remove(Session, "before_flush", write_alone)
    try:
        yield
    finally:
        event.listen(Session, "before_flush", write_alone)


def found_as(model: type[Base], row_id: int) -> Base:
    """Something with that id."""
    return model(id=row_id)


def content(session: Session, row: Base) -> dict[str, Any]:
    """What is stored of it, but for what differs each time."""
    table = row.__table__
    [stored] = session.execute(select(*table.c).where(table.c.id == row.id)).mappings()  # type: ignore[attr-defined]
    return {name: value for name, value in stored.items() if name != "id"}


@pytest.mark.parametrize("make", [client, income, user, job_run])
def test_what_is_added_is_stored_and_held_as_by_sqlalchemy(session: Session, make: Any) -> None:
    with left_to_sqlalchemy():
        expected = make()
        session.add(expected)
        session.flush()
        stored, held = content(session, expected), dict(vars(expected))
        session.delete(expected)
        session.flush()
    row = make()
    session.add(row)
    with sent() as statements:
        session.flush()
    assert statements == ["INSERT"]
    assert content(session, row) == stored
    assert stored.keys() <= vars(row).keys()
    assert {name: (vars(row)[name], type(vars(row)[name])) for name in held if name in stored} == {
        name: (value, type(value)) for name, value in held.items() if name in stored
    }


def test_a_new_row_is_made_of_what_it_has() -> None:
    assert client(phone="1").phone == "1"
    assert Payment(invoice_number=" ").invoice_number is None  # as a rule of its own has it
    plan = PaymentPlan()
    assert Project(payment_plan=plan).payment_plan is plan
    with pytest.raises(TypeError, match="Client has no telephone"):
        client(telephone="1")


def test_what_is_changed_is_what_differs_with_a_new_version(session: Session) -> None:
    row = client(status=ClientStatus.ACTIVE)
    session.add(row)
    session.flush()
    before = content(session, row)
    row.status, row.phone, row.name = ClientStatus.ENDED, "1", row.name
    with sent() as statements:
        session.flush()
    assert statements == ["UPDATE"]
    after = content(session, row)
    assert {name for name in after if after[name] != before[name]} == {"status", "phone", "version", "updated_at"}
    assert (row.version, row.status) == (2, ClientStatus.ENDED)
    assert row.updated_at == after["updated_at"]
    with sent() as statements:
        session.flush()
        row.phone = "1"
        session.flush()
    assert (statements, row.version) == ([], 2)


def test_who_changes_what_another_has_changed_is_told(session: Session) -> None:
    row = client()
    session.add(row)
    session.flush()
    session.execute(text("UPDATE clients SET version = 5 WHERE id = :id"), {"id": row.id})
    row.phone = "1"
    with pytest.raises(StaleDataError):
        session.flush()


def test_what_is_taken_is_as_it_is_now(session: Session) -> None:
    row = income()
    session.add(row)
    session.flush()
    row_id, held = row.id, dict(vars(row))
    session.expunge_all()
    taken = take(session, Income, row_id)
    assert taken is not None
    assert inspect(taken).persistent
    assert taken is session.get(Income, row_id)
    names = Income.__table__.c.keys()
    assert [(vars(taken)[name], type(vars(taken)[name])) for name in names] == [
        (held[name], type(held[name])) for name in names
    ]
    session.execute(text("UPDATE incomes SET description = 'otro' WHERE id = :id"), {"id": row_id})
    again = take(session, Income, row_id)
    assert again is taken
    assert taken.description == "otro"
    assert take(session, Income, 0) is None


@pytest.mark.parametrize("make", [client, income, user, job_run])
def test_what_is_entered_is_stored_as_if_it_had_been_added(session: Session, make: Any) -> None:
    row = make()
    given = {name: value for name, value in vars(row).items() if not name.startswith("_")}
    session.add(row)
    session.flush()
    stored = content(session, row)
    session.delete(row)
    session.flush()
    with sent() as statements:
        found = enter(session, type(row), given)
    assert statements == ["INSERT"]
    assert found is not None
    assert content(session, found_as(type(row), found.id)) == stored
    assert {name: str(value) for name, value in found._asdict().items() if name != "id"} == {
        name: str(value) for name, value in stored.items()
    }
    assert not session.new
    with pytest.raises(TypeError, match="has no telephone"):
        enter(session, type(row), {"telephone": "1"})


def test_what_has_rules_of_its_own_is_not_entered_past_them(session: Session) -> None:
    assert enter(session, Payment, {"invoice_number": " "}) is None


def test_what_an_entered_row_refers_to_is_stored_first(session: Session) -> None:
    project = ProjectFactory()
    held = session.get(Project, project.id)
    assert held is not None
    held.notes = "written first"
    values = {"project_id": held.id, "client_id": held.client_id, "type": PaymentType.RECURRING}
    with sent() as statements:
        enter(session, Payment, values | {"amount": Decimal(1), "currency": Currency.COP, "date": SOME_DAY})
    assert statements == ["UPDATE", "INSERT"]


def test_what_is_overwritten_is_as_if_it_had_been_taken_and_changed(session: Session) -> None:
    row = income()
    session.add(row)
    session.flush()
    row_id, changes = row.id, {"currency": Currency.COP, "notes": None, "payment_method": "Cheque"}
    session.expunge_all()
    with sent() as statements:
        found = overwrite(session, Income, row_id, changes)
    assert statements == ["UPDATE"]
    assert found is not None
    assert (found.currency, found.payment_method, found.version) == ("COP", "Cheque", 2)
    assert found.updated_at > found.created_at
    assert found._asdict() == content(session, row) | {"id": row_id}


def test_what_can_t_be_overwritten_is_left_as_it_is(session: Session) -> None:
    held = client()
    session.add(held)
    session.flush()
    change = {"name": "Otra"}
    assert overwrite(session, Client, held.id, change) is None  # whoever holds it would not see it
    row_id = held.id
    session.expunge_all()
    assert overwrite(session, Client, row_id, {"name": "Señal", "phone": None}) is None
    assert overwrite(session, Client, 0, change) is None
    assert overwrite(session, JobRun, 1, {"job": "y"}) is None  # which has no version to tell what was seen
    found = overwrite(session, Client, row_id, change)
    assert found is not None
    assert (found.name, found.version) == ("Otra", 2)


def test_what_has_relationships_or_company_is_left_to_sqlalchemy(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = ProjectFactory()
    monkeypatch.setattr(rows.Rows, "add", None)
    monkeypatch.setattr(rows.Rows, "change", None)
    held = session.get(Project, project.id)
    assert held is not None
    held.notes = "otra"
    session.flush()
    session.add_all([client(), client()])
    session.flush()
    session.add(client())
    with pytest.raises(TypeError):
        session.flush()


def test_a_refused_row_is_the_error_it_would_be_and_can_be_taken_back(session: Session) -> None:
    nested = session.begin_nested()
    session.add(Client(name=" ", start_date=SOME_DAY))
    with pytest.raises(IntegrityError, match="ck_clients_name_not_blank"):
        session.flush()
    nested.rollback()
    assert not session.new
    session.add(client())
    session.flush()


def test_what_a_savepoint_takes_back_is_held_no_longer(session: Session) -> None:
    row = client(phone="1")
    session.add(row)
    session.flush()
    nested = session.begin_nested()
    row.phone = "2"
    session.flush()
    lost = client()
    session.add(lost)
    session.flush()
    nested.rollback()
    assert (row.phone, row.version) == ("1", 1)
    assert inspect(lost).transient


def test_what_only_looks_writes_no_row(app: Flask, database: None) -> None:
    with app.app_context():
        session = db.session()
        read_only_committed(session)
        clients = ClientRepository(session)
        new = {"name": "Señal", "start_date": SOME_DAY}
        for write in (partial(clients.enter, **new), partial(clients.overwrite, 1, {"name": "Otra"})):
            with pytest.raises(AssertionError, match="only looks"):
                write()
        session.add(client())
        with pytest.raises(AssertionError, match="only looks"):
            session.flush()
