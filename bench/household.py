"""A generated household: payments of 36 months with texts as banks write them, and the category of each."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from bench.payees import BRANDS, CITIES, LOCAL, MIXED, MIXED_A_MONTH, MONTHLY, NAMES, TIMES_A_MONTH

MONTHS = 36
FIRST = date(2023, 1, 1)
CATEGORIES = {name: number for number, name in enumerate(BRANDS, 1)}
_FAVOURITES = 4
_EXPLORES = {"restaurants": 0.35, "travel": 0.5, "coffee": 0.15, "leisure": 0.25, "clothing": 0.25}
"""Share of purchases at a shop that is no favourite; of other categories 0.1."""
_LOCAL = 0.5
"""Share of small shops among those that are no favourites, where there are some."""
_TELLS = 0.6
"""Share of small shops with a name that tells the category."""
_NEW_FAVOURITE = 0.06
"""Chance in a month that a category's favourite gives way to another shop."""
_WRONG = 0.01
"""Share of categories that people choose wrongly."""
_BANK_CHANGES = 18
"""Month in which the bank begins to write its texts in another way."""


class Payment(NamedTuple):
    """A payment, and the category that the person chooses."""

    day: date
    text: str
    amount: Decimal
    account_id: int
    category: str
    payee: str
    """The shop, which only the generator knows."""


@dataclass(slots=True)
class _Shop:
    name: str
    city: str
    branch: int
    style: int
    """Pattern of its texts."""


def household(seed: int) -> list[Payment]:
    """The payments, in the order of their days."""
    return sorted(_Household(random.Random(seed)).payments(), key=lambda payment: payment.day)


class _Household:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.city = rng.choice(CITIES)
        self.favourites = {kind: [self._shop(kind) for _ in range(_FAVOURITES)] for kind in TIMES_A_MONTH}
        fixed = {kind: rng.sample(BRANDS[kind], count) for kind, count in MONTHLY.items()}
        self.fixed = [
            (kind, self._named(name), rng.randint(1, 28), self._price(kind)) for kind in fixed for name in fixed[kind]
        ]
        self.mixed = {name: self._named(name) for name in rng.sample(sorted(MIXED), 4)}

    def payments(self) -> list[Payment]:
        """All payments."""
        return [payment for month in range(MONTHS) for payment in self._month(month)]

    def _month(self, month: int) -> list[Payment]:
        begin = date(FIRST.year + month // 12, month % 12 + 1, 1)
        found = []
        for kind, shop, day, price in self.fixed:
            amount = self._price(kind) if kind == "utilities" else price
            found.append(self._payment(begin, month, kind, shop, day, amount))
        for kind, times in TIMES_A_MONTH.items():
            if self.rng.random() < _NEW_FAVOURITE:
                self.favourites[kind][self.rng.randrange(_FAVOURITES)] = self._shop(kind)
            found += [self._payment(begin, month, kind, self._chosen(kind)) for _ in range(self._count(times))]
        for _ in range(self._count(MIXED_A_MONTH)):
            name = self.rng.choice(sorted(self.mixed))
            [kind] = self.rng.choices([*MIXED[name]], [*MIXED[name].values()])
            found.append(self._payment(begin, month, kind, self.mixed[name]))
        return found

    def _payment(
        self, begin: date, month: int, kind: str, shop: _Shop, day: int | None = None, amount: Decimal | None = None
    ) -> Payment:
        when = begin + timedelta((day or self.rng.randint(1, 28)) - 1)
        amount = self._price(kind) if amount is None else amount
        label = self.rng.choice([*CATEGORIES]) if self.rng.random() < _WRONG else kind
        account = 2 if kind in MONTHLY or self.rng.random() < 0.1 else 1
        signed = amount if kind == "salary" else -amount
        return Payment(when, self._text(shop, when, month), signed, account, label, shop.name)

    def _count(self, times: float) -> int:
        """Number of payments in a month, which varies."""
        return sum(self.rng.random() < times / 20 for _ in range(20))

    def _price(self, kind: str) -> Decimal:
        usual = {"rent": 900, "salary": 2_500, "travel": 150, "electronics": 120, "coffee": 4, "transport": 8}.get(
            kind, 30
        )
        return Decimal(round(usual * 100 * self.rng.lognormvariate(0, 0.5))) / 100

    def _chosen(self, kind: str) -> _Shop:
        if self.rng.random() < _EXPLORES.get(kind, 0.1):
            return self._shop(kind)
        [shop] = self.rng.choices(self.favourites[kind], [8, 4, 2, 1])
        return shop

    def _shop(self, kind: str) -> _Shop:
        if kind not in LOCAL or self.rng.random() > _LOCAL:
            return self._named(self.rng.choice(BRANDS[kind]))
        name = f"{self.rng.choice(NAMES)} {self.rng.choice(NAMES)}"
        return self._named(f"{self.rng.choice(LOCAL[kind])} {name}" if self.rng.random() < _TELLS else name)

    def _named(self, name: str) -> _Shop:
        city = self.city if self.rng.random() < 0.8 else self.rng.choice(CITIES)
        return _Shop(name, city, self.rng.randint(1, 999), self.rng.randrange(8))

    def _text(self, shop: _Shop, day: date, month: int) -> str:
        """The text of the bank: the shop among numbers, days, places and words of the bank."""
        branch = shop.branch if self.rng.random() < 0.8 else self.rng.randint(1, 999)
        reference = self.rng.randrange(10**6, 10**7)
        texts = (
            f"{shop.name} {shop.city}",
            f"SQ *{shop.name}",
            f"PP*{shop.name}",
            f"{shop.name} {branch:04} {shop.city}",
            f"{shop.name}*{reference}",
            f"RECIBO {shop.name} REF {reference}",
            f"{shop.name[:12]} {day:%d%m%y}",
            f"{shop.name} {shop.city} ES",
        )
        text = texts[shop.style]
        if month >= _BANK_CHANGES:
            return f"COMPRA TARJ. 5526********1234 {text} {day:%d/%m/%Y}"
        return f"{text} {day:%d.%m}" if self.rng.random() < 0.3 else text
