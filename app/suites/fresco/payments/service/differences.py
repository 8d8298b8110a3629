"""Exchange differences of what was received in another currency than that of its payment."""

from datetime import date
from decimal import Decimal

from app.core.currencies.service import CurrencyService, exchange
from app.infra.context import Context
from app.kernel.money import Currency, round_worth
from app.suites.fresco.payments.repository import ReceiptRepository


class DifferenceService:
    """Computes the received amount less its worth on its day; None without a rate."""

    def __init__(self, context: Context) -> None:
        self.receipts = ReceiptRepository(context.session)
        self.currencies = CurrencyService(context)
        self.exchange = exchange(context.company.base_currency)

    def of(self, received: Decimal, target: Currency, net: Decimal, currency: Currency, day: date) -> Decimal | None:
        """Exchange difference of an amount that is worth `net` of the payment's currency."""
        self.receipts.share_rates()
        price = self.currencies.find_price(currency, target, day)
        return None if price is None else round_worth(received - price.worth(net), target)

    def unknown_until(self, last: date) -> list[tuple[int, date]]:
        """Payments and days of receipts up to a day that lack a rate: once there is one, their difference follows."""
        return self.receipts.without_difference(last)

    def compute_again(self, since: date | None) -> None:
        """Compute the differences of that day and later ones anew, as rates that they rest on have changed."""
        self.receipts.change_rates()
        for target in self.receipts.received_currencies():
            self.receipts.update_differences(self.exchange, target, since)
