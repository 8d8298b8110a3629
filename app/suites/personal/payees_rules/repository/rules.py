"""Rules of one book."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.infra.queries.cached import cached_query
from app.infra.queries.in_book import InBookRepository
from app.infra.queries.repository import Filter
from app.suites.personal.payees_rules.models import Rule, RuleRecord
from app.suites.personal.payees_rules.rules.engine import RuleStage


@dataclass(frozen=True, slots=True)
class RuleFilter(Filter):
    """Criteria of rules."""

    stage: RuleStage | None = None
    is_active: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        own, found = Rule.__table__.c, list[ColumnElement[bool]]()
        if self.stage is not None:
            found.append(own.stage == self.stage)
        if self.is_active is not None:
            found.append(own.is_active if self.is_active else ~own.is_active)
        return found


class RuleRepository(InBookRepository[Rule, RuleRecord]):
    """Rules of one book."""

    model = Rule
    record = RuleRecord

    def list_all(self) -> list[RuleRecord]:
        """All rules of the book, those that are switched off as well."""
        return _all(**self.scope_values()).all(self.session, RuleRecord)

    def next_position(self) -> int:
        """A place after all others."""
        return (_last_position(**self.scope_values()).scalar(self.session, int) or 0) + 1


@cached_query
def _all() -> Select[Any]:
    own = Rule.__table__.c
    return RuleRepository.base_query().where(RuleRepository.scope_condition()).order_by(own.position, own.id)


@cached_query
def _last_position() -> Select[Any]:
    return select(func.max(Rule.__table__.c.position)).where(RuleRepository.scope_condition())
