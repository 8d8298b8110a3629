"""Payees of one book."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, any_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.infra import clock
from app.infra.db import require_writable
from app.infra.db.columns import containing
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.records import columns_of
from app.infra.queries.repository import Filter
from app.kernel.errors import Conflict, NotFound
from app.suites.personal.payees_rules.models import PayeeRecord, PayeeUse
from app.suites.personal.payees_rules.rules.payees import PayeeNames
from app.suites.personal.transactions.models import Payee, Transaction

_LATER = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class PayeeFilter(Filter):
    """Criteria of payees; a payee is found by its name or an alias."""

    q: str | None = None
    is_hidden: bool | None = None
    ids: list[int] | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        own = Payee.__table__.c
        found: list[ColumnElement[bool]] = []
        if self.is_hidden is not None:
            found.append(own.is_hidden if self.is_hidden else ~own.is_hidden)
        if self.ids is not None:
            found.append(own.id == any_(self.ids))  # type: ignore[arg-type]  # a parameter in templates
        if self.q is not None:
            found.append(or_(containing(self.q, own.name), containing(self.q, func.array_to_string(own.aliases, "\n"))))
        return found


class PayeeRepository(InBookRepository[Payee, PayeeRecord]):
    """Payees of one book."""

    model = Payee
    record = PayeeRecord
    conflicts: ClassVar = {
        "uq_payees_name": Conflict("There is a payee of this name.", code="name_taken"),
        "fk_payees_default_category_id_categories": NotFound("The category does not exist."),
    }

    def names(self) -> list[PayeeNames]:
        """All payees of the book with their names, the oldest first."""
        return _names(**self.scope_values()).all(self.session, PayeeNames)

    def names_of(self, payee_ids: Collection[int]) -> list[PayeeNames]:
        """These payees with their names."""
        return _names_of(ids=list(payee_ids), **self.scope_values()).all(self.session, PayeeNames)

    def uses(self, payee_ids: Collection[int]) -> dict[int, PayeeUse]:
        """Use of those of the payees that are used."""
        found = _uses(ids=list(payee_ids), **self.scope_values()).all(self.session, PayeeUse)
        return {one.payee_id: one for one in found}

    def make(self, values: Mapping[str, object]) -> int:
        """Make a payee and return its id."""
        return self.add(Payee(book_id=self.access.book_id, **values)).id

    def add_missing(self, names: Sequence[str]) -> None:
        """Make payees of those of the names that there are none of, by one statement."""
        self.access.require_writer()
        require_writable(self.session)
        rows = [{"book_id": self.access.book_id, "name": name, "aliases": []} for name in names]
        with self.translated():
            self.session.execute(insert(Payee).values(rows).on_conflict_do_nothing())

    def delete_unused(self, payee_ids: Collection[int]) -> int:
        """Delete those of the payees that are as they were made and have no transaction; returns how many."""
        used = select(Transaction.id).where(
            Transaction.book_id == self.access.book_id, Transaction.payee_id == Payee.id
        )
        self.access.require_writer()
        as_made = (Payee.book_id == self.access.book_id, Payee.id.in_(payee_ids), Payee.version == 1)
        return self.delete_where(*as_made, ~used.correlate(Payee).exists())

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Give another category by default, or none, the payees that have one."""
        of_it = (Payee.book_id == self.access.book_id, Payee.default_category_id == category_id)
        values = {"default_category_id": move_to, "version": Payee.version + 1, "updated_at": clock.now()}
        self.session.execute(update(Payee).where(*of_it).values(values), execution_options=_LATER)


@cached_query
def _names() -> Select[Any]:
    own = Payee.__table__
    return select(*columns_of(PayeeNames, own)).where(PayeeRepository.scope_condition()).order_by(own.c.id)


@cached_query
def _names_of() -> Select[Any]:
    own = Payee.__table__
    of_them = (PayeeRepository.scope_condition(), own.c.id == any_(parameter("ids", list)))
    return select(*columns_of(PayeeNames, own)).where(*of_them)


@cached_query
def _uses() -> Select[Any]:
    own = Transaction.__table__.c
    of_them = (own.book_id == parameter("book_id", int), own.payee_id == any_(parameter("ids", list)))
    return select(own.payee_id, func.count(), func.max(own.date)).where(*of_them).group_by(own.payee_id)
