"""A book's own exchange rates, and its keys."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from app.kernel.money import Currency
from app.suites.personal.books.service import BookCipher, BookRateService
from tests.factories import Examples, Sent
from tests.factories.personal import BOOKS, own_book, row_in_book

RATES = "/api/personal/rates"
_DAYS = (date(2026, 1, 1) + timedelta(days=number) for number in count())


def _to_enter(caller: Any) -> Sent:
    """A rate of a day of its own, for the first book of the caller."""
    if not caller.get(BOOKS)["data"]:
        own_book(caller)
    return RATES, {"json": {"date": next(_DAYS).isoformat(), "base": "USD", "quote": "COP", "rate": "4000"}}


def _entered(caller: Any) -> str:
    address, options = _to_enter(caller)
    return f"{address}/{caller.post(address, options['json'])['data']['id']}"


def _row(access: Any) -> int:
    entered, _ = BookRateService(access).enter(
        date=access.today, base=Currency.EUR, quote=Currency.USD, rate=Decimal("1.1")
    )
    return entered.id


def _key(access: Any) -> int:
    cipher = BookCipher(access)
    cipher.add_key()
    return cipher.keys.list_all()[-1].id


EXAMPLES = Examples(
    rows={"BookRate": row_in_book(_row), "BookKey": row_in_book(_key)},
    existing={f"{RATES}/<id:rate_id>": _entered},
    own_posts={RATES: _to_enter},
)
