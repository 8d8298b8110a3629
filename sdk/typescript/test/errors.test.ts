import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { ApiError, type FrescoClient } from "../src/index.js";
import { Proxy } from "./proxy.mjs";
import { admin, failure } from "./support.js";

let proxy: Proxy;
let client: FrescoClient;

beforeEach(async () => {
  proxy = await Proxy.before(inject("url"));
  client = await admin({ baseUrl: proxy.url });
});

afterEach(() => proxy.close());

test("wrong fields come by name, for a form", async () => {
  const error = await failure(
    ApiError,
    client.api.createIncome({
      body: { description: " ", date: "2025-02-30", amount: "1.005", currency: "COP", type: "x", payment_method: "y" },
    }),
  );
  expect([error.status, error.code, error.name]).toEqual([400, "validation_failed", "ApiError"]);
  expect(Object.keys(error.fieldErrors).sort()).toEqual(["amount", "date", "description"]);
  expect(error.fieldErrors["date"]).toEqual(["There is no such day."]);
  expect(error.requestId).toMatch(/^[0-9a-f]{32}$/);
});

test("wrong fields of what is nested come by their path", async () => {
  const body = {
    client_id: 1,
    name: "Tienda",
    description: "",
    start_date: "2025-03-01",
    payment_plan: { type: "Fee único", implementation_fee_total: "0", implementation_fee_currency: "COP" },
  } as const;
  const error = await failure(ApiError, client.api.createProject({ body }));
  expect(Object.keys(error.fieldErrors)).toEqual(["payment_plan.implementation_fee_total"]);
});

test("a plan without what its type needs does not compile, and is refused", async () => {
  const body = { client_id: 1, name: "Tienda", description: "", start_date: "2025-03-01" };
  // @ts-expect-error -- the amount, the currency and the frequency are missing
  const created = client.api.createProject({ body: { ...body, payment_plan: { type: "Suscripción periódica" } } });
  expect(Object.keys((await failure(ApiError, created)).fieldErrors)).toEqual([
    "payment_plan.recurring_fee_amount",
    "payment_plan.recurring_fee_currency",
    "payment_plan.recurring_fee_frequency",
  ]);
});

test("what is not there, and what is stored and forbids it, are told apart by their code", async () => {
  const missing = await failure(ApiError, client.api.getClient({ path: { client_id: 987654321 } }));
  expect([missing.status, missing.code, missing.fieldErrors]).toEqual([404, "not_found", {}]);
  const busy = await failure(ApiError, client.api.deleteClient({ path: { client_id: 1 } }));
  expect([busy.status, busy.code]).toEqual([409, "client_has_projects"]);
});

test("what a role may not do is 403", async () => {
  await client.login("demo-viewer", "fresco-demo-2026");
  const error = await failure(ApiError, client.api.createClient({ body: { name: "No", start_date: "2025-03-01" } }));
  expect([error.status, error.code]).toEqual([403, "forbidden"]);
});

test("an answer that is not the API's is an error too", async () => {
  proxy.faults = [{ status: 502, body: "<html>Bad gateway</html>" }];
  const error = await failure(ApiError, client.api.listClients());
  expect([error.status, error.code, error.message]).toEqual([502, "unknown", "The server answered 502."]);
  proxy.faults = [{ status: 500, body: "null" }];
  expect((await failure(ApiError, client.api.listClients())).code).toBe("unknown");
});
