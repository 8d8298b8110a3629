"""Services of currencies."""

from app.core.currencies.service.amounts import AmountReader
from app.core.currencies.service.csv_files import rates_in_csv
from app.core.currencies.service.currencies import Conversion, ConversionRequest, CurrencyService, NewRate
from app.core.currencies.service.trm import TrmSource
from app.core.currencies.service.worth import exchange

__all__ = [
    "AmountReader",
    "Conversion",
    "ConversionRequest",
    "CurrencyService",
    "NewRate",
    "TrmSource",
    "exchange",
    "rates_in_csv",
]
