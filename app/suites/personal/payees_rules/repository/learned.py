"""Counts of the choices of people in one book."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Double,
    Select,
    String,
    Subquery,
    and_,
    any_,
    cast,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.infra.db import require_writable
from app.infra.queries.cached import cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.kernel.batches import batched
from app.suites.personal.payees_rules.models import (
    LearnedCategory,
    LearnedCategoryRecord,
    LearnedToken,
    TokenRecord,
)
from app.suites.personal.payees_rules.rules.learning import HALF_LIFE_DAYS, Weight

CHUNK = 5_000
"""Rows that are written by one statement."""
_UNORDERED = {"synchronize_session": False}
_ONE_OF_CATEGORY = "uq_learned_categories_category_id"


class TokenTotal(NamedTuple):
    """Tokens of a category together."""

    category_id: int
    n: int


class LearnedTokenRepository(InBookRepository[LearnedToken, TokenRecord]):
    """Numbers of tokens by category."""

    model = LearnedToken
    record = TokenRecord

    def of(self, tokens: Collection[str]) -> list[TokenRecord]:
        """The numbers of these tokens."""
        return _tokens(tokens=list(tokens), **self.scope_values()).all(self.session, TokenRecord)

    def totals(self) -> list[TokenTotal]:
        """Numbers of all tokens by category."""
        return _totals(**self.scope_values()).all(self.session, TokenTotal)

    def vocabulary(self) -> int:
        """Number of different tokens."""
        return _vocabulary(**self.scope_values()).scalar(self.session, int) or 0

    def add_counts(self, changes: Mapping[tuple[str, int], int]) -> None:
        """Add to the numbers of tokens, or take away; in the order of tokens, so that two never wait for each other."""
        self.access.require_writer()
        require_writable(self.session)
        ordered = sorted(changes.items())
        for chunk in batched([one for one in ordered if one[1] > 0], CHUNK):
            self._add(chunk)
        for chunk in batched([one for one in ordered if one[1] < 0], CHUNK):
            self._take_away(chunk)

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Count the choices of one category as those of another, or forget them."""
        moved = self.delete_returning(TokenRecord, LearnedToken.category_id == category_id)
        if move_to is not None:
            self.add_counts({(one.token, move_to): one.n for one in moved})

    def copy_token(self, token: str, into: str) -> None:
        """Count the choices of one token as those of another, as well."""
        self.add_counts({(into, one.category_id): one.n for one in self.of([token])})

    def _add(self, chunk: Iterable[tuple[tuple[str, int], int]]) -> None:
        book_id = self.access.book_id
        rows = [{"book_id": book_id, "token": token, "category_id": one, "n": n} for (token, one), n in chunk]
        new = insert(LearnedToken).values(rows)
        sums = {"n": LearnedToken.n + new.excluded.n}
        self.session.execute(new.on_conflict_do_update(constraint="uq_learned_tokens_token", set_=sums))

    def _take_away(self, chunk: Iterable[tuple[tuple[str, int], int]]) -> None:
        """Lower numbers; what would be none goes."""
        rows = [(token, category, -n) for (token, category), n in chunk]
        less = _table(rows)
        own = and_(LearnedToken.token == less.c.token, LearnedToken.category_id == less.c.category_id)
        mine = (LearnedToken.book_id == self.access.book_id, own)
        locked = select(LearnedToken.id).where(*mine).order_by(LearnedToken.token, LearnedToken.category_id)
        self.session.execute(locked.with_for_update(of=LearnedToken))
        gone = delete(LearnedToken).where(*mine, LearnedToken.n <= less.c.n)
        self.session.execute(gone, execution_options=_UNORDERED)
        lower = update(LearnedToken).where(*mine).values(n=LearnedToken.n - less.c.n)
        self.session.execute(lower, execution_options=_UNORDERED)


class LearnedCategoryRepository(InBookRepository[LearnedCategory, LearnedCategoryRecord]):
    """Weights of the choices of categories."""

    model = LearnedCategory
    record = LearnedCategoryRecord

    def all(self) -> list[LearnedCategoryRecord]:
        """The weights of all categories that were chosen."""
        return _weights(**self.scope_values()).all(self.session, LearnedCategoryRecord)

    def add_weights(self, weights: Mapping[int, Weight]) -> None:
        """Add to the weights, each as it is on the later one of its day and of that which is stored."""
        self.access.require_writer()
        require_writable(self.session)
        rows = [
            {"book_id": self.access.book_id, "category_id": one, "weight": weight.weight, "last": weight.last}
            for one, weight in sorted(weights.items())
        ]
        if rows:
            new, own = insert(LearnedCategory).values(rows), LearnedCategory.__table__.c
            last = func.greatest(own.last, new.excluded.last)
            added = _decayed(own.weight, own.last, last) + _decayed(new.excluded.weight, new.excluded.last, last)
            values = {"weight": added, "last": last}
            self.session.execute(new.on_conflict_do_update(constraint=_ONE_OF_CATEGORY, set_=values))

    def take_weights(self, weights: Mapping[int, Weight]) -> None:
        """Lower the weights."""
        self.access.require_writer()
        own = LearnedCategory.__table__.c
        for category_id, weight in sorted(weights.items()):
            taken = _decayed(literal(weight.weight), literal(weight.last, Date()), own.last)
            lower = update(LearnedCategory).where(own.book_id == self.access.book_id, own.category_id == category_id)
            self.session.execute(
                lower.values(weight=func.greatest(0, own.weight - taken)), execution_options=_UNORDERED
            )

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Count the choices of one category as those of another, or forget them."""
        moved = self.delete_returning(LearnedCategoryRecord, LearnedCategory.category_id == category_id)
        if move_to is not None:
            for one in moved:
                self.add_weights({move_to: Weight(one.weight, one.last)})


def _decayed(weight: ColumnElement[float], day: ColumnElement[date], last: ColumnElement[date]) -> ColumnElement[float]:
    """A weight as it is on a later day."""
    days: ColumnElement[float] = cast(func.greatest(0, last - day), Double())
    left: ColumnElement[float] = weight * func.power(cast(0.5, Double()), days / HALF_LIFE_DAYS)
    return left


def _table(rows: Sequence[tuple[str, int, int]]) -> Subquery:
    """Tokens, categories and numbers as a table."""
    tokens, categories, numbers = (list(column) for column in zip(*rows, strict=True))
    columns = (
        func.unnest(cast(tokens, ARRAY(String))).label("token"),
        func.unnest(cast(categories, ARRAY(BigInteger))).label("category_id"),
        func.unnest(cast(numbers, ARRAY(BigInteger))).label("n"),
    )
    return select(*columns).subquery("less")


@cached_query
def _tokens() -> Select[Any]:
    own = LearnedToken.__table__.c
    wanted = (LearnedTokenRepository.scope_condition(), own.token == any_(parameter("tokens", tuple)))
    return LearnedTokenRepository.base_query().where(*wanted)


@cached_query
def _totals() -> Select[Any]:
    own = LearnedToken.__table__.c
    mine = LearnedTokenRepository.scope_condition()
    return select(own.category_id, func.sum(own.n)).where(mine).group_by(own.category_id)


@cached_query
def _vocabulary() -> Select[Any]:
    own = LearnedToken.__table__.c
    return select(func.count(own.token.distinct())).where(LearnedTokenRepository.scope_condition())


@cached_query
def _weights() -> Select[Any]:
    return LearnedCategoryRepository.base_query().where(LearnedCategoryRepository.scope_condition())
