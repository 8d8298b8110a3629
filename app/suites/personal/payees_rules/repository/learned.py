"""Counts of the choices of people in one book."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Delete,
    Double,
    Insert,
    Select,
    String,
    TableValuedAlias,
    Text,
    Update,
    any_,
    cast,
    delete,
    func,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.infra.queries.bulk import given_arrays, given_rows
from app.infra.queries.cached import Values, cached_query, parameter
from app.infra.queries.in_book import InBookRepository
from app.infra.texts import PREFIX, encrypted_texts, stored_text
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
        return _tokens(tokens=[*map(stored_text, tokens)], **self.scope_values()).all(self.session, TokenRecord)

    def totals(self) -> list[TokenTotal]:
        """Numbers of all tokens by category."""
        return _totals(**self.scope_values()).all(self.session, TokenTotal)

    def vocabulary(self) -> int:
        """Number of different tokens."""
        return _vocabulary(**self.scope_values()).scalar(self.session, int) or 0

    def add_counts(self, changes: Mapping[tuple[str, int], int]) -> None:
        """Add to the numbers of tokens, or take away; in the order of tokens, so that two never wait for each other."""
        self.access.require_writer()
        ordered = sorted(((stored_text(token), category_id), n) for (token, category_id), n in changes.items())
        for chunk in batched([one for one in ordered if one[1] > 0], CHUNK):
            self._add(chunk)
        for chunk in batched([one for one in ordered if one[1] < 0], CHUNK):
            self._take_away(chunk)

    def move_category(self, category_id: int, move_to: int | None) -> None:
        """Count the choices of one category as those of another, or forget them."""
        moved = self.delete_returning(TokenRecord, LearnedToken.category_id == category_id)
        if move_to is not None:
            self.add_counts({(one.token, move_to): one.n for one in moved})

    def renew(self) -> None:
        """Count tokens of older keys as those of the newest, where both are there."""
        texts = encrypted_texts(self.session)
        if texts is not None:
            of_newest = type_coerce(LearnedToken.token, Text).startswith(f"{PREFIX}{texts.key_id()}:")
            older = self.delete_returning(TokenRecord, LearnedToken.book_id == self.access.book_id, ~of_newest)
            counts: Counter[tuple[str, int]] = Counter()
            for one in older:
                counts[(one.token, one.category_id)] += one.n
            self.add_counts(counts)

    def copy_token(self, token: str, into: str) -> None:
        """Count the choices of one token as those of another, as well."""
        self.add_counts({(into, one.category_id): one.n for one in self.of([token])})

    def _add(self, chunk: Sequence[tuple[tuple[str, int], int]]) -> None:
        _adding(**_given(chunk, 1), **self.scope_values()).write(self.session)

    def _take_away(self, chunk: Sequence[tuple[tuple[str, int], int]]) -> None:
        """Lower numbers; what would be none goes."""
        given = {**_given(chunk, -1), **self.scope_values()}
        _locked(**given).rows(self.session)
        _removing(**given).write(self.session)
        _lowering(**given).write(self.session)


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
        if weights:
            found = sorted(weights.items())
            given = given_arrays(
                {
                    "category_id": [category_id for category_id, _ in found],
                    "weight": [one.weight for _, one in found],
                    "last": [one.last for _, one in found],
                }
            )
            _adding_weights(**given, **self.scope_values()).write(self.session)

    def take_weights(self, weights: Mapping[int, Weight]) -> None:
        """Lower the weights."""
        self.access.require_writer()
        for category_id, one in sorted(weights.items()):
            lower = _lowering_weight(category_id=category_id, weight=one.weight, day=one.last, **self.scope_values())
            lower.write(self.session)

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


def _given(changes: Sequence[tuple[tuple[str, int], int]], sign: int) -> Values:
    """Tokens, categories and numbers for a cached statement."""
    return given_arrays(
        {
            "token": [token for (token, _), _ in changes],
            "category_id": [category_id for (_, category_id), _ in changes],
            "n": [sign * n for _, n in changes],
        }
    )


def _given_tokens() -> TableValuedAlias:
    return given_rows({"token": String(), "category_id": BigInteger(), "n": BigInteger()})


@cached_query
def _adding() -> Insert:
    given = _given_tokens()
    rows = select(parameter("book_id", int), given)
    new = insert(LearnedToken).from_select([LearnedToken.book_id, *given.c.keys()], rows, include_defaults=False)
    sums = {"n": LearnedToken.n + new.excluded.n}
    return new.on_conflict_do_update(constraint="uq_learned_tokens_token", set_=sums)


def _mine(less: TableValuedAlias) -> tuple[ColumnElement[bool], ...]:
    """Conditions of the rows that are lowered."""
    own = LearnedToken.__table__.c
    same = (own.token == less.c.token, own.category_id == less.c.category_id)
    return LearnedTokenRepository.scope_condition(), *same


@cached_query
def _locked() -> Select[Any]:
    locked = select(LearnedToken.id).where(*_mine(_given_tokens()))
    return locked.order_by(LearnedToken.token, LearnedToken.category_id).with_for_update(of=LearnedToken)


@cached_query
def _removing() -> Delete:
    less = _given_tokens()
    return delete(LearnedToken).where(*_mine(less), LearnedToken.n <= less.c.n)


@cached_query
def _lowering() -> Update:
    less = _given_tokens()
    return update(LearnedToken).where(*_mine(less)).values(n=LearnedToken.n - less.c.n)


@cached_query
def _adding_weights() -> Insert:
    given = given_rows({"category_id": BigInteger(), "weight": Double(), "last": Date()})
    rows = select(parameter("book_id", int), given)
    new = insert(LearnedCategory).from_select([LearnedCategory.book_id, *given.c.keys()], rows, include_defaults=False)
    own = LearnedCategory.__table__.c
    last = func.greatest(own.last, new.excluded.last)
    added = _decayed(own.weight, own.last, last) + _decayed(new.excluded.weight, new.excluded.last, last)
    values = {"weight": added, "last": last}
    return new.on_conflict_do_update(constraint="uq_learned_categories_category_id", set_=values)


@cached_query
def _lowering_weight() -> Update:
    own = LearnedCategory.__table__.c
    taken = _decayed(parameter("weight", float), parameter("day", date), own.last)
    mine = (LearnedCategoryRepository.scope_condition(), own.category_id == parameter("category_id", int))
    return update(LearnedCategory).where(*mine).values(weight=func.greatest(0, own.weight - taken))


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
