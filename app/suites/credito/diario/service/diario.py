"""Posting to the journal, and reading it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypedDict, Unpack

from app.core.ledger.rules import AccountKind, NewEntry, NewLine
from app.core.ledger.service import BalanceService, BookService, Opening, PostingService
from app.infra.context import Context
from app.kernel.errors import NotFound
from app.kernel.money import Currency, round_cents
from app.kernel.paging import Page, PageRequest, Sort
from app.kernel.periods import LAST_DAY, Month
from app.suites.credito.diario.models import LineaRecord
from app.suites.credito.diario.queries import (
    DiarioFilter,
    DiarioRepository,
    libro_de,
    lock_account,
    lock_accounts,
    open_accounts,
)
from app.suites.credito.diario.rules import PERSONALES, Asiento, Linea, kind_and_name, reverso_de, sumadas
from app.suites.credito.diario.service.flujo import FlujoWriter
from app.suites.credito.equipo.service import hoy

NEWEST_FIRST = (Sort("id", descending=True),)


class DiarioFilters(TypedDict, total=False):
    """The criteria of a list of lines."""

    desde: date
    hasta: date
    cuenta: str
    origen: str
    origen_id: int
    concepto: str


class Diario:
    """Posts to the suite's book; each origin and concept once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.session = context.session
        self.posting = PostingService(context)
        self.flujo = FlujoWriter(context)
        self.accounts: dict[str, int] = {}

    def asentar(
        self,
        fecha: date,
        concepto: str,
        origen: str,
        origen_id: int,
        lineas: Sequence[Linea],
        *,
        detalle: str = "",
        grupo_id: int | None = None,
    ) -> int | None:
        """Post lines that balance and return the entry's id; None if all of them are of nothing.

        `detalle` and the group are those of the money that it moves, in the company's cash flow.
        """
        asiento = Asiento(
            fecha=fecha,
            concepto=concepto,
            origen=origen,
            origen_id=origen_id,
            lineas=tuple(lineas),
            detalle=detalle,
            grupo_id=grupo_id,
        )
        return next(iter(self.asentar_varios([asiento])), None)

    def asentar_varios(self, asientos: Sequence[Asiento]) -> list[int]:
        """Post many by a few statements; returns the ids of the entries, of what was posted before, too.

        One whose day lies in a closed month has today's, and its own beside.
        """
        moving = [(asiento, lines) for asiento in asientos if (lines := sumadas(asiento.lineas))]
        if not moving:
            return []
        libro, today = libro_de(self.session), hoy(self.context)
        ids = self._ids(libro.id, {line.cuenta for _, lines in moving for line in lines})
        entries = [
            self._entry(one, {ids[line.cuenta]: line.monto for line in lines}, libro.cerrado, today)
            for one, lines in moving
        ]
        posted = self.posting.post_many(libro.id, entries, libro.terms)
        done = zip(moving, entries, posted, strict=True)
        self.flujo.anotar((asiento, entry.date) for (asiento, _), entry, one in done if one.is_new)
        return [one.entry_id for one in posted]

    def revertir(self, fecha: date, concepto: str, origen: str, origen_id: int) -> int:
        """Post the mirror of an entry on a day, once; NotFound where there is none."""
        libro = libro_de(self.session)
        original = Asiento(fecha=fecha, concepto=concepto, origen=origen, origen_id=origen_id, lineas=())
        found = self.posting.find(libro.id, origen, original.clave)
        if found is None:
            raise NotFound(f"There is no entry {concepto} of {origen} {origen_id}.")
        amounts = {line.account_id: -line.amount for line in self.posting.lines_of([found])}
        mirror = reverso_de(original)
        entry = self._entry(mirror, amounts, libro.cerrado, hoy(self.context))
        [posted] = self.posting.post_many(libro.id, [entry], libro.terms)
        if posted.is_new:
            self.flujo.anotar([(mirror, entry.date)])
        return posted.entry_id

    def saldo(self, cuenta: str) -> Decimal:
        """Balance of an account, debits less credits; 0 for one that nothing was posted to."""
        account = open_accounts(self.session, [cuenta]).get(cuenta)
        if account is None:
            return Decimal("0.00")
        found = BalanceService(self.context, account.book_id).balances(LAST_DAY, [account.id])
        return round_cents(sum((one.amount for one in found), Decimal(0)))

    def saldo_bloqueado(self, cuenta: str) -> Decimal:
        """Balance of an account; of those who ask so, one transaction at a time."""
        lock_account(self.session, cuenta)
        return self.saldo(cuenta)

    def renombrar(self, antes: str, ahora: str) -> None:
        """Give the accounts of a person the codes and names of another clave."""
        codes = [f"{beginning}:{antes}" for beginning in PERSONALES]
        for code, account in open_accounts(self.session, codes).items():
            new = f"{code.partition(':')[0]}:{ahora}"
            BookService(self.context).change_account(account.id, code=new, name=kind_and_name(new)[1])

    def _entry(self, asiento: Asiento, amounts: Mapping[int, Decimal], closed: date | None, today: date) -> NewEntry:
        """The entry of a posting; amounts are by the ids of accounts."""
        is_closed = closed is not None and Month.of(asiento.fecha).first_day <= closed
        # Where the company's day is ahead of the suite's, the month of the suite's last hour may be closed, too.
        first_open = today if closed is None else max(today, Month.of(closed).next.first_day)
        identity = self.context.identity
        return NewEntry(
            date=first_open if is_closed else asiento.fecha,
            value_date=asiento.fecha if is_closed else None,
            source=asiento.origen,
            source_key=asiento.clave,
            memo=asiento.concepto,
            created_by=None if identity is None else identity.user_id,
            lines=tuple(
                NewLine(account_id=account_id, amount=amount, currency=Currency.MXN.value)
                for account_id, amount in amounts.items()
            ),
        )

    def _ids(self, book_id: int, codes: Collection[str]) -> dict[str, int]:
        """Ids of the accounts of these codes, by code; those that are missing are opened."""
        if missing := set(codes) - self.accounts.keys():
            self._note(missing)
        if missing := set(codes) - self.accounts.keys():
            lock_accounts(self.session)
            self._note(missing)
            self._open(book_id, sorted(missing - self.accounts.keys()))
        return self.accounts

    def _note(self, codes: Collection[str]) -> None:
        self.accounts |= {code: one.id for code, one in open_accounts(self.session, codes).items()}

    def _open(self, book_id: int, codes: Sequence[str]) -> None:
        openings = [
            Opening(AccountKind(kind), name, code=code) for code in codes for kind, name in [kind_and_name(code)]
        ]
        ids = BookService(self.context).open_accounts(book_id, openings) if openings else []
        self.accounts |= dict(zip(codes, ids, strict=True))


class DiarioReader:
    """Reads the journal."""

    def __init__(self, context: Context) -> None:
        self.lines = DiarioRepository(context.session)

    def page(self, request: PageRequest, **filters: Unpack[DiarioFilters]) -> Page[LineaRecord]:
        """One page of lines, by default the newest first."""
        in_order = request if request.sort else replace(request, sort=NEWEST_FIRST)
        return self.lines.page(DiarioFilter(**filters), in_order)
