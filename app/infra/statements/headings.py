"""Columns of a table by the words of its headings, in English, Spanish and German."""

import re
from collections.abc import Mapping, Sequence

from app.infra.statements.parsed import Field
from app.infra.statements.texts import folded
from app.kernel.currencies import Currency

_WORDS = {
    Field.DATE: (
        "date|transaction date|booking date|posting date|posted date|post date|date posted|trans date|completed date|"
        "started date|value date|fecha|fecha operacion|fecha de operacion|fecha de la operacion|f operacion|"
        "fecha transaccion|fecha de transaccion|fecha movimiento|fecha contable|fecha de compra|fecha valor|f valor|"
        "fecha de valor|buchungstag|buchungsdatum|buchung|datum|belegdatum|transaktionsdatum|kaufdatum|wertstellung|"
        "valuta|valutadatum|wertstellungsdatum"
    ),
    Field.AMOUNT: (
        "amount|transaction amount|value|sum|net amount|importe|importe operacion|importe de la operacion|monto|"
        "valor|cantidad|cuantia|betrag|umsatz|umsatzbetrag|buchungsbetrag|amount booked"
    ),
    Field.DEBIT: (
        "debit|debits|debit amount|withdrawal|withdrawals|withdrawal amount|money out|paid out|out|charge|cargo|"
        "cargos|debito|debitos|debe|egreso|egresos|retiro|retiros|gasto|salida|salidas|soll|lastschrift|ausgang|"
        "ausgabe|ausgaben|belastung"
    ),
    Field.CREDIT: (
        "credit|credits|credit amount|deposit|deposits|deposit amount|money in|paid in|in|abono|abonos|credito|"
        "creditos|haber|ingreso|ingresos|deposito|depositos|entrada|entradas|haben|gutschrift|eingang|einnahme|einnahmen"
    ),
    Field.DESCRIPTION: (
        "description|transaction description|details|transaction details|narrative|narration|particulars|"
        "reference text|remittance information|statement text|text|concepto|descripcion|detalle|detalles|movimiento|"
        "descripcion movimiento|"
        "concepto ampliado|verwendungszweck|buchungstext|beschreibung|bezeichnung|vorgang|zweck|kommentar"
    ),
    Field.PAYEE: (
        "payee|merchant|merchant name|name|payee name|counterparty|counterparty name|beneficiary|partner name|"
        "beneficiario|comercio|establecimiento|destinatario|ordenante|titular|beneficiario ordenante|"
        "empfanger|auftraggeber|beguenstigter zahlungspflichtiger|begunstigter zahlungspflichtiger|"
        "auftraggeber empfanger|name zahlungsbeteiligter|zahlungsempfanger|zahlungsempfanger in|"
        "auftraggeber begunstigter|empfanger zahlungspflichtiger|partner|handler"
    ),
    Field.NOTES: (
        "notes|note|memo|comment|comments|remarks|nota|notas|observacion|observaciones|comentario|comentarios|"
        "mas datos|notiz|notizen|bemerkung|anmerkung"
    ),
    Field.CATEGORY: "category|categoria|rubro|kategorie",
    Field.CURRENCY: "currency|currency code|ccy|moneda|divisa|wahrung|waehrung",
    Field.ACCOUNT: (
        "account|account number|account no|iban|cuenta|numero de cuenta|numero cuenta|nro cuenta|konto|kontonummer|"
        "auftragskonto|iban auftragskonto"
    ),
    Field.EXTERNAL_ID: (
        "transaction id|id|external id|reference number|transaction reference|unique id|fitid|referencia|"
        "numero de operacion|numero operacion|id transaccion|numero de referencia|transaktionsnummer|transaktions id|"
        "umsatz id|referenznummer"
    ),
    Field.BALANCE: (
        "balance|running balance|account balance|balance after|saldo|saldo disponible|saldo contable|saldo posterior|"
        "saldo nach buchung|kontostand|saldo nach umsatz"
    ),
}
"""Headings of each field, those that say it best first."""
_RANKS = {
    word: (field, rank)
    for field, words in _WORDS.items()
    for rank, word in enumerate(words.replace("\n", "").split("|"))
}
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_CODES = frozenset(currency.value.lower() for currency in Currency)
_LONGEST = 60


def recognised(heads: Sequence[str]) -> dict[Field, int]:
    """Numbers of the columns whose headings are known, counted from 0."""
    best: dict[Field, tuple[int, int]] = {}
    for number, head in enumerate(heads):
        found = _RANKS.get(_word(head))
        if found is not None:
            field, rank = found
            best[field] = min(best.get(field, (rank, number)), (rank, number))
    return {field: number for field, (_, number) in best.items()}


def is_enough(mapping: Mapping[Field, int]) -> bool:
    """Whether rows can be read by these columns."""
    return Field.DATE in mapping and not {Field.AMOUNT, Field.DEBIT, Field.CREDIT}.isdisjoint(mapping)


def currency_in(head: str) -> str:
    """Currency that a heading such as `Amount (EUR)` names; empty if it names none."""
    return next((word.upper() for word in folded(head[:_LONGEST]).split() if word in _CODES and word != "all"), "")


def _word(head: str) -> str:
    """The heading without brackets and currency."""
    if len(head) > _LONGEST:
        return ""
    words = folded(_BRACKETED.sub(" ", head)).split()
    while len(words) > 1 and words[-1] in _CODES:
        words = words[:-2] if words[-2] in {"in", "en"} and len(words) > 2 else words[:-1]
    return " ".join(words)
