"""Services of currencies."""

from app.core.currencies.service.amounts import AmountReader
from app.core.currencies.service.csv_files import rates_in_csv
from app.core.currencies.service.currencies import (
    Conversion,
    ConversionRequest,
    CurrencyService,
    MissingRate,
    NewRate,
    missing_rate,
    missing_rates,
)
from app.core.currencies.service.trm import TrmSource
from app.core.currencies.service.worth import exchange

__all__ = [
    "AmountReader",
    "Conversion",
    "ConversionRequest",
    "CurrencyService",
    "MissingRate",
    "NewRate",
    "TrmSource",
    "exchange",
    "missing_rate",
    "missing_rates",
    "rates_in_csv",
]
