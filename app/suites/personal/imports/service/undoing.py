"""Taking an import back."""

from collections.abc import Sequence
from typing import NamedTuple

from app.infra.books import BookAccess
from app.kernel.errors import Conflict
from app.suites.personal.imports.models import BookImport, ImportLineRecord, TransferMatchRecord
from app.suites.personal.imports.repository import BookImportRepository, ImportLineRepository, TransferMatchRepository
from app.suites.personal.imports.rules.states import BookImportState, KeptReason
from app.suites.personal.imports.service.confirming import TransactionConfirming, Unconfirmation
from app.suites.personal.imports.service.lines import ImportLines
from app.suites.personal.imports.service.transfers import TransferService
from app.suites.personal.payees_rules.service import PayeeService
from app.suites.personal.recurring.service import OccurrenceClaiming, RecurringReader
from app.suites.personal.transactions.rules import TransactionStatus


class KeptEntry(NamedTuple):
    """An entry that stays when its import is taken back."""

    row: int
    transaction_id: int
    reason: KeptReason


class Undone(NamedTuple):
    """Result of taking an import back."""

    message: str
    removed: int
    unmatched: int
    parted: int
    kept: list[KeptEntry]


class Undoing:
    """Takes imports of one book back."""

    def __init__(self, access: BookAccess) -> None:
        self.imports = BookImportRepository(access)
        self.rows = ImportLineRepository(access)
        self.lines = ImportLines(access)
        self.matches = TransferMatchRepository(access)
        self.confirming = TransactionConfirming(access)
        self.transfers = TransferService(access)
        self.occurrences = OccurrenceClaiming(access)
        self.recurring = RecurringReader(access)
        self.payees = PayeeService(access)

    def undo(self, found: BookImport, *, force: bool) -> Undone:
        """Remove the entries of an import, and un-match those that it confirmed; those that somebody changed stay."""
        lines = self._lines(found.id)
        self._require_open(lines)
        kept = self._kept(found.id, lines, force=force)
        staying = {one.transaction_id for one in kept}
        parting = [one for one in self._matches(lines) if one.transaction_id not in staying]
        if parting:
            self.transfers.part_all(parting)
            lines = self._lines(found.id)
        confirmed = [one for one in lines if one.before is not None]
        made = {one.transaction_id for one in lines if one.before is None and one.transaction_id is not None}
        going = sorted(made - staying)
        self.confirming.unconfirm(
            Unconfirmation(one.transaction_id, one.account_id, one.before or "{}")
            for one in confirmed
            if one.transaction_id is not None
        )
        writer = self.confirming.writer
        leaving = writer.stored(going) if going else []
        writer.delete(leaving, unlock=True)
        self.occurrences.release(
            {
                (one.record.recurring_id, one.record.occurrence)
                for one in leaving
                if one.record.recurring_id is not None and one.record.occurrence is not None
            }
        )
        self._forget_payees(found.made_payees)
        replaced = [one.replaces_id for one in confirmed if one.replaces_id is not None]
        if replaced:
            self.rows.set_replaced(replaced, is_replaced=False)
        self.rows.forget(found.id, staying)
        self.imports.change(found, {"state": BookImportState.UNDONE})
        message = f"{len(going)} entries removed, {len(confirmed)} un-matched, {len(kept)} kept"
        return Undone(message, len(going), len(confirmed), len(parting), kept)

    def _forget_payees(self, payee_ids: Sequence[int]) -> None:
        """Delete the payees that the import made, unless something else names them or somebody changed them."""
        planned = self.recurring.named_payees() if payee_ids else set()
        self.payees.forget_unused([one for one in payee_ids if one not in planned])

    def _require_open(self, lines: Sequence[ImportLineRecord]) -> None:
        """Conflict if one of the entries was reconciled: a statement relies on it."""
        accounts = {one.transaction_id: one.account_id for one in lines if one.transaction_id is not None}
        legs = self.confirming.writer.legs.of(accounts.keys()) if accounts else {}
        fixed = [
            transaction_id
            for transaction_id, account_id in accounts.items()
            if any(
                leg.status is TransactionStatus.RECONCILED and leg.account_id == account_id
                for leg in legs.get(transaction_id, [])
            )
        ]
        if fixed:
            errors = {str(one): ["Was reconciled with a statement."] for one in fixed}
            raise Conflict("Entries of the import were reconciled.", code="reconciled", errors={"ids": errors})

    def _kept(self, import_id: int, lines: Sequence[ImportLineRecord], *, force: bool) -> list[KeptEntry]:
        """Entries that stay: those that later imports confirmed, and those that somebody changed."""
        merged = {one.transaction_id: one.version_after for one in self._matches(lines)}
        made = {one.transaction_id: one for one in lines if one.before is None and one.transaction_id is not None}
        later = self.rows.confirmed_elsewhere(import_id, made.keys()) - merged.keys() if made else set()
        versions = self.confirming.versions(made.keys())
        kept = []
        for transaction_id, line in made.items():
            expected = merged.get(transaction_id, line.version_after)
            if transaction_id in later:
                kept.append(KeptEntry(line.number, transaction_id, KeptReason.MATCHED_LATER))
            elif not force and versions.get(transaction_id) != expected:
                kept.append(KeptEntry(line.number, transaction_id, KeptReason.CHANGED))
        return kept

    def _lines(self, import_id: int) -> list[ImportLineRecord]:
        """Rows that have an entry."""
        return [one for one in self.lines.of_import(import_id) if one.transaction_id is not None]

    def _matches(self, lines: Sequence[ImportLineRecord]) -> list[TransferMatchRecord]:
        """Transfers that entries of these rows became part of."""
        return self.matches.of([one.transaction_id for one in lines if one.transaction_id is not None])
