"""Services of currencies."""

from app.domains.currencies.service.amounts import AmountReader
from app.domains.currencies.service.csv_files import rates_in_csv
from app.domains.currencies.service.currencies import Conversion, ConversionRequest, CurrencyService, NewRate
from app.domains.currencies.service.trm import TrmSource
from app.domains.currencies.service.worth import EXCHANGE

__all__ = [
    "EXCHANGE",
    "AmountReader",
    "Conversion",
    "ConversionRequest",
    "CurrencyService",
    "NewRate",
    "TrmSource",
    "rates_in_csv",
]
