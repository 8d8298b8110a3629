import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { FrescoClient, PaymentItem } from "../src/index.js";
import { Proxy } from "./proxy.mjs";
import { admin } from "./support.js";

let proxy: Proxy;
let client: FrescoClient;

beforeAll(async () => {
  proxy = await Proxy.before(inject("url"));
  client = await admin({ baseUrl: proxy.url });
});

afterAll(() => proxy.close());

test("each of a list comes once, however many pages there are", async () => {
  const { data, pagination } = await client.api.listPayments({ query: { sort: "-amount", per_page: 100 } });
  const found: PaymentItem[] = [];
  for await (const payment of client.each("listPayments", { query: { sort: "-amount", per_page: 23 } })) {
    found.push(payment);
  }
  expect(found.slice(0, data.length)).toEqual(data);
  expect(new Set(found.map((payment) => payment.id)).size).toBe(pagination.total);
  expect(found).toHaveLength(pagination.total);
});

test("pages come with what is told of the whole", async () => {
  const seen: number[] = [];
  for await (const page of client.pages("listPayments", { query: { per_page: 50 } })) {
    expect(page.totals?.pagado).toBeGreaterThan(0);
    seen.push(page.pagination.page);
  }
  expect(seen).toEqual(seen.map((_, place) => place + 1));
  expect(seen.length).toBeGreaterThan(1);
});

test("pages are fetched when they are asked for, and no sooner", async () => {
  proxy.seen = [];
  for await (const movement of client.each("listMovements", { query: { per_page: 2 } })) {
    expect(movement.amount).toBeGreaterThan(0);
    break;
  }
  expect(proxy.calls("/api/cashflow")).toHaveLength(1);
});

test("an empty list is no item and no error", async () => {
  for await (const one of client.each("listClients", { query: { q: "nobody is called like this" } })) {
    throw new Error(`${one.name} should not be there`);
  }
});
