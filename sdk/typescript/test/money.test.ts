import { describe, expect, test } from "vitest";
import { money } from "../src/index.js";
import { admin } from "./support.js";

const { add, cents, compare, decimal, format, parse, split, subtract, sumByCurrency } = money;
const plain = (text: string): string => text.replace(/\s/g, " ");

describe("amounts", () => {
  test.each([
    ["0", 0n],
    ["0.1", 10n],
    [0.1, 10n],
    [1.005e3, 100500n],
    ["-12.34", -1234n],
    [-0.05, -5n],
    [9999999999.99, 999999999999n],
    [9999999999999.99, 999999999999999n],
    ["123456789012345678.90", 12345678901234567890n],
  ])("%s is %s cents", (amount, expected) => {
    expect(cents(amount)).toBe(expected);
  });

  test.each(["", "1.005", "1e3", "1,5", "abc", "NaN", ".5", "1.", "٣", NaN, Infinity, 1e21, 0.1 + 0.2])(
    "%s is no amount",
    (amount) => {
      expect(() => cents(amount)).toThrow(RangeError);
    },
  );

  test("a number with more digits than a double keeps is refused, its text is not", () => {
    expect(() => cents(10000000000000)).toThrow(/decimal string/);
    expect(cents("10000000000000")).toBe(10n ** 15n);
  });

  test.each([0n, 5n, -5n, 10n, 123456n, -99n, 10n ** 20n])("%s cents are written and read again", (whole) => {
    expect(cents(decimal(whole))).toBe(whole);
  });

  test("every cent below a thousand, as a number", () => {
    for (let whole = 0; whole < 100_000; whole++) {
      const text = decimal(BigInt(whole));
      expect(cents(Number(text))).toBe(BigInt(whole));
    }
  });
});

test("sums are exact where floats are not", () => {
  expect(0.1 + 0.2).not.toBe(0.3);
  expect(add(0.1, "0.2")).toBe("0.30");
  expect(add(...Array<number>(1000).fill(0.01))).toBe("10.00");
  expect(add()).toBe("0.00");
  expect(subtract("0.3", 0.1)).toBe("0.20");
  expect(subtract(1, "1.01")).toBe("-0.01");
});

test("amounts compare by value", () => {
  expect(["10", "9.99", 2, "-1"].sort(compare)).toEqual(["-1", 2, "9.99", "10"]);
  expect(compare("1.50", 1.5)).toBe(0);
});

test("currencies do not mix", () => {
  const items = [
    { amount: 0.1, currency: "USD" },
    { amount: 1500000, currency: "COP" },
    { amount: 0.2, currency: "USD" },
  ] as const;
  expect(sumByCurrency(items)).toEqual({ USD: "0.30", COP: "1500000.00" });
});

test("parts add up to the cent, the odd cents first", () => {
  expect(split("1000000", 3)).toEqual(["333333.34", "333333.33", "333333.33"]);
  expect(split(0.05, 2)).toEqual(["0.03", "0.02"]);
  for (let parts = 1; parts <= 60; parts++) expect(add(...split("9999999.97", parts))).toBe("9999999.97");
  expect(() => split("1", 0)).toThrow(RangeError);
  expect(() => split("-1", 2)).toThrow(RangeError);
});

test("amounts are written as people write them", () => {
  expect(plain(format("1500000", "COP"))).toBe("$ 1.500.000");
  expect(plain(format("1500000.5", "COP"))).toBe("$ 1.500.000,50");
  expect(plain(format(-250.5, "USD", "en-US"))).toBe("-$250.50");
  expect(plain(format("123456789012345678.91", "USD", "en-US"))).toBe("$123,456,789,012,345,678.91");
  expect(plain(format("1500", "JPY", "en-US"))).toBe("¥1,500");
  expect(plain(format("1.5", "KWD", "en-US"))).toBe("KWD 1.500");
  expect(() => format("1.5", "JPY")).toThrow(RangeError);
  expect(() => format("1.005", "COP")).toThrow(RangeError);
});

test.each([
  ["1.500.000,5", "es-CO", "1500000.50"],
  ["$ 1.500.000", "es-CO", "1500000.00"],
  ["1500000", "es-CO", "1500000.00"],
  ["1,500.25", "en-US", "1500.25"],
  ["007", "es-CO", "7.00"],
])("%s in %s is %s", (text, locale, expected) => {
  expect(parse(text, locale)).toBe(expected);
});

test.each(["", "abc", "1.50", "1,234", "1.2.3", "-5", "1.500,"])("%s is no amount in Colombia", (text) => {
  expect(parse(text)).toBeNull();
});

test("the server's totals are the sums of their items, to the cent", async () => {
  const client = await admin();
  const query = { currency: "COP" } as const;
  const { total } = await client.api.listIncomes({ query });
  const converted: number[] = [];
  for await (const income of client.each("listIncomes", { query })) converted.push(income.converted_amount ?? NaN);
  expect(converted.length).toBeGreaterThan(0);
  const difference = Number(cents(subtract(total ?? NaN, add(...converted))));
  expect(Math.abs(difference)).toBeLessThanOrEqual(converted.length); // the server rounds once, at the end
});

test("an amount is taken as a decimal string, exactly", async () => {
  const client = await admin();
  const body = { description: "Exacto", date: "2025-03-01", currency: "USD", type: "x", payment_method: "y" } as const;
  const { data } = await client.api.createIncome({ body: { ...body, amount: "9999999999.99" } });
  expect(cents(data.amount)).toBe(999999999999n);
  await client.api.deleteIncome({ path: { income_id: data.id } });
});
