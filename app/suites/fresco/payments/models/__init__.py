"""Tables of payments."""

from app.suites.fresco.payments.models.credits import (
    ClientCredit,
    CreditRecord,
    CreditRefund,
    NamedCredit,
    RefundRecord,
)
from app.suites.fresco.payments.models.payments import (
    InvoiceNumber,
    Payment,
    PaymentProgress,
    PaymentRecord,
    UnpaidPayment,
)
from app.suites.fresco.payments.models.receipts import PaymentReceipt, ReceiptRecord

__all__ = [
    "ClientCredit",
    "CreditRecord",
    "CreditRefund",
    "InvoiceNumber",
    "NamedCredit",
    "Payment",
    "PaymentProgress",
    "PaymentReceipt",
    "PaymentRecord",
    "ReceiptRecord",
    "RefundRecord",
    "UnpaidPayment",
]
