"""Repositories of clients' credits and of their refunds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import ColumnElement, text

from app.infra.queries.repository import Filter, Repository
from app.kernel.cash_accounts import UNKNOWN_CASH_ACCOUNT
from app.kernel.errors import Conflict, DomainError
from app.suites.fresco.payments.models import ClientCredit, CreditRecord, CreditRefund, RefundRecord

INSUFFICIENT = Conflict("The client's credit is not enough.", code="credit_insufficient")
BELOW_ZERO: Mapping[str, DomainError] = {"ck_client_credits_balance_not_negative": INSUFFICIENT}


@dataclass(frozen=True, slots=True)
class CreditFilter(Filter):
    """Criteria of credits."""

    client_id: int

    def conditions(self) -> list[ColumnElement[bool]]:
        """The criteria as SQL conditions."""
        return [ClientCredit.client_id == self.client_id, ClientCredit.balance > 0]


class CreditRepository(Repository[ClientCredit, CreditRecord]):
    """Credits of clients, by currency."""

    model = ClientCredit
    record = CreditRecord

    def violations(self) -> list[str]:
        """Messages about credits that disagree with the receipts and refunds they come from."""
        found = self.session.execute(_DISAGREEING)
        return [f"the credit of client {row.client_id} in {row.currency} is not {row.computed}" for row in found]


class RefundRepository(Repository[CreditRefund, RefundRecord]):
    """Refunds of credits."""

    model = CreditRefund
    record = RefundRecord
    conflicts: ClassVar[Mapping[str, DomainError]] = {
        **BELOW_ZERO,
        "fk_credit_refunds_cash_account_id_currency_cash_accounts": UNKNOWN_CASH_ACCOUNT,
    }


_DISAGREEING = text(
    """
    SELECT client_id, currency, coalesce(computed, 0) AS computed
    FROM (SELECT client_id, currency, sum(amount) AS computed FROM (
              SELECT client_id, currency, credit_amount - CASE WHEN uses_credit THEN amount ELSE 0 END AS amount
              FROM payment_receipts WHERE uses_credit OR credit_amount > 0
              UNION ALL
              SELECT client_id, currency, -amount FROM credit_refunds) moved GROUP BY 1, 2) its
    FULL JOIN client_credits USING (client_id, currency)
    WHERE coalesce(computed, 0) <> coalesce(balance, 0) ORDER BY 1, 2
    """
)
