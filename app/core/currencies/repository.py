"""Repositories of exchange rates and of the pairs they belong to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Date, Numeric, Select, exists, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.core.currencies.models import CurrencyPair, CurrencyPairRecord, ExchangeRate, ExchangeRateRecord
from app.core.currencies.rules import SHOWN_DECIMALS, DatedRate, Pair, RateKind
from app.infra import clock
from app.infra.queries.amounts import shortest
from app.infra.queries.bulk import CHUNK, rows_of
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.open_months import first_open_day
from app.infra.queries.records import columns_of
from app.infra.queries.repository import Filter, Repository, equal, within
from app.kernel.batches import batched
from app.kernel.errors import Conflict, DomainError
from app.kernel.money import Currency


@dataclass(frozen=True, slots=True)
class RateFilter(Filter):
    """Criteria of exchange rates."""

    date_from: date | None = None
    date_to: date | None = None
    base: Currency | None = None
    quote: Currency | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        given = equal((ExchangeRate.base, self.base), (ExchangeRate.quote, self.quote))
        return within(ExchangeRate.date, self.date_from, self.date_to) + given


_INVERSE = Conflict("The rates of this pair are entered in the other direction.", code="inverse_rate")


class PairRepository(Repository[CurrencyPair, CurrencyPairRecord]):
    """Directions of pairs. A pair has rates; it is deleted with its last one."""

    model = CurrencyPair
    record = CurrencyPairRecord
    conflicts: ClassVar[Mapping[str, DomainError]] = {"ck_currency_pairs_usd_in_cop": _INVERSE}

    def keep(self, pair: Pair) -> None:
        """Store the pair unless it is known; nobody can delete it before the commit. Conflict if it is the inverse."""
        while (stored := self._locked(pair, key_share=True)) is None:
            self._insert(pair)
        if stored != pair:
            raise Conflict(_INVERSE.message, code=_INVERSE.code)

    def lock(self, pair: Pair) -> None:
        """Wait for everybody who enters rates of the pair, and let them wait."""
        self._locked(pair, key_share=False)

    def delete_if_unused(self, pair: Pair) -> None:
        """Delete a locked pair if it has no rates, so that it may be entered in the other direction."""
        base, quote = pair
        used = exists().where(ExchangeRate.base == base, ExchangeRate.quote == quote)
        self.delete_where(CurrencyPair.base == base, CurrencyPair.quote == quote, ~used)

    def _locked(self, pair: Pair, *, key_share: bool) -> Pair | None:
        codes = [one.value for one in pair]
        either = select(CurrencyPair.base, CurrencyPair.quote).where(
            CurrencyPair.base.in_(codes), CurrencyPair.quote.in_(codes)
        )
        found = self.session.execute(either.with_for_update(read=key_share, key_share=key_share)).first()
        return None if found is None else (found.base, found.quote)

    def _insert(self, pair: Pair) -> None:
        """Insert the pair unless another transaction has just inserted it, in either direction."""
        with self.translated():
            new = insert(CurrencyPair).values(base=pair[0], quote=pair[1])
            self.session.execute(new.on_conflict_do_nothing())


class RateRepository(Repository[ExchangeRate, ExchangeRateRecord]):
    """Exchange rates of days."""

    model = ExchangeRate
    record = ExchangeRateRecord

    @classmethod
    def base_query(cls) -> Select[Any]:
        """SELECT with the columns of the record; rates without the zeros that they need not have."""
        columns = columns_of(cls.record, ExchangeRate.__table__)
        return select(*(shortest(one, SHOWN_DECIMALS).label("rate") if one.key == "rate" else one for one in columns))

    def last_day(self, pair: Pair, today: date) -> date | None:
        """The latest day with a mid rate of the pair that is not in the future."""
        return _last_day(base=pair[0].value, quote=pair[1].value, today=today).scalar(self.session, date)

    def first_day(self, pair: Pair) -> date | None:
        """The first day with a rate of the pair."""
        own = (ExchangeRate.base == pair[0], ExchangeRate.quote == pair[1])
        return self.session.scalar(select(func.min(ExchangeRate.date)).where(*own))

    def first_open_day(self) -> date:
        """The first day that may get a rate: months before it are closed."""
        return self.session.scalars(select(first_open_day())).one()

    def upsert(self, pair: Pair, kind: RateKind, rates: Iterable[DatedRate], source: str) -> list[tuple[int, int]]:
        """Insert or replace the rates of these days and return ids and versions; version 1 means inserted."""
        # Sorted, so that concurrent upserts of the same days wait for each other instead of deadlocking.
        chunks = batched(sorted(rates), CHUNK)
        key = (pair[0], pair[1], kind)
        return [stored for chunk in chunks for stored in self._upsert(key, chunk, source)]

    def _upsert(
        self, key: tuple[Currency, Currency, RateKind], rates: Iterable[DatedRate], source: str
    ) -> list[tuple[int, int]]:
        days, values = zip(*rates, strict=True)
        values_by_day = rows_of({"date": (Date(), days), "rate": (Numeric(28, 12), values)})
        names = ["date", "rate", "base", "quote", "kind", "source"]
        rows = select(values_by_day, *(literal(one.value) for one in key), literal(source))
        statement = insert(ExchangeRate).from_select(names, rows, include_defaults=False)
        new = {
            "rate": statement.excluded.rate,
            "source": statement.excluded.source,
            "updated_at": clock.now(),
            "version": ExchangeRate.version + 1,
        }
        statement = statement.on_conflict_do_update(constraint="uq_exchange_rates_day", set_=new)
        with self.translated():
            stored = self.session.execute(statement.returning(ExchangeRate.id, ExchangeRate.version))
            return [(row_id, version) for row_id, version in stored]


@cached_query
def _last_day() -> Select[Any]:
    columns = ExchangeRate.__table__.c
    of_pair = (columns.base == parameter("base", str), columns.quote == parameter("quote", str))
    last = select(func.max(columns.date).label("day")).where(*of_pair, columns.kind == RateKind.MID.value)
    return last.where(columns.date <= parameter("today", date))
