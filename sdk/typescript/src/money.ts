import type { Currency } from "./schema.js";

/**
 * Amounts are decimal strings ("1500000.50") or whole cents (`bigint`); numbers are what JSON brings, and are turned
 * into text before anything is done with them. No float is ever added, multiplied or rounded.
 */
export type Amount = string | number;

const ANY = /^(-?)(\d+)(?:\.(\d{1,4}))?$/;
const WRITTEN = /^(-?)(\d+)(?:\.(\d{1,2}))?$/;
/** Every decimal of up to 15 digits comes back from a double as it went in; more digits may not. */
const MOST_EXACT_CENTS = 10n ** 15n;

const decimals = (count: number, codes: string) => codes.split(" ").map((code) => [code, count] as const);
const DECIMALS = new Map([
  ...decimals(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
  ...decimals(3, "BHD IQD JOD KWD LYD OMR TND"),
  ...decimals(4, "CLF UYW"),
]);

/** Whole cents: `cents("1500000.5")` is `150000050n`. */
export function cents(amount: Amount): bigint {
  const [, sign, whole, fraction = ""] = WRITTEN.exec(String(amount)) ?? [];
  if (whole === undefined) throw new RangeError(`${amount} is no amount with at most two decimals.`);
  const found = BigInt(whole + fraction.padEnd(2, "0"));
  if (typeof amount === "number" && found >= MOST_EXACT_CENTS) {
    throw new RangeError(`${amount} has more digits than a number keeps; use a decimal string.`);
  }
  return sign ? -found : found;
}

/** The decimal string of whole cents, as the API takes it: `decimal(150000050n)` is `"1500000.50"`. */
export function decimal(whole: bigint): string {
  const digits = String(whole < 0n ? -whole : whole).padStart(3, "0");
  return `${whole < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** The sum, exact: `add(0.1, "0.2")` is `"0.30"`. */
export function add(...amounts: Amount[]): string {
  return decimal(amounts.reduce((sum, amount) => sum + cents(amount), 0n));
}

export function subtract(from: Amount, amount: Amount): string {
  return decimal(cents(from) - cents(amount));
}

/** Negative, zero or positive, for sorting. */
export function compare(one: Amount, other: Amount): -1 | 0 | 1 {
  const difference = cents(one) - cents(other);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Sums by currency, which never mix: `sumByCurrency(payments)` is `{ COP: "1500000.00", USD: "250.50" }`. */
export function sumByCurrency(items: Iterable<{ amount: Amount; currency: Currency }>): Partial<Record<Currency, string>> {
  const sums: Partial<Record<Currency, string>> = {};
  for (const { amount, currency } of items) sums[currency] = add(sums[currency] ?? "0", amount);
  return sums;
}

/** Equal parts that add up to the cent, the odd cents in the first ones, as the server makes installments. */
export function split(amount: Amount, parts: number): string[] {
  if (!Number.isInteger(parts) || parts < 1) throw new RangeError("There must be at least one part.");
  const total = cents(amount);
  if (total < 0n) throw new RangeError("Only amounts from zero on can be split.");
  const part = total / BigInt(parts);
  const odd = total % BigInt(parts);
  return Array.from({ length: parts }, (_, place) => decimal(BigInt(place) < odd ? part + 1n : part));
}

/** Decimals of a currency by ISO 4217, as the server has them: `Intl` follows habits, by which pesos may have none. */
export function decimalsOf(currency: string): number {
  return DECIMALS.get(currency) ?? 2;
}

/** As people write it: `format("1500000.5", "COP")` is `$ 1.500.000,50` in Colombia, and yen have no decimals. */
export function format(amount: Amount, currency: string, locale = "es-CO"): string {
  const [, sign, whole, fraction = ""] = ANY.exec(String(amount)) ?? [];
  if (whole === undefined) throw new RangeError(`${amount} is no amount.`);
  if (typeof amount === "number") cents(Math.trunc(amount)); // a number with too many digits is refused
  const digits = decimalsOf(currency);
  if (fraction.length > digits) throw new RangeError(`${amount} has more decimals than ${currency}.`);
  const style = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: /^0*$/.test(fraction) && currency === "COP" ? 0 : digits,
    maximumFractionDigits: digits,
  });
  const text = `${sign}${whole}.${fraction || "0"}`;
  return style.format(text as Intl.StringNumericLiteral); // a string is formatted digit by digit
}

/** What somebody typed, as a decimal string, or null: `parse("1.500.000,5")` is `"1500000.50"`. */
export function parse(text: string, locale = "es-CO"): string | null {
  const mark = separators(locale);
  const pattern = new RegExp(`^(\\d{1,3}(?:[${mark.group}]\\d{3})+|\\d+)(?:[${mark.decimal}](\\d{1,2}))?$`);
  const [, whole, fraction = "0"] = pattern.exec(text.replace(/[\s$]|COP|USD/g, "")) ?? [];
  return whole === undefined ? null : add(`${whole.replace(/\D/g, "")}.${fraction}`);
}

function separators(locale: string): { group: string; decimal: string } {
  const parts = new Intl.NumberFormat(locale).formatToParts(1234567.8);
  const sign = (type: string): string => parts.find((part) => part.type === type)?.value ?? "";
  return { group: sign("group"), decimal: sign("decimal") };
}
